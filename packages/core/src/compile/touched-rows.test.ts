import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueAndGrad } from '../autodiff/index.js';
import type { NdArray } from '../tensor/array.js';
import { allocate, type DType } from '../tensor/dtype.js';
import type { Graph } from '../tensor/graph.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { Arena } from './arena.js';
import { interpret } from './interpret.js';
import { assemble } from './program.js';
import { halvedNative } from './testing/halved.js';
import { disagreement, type Engine, runCompiled } from './testing/run-compiled.js';
import { expectSameBits, teams } from './testing/teams.js';

const [ROWS, WIDTH, BATCH] = [70, 21, 50];
const BOUNDS = { float32: 0, float64: 0, int32: 0, bool: 0, float16: 0 };
const NORM = { ...BOUNDS, float64: 1e-6, float32: 1e-6 };

const wave = (shape: Shape, pitch: number, dtype: DType = 'float32'): NdArray => {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(pitch * i + 0.3);
  return { data, shape, dtype };
};
/** Rows that come more than once, others that do not come, and some beyond both ends. */
const index: NdArray = {
  data: Int32Array.from({ length: BATCH }, (_, i) => ((i * i) % 83) - 4),
  shape: [BATCH],
  dtype: 'int32',
};
const table = wave([ROWS, WIDTH], 1.7);
const updates = wave([BATCH, WIDTH], 2.3);
const rate = (value: number): NdArray => ({ data: Float32Array.of(value), shape: [], dtype: 'float32' });

const norm = (g: Tensor): Tensor => g.square().sum();
const descend = (p: Tensor, g: Tensor, lr: Tensor): Tensor => p.add(g.mul(lr.neg()));

/** p ← p − lr·g, and the square of g's length, where g is made of updates of rows. */
const step = (p: Tensor, u: Tensor, at: Tensor, lr: Tensor): Tensor[] => {
  const g = u.scatterAdd(at, ROWS);
  return [descend(p, g, lr), norm(g)];
};
const values = (lr = 0.1): NdArray[] => [table, updates, index, rate(lr)];

const ENGINES: Engine[] = [
  { name: 'WebAssembly' },
  { name: 'vectors of 256 bits', host: { native: { ...halvedNative, from: 0 } } },
];

/** Whether a program visits touched rows alone: then it has room for a list of them. */
function visits(graph: Graph, renewed: Readonly<Record<number, number>>): boolean {
  const arena = new Arena({});
  const inputs = graph.inputs.map(({ shape, dtype }) => arena.allocate(shape, dtype));
  const outputs = graph.outputs.map(
    ({ shape, dtype }, i) => inputs[renewed[i] ?? -1] ?? arena.allocate(shape, dtype),
  );
  const dense = assemble(graph, new Arena({}), {
    inputs,
    outputs: graph.outputs.map(({ shape, dtype }) => arena.allocate(shape, dtype)),
  });
  return assemble(graph, arena, { inputs, outputs }).size.scratch > dense.size.scratch;
}

