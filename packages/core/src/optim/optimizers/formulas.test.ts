import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../tensor/tensor.js';
import { type Loss, start, stepper } from '../testing/descend.js';
import { expectWithin, LOSSES, pack, problems, unpack } from '../testing/golden.js';
import type { Transform } from '../transform.js';
import { adEMAMix } from './ad-ema-mix.js';
import { adamW } from './adam-w.js';
import { adan } from './adan.js';
import { adopt } from './adopt.js';
import { lars } from './lars.js';
import { nadam } from './nadam.js';
import { nadamW } from './nadam-w.js';
import { signSGD } from './sign-sgd.js';

const { x0, constants } = problems.P1!;
const A = constants.A as number[][];
const b = constants.b as number[];
const slope = (x: readonly number[]): number[] =>
  x.map((xi, i) => A[i]!.reduce((sum, a, j) => sum + a * x[j]!, 0) - b[i]! + Math.tanh(xi));

/** Takes a step: the point after, from the point and the gradient there at step t. */
type Rule = (x: number[], g: number[], t: number) => number[];
const zero = (): number[] => x0.map(() => 0);
const ema = (beta: number, average: number[], value: (i: number) => number): void =>
  average.forEach((a, i) => {
    average[i] = beta * a + (1 - beta) * value(i);
  });
const norm = (x: readonly number[]): number => Math.hypot(...x);

interface AdanCase {
  lr: number;
  beta1: number;
  beta2: number;
  beta3: number;
  eps: number;
  weightDecay: number;
  decoupled: boolean;
}
function adanByHand({ lr, beta1, beta2, beta3, eps, weightDecay, decoupled }: AdanCase): Rule {
  const [m, d, n] = [zero(), zero(), zero()];
  let last: number[] | undefined;
  return (x, g, t) => {
    const change = g.map((gi, i) => (last ? gi - last[i]! : 0));
    last = g;
    ema(beta1, m, (i) => g[i]!);
    ema(beta2, d, (i) => change[i]!);
    ema(beta3, n, (i) => (g[i]! + beta2 * change[i]!) ** 2);
    return x.map((xi, i) => {
      const ahead = m[i]! / (1 - beta1 ** t) + (beta2 * d[i]!) / (1 - beta2 ** t);
      const u = ahead / (Math.sqrt(n[i]!) / Math.sqrt(1 - beta3 ** t) + eps);
      return decoupled ? xi * (1 - lr * weightDecay) - lr * u : (xi - lr * u) / (1 + lr * weightDecay);
    });
  };
}

interface AdoptCase {
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
  clip: boolean;
  weightDecay: number;
  decoupled: boolean;
}
function adoptByHand({ lr, beta1, beta2, eps, clip, weightDecay, decoupled }: AdoptCase): Rule {
  const m = zero();
  const v = zero();
  return (x, gradient, t) => {
    const g = decoupled ? gradient : gradient.map((gi, i) => gi + weightDecay * x[i]!);
    if (t === 1) {
      for (const i of v.keys()) v[i] = g[i]! ** 2;
      return x;
    }
    const limit = clip ? (t - 1) ** 0.25 : Number.POSITIVE_INFINITY;
    const scaled = g.map((gi, i) => gi / Math.max(Math.sqrt(v[i]!), eps));
    ema(beta1, m, (i) => Math.min(limit, Math.max(-limit, scaled[i]!)));
    ema(beta2, v, (i) => g[i]! ** 2);
    return x.map((xi, i) => (decoupled ? xi * (1 - lr * weightDecay) : xi) - lr * m[i]!);
  };
}

interface AdEMAMixCase {
  lr: number;
  beta1: number;
  beta2: number;
  beta3: number;
  alpha: number;
  eps: number;
  weightDecay: number;
  alphaWarmup?: number;
  beta3Warmup?: number;
}
function adEMAMixByHand(options: AdEMAMixCase): Rule {
  const { lr, beta1, beta2, beta3, alpha, eps, weightDecay, alphaWarmup, beta3Warmup } = options;
  const [m1, m2, v] = [zero(), zero(), zero()];
  return (x, g, t) => {
    const a = alphaWarmup ? alpha * Math.min(1, t / alphaWarmup) : alpha;
    const part = beta3Warmup ? t / beta3Warmup : 1;
    const [l1, l3] = [Math.log(beta1), Math.log(beta3)];
    const rising = Math.min(beta3, Math.exp((l1 * l3) / ((1 - part) * l3 + part * l1)));
    ema(beta1, m1, (i) => g[i]!);
    ema(part < 1 ? rising : beta3, m2, (i) => g[i]!);
    ema(beta2, v, (i) => g[i]! ** 2);
    return x.map((xi, i) => {
      const top = m1[i]! / (1 - beta1 ** t) + a * m2[i]!;
      return xi - lr * (top / (Math.sqrt(v[i]! / (1 - beta2 ** t)) + eps) + weightDecay * xi);
    });
  };
}

interface LarsCase {
  lr: number;
  momentum: number;
  nesterov: boolean;
  weightDecay: number;
  trustCoefficient: number;
  eps: number;
}
function larsByHand({ lr, momentum, nesterov, weightDecay, trustCoefficient, eps }: LarsCase): Rule {
  const buffer = zero();
  return (x, g) => {
    const u = g.map((gi, i) => gi + weightDecay * x[i]!);
    const r = (trustCoefficient * norm(x)) / (norm(u) + eps);
    for (const i of buffer.keys()) buffer[i] = momentum * buffer[i]! + lr * r * u[i]!;
    return x.map((xi, i) => xi - (nesterov ? lr * r * u[i]! + momentum * buffer[i]! : buffer[i]!));
  };
}

