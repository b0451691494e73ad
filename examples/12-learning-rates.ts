// Which learning rates work? On f(x) = x² − 4x + 5 the error is multiplied by 1 − 2·lr at each step. Below ½ it
// shrinks from one side, above ½ it changes sides; at 2/f″ = 1 it stays for ever, and above that it grows. A tutorial
// that looks at the last points alone says that 0.1 oscillates and that 1.1 is still converging; the factor tells
// them apart.
import { analyze, maxSteps, minimize, sgd, type Tensor } from '@downslope/core';

const f = (x: Tensor): Tensor => x.square().sub(x.mul(4)).add(5);
const critical = analyze(f, 2).criticalRates!.gradientDescent;
console.log(`critical rate 2/f″ = ${critical}`);

function verdict(factor: number): string {
  if (Math.abs(factor) > 1) return 'diverges';
  if (Math.abs(factor) === 1) return 'swings for ever';
  if (factor === 0) return 'is there in one step';
  return factor > 0 ? 'converges from one side' : 'converges from side to side';
}

for (const lr of [0.01, 0.1, 0.5, 0.9, 1, 1.1, 1.5]) {
  const { last, steps } = minimize(f, 0, { method: sgd({ lr }), stop: maxSteps(20) });
  const factor = 1 - lr * 2;
  console.log(
    `lr ${lr}: factor ${factor.toFixed(2)}, x = ${last.x.toPrecision(5)} after ${steps} steps: ${verdict(factor)}`,
  );
  const exact = 2 - 2 * factor ** steps;
  if (Math.abs(last.x - exact) > 1e-9 * Math.max(1, Math.abs(exact)))
    throw new Error(`${last.x}, not ${exact}`);
  if (Math.abs(factor) > 1 !== lr > critical) throw new Error(`the critical rate ${critical} is wrong`);
}
