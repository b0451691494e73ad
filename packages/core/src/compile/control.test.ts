import { describe, expect, it } from 'vitest';
import { grad } from '../autodiff/grad.js';
import { pullBack } from '../autodiff/propagate.js';
import type { NdArray } from '../tensor/array.js';
import { cond } from '../tensor/control/cond.js';
import { scan } from '../tensor/control/scan.js';
import { whileLoop } from '../tensor/control/while-loop.js';
import { allocate, type FloatType } from '../tensor/dtype.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { Arena } from './arena.js';
import { compile } from './compile.js';
import { assemble } from './program.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';

function values(shape: Shape, dtype: FloatType, seed: number): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = 2 * (((i + 1) * 0.6180339887 + seed * 0.37) % 1) - 1;
  return { data, shape, dtype };
}

/** h ← tanh(h·w + x), with the states and a running sum. */
const recurrent = (w: Tensor, h: Tensor, xs: Tensor, options = {}): Tensor[] => {
  const [last, ys] = scan(
    ({ h, sum }: { h: Tensor; sum: Tensor }, x: Tensor) => {
      const next = h.matmul(w).add(x).tanh();
      return [
        { h: next, sum: sum.add(h.sum()) },
        { next, before: h, sum },
      ] as const;
    },
    { h, sum: h.like(0) },
    xs,
    options,
  );
  return [last.h, last.sum, ys.next, ys.before, ys.sum];
};

/** What `f` gives, and the gradient of its sum of squares. */
const withGradient =
  (f: (...xs: Tensor[]) => Tensor[]) =>
  (...xs: Tensor[]): Tensor[] => {
    const ys = f(...xs);
    const total = ys.map((y) => y.square().sum()).reduce((a, b) => a.add(b));
    return [...ys, ...pullBack([total], [total.like(1)], xs).flatMap((bar) => bar ?? [])];
  };

const programSize = (f: (...xs: Tensor[]) => Tensor[], ...shapes: Shape[]) => {
  const arena = new Arena();
  const graph = traced(f, ...shapes);
  return assemble(graph, arena, {
    inputs: graph.inputs.map(({ shape, dtype }) => arena.allocate(shape, dtype)),
    outputs: graph.outputs.map(({ shape, dtype }) => arena.allocate(shape, dtype)),
  }).size;
};

describe.each([['float64'], ['float32']] as const)('compiled equals interpreted in %s', (dtype) => {
  const agree = (f: (...xs: Tensor[]) => Tensor[], ...shapes: Shape[]): void => {
    const inputs = shapes.map((shape, i) => values(shape, dtype, i + 1));
    for (const g of [f, withGradient(f)]) expectCompiledAsInterpreted(traced(g, ...inputs), inputs);
  };

  it.each([[{}], [{ reverse: true }], [{ residuals: 'recompute' }]])(
    'for a recurrence with %j',
    (options) => {
      agree((w, h, xs) => recurrent(w, h, xs, options), [5, 5], [3, 5], [7, 3, 5]);
    },
  );

  it('for results that nobody asks for', () => {
    agree((w, h, xs) => recurrent(w, h, xs).slice(3, 4), [5, 5], [3, 5], [7, 3, 5]);
    agree((w, h, xs) => recurrent(w, h, xs).slice(1, 2), [5, 5], [3, 5], [7, 3, 5]);
  });

  it('for no turns at all, and for one', () => {
    for (const turns of [0, 1]) agree((w, h, xs) => recurrent(w, h, xs), [2, 2], [3, 2], [turns, 3, 2]);
  });

  it('for scans within scans', () => {
    agree(
      (w, xs) => {
        const rows = (total: Tensor, row: Tensor) => {
          const [sum, all] = scan(
            (s: Tensor, x: Tensor) => [s.mul(w).add(x), s.sin()] as const,
            total.mul(0.5),
            row,
          );
          return [sum, all] as const;
        };
        return [...scan(rows, w.sum(), xs)];
      },
      [],
      [4, 6],
    );
  });

  it('for carries that change places', () => {
    agree(
      (a, b, xs) => {
        const [[p, q], r] = scan(
          ([a, b]: readonly [Tensor, Tensor], x: Tensor) => [[b, a] as const, x] as const,
          [a, b] as const,
          xs,
        );
        return [p, q, r];
      },
      [3],
      [3],
      [5, 2],
    );
  });

  it('for either branch of a choice', () => {
    for (const sign of [1, -1])
      agree(
        (x, w) => {
          const far = (): [Tensor, Tensor] => [x.matmul(w).tanh(), x.sum()];
          const near = (): [Tensor, Tensor] => [x.mul(2), w.sum()];
          return cond(x.sum().mul(sign).gt(0), far, near);
        },
        [3, 3],
        [3, 3],
      );
  });

  it('for a choice within a loop', () => {
    agree(
      (h, xs) => [
        ...scan(
          (h: Tensor, x: Tensor) => {
            const next = cond(
              x.sum().gt(h.sum()),
              () => h.add(x),
              () => h.mul(x).sin(),
            );
            return [next, next] as const;
          },
          h,
          xs,
        ),
      ],
      [2],
      [6, 2],
    );
  });

  it('for a loop that ends by itself', () => {
    const inputs = [values([4], dtype, 1), values([4], dtype, 2)];
    const halve = (x: Tensor, y: Tensor): Tensor[] => [
      ...whileLoop(
        ([, x]) => x.square().sum().gt(1e-3),
        ([n, x]) => [n.add(1), x.mul(y).mul(0.5)] as const,
        [x.constant(Int32Array.of(0)), x] as const,
      ),
    ];
    expectCompiledAsInterpreted(traced(halve, ...inputs), inputs);
  });

  it('for a loop that carries nothing but its count, beside values that wait', () => {
    const inputs = [values([1, 1], dtype, 1), values([0, 0], dtype, 2)];
    const counted = (x: Tensor, empty: Tensor): Tensor => {
      const { none } = whileLoop(
        ({ i }) => i.lt(1),
        ({ i, none }) => ({ i: i.add(1), none: none.mul(0.5).add(i.cast(dtype)).sin() }),
        { i: x.constant(Int32Array.of(0)).sum(), none: empty },
      );
      return x.tanh().expm1().sum().sub(x.sum()).add(x.matmul(x).sin().sum()).add(none.sum());
    };
    expectCompiledAsInterpreted(traced(counted, ...inputs), inputs);
  });
});

