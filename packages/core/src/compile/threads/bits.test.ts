import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pullBack } from '../../autodiff/propagate.js';
import type { NdArray } from '../../tensor/array.js';
import { cond } from '../../tensor/control/cond.js';
import { scan } from '../../tensor/control/scan.js';
import { whileLoop } from '../../tensor/control/while-loop.js';
import { allocate, type FloatType } from '../../tensor/dtype.js';
import { type Shape, sizeOf } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { singleLeaf } from '../../tensor/tree.js';
import type { Arena } from '../arena.js';
import { canFuse } from '../probe.js';
import { assemble } from '../program.js';
import { expectCompiledAsInterpreted } from '../testing/agree.js';
import { randomProgram, randomPrograms, realize, tableProgram } from '../testing/random-graphs.js';
import { runCompiled } from '../testing/run-compiled.js';
import { expectSameBits, teams } from '../testing/teams.js';
import { GRAIN } from './cost.js';

function wave(shape: Shape, dtype: FloatType = 'float32', pitch = 1.7): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(pitch * i + 0.3);
  return { data, shape, dtype };
}

const traced = (f: (...xs: Tensor[]) => Tensor | Tensor[], values: readonly NdArray[]) =>
  trace(f as (...args: never[]) => unknown, values.map(singleLeaf)).graph;

/** Something to do for each kind of kernel, in shapes with remainders everywhere. */
const WORK: [string, (...xs: Tensor[]) => Tensor | Tensor[], Shape[]][] = [
  [
    'an elementwise chain',
    (x, y) => x.add(y).exp().mul(x),
    [
      [37, 53],
      [37, 53],
    ],
  ],
  ['a broadcast', (x, y) => x.mul(y).tanh(), [[41, 67], [67]]],
  ['a sum of all', (x) => x.square().sum(), [[7001]]],
  ['sums and values of one pass', (x) => [x.exp(), x.exp().sum(), x.max()], [[91, 83]]],
  ['sums of rows', (x) => x.sum(1), [[131, 47]]],
  ['sums of columns', (x) => x.sum(0), [[211, 19]]],
  ['sums along two axes', (x) => x.sum([0, 2]), [[67, 13, 11]]],
  ['sums along the middle', (x) => x.sum(1), [[29, 31, 17]]],
  ['softmax', (x) => x.softmax(), [[71, 33]]],
  ['a flipped array', (x) => x.flip(0).add(x), [[1201]]],
  ['a transposition', (x) => x.transpose().add(x.transpose()), [[61, 45]]],
  [
    'a concatenation',
    (x, y) => x.concat([y], 0).mul(2),
    [
      [43, 29],
      [17, 29],
    ],
  ],
  [
    'a product',
    (x, y) => x.dot(y),
    [
      [37, 65],
      [65, 43],
    ],
  ],
  [
    'a wide product',
    (x, y) => x.dot(y),
    [
      [9, 33],
      [33, 131],
    ],
  ],
  [
    'a transposed product',
    (x, y) => x.dot(y, true, false),
    [
      [35, 97],
      [35, 21],
    ],
  ],
  [
    'a product with both transposed',
    (x, y) => x.dot(y, true, true),
    [
      [51, 33],
      [67, 51],
    ],
  ],
  [
    'a product whose last part is a single column',
    (x, y) => x.dot(y, false, true),
    [
      [5, 65],
      [9, 65],
    ],
  ],
  [
    'a product with a long sum',
    (x, y) => x.dot(y, true, false),
    [
      [4099, 7],
      [4099, 5],
    ],
  ],
  [
    'a sum deeper than a block',
    (x, y) => x.dot(y),
    [
      [33, 1100],
      [1100, 67],
    ],
  ],
  [
    'a matrix and a vector',
    (x, y) => x.dot(y),
    [
      [777, 31],
      [31, 1],
    ],
  ],
  [
    'a batch of products',
    (x, y) => x.dot(y),
    [
      [5, 17, 13],
      [5, 13, 19],
    ],
  ],
  ['gathered rows', (x) => x.gather(Int32Array.from({ length: 97 }, (_, i) => (i * 7) % 31)), [[31, 9]]],
  [
    'scattered rows',
    (x) =>
      x.scatterAdd(
        Int32Array.from({ length: 97 }, (_, i) => (i * 7) % 31),
        31,
      ),
    [[97, 9]],
  ],
  [
    'rows that are read and added where they lie',
    (x, y) => {
      const at = Int32Array.from({ length: 97 }, (_, i) => ((i * 7) % 35) - 2);
      return [x.gather(at).mul(y).sum(1), x.gather(at).mul(y).scatterAdd(at, 29)];
    },
    [
      [31, 19],
      [97, 19],
    ],
  ],
  ['lines', (x) => [x.cumSum(1), x.stopGradient().sort(1)], [[23, 41]]],
  [
    'a scan',
    (x) =>
      scan(
        (c: Tensor, row: Tensor) => [c.add(row.exp()).mul(0.5), c.sum()] as const,
        x.mean(0),
        x,
      ).flat() as Tensor[],
    [[11, 301]],
  ],
  [
    'a scan of turns that know nothing of each other',
    (x, w) => {
      const turn = (_: object, row: Tensor) => {
        const table = row.reshape([7, 43]);
        const sums = scan(
          (c: Tensor, line: Tensor) => [c.add(line.mul(table.mean(0))), c.sum()] as const,
          w,
          table,
        );
        const joined = table.concat([table.dot(w.reshape([43, 1]))], 1).cumSum(1);
        return [{}, [...sums, joined, table.gather(new Int32Array([6, 0, 3])), row, w]] as const;
      };
      return scan(turn, {}, x)[1].concat(scan(turn, {}, x, { reverse: true })[1]);
    },
    [[11, 301], [43]],
  ],
  [
    'a scan of turns that read and add rows where they lie',
    (x, w) => {
      const turn = (_: object, row: Tensor) => {
        const table = row.reshape([7, 43]);
        const at = row.slice([0], [7]).mul(9).floor().cast('int32');
        const moved = table.gather(at).mul(table);
        return [
          {},
          [moved.sum(1), moved.mul(w).scatterAdd(at, 5).exp(), table.gather(at).sub(w).sum()],
        ] as const;
      };
      return scan(turn, {}, x)[1].concat(scan(turn, {}, x, { reverse: true })[1]);
    },
    [[11, 301], [43]],
  ],
  [
    'a loop',
    (x) =>
      whileLoop(
        (c: Tensor) => c.sum().lt(5),
        (c: Tensor) => c.exp().mul(1.5),
        x,
      ),
    [[401]],
  ],
  [
    'a choice',
    (x, y) =>
      cond(
        x.sum().gt(y.sum()),
        () => x.exp(),
        () => y.exp().mul(x),
      ),
    [[501], [501]],
  ],
];

