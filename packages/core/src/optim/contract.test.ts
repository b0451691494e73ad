import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.js';
import { isNdArray, type NdArray } from '../tensor/array.js';
import { allocate, type FloatType } from '../tensor/dtype.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { flatten } from '../tensor/tree.js';
import { mapLeaves } from './leaves.js';
import { OPTIMIZERS } from './registry.js';
import { descend, type Loss, type Position, start, stepper } from './testing/descend.js';
import { ENGINES } from './testing/engines.js';
import { rosenbrock } from './testing/golden.js';
import { type Leaves, type Schedulable, type State, type Transform, valueAt } from './transform.js';

interface Case {
  readonly optimizer: keyof typeof OPTIMIZERS;
  readonly options?: Readonly<Record<string, number | boolean | string>>;
  /** Learning rates that suit the two test functions. */
  readonly lr: { readonly parabola: number; readonly rosenbrock: number };
  /** Hyperparameters that are no options of it, and why. */
  readonly inner?: Readonly<Record<string, string>>;
  /** Hyperparameters that may be negative. */
  readonly signed?: readonly string[];
  /** Why numbers of its state may differ where parameters agree. */
  readonly ambiguous?: string;
  /** Hyperparameters that must stay as they are, and why. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** Why it moves where gradient and parameters are zero. */
  readonly restless?: string;
}

const gradual = { parabola: 0.1, rosenbrock: 1e-3 };
const bold = { parabola: 0.1, rosenbrock: 0.05 };

const ADAMW = Object.fromEntries(
  ['beta1', 'beta2', 'eps', 'weightDecay_2', 'lr_2'].map((name) => [name, 'an option of its adamw']),
);

const NO_DAMPENING = { dampening: 'its momentum has none' };
const NULL_SPACE = 'eigenvectors for equal eigenvalues, here of zero, are any basis';

