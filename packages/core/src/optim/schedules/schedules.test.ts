import { describe, expect, it } from 'vitest';
import { expectWithin, golden } from '../testing/golden.js';
import type { Schedule } from '../transform.js';
import { constant } from './constant.js';
import { cosine } from './cosine.js';
import { cosineRestarts } from './cosine-restarts.js';
import { type CyclicOptions, cyclic } from './cyclic.js';
import { exponential } from './exponential.js';
import { inverseSqrt } from './inverse-sqrt.js';
import { inverseTime } from './inverse-time.js';
import { join } from './join.js';
import { linearDecay } from './linear-decay.js';
import { multiStep } from './multi-step.js';
import { oneCycle } from './one-cycle.js';
import { perEpoch } from './per-epoch.js';
import { polynomialDecay } from './polynomial-decay.js';
import { scaleForBatch } from './scale-for-batch.js';
import { stepDecay } from './step-decay.js';
import { warmup } from './warmup.js';
import { warmupForBatch } from './warmup-for-batch.js';
import { warmupStableDecay } from './warmup-stable-decay.js';

type Options = Readonly<Record<string, number>> & {
  readonly milestones?: readonly number[];
  readonly mode?: string;
  readonly anneal_strategy?: string;
  readonly three_phase?: boolean;
};

interface Reference {
  readonly schedule: string;
  readonly base_lr: number;
  readonly options: Options;
  readonly lrs: readonly number[];
  readonly momentum?: readonly number[];
  /** Of reduceOnPlateau, which is a transform. */
  readonly metrics?: readonly number[];
}

/** PyTorch's schedules as ours. */
const OURS: Readonly<Record<string, (lr: number, options: Options) => Schedule>> = {
  StepLR: (lr, { step_size, gamma }) => stepDecay(lr, { stepSize: step_size!, gamma }),
  MultiStepLR: (lr, { milestones, gamma }) => multiStep(lr, { milestones: milestones!, gamma }),
  ExponentialLR: (lr, { gamma }) => exponential(lr, { gamma: gamma! }),
  PolynomialLR: (lr, { total_iters, power }) => polynomialDecay(lr, { steps: total_iters!, power }),
  CosineAnnealingLR: (lr, { T_max, eta_min }) => cosine(lr, { steps: T_max!, endValue: eta_min }),
  CosineAnnealingWarmRestarts: (lr, { T_0, T_mult, eta_min }) =>
    cosineRestarts(lr, { steps: T_0!, growth: T_mult, endValue: eta_min }),
  LinearLR: (lr, { total_iters, start_factor, end_factor }) =>
    start_factor === 1
      ? linearDecay(lr, { steps: total_iters!, endValue: lr * end_factor! })
      : warmup(lr, { steps: total_iters!, startFactor: start_factor }),
  ConstantLR: (lr, { factor, total_iters }) => join([lr * factor!, lr], [total_iters!]),
  // A schedule is a function: what a scheduler does in Python is written down.
  MultiplicativeLR: (lr) => (step) => lr * 0.97 ** Math.ceil(step / 2) * 0.92 ** Math.floor(step / 2),
  LambdaLR: (lr) => (step) =>
    lr * (step < 10 ? (step + 1) / 10 : 0.5 * (1 + Math.cos((Math.PI * (step - 10)) / 50))),
  ChainedScheduler: (lr) => {
    const [held, falling] = [join([0.1, 1], [5]), exponential(lr, { gamma: 0.95 })];
    return (step) => held(step) * falling(step);
  },
  SequentialLR: (lr, { milestones }) =>
    milestones!.length === 1 ? join([lr * 0.1, exponential(lr, { gamma: 0.9 })], [2]) : tripartite(lr),
  CyclicLR: (_, options) => cyclic(options.base_lr!, { peak: options.max_lr!, ...cyclicOf(options) }),
  OneCycleLR: (_, options) => {
    const { max_lr, div_factor = 25, final_div_factor = 1e4 } = options;
    const startValue = max_lr! / div_factor;
    return oneCycle(max_lr!, { ...oneCycleOf(options), startValue, endValue: startValue / final_div_factor });
  },
  SWALR: (lr, { swa_lr, anneal_epochs, anneal_strategy }) =>
    (anneal_strategy === 'cos' ? cosine : linearDecay)(lr, { steps: anneal_epochs!, endValue: swa_lr! }),
};

/** Ten steps up from a tenth, a cosine over 30 steps, a twentieth for eight. */
const tripartite = (lr: number): Schedule =>
  join(
    [warmup(lr, { steps: 10, startFactor: 0.1 }), cosine(lr, { steps: 30 }), join([lr * 0.05, lr], [8])],
    [10, 40],
  );

/** The momentum that goes the other way. */
const MOMENTUM: Readonly<Record<string, (options: Options) => Schedule>> = {
  CyclicLR: (options) =>
    cyclic(options.max_momentum!, { peak: options.base_momentum!, ...cyclicOf(options) }),
  OneCycleLR: (options) => {
    const [startValue, endValue] = [options.max_momentum!, options.max_momentum!];
    return oneCycle(options.base_momentum!, { ...oneCycleOf(options), startValue, endValue });
  },
};

