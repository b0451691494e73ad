import fc from 'fast-check';
import { pullBack, pushForward } from '../../autodiff/propagate.js';
import type { NdArray } from '../../tensor/array.js';
import { allocate, type FloatType } from '../../tensor/dtype.js';
import type { Graph } from '../../tensor/graph.js';
import { type Shape, sizeOf } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { singleLeaf } from '../../tensor/tree.js';
import { interpret } from '../interpret.js';
import { PRODUCTS, RANDOM_OPS } from './random-ops.js';
import { type Bounds, disagreement, type Engine, runCompiled } from './run-compiled.js';

// Random programs, with their gradients and now and then the derivative of those: compiled must equal interpreted.

/** A program as numbers: extents, shapes made of them, ops and their operands. */
export interface RandomProgram {
  readonly extents: readonly [number, number, number];
  readonly inputs: readonly number[];
  /** Ops by number, and numbers that choose operands. */
  readonly steps: readonly (readonly [op: number, x: number, y: number, n: number])[];
  /** Whether the gradient is differentiated, too. */
  readonly second: boolean;
}

/** Extents around the widths of vectors and blocks, and none at all. */
const EXTENTS = [0, 1, 3, 4, 5, 7, 8, 9, 63, 64, 65];
const MOST = 4300;

export const randomProgram: fc.Arbitrary<RandomProgram> = fc.record({
  extents: fc.tuple(
    fc.constantFrom(...EXTENTS),
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(1, 3, 4, 5, 7, 8, 9) }, fc.constantFrom(...EXTENTS)),
    fc.constantFrom(1, 2, 3, 4),
  ),
  inputs: fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }),
  steps: fc.array(fc.tuple(fc.nat(RANDOM_OPS.length - 1), fc.nat(30), fc.nat(30), fc.nat(7)), {
    minLength: 1,
    maxLength: 20,
  }),
  second: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
});

/** The same, with many matrix products, and those large enough for a library. */
export const matrixProgram: fc.Arbitrary<RandomProgram> = fc
  .tuple(randomProgram, fc.constantFrom(17, 63, 64, 65), fc.constantFrom(16, 32, 33, 64))
  .map(([{ extents, inputs, steps, second }, a, b]) => ({
    extents: [a, b, extents[2]],
    inputs: inputs.map((shape) => shape % 8),
    steps: steps.map((step, i) => (i % 2 ? step : [step[0] % PRODUCTS, step[1], step[2], step[3]])),
    second,
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

/** The program's graph and inputs, and the sum that is differentiated; its last outputs, `margins` of them, must not be near zero. */
export function realize({ extents, inputs, steps, second }: RandomProgram, dtype: FloatType) {
  const xs = inputs.map((shape, i) => values(shapeOf(shape, extents), dtype, i + 1));
  let margins = 0;
  let derivatives = 0;
  const build = (...xs: Tensor[]): Tensor[] => {
    const pool = [...xs];
    const distances: Tensor[] = [];
    const apart = (distance: Tensor): Tensor => {
      if (distance.size > 0) distances.push(distance.abs().min());
      return distance;
    };
    for (const [op, x, y, n] of steps) {
      const made = RANDOM_OPS[op]!(pool[x % pool.length]!, pool[y % pool.length]!, n, { apart });
      if (made && made.size <= MOST) pool.push(made);
    }
    const total = pool.reduce((sum, t) => sum.add(t.sum().mul(1 / Math.max(1, t.size))), xs[0]!.like(0));
    const gradients = pullBack([total], [total.like(1)], xs);
    const curvature = second
      ? pushForward(
          xs,
          xs.map((x) => x.sin()),
          gradients.flatMap((g) => g ?? []),
        )
      : [];
    margins = distances.length;
    const found = [...gradients, ...curvature].flatMap((g) => g ?? []);
    derivatives = found.length;
    return [...found, total, ...pool.slice(-3), ...distances];
  };
  const { graph } = trace(build as (...args: never[]) => unknown, xs.map(singleLeaf));
  return { graph, inputs: xs, margins, total: graph.outputs[derivatives]! };
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
  const { graph, inputs, margins } = realize(program, dtype);
  const wanted = interpret(graph, inputs);
  const near = wanted.slice(wanted.length - margins).some(({ data }) => !(data[0]! > NEAR[dtype]));
  if (near) return 'near';
  const compared: Graph = { ...graph, outputs: graph.outputs.slice(0, graph.outputs.length - margins) };
  for (const engine of engines) {
    const wrong = disagreement(compared, wanted, runCompiled(compared, inputs, engine), BOUNDS);
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
