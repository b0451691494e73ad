// Learning rates that change: each schedule is a function of the step, drawn here over 1,000 steps, and tried on a
// noisy parabola. A fixed rate keeps shaking; one that falls comes to rest.
import * as downslope from '@downslope/core';

const { addNoise, chain, maxSteps, minimize, sgd } = downslope;
const T = 1000;
const schedules = {
  constant: downslope.constant(0.1),
  'step decay': downslope.stepDecay(0.1, { stepSize: 250, gamma: 0.3 }),
  exponential: downslope.exponential(0.1, { gamma: Math.exp(-0.005) }),
  cosine: downslope.cosine(0.1, { steps: T, endValue: 1e-5 }),
  'cosine restarts': downslope.cosineRestarts(0.1, { steps: 250, endValue: 1e-5 }),
  'warm-up + cosine': downslope.warmup(downslope.cosine(0.1, { steps: 0.9 * T }), { steps: 0.1 * T }),
  'one cycle': downslope.oneCycle(0.1, { steps: T }),
  cyclic: downslope.cyclic(0.001, { peak: 0.1, stepsUp: 125 }),
};
const bar = (rate: number): string => '▁▂▃▄▅▆▇█'[Math.min(7, Math.floor((rate / 0.1) * 7.999))]!;

const rests: Record<string, number> = {};
for (const [name, lr] of Object.entries(schedules)) {
  const picture = Array.from({ length: 40 }, (_, i) => bar(lr((i * T) / 40))).join('');
  const method = chain(addNoise({ eta: 1, gamma: 0, seed: 3 }), sgd({ lr }));
  const { path = [] } = minimize((x: downslope.Tensor) => x.square().sum().div(2), new Array(50).fill(3), {
    method,
    stop: maxSteps(T),
    path: true,
  });
  rests[name] = path[T]!.value / 50;
  console.log(`${name.padEnd(17)} ${picture}  loss ${rests[name].toExponential(1)} a coordinate`);
}

const half = schedules.cosine(T / 2); // αmin + ½(α₀ − αmin)(1 + cos ½π)
if (Math.abs(half - (1e-5 + 0.5 * (0.1 - 1e-5))) > 1e-15) throw new Error(`half-way the cosine is ${half}`);
if (Math.abs(schedules['step decay'](600) - 0.1 * 0.3 ** 2) > 1e-15) throw new Error('⌊600/250⌋ = 2 drops');
// At a fixed rate noise of variance 1 leaves x with variance lr/(2 − lr): ½·0.1/1.9 = 0.026 of loss a coordinate.
if (Math.abs(rests.constant! - 0.05 / 1.9) > 0.01) throw new Error(`the noise leaves ${rests.constant}`);
if (!(rests.cosine! < rests.constant! / 5)) throw new Error('a cosine ought to settle');