describe('a scan', () => {
  it('makes no larger program when it has more turns', () => {
    const [short, long] = [300, 3000].map((turns) =>
      programSize(
        withGradient((w, h, xs) => recurrent(w, h, xs)),
        [5, 5],
        [3, 5],
        [turns, 3, 5],
      ),
    );
    expect(long!.kernels).toBe(short!.kernels);
    expect(long!.module).toBeLessThan(short!.module + 100); // larger numbers take more bytes
  });

  it('keeps nothing of its turns when nobody asks', () => {
    const last = (w: Tensor, h: Tensor, xs: Tensor): Tensor[] => recurrent(w, h, xs).slice(0, 1);
    expect(programSize(last, [5, 5], [3, 5], [3000, 3, 5]).scratch).toBe(
      programSize(last, [5, 5], [3, 5], [3, 3, 5]).scratch,
    );
  });

  it('keeps less when told to recompute', () => {
    const size = (residuals: 'keep' | 'recompute'): number => {
      const last = (w: Tensor, h: Tensor, xs: Tensor): Tensor[] => [
        scan((h: Tensor, x: Tensor) => [h.matmul(w).add(x).tanh(), {}] as const, h, xs, { residuals })[0],
      ];
      return programSize(withGradient(last), [5, 5], [3, 5], [3000, 3, 5]).scratch;
    };
    expect(size('recompute')).toBeLessThan(0.7 * size('keep'));
  });

  it('may renew the state of a program in place', () => {
    const arena = new Arena();
    const h = arena.allocate([2], 'float64');
    const xs = arena.allocate([3, 2], 'float64');
    const before = arena.allocate([2], 'float64');
    arena.write(h, [1, 2]);
    arena.write(xs, [1, 0, 0, 1, 1, 1]);
    const step = (h: Tensor, xs: Tensor): Tensor[] => [
      scan((c: Tensor, x: Tensor) => [c.mul(2).add(x), {}] as const, h, xs)[0],
      h.flip(0),
    ];
    assemble(traced(step, [2], [3, 2]), arena, { inputs: [h, xs], outputs: [h, before] }).run();
    expect([...arena.read(h), ...arena.read(before)]).toEqual([13, 19, 2, 1]);
  });
});

describe('a choice', () => {
  it('runs only the branch that is taken', () => {
    const forever = (x: Tensor): Tensor =>
      whileLoop(
        (x) => x.eq(x),
        (x) => x,
        x,
      );
    const f = compile((x: Tensor) =>
      cond(
        x.gt(0),
        () => x.mul(2),
        () => forever(x),
      ),
    );
    expect(f(3).data[0]).toBe(6);
  });
});

describe('grad within a body', () => {
  it('counts the uses of a tensor around it', () => {
    const f = compile(
      (w: Tensor, xs: Tensor) =>
        scan(
          (c: Tensor, x: Tensor) => [c.add(grad((w: Tensor) => w.square().mul(x))(w)), {}] as const,
          w.like(0),
          xs,
        )[0],
    );
    expect(f(3, [1, 2]).data[0]).toBe(18); // Σ 2·w·x
  });
});
