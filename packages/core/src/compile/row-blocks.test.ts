import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pullBack } from '../autodiff/propagate.js';
import { convolve, maxPool } from '../nn/convolve.js';
import type { NdArray } from '../tensor/array.js';
import { allocate, type DType, type FloatType } from '../tensor/dtype.js';
import type { Graph } from '../tensor/graph.js';
import { verify } from '../tensor/graph.js';
import type { Spec } from '../tensor/record.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import type { Arena } from './arena.js';
import { fuse } from './fuse.js';
import { interpret } from './interpret.js';
import { planOf } from './memory-plan.js';
import { rowBlocks } from './row-blocks.js';
import { simplify } from './simplify.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';
import { expectSameBits, teams } from './testing/teams.js';
import { turnsCut } from './turns-cut.js';

function values(shape: Shape, dtype: DType, seed: number): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  const wave = (i: number): number => 2 * (((i + 1) * 0.6180339887 + seed * 0.37) % 1) - 1;
  for (let i = 0; i < data.length; i++) data[i] = dtype === 'int32' ? Math.floor(2 + 2 * wave(i)) : wave(i);
  return { data, shape, dtype };
}

type Loss = (...inputs: Tensor[]) => Tensor;

/** A loss with its gradient by the inputs from number `first` on. */
const withGradient =
  (loss: Loss, first: number) =>
  (...inputs: Tensor[]): Tensor[] => {
    const value = loss(...inputs);
    return [value, ...pullBack([value], [value.like(1)], inputs.slice(first)).flatMap((bar) => bar ?? [])];
  };

const scans = ({ nodes }: Graph): number => nodes.filter(({ op }) => op === 'scan').length;

/** In blocks of so many rows. */
const blocked = (graph: Graph, size: number): Graph => rowBlocks(simplify(graph), () => size);

interface Case {
  readonly loss: Loss;
  readonly data: readonly (readonly [Shape, DType?])[];
  readonly params: readonly Shape[];
}

const LOSSES: Record<string, Case> = {
  'a logistic regression': {
    loss: (x, y, w, b) => {
      const z = x.matmul(w).add(b);
      return z
        .softplus()
        .sub(z.mul(y.reshape([-1, 1])))
        .mean();
    },
    data: [[[67, 5]], [[67]]],
    params: [[5, 1], [1]],
  },
  'a perceptron with cross-entropy over classes': {
    loss: (x, y, w1, b1, w2) => {
      const logs = x.matmul(w1).add(b1).tanh().matmul(w2).logSoftmax();
      const hits = y.reshape([-1, 1]).eq(new Int32Array([0, 1, 2, 3]));
      return hits.where(logs, 0).sum().neg().div(67);
    },
    data: [[[67, 5]], [[67], 'int32']],
    params: [[5, 8], [8], [8, 4]],
  },
  'rows picked from a table': {
    loss: (x, index, table) => x.mul(table.gather(index)).sum(1).sin().sum(),
    data: [[[67, 3]], [[67], 'int32'], [[5, 3]]],
    params: [],
  },
  'batches of products': {
    loss: (x, w) => x.matmul(w).reshape([67, 8]).square().sum(),
    data: [[[67, 2, 3]], [[67, 3, 4]]],
    params: [],
  },
  'products with rows on the right': {
    loss: (x, w) => w.dot(x, false, true).cos().transpose().square().sum(),
    data: [[[67, 5]]],
    params: [[2, 5]],
  },
  'a convolutional network': {
    loss: (x, index, w, v) => {
      const seen = maxPool(convolve(x.gather(index), w, { padding: 'same' }).relu(), 2);
      return seen.reshape([67, -1]).matmul(v).square().mean();
    },
    data: [[[5, 2, 4, 4]], [[67], 'int32']],
    params: [
      [3, 2, 3, 3],
      [12, 2],
    ],
  },
  'windows, slices and joins of columns': {
    loss: (x, w) => {
      const all = x
        .windows(1, 3)
        .reshape([67, -1])
        .concat([x.slice([0, 1]).flip(1)], 1);
      return all.mul(w).cumSum(1).tanh().sum();
    },
    data: [[[67, 5]]],
    params: [[13]],
  },
};

function expectAlike(got: readonly NdArray[], wanted: readonly NdArray[], dtype: FloatType): void {
  got.forEach(({ data }, i) => {
    data.forEach((value, at) => {
      expect(value).toBeCloseTo(wanted[i]!.data[at]!, dtype === 'float32' ? 4 : 12);
    });
  });
}