const cyclicOf = ({ step_size_up, step_size_down, mode, gamma }: Options) => ({
  stepsUp: step_size_up!,
  stepsDown: step_size_down,
  mode: mode!.replace('exp_range', 'expRange') as CyclicOptions['mode'],
  gamma,
});

const oneCycleOf = ({ total_steps, pct_start, anneal_strategy, three_phase }: Options) => ({
  steps: total_steps!,
  rise: pct_start,
  shape: anneal_strategy === 'linear' ? ('linear' as const) : ('cosine' as const),
  threePhase: three_phase,
});

const { cases } = golden<{ cases: readonly Reference[] }>('schedules');
const pure = cases.filter(({ metrics }) => !metrics);

it('no reference case is left out', () => {
  expect([cases.length, pure.length]).toEqual([29, 27]);
});

describe('schedules', () => {
  it.each(pure)('agree with PyTorch: $schedule $options', ({ schedule, base_lr, options, lrs }) => {
    const ours = OURS[schedule]!(base_lr, options);
    expectWithin(
      lrs.map((_, step) => ours(step)),
      lrs,
      1e-15,
    );
  });

  it.each(cases.filter(({ momentum }) => momentum))(
    'agree with PyTorch in the momentum of $schedule $options',
    ({ schedule, options, momentum }) => {
      const ours = MOMENTUM[schedule]!(options);
      expectWithin(
        momentum!.map((_, step) => ours(step)),
        momentum!,
        1e-15,
      );
    },
  );

  it('inverseTime is halved when its rate times the steps is one', () => {
    const schedule = inverseTime(1, { decayRate: 0.5, stepSize: 10 });
    expect([0, 20, 60].map(schedule)).toEqual([1, 0.5, 0.25]);
  });

  it('inverseSqrt after a warm-up is the schedule of the transformers', () => {
    const schedule = warmup(inverseSqrt(0.1, { stepSize: 100 }), { steps: 100 });
    expectWithin([100, 400, 10_000].map(schedule), [0.1, 0.05, 0.01], 1e-16);
  });

  it('warmupStableDecay rises, stays and falls for as many steps as it is told', () => {
    const schedule = warmupStableDecay(1, { stepsUp: 3, stepsStable: 2, stepsDown: 4, endValue: 0.2 });
    expectWithin(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20].map(schedule),
      [0.25, 0.5, 0.75, 1, 1, 1, 0.8, 0.6, 0.4, 0.2, 0.2],
      1e-15,
    );
  });

  it('polynomialDecay is at its end value from the last step on, whatever the power', () => {
    const schedule = polynomialDecay(1, { steps: 10, power: 0.5, endValue: 0.1 });
    expect([10, 11, 1000].map(schedule)).toEqual([0.1, 0.1, 0.1]);
  });

  it('scaleForBatch goes by the ratio of the batches, or its root', () => {
    expect(scaleForBatch(0.1, { from: 32, to: 128 })).toBe(0.4);
    expect(scaleForBatch(0.1, { from: 128, to: 32, rule: 'sqrt' })).toBe(0.05);
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
        multiStep(1, { milestones: [2, 4] }),
        polynomialDecay(1, { steps: 9, power: 0.7 }),
        cosineRestarts(1, { steps: 4, growth: 2 }),
        oneCycle(1, { steps: 20 }),
        cyclic(1, { peak: 2, stepsUp: 4, mode: 'expRange', gamma: 0.9 }),
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
    expect(() => cyclic(1, { peak: 2, stepsUp: 0 })).toThrow(
      'cyclic: stepsUp must be a positive integer, got 0',
    );
    expect(() => join([1, 2], [])).toThrow(
      'join: milestones must be 1 rising step numbers for 2 parts, got []',
    );
    expect(() => join([1, 2, 3], [5, 5])).toThrow('got [5,5]');
    expect(() => constant(Number.NaN)).toThrow('constant: value must be a finite number, got NaN');
  });
});

it('perEpoch counts epochs', () => {
  const schedule = perEpoch(cosine(1, { steps: 4 }), 3);
  const epochs = [0, 1, 2, 3].map(cosine(1, { steps: 4 }));
  expect(Array.from({ length: 12 }, (_, k) => schedule(k))).toEqual(epochs.flatMap((lr) => [lr, lr, lr]));
  expect(() => perEpoch(0.1, 0.5)).toThrow('perEpoch: steps must be a positive integer, got 0.5');
});

it('warmupForBatch rises from the rate of the small batch to that of the large one', () => {
  const schedule = warmupForBatch((k) => 0.1 / (1 + k), { from: 32, to: 128, steps: 4 });
  expect([0, 1, 2, 3, 4, 5].map(schedule)).toEqual(
    [0.1, 0.175, 0.25, 0.325, 0.4, 0.2].map((lr) => expect.closeTo(lr, 12)),
  );
  expect(warmupForBatch(0.1, { from: 4, to: 1, steps: 2, rule: 'sqrt' })(0)).toBeCloseTo(0.05, 12);
});
