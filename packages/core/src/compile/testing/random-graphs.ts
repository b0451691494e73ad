import fc from 'fast-check';
import { pullBack, pushForward } from '../../autodiff/propagate.js';
import type { NdArray } from '../../tensor/array.js';
import { allocate, type FloatType } from '../../tensor/dtype.js';
import type { Graph } from '../../tensor/graph.js';
import { type Shape, sizeOf } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { singleLeaf } from '../../tensor/tree.js';
import { PRODUCTS, RANDOM_OPS } from './random-ops.js';
import { ROW_OPS, randomIndex } from './random-rows.js';
import {
  type Bounds,
  disagreement,
  type Engine,
  type Fed,
  interpretSteps,
  runCompiled,
} from './run-compiled.js';

// Random programs, with their gradients and now and then the derivative of those: compiled must equal interpreted.

/** A program as numbers: extents, shapes made of them, ops and their operands. */
export interface RandomProgram {
  readonly extents: readonly [number, number, number];
  readonly inputs: readonly number[];
  /** Ops by number, and numbers that choose operands and rows. */
  readonly steps: readonly (readonly [op: number, x: number, y: number, n: number, index: number])[];
  /** Whether the gradient is differentiated, too. */
  readonly second: boolean;
  /** Whether the inputs are renewed in place by a step down the gradient; the number chooses its length. */
  readonly descent: number;
}

/** Extents around the widths of vectors and blocks, and none at all. */
const EXTENTS = [0, 1, 3, 4, 5, 7, 8, 9, 63, 64, 65];
const MOST = 4300;

/** What inputs are renewed by, times the gradient: made of a rate that is an input, and the square of the gradients' length. */
const RATES: readonly ((rate: Tensor, norm: Tensor) => Tensor)[] = [
  (rate) => rate,
  (rate) => rate.like(0.25),
  (rate) => rate.add(1).sqrt().mul(0.1),
  (rate, norm) => rate.div(norm.add(1)),
];

export const randomProgram: fc.Arbitrary<RandomProgram> = fc.record({
  extents: fc.tuple(
    fc.constantFrom(...EXTENTS),
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(1, 3, 4, 5, 7, 8, 9) }, fc.constantFrom(...EXTENTS)),
    fc.constantFrom(1, 2, 3, 4),
  ),
  inputs: fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }),
  steps: fc.array(fc.tuple(fc.nat(RANDOM_OPS.length - 1), fc.nat(30), fc.nat(30), fc.nat(7), fc.nat(60)), {
    minLength: 1,
    maxLength: 20,
  }),
  second: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  descent: fc.integer({ min: -8, max: RATES.length }).map((n) => Math.max(0, n)),
});

/** The same, with many matrix products, and those large enough for a library. */
export const matrixProgram: fc.Arbitrary<RandomProgram> = fc
  .tuple(randomProgram, fc.constantFrom(17, 63, 64, 65), fc.constantFrom(16, 32, 33, 64))
  .map(([{ extents, inputs, steps, ...rest }, a, b]) => ({
    ...rest,
    extents: [a, b, extents[2]],
    inputs: inputs.map((shape) => shape % 8),
    steps: steps.map((step, i) => (i % 2 ? step : [step[0] % PRODUCTS, step[1], step[2], step[3], step[4]])),
  }));

/** The same, with few others than ops on tables whose rows are long, by indices; most renew their tables. */
export const tableProgram: fc.Arbitrary<RandomProgram> = fc
  .tuple(
    randomProgram,
    fc.constantFrom(4, 9, 17, 65, 130),
    fc.constantFrom(8, 9, 16, 21, 33),
    fc.constantFrom(1, 2, 4, 12),
    fc.nat(RATES.length),
  )
  .map(([{ extents, inputs, steps, second }, a, b, most, descent]) => ({
    extents: [a, b, extents[2]],
    inputs: inputs.map((shape) => (shape % 4 === 3 ? shape : 0)),
    steps: steps.slice(0, most).map((step, i) => {
      const op = i % 3 === 2 ? step[0] : RANDOM_OPS.length - 1 - (step[0] % ROW_OPS.length);
      return [op, step[1], step[2], step[3], step[4]];
    }),
    second,
    descent,
  }));

function shapeOf(number: number, [a, b, c]: RandomProgram['extents']): Shape {
  const shapes = [
    [a, b],
    [a],
    [b],
    [b, a],
    [a, 1],
    [1, b],
    [c, a, b],
    [c, b, a],
    [c, 1, b],
    [a, c],
    [c, c],
    [],
  ];
  const shape = shapes[number]!;
  return sizeOf(shape) > MOST ? [c, c] : shape;
}

function values(shape: Shape, dtype: FloatType, seed: number): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++)
    data[i] = 2.4 * (((i + 1) * 0.6180339887 + seed * 0.7548776662) % 1) - 1.2;
  return { data, shape, dtype };
}

/** Numbers of rows, some beyond both ends of a table of `rows`. */
function rowNumbers(count: number, rows: number): NdArray {
  const data = Int32Array.from({ length: count }, (_, i) => ((i * i * 5 + 3 * i) % (rows + 7)) - 3);
  return { data, shape: [count], dtype: 'int32' };
}

export const backward = ({ data, shape, dtype }: NdArray): NdArray => ({
  data: data.slice().reverse() as NdArray['data'],
  shape,
  dtype,
});

/**
 * The program's graph and inputs, the sum that is differentiated, which outputs are to lie over inputs, and inputs of several
 * steps. The last outputs, `margins` of them, must not be near zero.
 */