describe.each([4, 64])('chunks of cost %i', (grain) => {
  let arenas: Arena[];
  beforeAll(async () => {
    arenas = await teams(grain);
  });
  afterAll(() => {
    for (const { crew } of arenas) crew?.close();
  });

  it.each(WORK)('give the same bits by one, two and three threads: %s', (_, f, shapes) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const values = shapes.map((shape, i) => wave(shape, dtype, 1.1 + i));
      expectSameBits(traced(f, values), values, arenas);
    }
  });

  // A loop that runs as long as its condition holds has no derivative backwards.
  const differentiable = WORK.filter(([name]) => name !== 'a loop');
  it.each(differentiable)('give the same bits for derivatives: %s', (_, f, shapes) => {
    const values = shapes.map((shape, i) => wave(shape, 'float32', 1.1 + i));
    const slopes = (...xs: Tensor[]): Tensor[] => {
      const total = [f(...xs)].flat().reduce((sum, y) => sum.add(y.square().sum()), xs[0]!.sum());
      return pullBack([total], [total.like(1)], xs).flatMap((g) => g ?? []);
    };
    expectSameBits(traced(slopes, values), values, arenas);
  });

  it.each(WORK)('give what the interpreter gives: %s', (_, f, shapes) => {
    const values = shapes.map((shape, i) => wave(shape, 'float64', 1.1 + i));
    const graph = traced(f, values);
    expectCompiledAsInterpreted(graph, values, { float64: 1e-11 }, { arena: () => arenas[1]! });
  });
});

it.for([
  ['float64', 'plain', {}],
  ['float32', 'plain', {}],
  ['float64', 'relaxed', { relaxed: true }],
  ['float32', 'relaxed', { relaxed: true }],
] as const)(
  'random programs in %s, in %s SIMD, give the same bits by one, two and three threads',
  { timeout: 600_000 },
  async ([dtype, simd, host], context) => {
    const none = simd === 'relaxed' && !canFuse();
    context.skip(none, 'this engine has no relaxed SIMD (Node has it from version 22 on)');
    const arenas = await teams(8, host);
    for (const programs of [randomProgram, tableProgram]) {
      const property = fc.property(programs, (program) => {
        const { graph, inputs, renewed, fed } = realize(program, dtype);
        expectSameBits(graph, inputs, arenas, renewed, fed);
      });
      fc.assert(property, { numRuns: randomPrograms(40) });
    }
    for (const { crew } of arenas) crew?.close();
  },
);

it('work that is large enough is cut by itself, and gives the same bits', async () => {
  const arenas = await teams(GRAIN);
  const values = [wave([128, 400]), wave([400, 256]), wave([256]), wave([300_001])];
  const f = (x: Tensor, w: Tensor, b: Tensor, v: Tensor) => [x.dot(w).add(b).tanh().sum(0), v.exp().sum()];
  const graph = traced(f as (...xs: Tensor[]) => Tensor[], values);
  expectSameBits(graph, values, arenas);
  const room = (spec: { shape: Shape; dtype: NdArray['dtype'] }) =>
    arenas[1]!.allocate(spec.shape, spec.dtype);
  const wiring = { inputs: graph.inputs.map(room), outputs: graph.outputs.map(room) };
  expect(assemble(graph, arenas[1]!, wiring).parallel).toBe(true);
  for (const { crew } of arenas) crew?.close();
});

it('work that is too small is left alone', async () => {
  const [, two] = await teams(GRAIN);
  const values = [wave([32, 10])];
  const graph = traced((x) => x.exp().sum(), values);
  const room = (spec: { shape: Shape; dtype: NdArray['dtype'] }) => two!.allocate(spec.shape, spec.dtype);
  const wiring = { inputs: graph.inputs.map(room), outputs: graph.outputs.map(room) };
  expect(assemble(graph, two!, wiring).parallel).toBe(false);
  expect(runCompiled(graph, values, { arena: () => two! })).toEqual(runCompiled(graph, values));
  two!.crew!.close();
});
