// Two valleys: f(x) = x⁴ − 8x² + x. The deeper one is on the left, at −2.03 (f = −18.0); a tutorial takes the right
// one, at 1.97 (f = −14.0), for the global minimum, and prints its tick beside the wrong runs. Where a descent ends
// depends on its start; momentum carries it over the ridge from some, and random restarts find the deeper valley from
// anywhere.
import { maxSteps, minimize, randomRestarts, sgd, type Tensor } from '@downslope/core';

const f = (x: Tensor): Tensor => x.pow(4).sub(x.square().mul(8)).add(x);
const end = (start: number, momentum: number): number =>
  minimize(f, start, { method: sgd({ lr: 0.01, momentum }), stop: maxSteps(200) }).last.x;

// The stationary points: 4x³ − 16x + 1 = 0 has three real roots, which trigonometry gives.
const roots = [0, 1, 2].map(
  (k) => 2 * Math.sqrt(4 / 3) * Math.cos((Math.acos((-3 / 32) * Math.sqrt(3 / 4)) - 2 * Math.PI * k) / 3),
);
const [right, top, left] = [Math.max(...roots), roots.find((r) => Math.abs(r) < 1)!, Math.min(...roots)];
console.log(`valleys at ${left.toFixed(4)} and ${right.toFixed(4)}, the ridge at ${top.toFixed(4)}`);

for (const start of [-3, -1, 0, 1, 3]) {
  const [plain, heavy] = [end(start, 0), end(start, 0.9)];
  console.log(`from ${start}: plain ${plain.toFixed(3)}, with momentum ${heavy.toFixed(3)}`);
  const nearest = start < top ? left : right; // where water would run
  if (Math.abs(plain - nearest) > 1e-6) throw new Error(`expected ${nearest}, got ${plain}`);
}
if (Math.abs(end(3, 0.9) - left) > 1e-3) throw new Error('momentum ought to cross the ridge from 3');

const { best, descents } = randomRestarts(f, -4, 4, { restarts: 10 });
const lucky = descents.filter(({ best }) => Math.abs(best.x - left) < 1e-4).length;
console.log(
  `10 random restarts: x = ${best.x.toFixed(6)}, f = ${best.value.toFixed(6)}; ${lucky} of them ended there`,
);
if (Math.abs(best.x - left) > 1e-6) throw new Error(`the restarts found ${best.x}`);
