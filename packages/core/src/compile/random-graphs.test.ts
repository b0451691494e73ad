import fc from 'fast-check';
import { describe, it } from 'vitest';
import { pullBack } from '../autodiff/propagate.js';
import { array, type NdArray } from '../tensor/array.js';
import { cond } from '../tensor/control/cond.js';
import { scan } from '../tensor/control/scan.js';
import { allocate, type FloatType } from '../tensor/dtype.js';
import * as linalg from '../tensor/linalg.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import { singleLeaf } from '../tensor/tree.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';

/** One step of a random program: an op by number, and numbers that choose its operands. */
type Step = readonly [op: number, a: number, b: number, c: number];

const pick = <T>(items: readonly T[], at: number): T => items[at % items.length]!;

/** Ops that keep values within a few units, so that rounding stays comparable. */
const OPS: ((x: Tensor, y: Tensor, n: number) => Tensor | undefined)[] = [
  (x, y) => binary(x, y, () => x.add(y).mul(0.5)),
  (x, y) => binary(x, y, () => x.sub(y).tanh()),
  (x, y) => binary(x, y, () => x.mul(y).sin()),
  (x, y) => binary(x, y, () => x.div(y.square().add(1))),
  (x, y) => binary(x, y, () => x.maximum(y)),
  (x, y) => binary(x, y, () => x.lt(y.add(0.0137)).where(x, y.neg())),
  (x) => x.neg(),
  (x) => x.abs().add(0.3).sqrt(),
  (x) => x.sigmoid(),
  (x) => x.softplus().log1p(),
  (x) => x.square().neg().exp(),
  (x, _, n) => (x.rank > 0 ? x.mean(n % x.rank, { keepDims: n % 2 === 0 }) : undefined),
  (x, _, n) => (x.rank > 0 ? x.max(n % x.rank) : undefined),
  (x) => (x.rank > 0 ? x.softmax() : undefined),
  (x) => x.sum().tanh(),
  (x) => x.reshape([x.size]),
  (x) => (x.rank > 1 ? x.transpose() : undefined),
  (x, _, n) => (x.rank > 0 && x.shape[0]! > 1 ? x.slice([n % x.shape[0]!], [], [1 + (n % 2)]) : undefined),
  (x) => (x.rank > 0 ? x.flip(0) : undefined),
  (x, _, n) => {
    const axis = n % Math.max(1, x.rank);
    const fits = x.rank > 0 && x.rank < 4 && x.shape[axis]! >= 3;
    return fits
      ? x.windows(axis, 2, { stride: 1 + (n % 2), dilation: 1 + (n % 3 === 0 ? 1 : 0) })
      : undefined;
  },
  (x, _, n) => (x.rank > 0 && x.size < 200 ? x.concat([x.mul(0.5)], n % x.rank) : undefined),
  (x) =>
    x.rank === 2
      ? x
          .matmul(x.transpose())
          .mul(1 / x.shape[1]!)
          .tanh()
      : undefined,
  (x) =>
    x.rank === 2
      ? x
          .transpose()
          .matmul(x)
          .mul(1 / x.shape[0]!)
          .tanh()
      : undefined,
  (x, _, n) => (x.rank > 0 ? x.cumSum(n % x.rank, { reverse: n % 2 === 0 }).tanh() : undefined),
  // Where two elements tie but for rounding, their order and so the gradient may differ: only values are held.
  (x, _, n) => (x.rank > 0 ? x.stopGradient().sort(n % x.rank, { descending: n % 2 === 0 }) : undefined),
  (x) => (x.rank === 2 && x.shape[0]! < 40 ? linalg.cholesky(definite(x)) : undefined),
  (x) => (x.rank === 2 && x.shape[0]! < 40 ? linalg.solveSpd(definite(x), x) : undefined),
  (x, _, n) => (x.rank > 0 ? x.gather(Int32Array.of(n, 0, n + 1).map((i) => i % x.shape[0]!)) : undefined),
  (x, _, n) =>
    x.rank > 0
      ? x
          .scatterAdd(
            Int32Array.from({ length: x.shape[0]! }, (_, i) => (i * n) % 4),
            4,
          )
          .tanh()
      : undefined,
  (x, _, n) => {
    const turn = (c: Tensor, row: Tensor) => [c.add(row).mul(0.7).tanh(), c.mul(row)] as const;
    return x.rank > 0 ? scan(turn, x.mean(0), x, { reverse: n % 2 === 0 })[1] : undefined;
  },
  (x, y) => {
    const further = x.mean().gt(y.mean().add(0.0137));
    return cond(
      further,
      () => x.sin(),
      () => x.mul(y.mean()).tanh(),
    );
  },
];

/** I + x·xᵀ/columns */
function definite(x: Tensor): Tensor {
  const [rows, columns] = x.shape as [number, number];
  const unit = Float64Array.from({ length: rows * rows }, (_, i) => Number(i % (rows + 1) === 0));
  const identity = x.constant(array(unit, { shape: [rows, rows], dtype: x.dtype }));
  return x
    .dot(x, false, true)
    .mul(1 / columns)
    .add(identity);
}

function binary(x: Tensor, y: Tensor, make: () => Tensor): Tensor | undefined {
  const rank = Math.max(x.rank, y.rank);
  const fits = Array.from({ length: rank }, (_, i) => [
    x.shape.at(-1 - i) ?? 1,
    y.shape.at(-1 - i) ?? 1,
  ]).every(([a, b]) => a === b || a === 1 || b === 1);
  return fits ? make() : undefined;
}

function build(steps: readonly Step[], inputs: readonly Tensor[]): Tensor[] {
  const pool = [...inputs];
  for (const [op, a, b, c] of steps) {
    const made = pick(OPS, op)(pick(pool, a), pick(pool, b), c);
    if (made && made.size > 0 && made.size < 4000) pool.push(made);
  }
  const total = pool.slice(inputs.length).reduce((sum, t) => sum.add(t.mean()), inputs[0]!.mean());
  const gradients = pullBack([total], [total.like(1)], inputs).flatMap((g) => g ?? []);
  return [...gradients, total, ...pool.slice(-3)];
}

const SHAPES: readonly Shape[] = [
  [],
  [1],
  [3],
  [8],
  [65],
  [4, 5],
  [9, 4],
  [1, 7],
  [16, 16],
  [2, 3, 5],
  [3, 1, 4],
];

function values(shape: Shape, dtype: FloatType, seed: number): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++)
    data[i] = 2.4 * (((i + 1) * 0.6180339887 + seed * 0.7548776662) % 1) - 1.2;
  return { data, shape, dtype };
}

const step = fc.tuple(fc.nat(100), fc.nat(30), fc.nat(30), fc.nat(7));

describe('random graphs with their gradients', () => {
  it.each([
    ['float64', 1e-9],
    ['float32', 5e-4],
  ] as const)('compiled equal interpreted in %s, to %f', (dtype, tolerance) => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(SHAPES.length - 1), { minLength: 1, maxLength: 4 }),
        fc.array(step, { minLength: 1, maxLength: 25 }),
        (shapes, steps) => {
          const inputs = shapes.map((shape, i) => values(SHAPES[shape]!, dtype, i + 1));
          const { graph } = trace((...xs: Tensor[]) => build(steps, xs), inputs.map(singleLeaf));
          expectCompiledAsInterpreted(graph, inputs, tolerance);
        },
      ),
      { numRuns: 150 },
    );
  });
});