export function realize(program: RandomProgram, dtype: FloatType) {
  const { extents, second, descent } = program;
  const data = program.inputs.map((shape, i) => values(shapeOf(shape, extents), dtype, i + 1));
  const indices = [extents[0], 2 * extents[2] + 3].map((count) => rowNumbers(count, extents[0]));
  const inputs = [...data, ...indices, values([], dtype, 1)];
  let margins = 0;
  let derivatives = 0;
  let renewed: Record<number, number> = {};
  const build = (...all: Tensor[]): Tensor[] => {
    const xs = all.slice(0, data.length);
    const [some, few, rate] = all.slice(data.length) as [Tensor, Tensor, Tensor];
    const { pool, distances } = carryOut(program.steps, xs, [some, few]);
    // What is summed has gradients of zeros where a table's rows are not picked, if the table itself is not among it.
    const summed = descent > 0 ? pool.slice(xs.length) : pool;
    const total = summed.reduce((sum, t) => sum.add(t.sum().mul(1 / Math.max(1, t.size))), xs[0]!.like(0));
    const slopes = pullBack([total], [total.like(1)], xs);
    const found =
      descent > 0 ? descend(xs, slopes, RATES[descent - 1]!, rate) : slopes.flatMap((g) => g ?? []);
    if (descent > 0) renewed = Object.fromEntries(slopes.flatMap((g, i) => (g ? [i] : [])).entries());
    else if (second) found.push(...curvature(xs, found));
    margins = distances.length;
    derivatives = found.length;
    return [...found, total, ...pool.slice(-3), ...distances];
  };
  const { graph } = trace(build as (...args: never[]) => unknown, inputs.map(singleLeaf));
  // Of several steps each has indices of its own.
  const fed: Fed =
    descent > 0 ? Object.fromEntries(indices.map((at, i) => [data.length + i, [at, backward(at)]])) : {};
  return { graph, inputs, margins, renewed, fed, total: graph.outputs[derivatives]! };
}

/** Each x whose gradient there is, less this times a rate, and the square of the gradients' length. */
function descend(
  xs: readonly Tensor[],
  gradients: readonly (Tensor | undefined)[],
  rateOf: (typeof RATES)[number],
  rate: Tensor,
): Tensor[] {
  const norm = gradients.reduce<Tensor>((sum, g) => (g ? sum.add(g.square().sum()) : sum), rate.like(0));
  const by = rateOf(rate, norm);
  return [...xs.flatMap((x, i) => (gradients[i] ? [x.sub(gradients[i].mul(by))] : [])), norm];
}

/** How gradients change in one direction. */
const curvature = (xs: readonly Tensor[], gradients: readonly Tensor[]): Tensor[] =>
  pushForward(
    xs,
    xs.map((x) => x.sin()),
    gradients,
  ).flatMap((g) => g ?? []);

/** The inputs and what the steps make of them, and what must not be near zero. */
function carryOut(
  steps: RandomProgram['steps'],
  xs: readonly Tensor[],
  indices: readonly [Tensor, Tensor],
): { pool: Tensor[]; distances: Tensor[] } {
  const pool = [...xs];
  const distances: Tensor[] = [];
  const apart = (distance: Tensor): Tensor => {
    if (distance.size > 0) distances.push(distance.abs().min());
    return distance;
  };
  for (const [op, x, y, n, at] of steps) {
    const [first, second] = [pool[x % pool.length]!, pool[y % pool.length]!];
    const index = randomIndex(second, at, { apart, indices });
    const made = RANDOM_OPS[op]!(first, second, n, { apart, indices, index });
    if (made && made.size <= MOST) pool.push(made);
  }
  return { pool, distances };
}

/** Closer to a jump than this, rounding may decide on which side a value falls. */
const NEAR = { float32: 3e-5, float64: 1e-9 };

/** What rounding adds up to in 20 ops and their derivatives. A wrong element is off by much more. */
export const BOUNDS: Bounds = { float32: 1e-3, float64: 1e-9, int32: 0, bool: 0, float16: 0 };

/** What went wrong with a program, in words; `'near'` when it comes too close to a jump to tell. */
export function compare(
  program: RandomProgram,
  dtype: FloatType,
  engines: readonly Engine[],
): string | undefined {
  const { graph, inputs, margins, renewed, fed } = realize(program, dtype);
  const steps = interpretSteps(graph, inputs, { renewed, fed });
  const near = steps.some((found) =>
    found.slice(found.length - margins).some(({ data }) => !(data[0]! > NEAR[dtype])),
  );
  if (near) return 'near';
  const wanted = steps.at(-1)!;
  const compared: Graph = { ...graph, outputs: graph.outputs.slice(0, graph.outputs.length - margins) };
  for (const engine of engines) {
    const wrong = disagreement(
      compared,
      wanted,
      runCompiled(compared, inputs, { ...engine, renewed, fed }),
      BOUNDS,
    );
    if (wrong) return `${engine.name}: ${wrong}`;
  }
  return undefined;
}

/** Holds `count` programs to {@link compare}; throws with the smallest one that fails. */
export function holdRandomPrograms(
  dtype: FloatType,
  engines: readonly Engine[],
  count: number,
  programs = randomProgram,
): void {
  fc.assert(
    fc.property(programs, (program) => {
      const found = compare(program, dtype, engines);
      fc.pre(found !== 'near');
      if (found) throw new Error(found);
    }),
    { numRuns: count, maxSkipsPerRun: 1000 },
  );
}

/** How many random programs to hold: the whole campaign in `npm run test:full`. */
export const randomPrograms = (short: number): number => (process.env.DOWNSLOPE_FULL === '1' ? 2000 : short);