describe.each(ENGINES)('rows that a gradient touches, in $name', (engine) => {
  const agree = (
    f: (...xs: Tensor[]) => Tensor[],
    given: readonly NdArray[],
    renewed: Readonly<Record<number, number>> = { 0: 0 },
    bounds = NORM,
  ) => {
    const graph = traced(f, ...given);
    const wanted = interpret(graph, given);
    const got = runCompiled(graph, given, { ...engine, renewed });
    expect(disagreement(graph, wanted, got, bounds)).toBeUndefined();
    return { graph, got, wanted };
  };

  it('are renewed to the bits that renewing all gives, the others stay, and the norm is that of all', () => {
    const { graph, got } = agree(step, values());
    expect(visits(graph, { 0: 0 })).toBe(true);
    const apart = runCompiled(graph, values(), engine);
    expect(got[0]!.data).toEqual(apart[0]!.data);
    expect(got[1]!.data[0]).toBeCloseTo(apart[1]!.data[0]!, 2);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'are all rows when the rate is %f: what it makes of a zero is NaN',
    (lr) => {
      const { got } = agree(step, values(lr));
      expect(got[0]!.data.some(Number.isFinite)).toBe(false);
    },
  );

  it('keep NaN and infinity in updates and parameters, in their rows', () => {
    const [p, u] = [table, updates].map((array) => ({ ...array, data: array.data.slice() }));
    p!.data.set([Number.NaN, Number.NEGATIVE_INFINITY, -0], 5 * WIDTH);
    p!.data.set([Number.NaN, Number.POSITIVE_INFINITY, -0], 2 * WIDTH);
    u!.data.set([Number.POSITIVE_INFINITY, Number.NaN], 7 * WIDTH);
    const { got } = agree(step, [p!, u!, index, rate(0.1)]);
    expect(got[1]!.data[0]).toBeNaN();
  });

  it('are renewed after all that reads the rows as they were', () => {
    // The gradient reads the rows themselves, and so does what is told besides.
    const f = (p: Tensor, q: Tensor, at: Tensor, other: Tensor, lr: Tensor): Tensor[] => {
      const loss = ([p, q]: readonly [Tensor, Tensor]): Tensor =>
        p.gather(at).mul(q.gather(other)).sum(1).sub(0.5).square().mean();
      const [value, grad] = valueAndGrad(loss)([p, q]);
      const moved = [descend(p, grad[0], lr), descend(q, grad[1], lr)];
      return [...moved, value, norm(grad[0]), p.gather(other), moved[0]!.gather(other).exp()];
    };
    const other = { ...index, data: index.data.map((row) => (7 * row) % ROWS) } as NdArray;
    const given = [table, wave([ROWS, WIDTH], 0.7), index, other, rate(0.3)];
    agree(f, given, { 0: 0, 1: 1 }, { ...NORM, float32: 2e-6 });
  });

  it('are not told apart where two indices add to one table, where rows decay, or where the gradient is kept', () => {
    const others: Record<string, (p: Tensor, u: Tensor, at: Tensor, lr: Tensor) => Tensor[]> = {
      two: (p, u, at, lr) => {
        const g = u.scatterAdd(at, ROWS).add(u.neg().scatterAdd(at.add(3), ROWS));
        return [descend(p, g, lr), norm(g)];
      },
      decay: (p, u, at, lr) => [descend(p, u.scatterAdd(at, ROWS).add(p.mul(0.01)), lr)],
      kept: (p, u, at, lr) => {
        const g = u.scatterAdd(at, ROWS);
        return [descend(p, g, lr), g];
      },
      shifted: (p, u, at, lr) => {
        const g = u.scatterAdd(at, ROWS);
        return [descend(p, g, lr), g.add(1).square().sum()];
      },
      largest: (p, u, at, lr) => {
        const g = u.scatterAdd(at, ROWS);
        return [descend(p, g, lr), g.abs().max(), g.sum(1)];
      },
      late: (p, u, at) => {
        const g = u.scatterAdd(at, ROWS);
        return [p.add(g.mul(g.square().sum().sqrt()))];
      },
    };
    for (const f of Object.values(others)) {
      const { graph } = agree(f as never, values());
      expect(visits(graph, { 0: 0 })).toBe(false);
    }
  });

  it('are told by a part of an index, in tables that are parts of larger arrays or have another form', () => {
    const f = (p: Tensor, q: Tensor, u: Tensor, at: Tensor, lr: Tensor): Tensor[] => {
      const some = at.reshape([5, 10]).slice([0, 0], [4, 10]).reshape([40]);
      const few = u.slice([0, 0], [40, WIDTH]);
      const g = few.mul(2).scatterAdd(some, ROWS);
      const [part, whole] = [p.slice([0, 0], [9, WIDTH]), q.reshape([ROWS, WIDTH])];
      const products = part.gather(some).mul(whole.gather(some));
      return [descend(p, g, lr), norm(g), products.sum(1), products.mul(few).scatterAdd(some, 8)];
    };
    const given = [table, wave([ROWS * WIDTH], 0.7), updates, index, rate(0.3)];
    const { graph } = agree(f, given, { 0: 0 }, { ...NORM, float32: 2e-6 });
    expect(visits(graph, { 0: 0 })).toBe(true);
  });

  it('are told apart in two tables by two indices, each renewed from the other', () => {
    const f = (p: Tensor, q: Tensor, u: Tensor, at: Tensor, lr: Tensor): Tensor[] => {
      const [g, h] = [u.mul(2).scatterAdd(at, ROWS), u.mul(3).scatterAdd(at.add(9), ROWS)];
      return [descend(p, g, lr), descend(q, h, lr), norm(g).add(norm(h))];
    };
    const given = [table, wave([ROWS, WIDTH], 0.7), updates, index, rate(0.3)];
    const { graph } = agree(f, given, { 0: 0, 1: 1 });
    expect(visits(graph, { 0: 0, 1: 1 })).toBe(true);
  });
});

it('rows that are visited count as work, not those of the whole table', () => {
  const few = [wave([4000, 64], 1.7), wave([BATCH, 64], 2.3), index, rate(0.1)];
  const graph = traced((p, u, at, lr) => [descend(p, u.scatterAdd(at, 4000), lr)], ...few);
  const made = (renewed: boolean): boolean => {
    let compiled = false;
    const compile = (module: Uint8Array) => {
      compiled = true;
      return halvedNative.compile(module);
    };
    const arena = new Arena({ native: { ...halvedNative, from: 2 ** 18, compile } });
    const inputs = graph.inputs.map(({ shape, dtype }) => arena.allocate(shape, dtype));
    const outputs = renewed ? [inputs[0]!] : [arena.allocate([4000, 64], 'float32')];
    assemble(graph, arena, { inputs, outputs });
    return compiled;
  };
  expect(made(false)).toBe(true);
  expect(made(true)).toBe(false);
});

describe('rows that a gradient touches, by one, two and three threads', () => {
  let arenas: Arena[];
  beforeAll(async () => {
    arenas = await teams(4);
  });
  afterAll(() => {
    for (const { crew } of arenas) crew?.close();
  });

  it('are renewed to the same bits, and so is the norm', () => {
    expectSameBits(traced(step, ...values()), values(), arenas, { 0: 0 });
  });
});
