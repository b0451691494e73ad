import { describe, expect, it } from 'vitest';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { Arena } from './arena.js';
import { compile } from './compile.js';
import { assemble } from './program.js';

describe('compile', () => {
  it('runs a function of trees on arrays', () => {
    const f = compile(({ w, b }: { w: Tensor; b: Tensor }, x: Tensor) => ({ y: x.matmul(w).add(b) }));
    expect([
      ...f({ w: [[2], [3]], b: [1] }, [
        [1, 1],
        [0, 2],
      ]).y.data,
    ]).toEqual([6, 7]);
  });

  it('traces once for each combination of shapes and types', () => {
    let traces = 0;
    const f = compile((x: Tensor) => {
      traces++;
      return x.sum();
    });
    f([1, 2]);
    f([3, 4]);
    f(Float32Array.of(1, 2));
    f([1, 2, 3]);
    expect(traces).toBe(3);
  });

  it('hands out copies that later calls do not touch', () => {
    const f = compile((x: Tensor) => x.mul(2));
    const first = f([1]);
    f([5]);
    expect(first.data[0]).toBe(2);
  });

  it('keeps the programs of 32 shapes, and as much memory as the largest needs', () => {
    let [traces, bytes] = [0, 0];
    const host = {
      grown({ buffer }: WebAssembly.Memory) {
        bytes = buffer.byteLength;
      },
    };
    const made = () =>
      compile(
        (x: Tensor) => {
          traces++;
          const n = x.shape[0]!;
          return x.mul(x.constant(Float64Array.from({ length: n }, (_, i) => i % 7)));
        },
        { host },
      );
    const length = (i: number): number => 100 * i;
    const f = made();
    const call = (i: number): number[] => [...f(new Float64Array(length(i)).fill(2)).data];
    const wanted = (i: number): number[] => Array.from({ length: length(i) }, (_, at) => 2 * (at % 7));
    const early = f(new Float64Array(length(1)).fill(2));
    for (let i = 1; i <= 200; i++) call(i);
    const all = bytes;
    made()(new Float64Array(length(200)));
    expect(all).toBe(bytes);
    expect(traces).toBe(201);
    // Those that are still there, in turn, and one that is not.
    for (const i of [200, 169, 200, 180]) expect(call(i)).toEqual(wanted(i));
    expect(traces).toBe(201);
    expect(call(1)).toEqual(wanted(1));
    expect(traces).toBe(202);
    expect([...early.data]).toEqual(wanted(1));
    expect(call(200)).toEqual(wanted(200));
  }, 120_000);

  it('compiles anew after a shape that does not fit the function', () => {
    const f = compile((x: Tensor) => x.mul(x.constant([1, 2])));
    expect([...f([3, 4]).data]).toEqual([3, 8]);
    expect(() => f([3, 4, 5])).toThrow();
    expect([...f([3, 4]).data]).toEqual([3, 8]);
  });

  it('gives back inputs and constants as they are', () => {
    const f = compile((x: Tensor) => [x, x.like(7), x.constant([1, 2])]);
    expect(f([4, 5]).map(({ data }) => [...data])).toEqual([[4, 5], [7], [1, 2]]);
  });

  it('handles arrays without elements', () => {
    const f = compile((x: Tensor) => [x.mul(2), x.sum(), x.max()]);
    const [doubled, sum, max] = f({ data: new Float64Array(0), shape: [0], dtype: 'float64' });
    expect([doubled!.data.length, sum!.data[0], max!.data[0]]).toEqual([0, 0, Number.NEGATIVE_INFINITY]);
  });
});