describe('work on rows, in blocks', () => {
  for (const dtype of ['float64', 'float32'] satisfies FloatType[])
    for (const [name, { loss, data, params }] of Object.entries(LOSSES))
      it.each([64, 32, 7, 1])(`gives the same in ${dtype} for ${name}, %i rows at a time`, (size) => {
        const arrays = [...data, ...params.map((shape) => [shape] as const)].map(([shape, type = dtype], i) =>
          values(shape, type, i + 1),
        );
        const whole = traced(withGradient(loss, data.length), ...arrays);
        const graph = blocked(whole, size);
        verify(graph);
        expect(scans(graph)).toBe(1);
        expectCompiledAsInterpreted(graph, arrays);
        expectAlike(interpret(graph, arrays), interpret(whole, arrays), dtype);
      });

  it('gives the same for functions of rows made at random', () => {
    const step = fc.tuple(fc.nat(STEPS.length - 1), fc.nat(9), fc.nat(9));
    const program = fc.array(step, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        program,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 9, max: 20 }),
        (steps, size, rows) => {
          const loss: Loss = (x, w) => {
            const made = [x];
            for (const [op, i, j] of steps)
              made.push(STEPS[op]!(made.at(-1 - (i % made.length))!, made[j % made.length]!, w));
            return made.map((y) => y.sum(0).square().sum()).reduce((a, b) => a.add(b));
          };
          const arrays = [values([rows, 3], 'float64', 1), values([3, 3], 'float64', 2)];
          const graph = traced(loss, ...arrays);
          const changed = blocked(graph, size);
          verify(changed);
          expect(scans(changed)).toBe(1);
          expectCompiledAsInterpreted(changed, arrays, { float64: 1e-9 });
          const [got, wanted] = [changed, graph].map((each) => interpret(each, arrays)[0]!.data[0]!);
          expect(got! / wanted!).toBeCloseTo(1, 9);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('blocks of rows, shared by threads', () => {
  let arenas: readonly Arena[] = [];
  beforeAll(async () => {
    arenas = await teams(1);
  });
  afterAll(() => {
    for (const { crew } of arenas) crew?.close();
  });

  const isShared = (graph: Graph): boolean => {
    const { kernels } = fuse(graph);
    return kernels.some(
      (kernel) => kernel.kind === 'control' && turnsCut(kernel, { grain: 1 }) !== undefined,
    );
  };

  for (const dtype of ['float64', 'float32'] satisfies FloatType[])
    for (const [name, { loss, data, params }] of Object.entries(LOSSES))
      it.each([7, 1])(
        `give the same bits by one, two and three in ${dtype}: ${name}, %i rows at a time`,
        (size) => {
          const arrays = [...data, ...params.map((shape) => [shape] as const)].map(
            ([shape, type = dtype], i) => values(shape, type, i + 1),
          );
          const graph = blocked(traced(withGradient(loss, data.length), ...arrays), size);
          expect(isShared(graph)).toBe(true);
          expectSameBits(graph, arrays, arenas);
        },
      );
});

/** What keeps the shape [rows, 3]. */
const STEPS: ((x: Tensor, y: Tensor, w: Tensor) => Tensor)[] = [
  (x, y) => x.mul(y).tanh(),
  (x, y) => x.gt(y).where(x.sin(), y),
  (x, _, w) => x.matmul(w).tanh(),
  (x, _, w) => x.dot(w, false, true).cos(),
  (x) => x.softmax(),
  (x) => x.sub(x.mean(1, { keepDims: true })),
  (x) => x.flip(1),
  (x) => x.cumSum(1).tanh(),
  (x, y) => x.slice([0, 1]).concat([y.slice([0, 0], [x.shape[0]!, 1])], 1),
  (x, y) =>
    x
      .reshape([-1, 1, 3])
      .matmul(y.reshape([-1, 3, 1]))
      .reshape([-1, 1])
      .mul(x)
      .tanh(),
];

describe('blocks of rows are left alone', () => {
  const regionOf = (f: (...xs: Tensor[]) => Tensor | Tensor[], ...shapes: Shape[]): number =>
    scans(blocked(traced(f, ...shapes), 4));

  it('where a result has rows', () => {
    expect(regionOf((x) => [x.square().sum(), x.square()], [40, 3])).toBe(0);
  });

  it('where rows meet a sum over all of them', () => {
    expect(regionOf((x) => x.sin().sub(x.sin().mean(0)).square().sum(), [40, 3])).toBe(0);
  });

  it('where rows are joined to each other', () => {
    expect(regionOf((x) => x.sin().cumSum(0).sum(), [40, 3])).toBe(0);
    expect(regionOf((x) => x.sin().flip(0).mul(x).sum(), [40, 3])).toBe(0);
    expect(regionOf((x) => x.sin().slice([1]).sum(), [40, 3])).toBe(0);
  });

  const logistic = (x: Tensor, w: Tensor): Tensor[] =>
    withGradient((x, w) => x.matmul(w).softplus().sum(), 1)(x, w);
  const specsOf = (rows: number, features: number, outputs: number): Spec[] =>
    [
      [rows, features],
      [features, outputs],
    ].map((shape) => ({ shape, dtype: 'float32' }));
  const sized = (...sizes: [number, number, number]): number =>
    scans(rowBlocks(simplify(traced(logistic, ...specsOf(...sizes)))));

  it('unless data is larger than the cache, and products do not take longer than memory', () => {
    expect(sized(100_000, 100, 1)).toBe(1);
    expect(sized(1000, 100, 1)).toBe(0);
    expect(sized(20_000, 100, 256)).toBe(0);
    expect(sized(10_000, 2000, 200)).toBe(0);
  });

  it('unless all rows together would leave much more behind than the weights that each block reads', () => {
    const room = (...sizes: [number, number, number]): number =>
      planOf(traced(logistic, ...specsOf(...sizes))).bytes;
    expect(sized(100_000, 100, 256)).toBe(1);
    expect(room(100_000, 100, 256)).toBeLessThan(100_000 * 256 * 4 * 0.2);
    expect(room(1_000_000, 100, 256)).toBeLessThan(1.1 * room(100_000, 100, 256));
    // Of weights that are as large as that, no block is long enough.
    expect(sized(5000, 5000, 4000)).toBe(0);
  });

  it('unless images of a batch leave more behind than the cache holds', () => {
    const f = (x: Tensor, index: Tensor, w: Tensor): Tensor[] =>
      withGradient((x, index, w) => convolve(x.gather(index), w).relu().sum(), 2)(x, index, w);
    const images = (batch: number): number => {
      const specs = [
        { shape: [500, 1, 28, 28], dtype: 'float32' },
        { shape: [batch], dtype: 'int32' },
      ] as const;
      return scans(rowBlocks(simplify(traced(f, ...specs, { shape: [8, 1, 3, 3], dtype: 'float32' }))));
    };
    expect(images(64)).toBe(1);
    expect(images(4)).toBe(0);
  });
});