function signByHand({ lr, momentum, weightDecay }: Record<'lr' | 'momentum' | 'weightDecay', number>): Rule {
  const buffer = zero();
  return (x, g) => {
    for (const i of buffer.keys()) buffer[i] = momentum * buffer[i]! + g[i]!;
    return x.map((xi, i) => xi - lr * (Math.sign(buffer[i]!) + weightDecay * xi));
  };
}

const adans: AdanCase = {
  lr: 0.05,
  beta1: 0.98,
  beta2: 0.92,
  beta3: 0.99,
  eps: 1e-3,
  weightDecay: 0.1,
  decoupled: false,
};
const adopts: AdoptCase = {
  lr: 0.03,
  beta1: 0.9,
  beta2: 0.98,
  eps: 1e-6,
  clip: true,
  weightDecay: 0.1,
  decoupled: false,
};
const mixes: AdEMAMixCase = {
  lr: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  beta3: 0.999,
  alpha: 5,
  eps: 1e-3,
  weightDecay: 0.05,
};
const larses: LarsCase = {
  lr: 2,
  momentum: 0.8,
  nesterov: false,
  weightDecay: 0.05,
  trustCoefficient: 0.01,
  eps: 1e-3,
};
const signs = { lr: 0.01, momentum: 0, weightDecay: 0.1 };

const CASES: Readonly<Record<string, readonly [Transform, Rule]>> = {
  'adan, proximal': [adan(adans), adanByHand(adans)],
  'adan, decoupled': [adan({ ...adans, decoupled: true }), adanByHand({ ...adans, decoupled: true })],
  adopt: [adopt(adopts), adoptByHand(adopts)],
  'adopt, unclipped and decoupled': [
    adopt({ ...adopts, clip: false, decoupled: true }),
    adoptByHand({ ...adopts, clip: false, decoupled: true }),
  ],
  adEMAMix: [adEMAMix(mixes), adEMAMixByHand(mixes)],
  'adEMAMix, rising': [
    adEMAMix({ ...mixes, alphaWarmup: 30, beta3Warmup: 50 }),
    adEMAMixByHand({ ...mixes, alphaWarmup: 30, beta3Warmup: 50 }),
  ],
  lars: [lars(larses), larsByHand(larses)],
  'lars, nesterov': [lars({ ...larses, nesterov: true }), larsByHand({ ...larses, nesterov: true })],
  signSGD: [signSGD(signs), signByHand(signs)],
  'signSGD with momentum': [signSGD({ ...signs, momentum: 0.9 }), signByHand({ ...signs, momentum: 0.9 })],
};

describe('100 steps are those of the formula, in plain numbers', () => {
  it.each(Object.entries(CASES))('%s', (_, [optimizer, rule]) => {
    const step = stepper(optimizer, LOSSES.P1!);
    let position = start(optimizer, unpack(problems.P1!, x0));
    let x: number[] = [...x0];
    for (let t = 1; t <= 100; t++) {
      position = step(position);
      x = rule(x, slope(x), t);
      expectWithin(pack(position.params), x, t <= 20 ? 1e-10 : 1e-8);
    }
    expect(norm(slope(x))).toBeLessThan(0.9 * norm(slope(x0)));
  });
});

it('nadamW subtracts lr·λx beside the step of nadam', () => {
  const once = (optimizer: Transform): number[] =>
    pack(stepper(optimizer, LOSSES.P1!)(start(optimizer, unpack(problems.P1!, x0))).params);
  const plain = once(nadam({ lr: 0.1 }));
  expectWithin(
    once(nadamW({ lr: 0.1, weightDecay: 0.3 })),
    plain.map((x, i) => x - 0.1 * 0.3 * x0[i]!),
    1e-14,
  );
});

// From the tests of Keras's AdamW: the ε of 2 tells its places apart.
describe('adamW with lr 1, λ 0.5 and ε 2', () => {
  const gradients = Array.from({ length: 10 }, (_, i) => (i + 1) / 10);
  const loss: Loss = ({ x }, { g }) => x!.mul(g as Tensor).sum();
  const run = (convention: 'torch' | 'keras'): number[][] => {
    const optimizer = adamW({ lr: 1, weightDecay: 0.5, eps: 2, convention });
    const step = stepper(optimizer, loss);
    const ofRow = (values: number[]) => ({
      data: Float64Array.from(values),
      shape: [10],
      dtype: 'float64' as const,
    });
    let position = start(optimizer, { x: ofRow(gradients.map(() => 1)) });
    return [0, 1, 2, 3, 4].map((k) => {
      position = step(position, { g: ofRow(k === 0 ? gradients.map(() => 0.01) : gradients) });
      return pack(position.params);
    });
  };

  const lastOf = (convention: 'torch' | 'keras'): number => run(convention)[4]![9]!;

  it("goes from .4998 to −.0159 in Keras's convention, and to −.4846 in PyTorch's", () => {
    expect(run('keras')[0]![0]).toBeCloseTo(0.4998, 4);
    expect(lastOf('keras')).toBeCloseTo(-0.0159, 4);
    expect(lastOf('torch')).toBeCloseTo(-0.4846, 4);
  });
});
