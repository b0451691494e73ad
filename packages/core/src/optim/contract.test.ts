import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.js';
import { array, isNdArray, type NdArray } from '../tensor/array.js';
import { allocate, type FloatType } from '../tensor/dtype.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { flatten } from '../tensor/tree.js';
import { chain } from './chain.js';
import { mapLeaves } from './leaves.js';
import { sgd } from './optimizers/sgd.js';
import { OPTIMIZERS } from './registry.js';
import { ALL } from './testing/contract-cases.js';
import { descend, type Loss, type Position, start, stepper } from './testing/descend.js';
import { ENGINES } from './testing/engines.js';
import { batch, expectWithin, LOSSES, problems, rosenbrock, unpack } from './testing/golden.js';
import { type Leaves, type Schedulable, type State, type Transform, valueAt } from './transform.js';
import { accumulate } from './transforms/accumulate.js';
import { clipByGlobalNorm } from './transforms/clip-by-global-norm.js';
import { groups } from './transforms/groups.js';

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

const expectClose = (got: NdArray, expected: NdArray, tolerance: number): void =>
  expectWithin([...got.data], [...expected.data], tolerance);

const bits = ({ params, state }: Position) => [numbers(params), numbers(state)];

describe.each(ALL.map((one) => [`${one.optimizer} ${JSON.stringify(one.options ?? {})}`, one] as const))(
  '%s',
  (_, {
    optimizer: name,
    options,
    lr,
    fixed = {},
    restless,
    inner = {},
    signed = [],
    ambiguous,
    wholeLoss,
    whole,
    random,
  }) => {
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

    it('in a group of its own does what it does alone', () => {
      const params = values(SHAPES, 'float64');
      const isMine = (leaf: string) => /^(a\.|vector)/.test(leaf);
      const mine = Object.fromEntries(Object.entries(params).filter(([leaf]) => isMine(leaf)));
      const grouped = groups([{ params: isMine, optimizer: make() }, { optimizer: sgd({ lr: 0.1 }) }]);
      const apart: Loss = (leaves) =>
        Object.entries(leaves)
          .map(([leaf, x]) => x.square().sum().mul(leaf.length))
          .reduce((sum, part) => sum.add(part));
      const { params: together } = descend(grouped, wholeLoss ? overMine : apart, start(grouped, params), 4);
      const { params: alone } = descend(make(), wholeLoss ? overMine : apart, start(make(), mine), 4);
      for (const leaf of Object.keys(mine)) expectClose(together[leaf]!, alone[leaf]!, random ? 0.1 : 1e-12);
      function overMine(leaves: Leaves<Tensor>): Tensor {
        return apart(Object.fromEntries(Object.entries(leaves).filter(([leaf]) => isMine(leaf))), {});
      }
    });

    const clips = wholeLoss === undefined ? it : it.skip;
    clips(`clipped, it goes by the shorter gradient${wholeLoss ? ` (${wholeLoss})` : ''}`, () => {
      const params = values(SHAPES, 'float64');
      const slope =
        (factor: number): Loss =>
        (leaves) =>
          Object.values(leaves)
            .map((x, i) => x.sum().mul(factor * (1 + i)))
            .reduce((sum, part) => sum.add(part));
      const sizes = Object.values(SHAPES).map((shape, i) => sizeOf(shape) * (1 + i) ** 2);
      const norm = Math.sqrt(sizes.reduce((sum, square) => sum + square));
      const clipped = chain(clipByGlobalNorm(0.5), make());
      const { params: got } = descend(clipped, slope(1), start(clipped, params), 4);
      const { params: expected } = descend(make(), slope(0.5 / norm), start(make(), params), 4);
      for (const leaf of Object.keys(params)) expectClose(got[leaf]!, expected[leaf]!, 1e-9);
    });

    const accumulates = whole === undefined ? it : it.skip;
    accumulates(
      `over unequal micro-batches takes the full batch's steps${whole ? ` (${whole})` : ''}`,
      () => {
        const problem = problems.P3!;
        const { X, y } = problem.constants as unknown as { X: number[][]; y: number[] };
        const sizes = [5, 1, y.length - 6];
        const rows = (from: number, to: number) => ({
          X: array(X.slice(from, to)),
          y: array(y.slice(from, to)),
        });
        const parted = accumulate(3, make(), { weight: (k) => sizes[k % 3]! });
        const [full, part] = [stepper(make(), LOSSES.P3!), stepper(parted, LOSSES.P3!)];
        let [one, many] = [
          start(make(), unpack(problem, problem.x0)),
          start(parted, unpack(problem, problem.x0)),
        ];
        for (let k = 0; k < 5; k++) {
          one = full(one, batch(problem));
          for (let i = 0, from = 0; i < 3; from += sizes[i++]!)
            many = part(many, rows(from, from + sizes[i]!));
        }
        expectClose(many.params.x!, one.params.x!, 1e-12);
      },
    );

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