/** Every optimizer, plain and with all that it has. */
const CASES: readonly Case[] = [
  { optimizer: 'sgd', lr: gradual },
  {
    optimizer: 'sgd',
    options: { momentum: 0.8, dampening: 0.2, weightDecay: 1e-3 },
    lr: gradual,
  },
  {
    optimizer: 'sgd',
    options: { momentum: 0.9, nesterov: true },
    lr: { parabola: 0.05, rosenbrock: 5e-4 },
    fixed: { dampening: 'Nesterov momentum takes none' },
  },
  { optimizer: 'adam', lr: bold },
  { optimizer: 'adam', options: { amsgrad: true, weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adamW', lr: bold },
  { optimizer: 'adamW', options: { amsgrad: true, beta2: 0.9 }, lr: bold },
  { optimizer: 'rmsprop', lr: { parabola: 0.02, rosenbrock: 0.01 } },
  {
    optimizer: 'rmsprop',
    options: { centered: true, momentum: 0.5, weightDecay: 1e-3 },
    inner: NO_DAMPENING,
    lr: { parabola: 0.01, rosenbrock: 0.005 },
  },
  { optimizer: 'adagrad', lr: { parabola: 0.5, rosenbrock: 0.2 } },
  {
    optimizer: 'adagrad',
    options: { lrDecay: 0.01, initialAccumulatorValue: 0.1, weightDecay: 1e-3 },
    lr: { parabola: 0.5, rosenbrock: 0.2 },
  },
  { optimizer: 'nesterov', lr: gradual },
  {
    optimizer: 'sgd',
    options: { momentum: 0.8, nesterov: true, convention: 'keras' },
    lr: gradual,
    fixed: { dampening: 'Nesterov momentum takes none' },
  },
  {
    optimizer: 'rmsprop',
    options: { convention: 'optax', momentum: 0.5, nesterov: true, biasCorrection: true, initialScale: 0.1 },
    inner: NO_DAMPENING,
    lr: { parabola: 0.01, rosenbrock: 0.005 },
  },
  { optimizer: 'adagrad', options: { convention: 'keras' }, lr: { parabola: 0.5, rosenbrock: 0.2 } },
  { optimizer: 'adam', options: { convention: 'keras', weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'amsgrad', lr: bold },
  { optimizer: 'amsgrad', options: { convention: 'optax', epsRoot: 1e-6 }, lr: bold },
  { optimizer: 'nadam', lr: bold },
  { optimizer: 'nadam', options: { convention: 'optax', weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'nadamW', lr: bold },
  {
    optimizer: 'radam',
    options: { beta2: 0.99, weightDecay: 1e-3 },
    lr: { parabola: 0.1, rosenbrock: 2e-3 },
  },
  { optimizer: 'adamax', lr: bold },
  { optimizer: 'adamax', options: { convention: 'keras', weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adadelta', options: { weightDecay: 1e-3 }, lr: { parabola: 5, rosenbrock: 5 } },
  { optimizer: 'rprop', lr: { parabola: 0.1, rosenbrock: 0.01 } },
  { optimizer: 'asgd', options: { t0: 50, lambd: 1e-3 }, lr: gradual },
  { optimizer: 'lion', options: { beta2: 0.9, weightDecay: 1e-3 }, lr: { parabola: 0.01, rosenbrock: 0.01 } },
  { optimizer: 'signSGD', lr: { parabola: 0.02, rosenbrock: 0.01 } },
  {
    optimizer: 'signSGD',
    options: { momentum: 0.5, weightDecay: 1e-3 },
    inner: NO_DAMPENING,
    lr: { parabola: 0.02, rosenbrock: 0.01 },
  },
  { optimizer: 'yogi', lr: bold, restless: 'its average gradient starts above zero' },
  { optimizer: 'adabelief', options: { weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adan', lr: bold },
  { optimizer: 'adan', options: { decoupled: true, weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adopt', options: { weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adopt', options: { decoupled: true, weightDecay: 1e-3, clip: false }, lr: bold },
  { optimizer: 'adEMAMix', options: { weightDecay: 1e-3 }, lr: { parabola: 0.05, rosenbrock: 0.02 } },
  {
    optimizer: 'adEMAMix',
    options: { alpha: 2, beta3: 0.99, alphaWarmup: 100, beta3Warmup: 100 },
    lr: { parabola: 0.05, rosenbrock: 0.02 },
  },
  { optimizer: 'lamb', options: { weightDecay: 1e-3 }, lr: { parabola: 0.05, rosenbrock: 0.02 } },
  {
    optimizer: 'lars',
    options: { nesterov: true, weightDecay: 1e-3 },
    inner: NO_DAMPENING,
    lr: { parabola: 5, rosenbrock: 1 },
  },
  { optimizer: 'ftrl', options: { l1: 1e-3, l2: 1e-3 }, lr: { parabola: 1, rosenbrock: 0.5 } },
  { optimizer: 'nesterov', options: { momentum: 0.8 }, lr: gradual },
  { optimizer: 'adafactor', lr: { parabola: 0.05, rosenbrock: 0.02 } },
  {
    optimizer: 'adafactor',
    options: { scaleParameter: false, momentum: 0.5, weightDecay: 1e-4 },
    lr: { parabola: 0.05, rosenbrock: 0.02 },
  },
  {
    optimizer: 'muon',
    options: { weightDecay: 1e-3 },
    lr: { parabola: 0.05, rosenbrock: 0.05 },
    inner: ADAMW,
  },
  {
    optimizer: 'muon',
    options: { convention: 'optax', nesterov: false },
    lr: { parabola: 0.05, rosenbrock: 0.05 },
    inner: ADAMW,
  },
  { optimizer: 'scheduleFreeSGD', options: { warmupSteps: 5 }, lr: { parabola: 0.1, rosenbrock: 1e-3 } },
  {
    optimizer: 'scheduleFreeAdamW',
    options: { warmupSteps: 5, weightDecay: 1e-3, r: 1 },
    lr: { parabola: 0.1, rosenbrock: 0.1 },
  },
  { optimizer: 'prodigy', options: { d0: 0.01 }, lr: { parabola: 1, rosenbrock: 0.2 } },
  {
    optimizer: 'prodigy',
    options: { d0: 0.01, beta3: 0.9, growthRate: 1.1, biasCorrection: true, weightDecay: 1e-3 },
    lr: { parabola: 1, rosenbrock: 1 },
  },
  {
    optimizer: 'dAdaptAdam',
    options: { d0: 0.05, growthRate: 1.02, weightDecay: 1e-3 },
    lr: { parabola: 1, rosenbrock: 0.2 },
  },
  {
    optimizer: 'soap',
    options: { weightDecay: 1e-3, preconditionFrequency: 3, eps: 0.1 },
    lr: bold,
    ambiguous: NULL_SPACE,
  },
  {
    optimizer: 'soap',
    options: { normalizeGrads: true, shampooBeta: 0.9, eps: 0.1 },
    lr: { parabola: 0.02, rosenbrock: 0.02 },
    ambiguous: NULL_SPACE,
  },
  {
    optimizer: 'shampoo',
    options: { momentum: 0.5 },
    lr: { parabola: 0.2, rosenbrock: 0.2 },
    inner: NO_DAMPENING,
  },
  {
    optimizer: 'sophia',
    options: { gamma: 1, beta2: 0.9, updatePeriod: 3, weightDecay: 1e-3 },
    lr: { parabola: 0.05, rosenbrock: 0.02 },
  },
  {
    optimizer: 'sgld',
    options: { temperature: 1e-4 },
    lr: gradual,
    restless: 'it is noise that it makes',
  },
  { optimizer: 'polyakSGD', lr: { parabola: 1, rosenbrock: 1 }, signed: ['fMin'] },
  { optimizer: 'lookahead', options: { beta2: 0.99 }, lr: bold },
  { optimizer: 'sam', options: { momentum: 0.5 }, lr: { parabola: 0.05, rosenbrock: 5e-4 } },
];

const SHAPES: Readonly<Record<string, Shape>> = {
  scalar: [],
  vector: [7],
  'a.matrix': [2, 3],
  'a.cube': [2, 2, 3],
  four: [2, 1, 2, 2],
};

/** ½Σ(cᵢxᵢ)² with c from 1 to √10, over all leaves. */
const parabola: Loss = (params) =>
  Object.values(params)
    .map((x, i) =>
      x
        .mul(Math.sqrt(1 + (i % 2) * 9))
        .square()
        .sum()
        .mul(0.5),
    )
    .reduce((sum, part) => sum.add(part));

const valley: Loss = ({ x }) => rosenbrock(x!);

const values = (shapes: Readonly<Record<string, Shape>>, dtype: FloatType): Leaves<NdArray> =>
  mapLeaves(shapes, (shape, name) => {
    const data = allocate(dtype, sizeOf(shape)).map((_, i) => 1 + ((i + name.length) % 4) / 4);
    return { data, shape, dtype };
  });

const zero = (params: Leaves<NdArray>): Leaves<NdArray> =>
  mapLeaves(params, (param) => ({ ...param, data: param.data.map(() => 0) }));

const lossAt = (loss: Loss, params: Leaves<NdArray>): number =>
  compile((x: Leaves<Tensor>) => loss(x, {}))(params).data[0]!;

/** All numbers of a tree, by name. */
function numbers(tree: Leaves<NdArray> | State<NdArray>): Record<string, number[]> {
  const { names, leaves } = flatten(tree, isNdArray);
  return Object.fromEntries(names.map((name, i) => [name, [...leaves[i]!.data]]));
}

/** Shapes and element types of a tree, by name. */
function specs(tree: Leaves<NdArray> | State<NdArray>): Record<string, string> {
  const { names, leaves } = flatten(tree, isNdArray);
  return Object.fromEntries(names.map((name, i) => [name, `${leaves[i]!.dtype}[${leaves[i]!.shape}]`]));
}

const bits = ({ params, state }: Position) => [numbers(params), numbers(state)];

/** One that is new is tried as it is. */
const ALL: readonly Case[] = [
  ...CASES,
  ...(Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[])
    .filter((optimizer) => CASES.every((one) => one.optimizer !== optimizer))
    .map((optimizer) => ({ optimizer, lr: bold })),
];

describe.each(ALL.map((one) => [`${one.optimizer} ${JSON.stringify(one.options ?? {})}`, one] as const))(
  '%s',
  (_, { optimizer: name, options, lr, fixed = {}, restless, inner = {}, signed = [], ambiguous }) => {
    const make = (others: Readonly<Record<string, Schedulable>> = {}): Transform =>
      OPTIMIZERS[name]({ lr: lr.parabola, ...options, ...others });
    const hyper = Object.keys(make().hyper);

    describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
      const params = values(SHAPES, dtype);

      it('goes down a parabola in parameters of every rank', () => {
        const { params: end } = descend(make(), parabola, start(make(), params), 200);
        expect(lossAt(parabola, end)).toBeLessThan(0.01 * lossAt(parabola, params));
      });

      it("goes down into Rosenbrock's valley", () => {
        const from = { x: { data: allocate(dtype, 2), shape: [2], dtype } };
        from.x.data.set([-1.2, 1]);
        const optimizer = make({ lr: lr.rosenbrock });
        const { params: end } = descend(optimizer, valley, start(optimizer, from), 200);
        expect(lossAt(valley, from)).toBeCloseTo(24.2, 4);
        expect(lossAt(valley, end)).toBeLessThan(5);
      });

      it('keeps shapes and element types of parameters and state', () => {
        const from = start(make(), params);
        const to = descend(make(), parabola, from, 1);
        expect(specs(to.params)).toEqual(specs(from.params));
        expect(specs(to.state)).toEqual(specs(from.state));
      });

      it('does the same compiled as interpreted', () => {
        const run = (engine: keyof typeof ENGINES) =>
          descend(make(), parabola, start(make(), params), 5, ENGINES[engine]);
        const tolerance = (dtype === 'float32' ? 2e-6 : 1e-14) * (ambiguous ? 1e3 : 1);
        const numbersOf = (position: Position) => bits(position).slice(0, ambiguous ? 1 : 2);
        const [compiled, interpreted] = [numbersOf(run('compiled')), numbersOf(run('interpreted'))];
        compiled.forEach((tree, i) => {
          for (const [leaf, got] of Object.entries(tree))
            got.forEach((x, at) => {
              const expected = interpreted[i]![leaf]![at]!;
              expect(Math.abs(x - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
            });
        });
      });

      const still = restless === undefined ? it : it.skip;
      still(`stands still where gradient and parameters are zero${restless ? ` (${restless})` : ''}`, () => {
        const { params: end } = descend(make(), parabola, start(make(), zero(params)), 3);
        for (const found of Object.values(numbers(end)))
          expect(found.map(Math.abs)).toEqual(found.map(() => 0));
      });

      it('goes on from its state, taken out by name and put back, with the same bits', () => {
        const straight = descend(make(), parabola, start(make(), params), 6);
        const half = descend(make(), parabola, start(make(), params), 3);
        const saved = numbers(half.state);
        const { names, leaves, rebuild } = flatten(make().init(params), isNdArray);
        const state = rebuild(
          leaves.map((leaf, i) => ({ ...leaf, data: leaf.data.map((_, at) => saved[names[i]!]![at]!) })),
        ) as State<NdArray>;
        expect(bits(descend(make(), parabola, { ...half, state }, 3))).toEqual(bits(straight));
      });
    });

    for (const option of hyper) {
      const reason = fixed[option];
      const test = reason === undefined ? it : it.skip;
      test(`${option} can be scheduled: the same bits as with the values one by one${reason ? ` (${reason})` : ''}`, () => {
        const { hyper, ...rest } = make();
        const given = (value: Schedulable): Transform => ({ ...rest, hyper: { ...hyper, [option]: value } });
        const usual = (hyper[option] as number) || 0.1;
        const schedule = (step: number): number => usual * (1 - 0.2 * (step % 3));
        const from = start(make(), values(SHAPES, 'float64'));
        const scheduled = descend(given(schedule), parabola, from, 5);
        let position = from;
        for (let k = 0; k < 5; k++) position = stepper(given(valueAt(schedule, k)), parabola)(position);
        expect(bits(scheduled)).toEqual(bits(position));
      });
    }

    for (const option of hyper) {
      const reason = inner[option];
      const test = reason === undefined ? it : it.skip;
      test(`${option} out of range is refused in the caller’s spelling${reason ? ` (${reason})` : ''}`, () => {
        const wrong = [-1, Number.NaN, Number.POSITIVE_INFINITY].slice(signed.includes(option) ? 1 : 0);
        for (const value of wrong)
          expect(() => make({ [option]: value })).toThrow(
            new RegExp(`^\\w+: ${option} must be .*, got ${value}$`),
          );
      });
    }

    it('an option that is none is refused', () => {
      expect(() => make({ betta1: 0.5 })).toThrow(/: there is no option betta1; /);
    });
  },
);
