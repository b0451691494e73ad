import { describe, expect, it } from 'vitest';
import { array, isNdArray, type NdArray } from '../../tensor/array.js';
import { allocate, type FloatType } from '../../tensor/dtype.js';
import { type Shape, sizeOf } from '../../tensor/shape.js';
import { flatten } from '../../tensor/tree.js';
import { chain } from '../chain.js';
import { bytesPerParameter, coverage } from '../coverage.js';
import { mapLeaves } from '../leaves.js';
import { adam } from '../optimizers/adam.js';
import { adamW } from '../optimizers/adam-w.js';
import { sgd } from '../optimizers/sgd.js';
import { descend, type Loss, type Position, start, stepper } from '../testing/descend.js';
import { ENGINES } from '../testing/engines.js';
import { type Leaves, type Schedulable, type State, type Transform, valueAt } from '../transform.js';
import { accumulate } from './accumulate.js';
import { addDecayedWeights } from './add-decayed-weights.js';
import { addNoise } from './add-noise.js';
import { centralize } from './centralize.js';
import { clipAdaptive } from './clip-adaptive.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';
import { clipByNorm } from './clip-by-norm.js';
import { ema } from './ema.js';
import { freeze } from './freeze.js';
import { groups } from './groups.js';
import { lookahead } from './lookahead.js';
import { masked } from './masked.js';
import { proximal } from './proximal.js';
import { reduceOnPlateau } from './reduce-on-plateau.js';
import { sam } from './sam.js';
import { matrices, type Selector } from './select.js';
import { skipNonFinite } from './skip-non-finite.js';
import { swa } from './swa.js';
import { switchOptimizer } from './switch-optimizer.js';

const SHAPES: Readonly<Record<string, Shape>> = {
  scalar: [],
  vector: [7],
  'a.matrix': [2, 3],
  'a.cube': [2, 2, 3],
  four: [2, 1, 2, 2],
};

type Options = Readonly<Record<string, Schedulable>>;

/** Every transform of this folder that takes more than one parameter to understand, in use. */
const MADE: Readonly<Record<string, (options?: Options) => Transform>> = {
  clipByNorm: ({ maxNorm = 0.5, lr = 0.1 } = {}) => chain(clipByNorm(maxNorm), sgd({ lr })),
  clipAdaptive: ({ lr = 0.1, ...others } = {}) =>
    chain(clipAdaptive({ clipping: 0.3, ...others }), sgd({ lr })),
  centralize: ({ lr = 0.1 } = {}) => chain(centralize(), addDecayedWeights(0.5), sgd({ lr })),
  addNoise: ({ lr = 0.1, ...others } = {}) => chain(addNoise({ eta: 1e-4, ...others }), sgd({ lr })),
  masked: ({ weightDecay = 0.01, lr = 0.1 } = {}) =>
    chain(masked(addDecayedWeights(weightDecay), matrices), sgd({ lr, momentum: 0.5 })),
  groups: ({ lr = 0.1, lr_2 = 0.05 } = {}) =>
    groups([{ params: matrices, optimizer: sgd({ lr, momentum: 0.5 }) }, { optimizer: sgd({ lr: lr_2 }) }]),
  lookahead: ({ slowStepSize, ...others } = {}) =>
    lookahead(adam({ lr: 0.1, ...others }), { k: 2, slowStepSize }),
  accumulate: ({ weight, lr = 0.2 } = {}) =>
    accumulate(2, chain(clipByGlobalNorm(2), sgd({ lr, momentum: 0.5 })), { weight }),
  skipNonFinite: (options) => skipNonFinite(adam({ lr: 0.1, ...options })),
  ema: ({ decay, lr = 0.1 } = {}) => chain(sgd({ lr }), ema({ decay })),
  sam: ({ rho, lr = 0.1 } = {}) => sam(sgd({ lr, momentum: 0.5 }), { rho }),
  'sam, adaptive': ({ rho = 0.5, lr = 0.1 } = {}) => sam(adam({ lr, beta1: 0.8 }), { rho, adaptive: true }),
  proximal: ({ l1 = 1e-3, l2 = 1e-2, lr = 0.1 } = {}) => proximal(sgd({ lr }), { l1, l2 }),
  reduceOnPlateau: ({ lr = 0.1 } = {}) => reduceOnPlateau(sgd({ lr }), { patience: 2, factor: 0.5 }),
  'switchOptimizer, anew': ({ lr = 0.1, lr_2 = 0.05 } = {}) =>
    switchOptimizer(adam({ lr }), sgd({ lr: lr_2, momentum: 0.5 }), { after: 2 }),
  'switchOptimizer, carrying': ({ lr = 0.1, lr_2 = 0.05 } = {}) =>
    switchOptimizer(adam({ lr }), adamW({ lr: lr_2 }), { after: 2, state: 'carry' }),
  swa: ({ lr = 0.1 } = {}) => chain(sgd({ lr }), swa({ start: 2, every: 3 })),
};