describe('a program on state', () => {
  it('renews it in place, step by step, with a value fed and a value kept for each', () => {
    const arena = new Arena();
    const x = arena.allocate([3], 'float64');
    const rate = { slot: arena.allocate([], 'float64'), ring: arena.allocate([2], 'float64') };
    const sum = { slot: arena.allocate([], 'float64'), ring: arena.allocate([2], 'float64') };
    arena.write(x, [1, 2, 3]);
    arena.write(rate.ring, [10, 100]);
    const graph = traced((x, rate) => [x.mul(rate), x.sum()], [3], []);
    const program = assemble(graph, arena, {
      inputs: [x, rate.slot],
      outputs: [x, sum.slot],
      fed: [rate],
      kept: [sum],
    });
    program.run(0, 2);
    expect([...arena.read(x)]).toEqual([1000, 2000, 3000]);
    expect([...arena.read(sum.ring)]).toEqual([6, 60]);
  });

  it('swaps two arrays without losing one', () => {
    const arena = new Arena();
    const [a, b] = [arena.allocate([2], 'float64'), arena.allocate([2], 'float64')];
    arena.write(a, [1, 2]);
    arena.write(b, [3, 4]);
    assemble(
      traced((a, b) => [b, a], [2], [2]),
      arena,
      { inputs: [a, b], outputs: [a, b] },
    ).run();
    expect([...arena.read(a), ...arena.read(b)]).toEqual([3, 4, 1, 2]);
  });

  it('does not overwrite what a later kernel still reads', () => {
    const arena = new Arena();
    const x = arena.allocate([3], 'float64');
    const total = arena.allocate([3], 'float64');
    arena.write(x, [1, 2, 4]);
    const graph = traced((x) => [x.mul(2), x.flip(0).sub(x.sum())], [3]);
    assemble(graph, arena, { inputs: [x], outputs: [x, total] }).run();
    expect([...arena.read(x)]).toEqual([2, 4, 8]);
    expect([...arena.read(total)]).toEqual([-3, -5, -6]);
  });
});

describe('a deep graph', () => {
  it('does not fill the stack', () => {
    const deep = compile((x: Tensor) => Array.from({ length: 10_000 }).reduce((y: Tensor) => y.add(1), x));
    expect(deep(0).data[0]).toBe(10_000);
  });
});

describe('what does not fit into memory', () => {
  const host = { memory: 2 ** 20 };
  const vector = (size: number) => new Float64Array(size);

  it('is refused with the largest array, and the rows that would fit', () => {
    const scaled = compile(({ x, k }: { x: Tensor; k: Tensor }) => ({ y: x.mul(k) }), { host });
    let message = '';
    try {
      scaled({ x: vector(100_000), k: 2 });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(
      /^out of memory: arguments and results need 2 MB, and 0 MB are left; the largest is argument 1.x, float64\[100000\], 1 MB; \d+ in place of 100000 rows would fit$/,
    );
    const most = Number(/(\d+) in place/.exec(message)?.[1]);
    expect(most).toBeGreaterThan(60_000);
    expect(scaled({ x: vector(most), k: 2 }).y.data).toHaveLength(most);
  });

  it('is refused with what is largest on the way', () => {
    const square = compile((x: Tensor) => x.matmul(x.transpose()).sin().matmul(x), { host });
    expect(() => square({ data: vector(1000), shape: [1000, 1], dtype: 'float64' })).toThrow(
      /^out of memory: what is worked out on the way \(the largest is \w+, float64\[1000, 1000\], 8 MB\) needs \d+ MB, and of 1 MB 0 MB are left/,
    );
  });
});

describe('an arena', () => {
  it('keeps what it holds as it grows', () => {
    const arena = new Arena();
    const first = arena.allocate([4], 'float32');
    arena.write(first, [1, 2, 3, 4]);
    const big = arena.allocate([1e6], 'float64');
    expect([...arena.view(first)]).toEqual([1, 2, 3, 4]);
    expect(arena.view(big)).toHaveLength(1e6);
  });

  it('says what would fit when there is not enough', () => {
    expect(() => new Arena().allocate([1e9], 'float64')).toThrow(
      /out of memory: float64\[1000000000\] needs 7630 MB, and of 4096 MB 4095 MB are left; use fewer rows/,
    );
  });
});
