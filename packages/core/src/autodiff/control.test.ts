import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.js';
import { cond } from '../tensor/control/cond.js';
import { scan } from '../tensor/control/scan.js';
import { whileLoop } from '../tensor/control/while-loop.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkGrads } from './check-grads.js';
import { grad, hvp, jvp } from './grad.js';

const xs = [
  [0.3, -0.4],
  [0.1, 0.9],
  [-0.7, 0.2],
];
const w = [
  [0.5, -0.3],
  [0.2, 0.8],
];

describe('the derivatives of a scan, in both modes and to second order', () => {
  it.each([[{}], [{ reverse: true }], [{ residuals: 'recompute' }]] as const)(
    'with options %j',
    (options) => {
      const recurrent = (w: Tensor, h: Tensor, xs: Tensor): Tensor => {
        const turn = (h: Tensor, x: Tensor) => {
          const next = h.matmul(w).add(x).tanh();
          return [next, next.square()] as const;
        };
        const [last, all] = scan(turn, h, xs, options);
        return last.sum().add(
          all
            .sum(0)
            .mul(all.slice([1], [2]).reshape([2]))
            .sum(),
        );
      };
      checkGrads(recurrent, [w, [0.2, -0.1], xs]);
    },
  );

  it('of third order, too', () => {
    checkGrads(
      (c: Tensor, xs: Tensor) => scan((c: Tensor, x: Tensor) => [c.mul(x).sin(), {}] as const, c, xs)[0],
      [0.7, [1.2, -0.8]],
      { order: 3, tolerance: 1e-5 },
    );
  });

  it('within a scan', () => {
    const rows = (w: Tensor, xs: Tensor): Tensor => {
      const row = (total: Tensor, xs: Tensor) => {
        const [sum] = scan((s: Tensor, x: Tensor) => [s.mul(w).add(x).sin(), {}] as const, total, xs);
        return [sum, sum.mul(w)] as const;
      };
      return scan(row, w.like(0.1), xs)[1];
    };
    checkGrads(rows, [0.6, xs]);
  });

  it('beside integers, which have none', () => {
    const weighted = (c: Tensor, xs: Tensor): Tensor => {
      const turn = ({ c, n }: { c: Tensor; n: Tensor }, x: Tensor) =>
        [{ c: c.mul(x).add(n.cast('float64')), n: n.add(1) }, {}] as const;
      return scan(turn, { c, n: c.constant(Int32Array.of(1)).reshape([]) }, xs)[0].c;
    };
    checkGrads(weighted, [0.5, [0.3, -0.6, 1.1]]);
  });

  it('of values that only later turns bring into play', () => {
    // a's tangent reaches b in the second turn, and c in the third.
    const chain = (a: Tensor): Tensor => {
      const turn = ([a, b, c]: readonly [Tensor, Tensor, Tensor]) =>
        [[a.mul(0.9), a.mul(b).add(1), b.mul(c).add(1)] as const, {}] as const;
      return scan(turn, [a, a.like(0.5), a.like(0.2)] as const, {}, { length: 4 })[0][2];
    };
    checkGrads(chain, [0.7]);
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ['steps', (x) => x.floor()],
    ['signs', (x) => x.relu().sign()],
    ['what is held still', (x) => x.stopGradient()],
    ['constants', (x) => x.like(2)],
  ])('of %s in turns that carry nothing are zero', (_, f) => {
    const sum = (xs: Tensor): Tensor => scan((_: object, x: Tensor) => [{}, f(x)] as const, {}, xs)[1].sum();
    const gradient = compile(grad((xs: Tensor) => sum(xs).add(xs.sum())));
    expect([...gradient([1, 2, 3]).data]).toEqual([1, 1, 1]);
  });
});

describe('the derivatives of a choice', () => {
  it.each([0.5, -0.5])('are those of the branch taken, at %f', (x) => {
    const f = (x: Tensor, y: Tensor): Tensor =>
      cond(
        x.gt(0),
        () => x.mul(y).tanh(),
        () => y.exp(),
      );
    checkGrads(f, [x, 0.3]);
  });
});

describe('the derivatives of an open loop', () => {
  // Heron: x ← (x + a/x)/2 until x² = a
  const root = (a: Tensor): Tensor =>
    whileLoop(
      (x) => x.square().sub(a).abs().gt(1e-12),
      (x) => x.add(a.div(x)).mul(0.5),
      a,
    );

  it('go forward', () => {
    const [value, slope] = jvp(root, 9, 1);
    expect(value.data[0]).toBeCloseTo(3, 12);
    expect(slope.data[0]).toBeCloseTo(1 / 6, 12);
  });

  it('go forward again: jvp of jvp', () => {
    const slope = (a: Tensor): Tensor => jvp(root, a, a.like(1))[1];
    // d²√a = −1/(4·a√a)
    expect(jvp(slope, 9, 1)[1].data[0]).toBeCloseTo(-1 / 108, 12);
    checkGrads(root, [9], { mode: 'forward' });
  });

  it.each([1, 2, 3])('of order %d, in what is carried and in what is around', (order) => {
    const settled = (w: Tensor, h: Tensor, b: Tensor): Tensor =>
      whileLoop(
        ({ n }) => n.lt(4),
        ({ n, h }) => ({ n: n.add(1), h: h.matmul(w).add(b).tanh() }),
        { n: h.constant(Int32Array.of(0)).reshape([]), h },
      ).h;
    checkGrads(settled, [w, [0.2, -0.1], [0.4, 0.3]], { order, mode: 'forward' });
  });

  it('need not go back through what is constant to derivatives', () => {
    expect(grad((a: Tensor) => root(a.stopGradient()).mul(a))(9)).toBeCloseTo(3, 12);
    expect(grad((a: Tensor) => root(a.floor()).mul(a))(9.5)).toBeCloseTo(3, 12);
  });

  it('do not go back, and say what to do', () => {
    expect(() => grad(root)(2)).toThrow(
      /whileLoop has no reverse mode.*use scan with a fixed length, or jvp/,
    );
  });
});

describe('compiled', () => {
  it('a Hessian times a vector goes through a scan', () => {
    // f = (x·y)^3 by three turns: H = 6·f'… at x = 2: f = x³·8, f″ = 6·8·x = 96
    const cube = (x: Tensor): Tensor =>
      scan((c: Tensor, y: Tensor) => [c.mul(x).mul(y), {}] as const, x.like(1), x.constant([2, 2, 2]))[0];
    expect(hvp(cube, 2, 1)).toBe(96);
  });

  it('a gradient within a loop descends', () => {
    const minimum = compile((x: Tensor) => {
      const slope = grad((x: Tensor) => x.sub(3).square());
      return scan((x: Tensor) => [x.sub(slope(x).mul(0.25)), {}] as const, x, {}, { length: 50 })[0];
    });
    expect(minimum(0).data[0]).toBeCloseTo(3, 12);
  });
});
