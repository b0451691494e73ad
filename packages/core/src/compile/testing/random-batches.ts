import fc from 'fast-check';
import { pullBack } from '../../autodiff/propagate.js';
import type { NdArray } from '../../tensor/array.js';
import { allocate, type FloatType } from '../../tensor/dtype.js';
import type { Graph } from '../../tensor/graph.js';
import { sizeOf } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { traced } from '../../tensor/testing/traced.js';
import { fuse } from '../fuse.js';
import { productsOfRows } from '../products-of-rows.js';
import { reads } from '../schedule.js';
import { simplify } from '../simplify.js';
import { BOUNDS, backward } from './random-graphs.js';
import { disagreement, type Engine, type Fed, interpretSteps, runCompiled } from './run-compiled.js';

// Random programs of what training steps do with a batch: rows of a data set, by numbers, times weights, and back.

/** A program as numbers; rows, elements and columns are those of the product. */
export interface RandomBatch {
  readonly held: number;
  readonly rows: number;
  readonly elements: number;
  readonly columns: number;
  readonly table: number;
  readonly index: number;
  readonly use: number;
}

/** The data set: an array, a part of one, or another form of one. The last has rows that are not dense. */
const TABLES: readonly ((all: Tensor, elements: number) => Tensor)[] = [
  (all) => all,
  (all) => all.slice([2]),
  (all) => all.slice([0], [all.shape[0]! - 2]),
  (all, elements) => all.flatten().slice([elements]).reshape([-1, elements]),
  (all) => all.mul(0.5).add(0.1),
  (all, elements) =>
    all.slice([0, 0], [all.shape[0]!, elements - 1]).pad([
      [0, 0],
      [1, 0],
    ]),
];

/** Numbers of rows: some are beyond both ends. */
const INDICES: readonly ((given: Tensor, all: Tensor) => Tensor)[] = [
  (given) => given,
  (given) => given.flip(0),
  (given) => given.add(1),
  (given) => given.gather(given),
  (given, all) => given.mul(all.sum().gt(-1e6).cast('int32')),
];

/** What becomes of the batch. The first output of the last three lies over the data set. */
const USES: readonly ((x: Tensor, w: Tensor, all: Tensor, at: Tensor) => Tensor[])[] = [
  (x, w) => [x.matmul(w)],
  (x, w) => [x.matmul(w).relu().add(0.5)],
  (x, w) => lossOf([x.matmul(w).tanh()], [w]),
  (x, w) => lossOf([x.matmul(w).tanh(), x.matmul(w.sin()).mul(0.3)], [w]),
  (x, w) => [...lossOf([x.matmul(w).tanh()], [w]), x.sum(1)],
  (x, w, all) => lossOf([x.matmul(w).tanh()], [w, all]),
  (x, w, all) => [all.mul(0.5), ...lossOf([x.matmul(w).tanh()], [w])],
  (x, w, all, at) => [moved(all, x, at), x.matmul(w)],
  (x, w, all, at) => {
    const next = moved(all, x, at);
    return [next, x.matmul(w.mul(next.square().mean()))];
  },
];
const RENEWING = USES.length - 3;

/** The sum of their squares' means, and its gradients. */
function lossOf(made: readonly Tensor[], params: readonly Tensor[]): Tensor[] {
  const loss = made.reduce((sum, each) => sum.add(each.square().mean()), made[0]!.like(0).sum());
  return [loss, ...pullBack([loss], [loss.like(1)], params).flatMap((slope) => slope ?? [])];
}

/** The data set with a part of the batch taken from its first rows, by the numbers that the batch has. */
const moved = (all: Tensor, x: Tensor, at: Tensor): Tensor =>
  all.sub(x.sin().mul(0.3).scatterAdd(at, all.shape[0]!));

export const randomBatch: fc.Arbitrary<RandomBatch> = fc.record({
  held: fc.constantFrom(3, 4, 9, 40, 150),
  rows: fc.constantFrom(8, 9, 11, 12, 13, 31, 64, 65, 130),
  elements: fc.constantFrom(256, 257, 260, 263, 392),
  columns: fc.constantFrom(32, 33, 40, 63, 64, 72),
  table: fc.nat(TABLES.length - 1),
  index: fc.nat(INDICES.length - 1),
  use: fc.nat(USES.length - 1),
});

function wave(shape: readonly number[], dtype: FloatType, pitch: number): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = 0.2 * Math.sin(pitch * i + 0.3);
  return { data, shape, dtype };
}

/** The program's graph and inputs, and inputs of two steps. */
export function realizeBatch(
  { held, rows, elements, columns, table, index, use }: RandomBatch,
  dtype: FloatType,
) {
  const at: NdArray = {
    data: Int32Array.from({ length: rows }, (_, i) => ((i * 37) % (held + 6)) - 3),
    shape: [rows],
    dtype: 'int32',
  };
  const inputs = [wave([held, elements], dtype, 1.7), at, wave([elements, columns], dtype, 0.7)];
  const f = (all: Tensor, given: Tensor, w: Tensor): Tensor[] => {
    const numbers = INDICES[index]!(given, all);
    return USES[use]!(TABLES[table]!(all, elements).gather(numbers), w, all, numbers);
  };
  const fed: Fed = { 1: [at, backward(at)] };
  const renewed: Record<number, number> = use < RENEWING ? {} : { 0: 0 };
  return { graph: traced(f, ...inputs), inputs, fed, renewed };
}

/** Whether a product of the program reads rows where they lie. */
export const picksRows = (graph: Graph): boolean =>
  productsOfRows(fuse(simplify(graph))).kernels.some(
    (kernel) => kernel.kind === 'dot' && reads(kernel).some(({ picked }) => picked),
  );

/** Holds so many programs to the interpreter; gives how many of them read rows where they lie. */
export function holdRandomBatches(dtype: FloatType, engine: Engine, count: number): number {
  let picking = 0;
  fc.assert(
    fc.property(randomBatch, (program) => {
      const { graph, inputs, renewed, fed } = realizeBatch(program, dtype);
      if (picksRows(graph)) picking++;
      const wanted = interpretSteps(graph, inputs, { renewed, fed }).at(-1)!;
      const got = runCompiled(graph, inputs, { ...engine, renewed, fed });
      const wrong = disagreement(graph, wanted, got, BOUNDS);
      if (wrong) throw new Error(wrong.slice(0, 4000));
    }),
    { numRuns: count },
  );
  return picking;
}