const parabola: Loss = (params) =>
  Object.values(params)
    .map((x, i) =>
      x
        .square()
        .sum()
        .mul(0.5 + (i % 2)),
    )
    .reduce((sum, part) => sum.add(part));

const values = (dtype: FloatType): Leaves<NdArray> =>
  mapLeaves(SHAPES, (shape, name) => {
    const data = allocate(dtype, sizeOf(shape)).map((_, i) => 1 + ((i + name.length) % 4) / 4);
    return { data, shape, dtype };
  });

const numbers = (tree: Leaves<NdArray> | State<NdArray>): Record<string, number[]> => {
  const { names, leaves } = flatten(tree, isNdArray);
  return Object.fromEntries(names.map((name, i) => [name, [...leaves[i]!.data]]));
};
const specs = (tree: Leaves<NdArray> | State<NdArray>): Record<string, string> => {
  const { names, leaves } = flatten(tree, isNdArray);
  return Object.fromEntries(names.map((name, i) => [name, `${leaves[i]!.dtype}[${leaves[i]!.shape}]`]));
};
const bits = ({ params, state }: Position) => [numbers(params), numbers(state)] as const;
const size = (params: Leaves<NdArray>): number => Math.hypot(...Object.values(numbers(params)).flat());

describe.each(Object.entries(MADE))('%s', (_, make) => {
  describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
    const from = () => start(make(), values(dtype));

    it('goes down a parabola in parameters of every rank, keeping shapes and element types', () => {
      const { params, state } = descend(make(), parabola, from(), 200);
      expect(size(params)).toBeLessThan(0.1 * size(from().params));
      expect(specs(params)).toEqual(specs(from().params));
      expect(specs(state)).toEqual(specs(from().state));
    });

    it('does the same compiled as interpreted', () => {
      const run = (engine: keyof typeof ENGINES) =>
        bits(descend(make(), parabola, from(), 5, ENGINES[engine]));
      const [compiled, interpreted] = [run('compiled'), run('interpreted')];
      const tolerance = dtype === 'float32' ? 2e-6 : 1e-14;
      compiled.forEach((tree, i) => {
        for (const [leaf, got] of Object.entries(tree))
          got.forEach((x, at) => {
            const expected = interpreted[i]![leaf]![at]!;
            expect(Math.abs(x - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
          });
      });
    });

    it('goes on from its state, taken out by name and put back, with the same bits', () => {
      const half = descend(make(), parabola, from(), 3);
      const saved = numbers(half.state);
      const { names, leaves, rebuild } = flatten(make().init(values(dtype)), isNdArray);
      const state = rebuild(
        leaves.map((leaf, i) => ({ ...leaf, data: leaf.data.map((_, at) => saved[names[i]!]![at]!) })),
      ) as State<NdArray>;
      const resumed = descend(make(), parabola, { ...half, state }, 3);
      expect(bits(resumed)).toEqual(bits(descend(make(), parabola, from(), 6)));
    });
  });

  it.each(Object.keys(make().hyper))(
    '%s can be scheduled: the same bits as with the values one by one',
    (option) => {
      const { hyper, ...rest } = make();
      const given = (value: Schedulable): Transform => ({ ...rest, hyper: { ...hyper, [option]: value } });
      const usual = (hyper[option] as number) || 0.1;
      const schedule = (step: number): number => usual * (1 - 0.2 * (step % 3));
      const from = start(make(), values('float64'));
      let position = from;
      for (let k = 0; k < 5; k++) position = stepper(given(schedule(k)), parabola)(position);
      expect(bits(descend(given(schedule), parabola, from, 5))).toEqual(bits(position));
    },
  );
});

