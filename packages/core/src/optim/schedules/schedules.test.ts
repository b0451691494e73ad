import { describe, expect, it } from 'vitest';
import { expectWithin, golden } from '../testing/golden.js';
import type { Schedule } from '../transform.js';
import { constant } from './constant.js';
import { cosine } from './cosine.js';
import { exponential } from './exponential.js';
import { stepDecay } from './step-decay.js';
import { warmup } from './warmup.js';

interface Reference {
  readonly schedule: string;
  readonly base_lr: number;
  readonly options: Readonly<Record<string, number>>;
  readonly lrs: readonly number[];
}

/** PyTorch's schedules as ours. */
const OURS: Readonly<Record<string, (lr: number, options: Reference['options']) => Schedule>> = {
  StepLR: (lr, { step_size, gamma }) => stepDecay(lr, { stepSize: step_size!, gamma }),
  ExponentialLR: (lr, { gamma }) => exponential(lr, { gamma: gamma! }),
  CosineAnnealingLR: (lr, { T_max, eta_min }) => cosine(lr, { steps: T_max!, endValue: eta_min }),
  LinearLR: (lr, { total_iters, start_factor }) =>
    warmup(lr, { steps: total_iters!, startFactor: start_factor }),
  // Ten steps up from a tenth, then a cosine over 30 steps.
  SequentialLR: (lr) => warmup(cosine(lr, { steps: 30 }), { steps: 10, startFactor: 0.1 }),
};

const { cases } = golden<{ cases: readonly Reference[] }>('schedules');

describe('schedules', () => {
  it.each(cases)('agree with PyTorch: $schedule $options', ({ schedule, base_lr, options, lrs }) => {
    const ours = OURS[schedule]!(base_lr, options);
    expectWithin(
      lrs.map((_, step) => ours(step)),
      lrs,
      1e-15,
    );
  });

  it('constant never changes', () => {
    expect([0, 1, 1e6].map(constant(0.3))).toEqual([0.3, 0.3, 0.3]);
  });

  it('exponential takes its factor over as many steps as it is told', () => {
    const halving = exponential(1, { gamma: 0.5, stepSize: 4 });
    expect([0, 4, 8, 40].map(halving)).toEqual([1, 0.5, 0.25, 2 ** -10]);
    expect(halving(2)).toBeCloseTo(Math.SQRT1_2, 15);
  });

  it('cosine stays at its end value', () => {
    const schedule = cosine(1, { steps: 10, endValue: 0.2 });
    expect([10, 11, 15, 1e6].map(schedule)).toEqual([0.2, 0.2, 0.2, 0.2]);
  });

  it('warmup rises by equal parts, the first step included', () => {
    const rise = [0, 1, 2, 3, 4].map(warmup(1, { steps: 3 }));
    expectWithin(rise, [0.25, 0.5, 0.75, 1, 1], 1e-16);
  });

  it('give the same bits on every engine: no Math function that engines round differently is called', () => {
    const inexact = ['exp', 'log', 'pow', 'cos', 'sin', 'tan', 'expm1', 'log1p', 'cbrt', 'hypot'] as const;
    const saved = inexact.map((name) => Math[name]);
    const refuse = (): never => {
      throw new Error('not the same on every engine');
    };
    try {
      for (const name of inexact) Math[name] = refuse;
      const made = [
        stepDecay(1, { stepSize: 7 }),
        exponential(1, { gamma: 0.9, stepSize: 4 }),
        cosine(1, { steps: 9 }),
        warmup(cosine(1, { steps: 9 }), { steps: 5 }),
      ];
      for (const schedule of made) expect(schedule(6)).toBeGreaterThan(0);
    } finally {
      inexact.forEach((name, i) => {
        Math[name] = saved[i] as never;
      });
    }
  });

  it('refuse what makes no sense', () => {
    expect(() => cosine(1, { steps: 0 })).toThrow('cosine: steps must be a positive integer, got 0');
    expect(() => exponential(1, { gamma: 0 })).toThrow('exponential: gamma must be above 0, got 0');
    expect(() => cosine(1, {} as never)).toThrow('cosine: steps must be a positive integer, got undefined');
    expect(() => constant(Number.NaN)).toThrow('constant: value must be a finite number, got NaN');
  });
});