it('accumulate schedules the steps of its optimizer, not the micro-batches', () => {
  const optimizer = accumulate(2, sgd({ lr: (k) => k }));
  expect([0, 1, 2, 3, 4].map((step) => valueAt(optimizer.hyper.lr!, step))).toEqual([0, 0, 1, 1, 2]);
});

describe('masks, groups and what they cover', () => {
  const params = { w: array([[1, 2]]), b: array([3, 4]) };

  it('coverage tells what each parameter gets, in order', () => {
    const optimizer = chain(
      clipByGlobalNorm(1),
      masked(addDecayedWeights(0.1), matrices),
      groups([{ params: /b/, optimizer: sgd({ lr: () => 1 }) }, { optimizer: lookahead(sgd({ lr: 0.5 })) }]),
    );
    expect(coverageOf(optimizer)).toEqual({
      w: 'clipByGlobalNorm(maxNorm 1), addDecayedWeights(weightDecay 0.1), scaleByLearningRate(lr 0.5), lookahead(slowStepSize 0.5)',
      b: 'clipByGlobalNorm(maxNorm 1), scaleByLearningRate(lr scheduled)',
    });
    expect(coverageOf(accumulate(3, skipNonFinite(chain(freeze(/w/)))))).toEqual({
      w: 'accumulate(k 3), skipNonFinite, freeze',
      b: 'accumulate(k 3), skipNonFinite',
    });
  });
  const coverageOf = (optimizer: Transform) =>
    mapLeaves(coverage(optimizer, params), (words) => words.join(', '));

  it.each([
    ['decoupled, by adamW', (decayOnly: Selector) => adamW({ weightDecay: 0.5, decayOnly })],
    ['coupled, by adam', (decayOnly: Selector) => adam({ weightDecay: 0.5, decayOnly })],
    ['coupled, by sgd', (decayOnly: Selector) => sgd({ weightDecay: 0.5, decayOnly })],
  ])('weight decay is for what it is told: %s', (_, make) => {
    const flat: Loss = ({ w, b }) => w!.sum().mul(0).add(b!.sum().mul(0));
    const end = numbers(descend(make(/w/), flat, start(make(/w/), params), 1).params);
    expect(end.b).toEqual([3, 4]);
    expect(end.w!.every((x, i) => x < params.w.data[i]!)).toBe(true);
    expect(numbers(descend(make(matrices), flat, start(make(matrices), params), 1).params)).toEqual(end);
  });

  it('freeze keeps what it selects to the last bit, under weight decay and momentum', () => {
    const optimizer = chain(adamW({ lr: 0.1, weightDecay: 0.5 }), freeze(/^w$/));
    const { params: end } = descend(optimizer, parabola, start(optimizer, params), 5);
    expect(end.w).toEqual(params.w);
    expect(numbers(end).b!.every((x, i) => x < params.b.data[i]!)).toBe(true);
  });

  it('a mask or group without a parameter is refused, and a parameter without a group', () => {
    expect(() => masked(sgd(), /bias$/).init(params)).toThrow(
      'masked: sgd is for /bias$/, which selects no parameter of w, b',
    );
    expect(() => groups([{ params: matrices, optimizer: sgd() }]).init(params)).toThrow(
      'groups: no group takes b; a last group without params takes the rest',
    );
  });

  it('a selected norm is that of the selected parameters alone', () => {
    const optimizer = chain(masked(clipByGlobalNorm(1), /b/), sgd({ lr: 1 }));
    const { params: end } = descend(
      optimizer,
      ({ b, w }) => b!.mul([3, 4]).sum().add(w!.mul(7).sum()),
      start(optimizer, params),
      1,
    );
    expect(numbers(end)).toEqual({ w: [-6, -5], b: [3 - 0.6, 4 - 0.8] });
  });

  it('bytesPerParameter counts what grows with the parameters', () => {
    const counted = [
      sgd(),
      adam(),
      adam({ amsgrad: true }),
      chain(adam(), swa()),
      lookahead(sgd({ momentum: 0.9 })),
    ];
    expect(counted.map((optimizer) => bytesPerParameter(optimizer))).toEqual([0, 8, 12, 12, 8]);
    expect(bytesPerParameter(masked(adam(), /w/), params)).toBe(8);
  });
});
