import type { Local } from '../func.js';
import type { LinalgKernel } from './linalg.js';
import type { Code, Matrix } from './linalg-code.js';
import { mirror, reflect } from './linalg-mirror.js';

/**
 * A = Q T Qᵀ by Householder's reflections, T tridiagonal; then implicit QR steps with Wilkinson's shift until T is
 * diagonal, its rotations gathered in Q. Eigenvectors lie in rows of scratch while they are made.
 *
 * G. Golub, C. Van Loan: "Matrix Computations", 4th edition, §8.3.
 */
export const eigh: LinalgKernel = {
  room({ inputs: [a] }) {
    const n = a!.shape.at(-1)!;
    return 2 * n * n + 4 * n;
  },
  write(c, { inputs: [input] }, [a], out, scratch) {
    const n = input!.shape.at(-1)!;
    const vector = (place: number): Matrix => c.matrix(c.plus(scratch, 8 * n * (2 * n + place)), 0);
    const w = c.matrix(scratch, n);
    const state: State = {
      n,
      vectors: c.matrix(c.plus(scratch, 8 * n * n), n),
      diagonal: vector(0),
      beside: vector(1),
    };
    const spoilt = c.real(0);
    c.up(0, n, (i) =>
      c.up(0, n, (j) => {
        w.set(i, j, c.mul(0.5, c.add(a!.get(i, j), a!.get(j, i))));
        c.set(spoilt, c.add(spoilt, c.mul(0, w.get(i, j))));
      }),
    );
    tridiagonalise(c, state, w, vector(2), vector(3));
    c.set(spoilt, c.add(spoilt, diagonalise(c, state)));
    sort(c, state);
    deliver(c, state, out, spoilt);
  },
};

interface State {
  readonly n: number;
  /** Eigenvectors to be, one a row. */
  readonly vectors: Matrix;
  /** Of T; at the end the eigenvalues. */
  readonly diagonal: Matrix;
  /** Of T: place i stands between diagonal elements i and i + 1. */
  readonly beside: Matrix;
}

/**
 * T = … H₁H₀ A H₀H₁ …, where H maps what stands right of the diagonal to (α, 0, …). With p = β B v and
 * u = p − ½β(p·v) v the block B below becomes H B H = B − v uᵀ − u vᵀ. Overwrites the rows of w with the v's.
 */
function tridiagonalise(c: Code, state: State, w: Matrix, betas: Matrix, u: Matrix): void {
  const { n, vectors, diagonal, beside } = state;
  c.up(0, n - 1, (k) => {
    const next = c.index(c.plus(k, 1));
    const count = c.index(c.minus(n, next));
    const v = w.at(k, next);
    diagonal.set(0, k, w.get(k, k));
    const { alpha, beta } = mirror(c, v, count);
    beside.set(0, k, alpha);
    betas.set(0, k, beta);
    c.up(next, n, (i) => u.set(0, i, c.mul(beta, c.dot(w.at(i, next), v, count))));
    const half = c.mul(c.mul(-0.5, beta), c.dot(u.at(0, next), v, count));
    c.addScaled(u.at(0, next), half, v, count);
    c.up(next, n, (i) => {
      c.addScaled(w.at(i, next), c.neg(w.get(k, i)), u.at(0, next), count);
      c.addScaled(w.at(i, next), c.neg(u.get(0, i)), v, count);
    });
  });
  diagonal.set(0, n - 1, w.get(n - 1, n - 1));
  c.up(0, n, (j) => {
    c.up(0, n, (i) => vectors.set(j, i, 0));
    vectors.set(j, j, 1);
    c.down(0, j, (k) => {
      const next = c.index(c.plus(k, 1));
      reflect(c, vectors.at(j, next), betas.get(0, k), w.at(k, next), c.minus(n, next));
    });
  });
}

/** Steps granted in all, for each row; two or three are usual. */
const PATIENCE = 40;

/**
 * QR steps on the last block of T whose outer elements are not negligible.
 *
 * @returns 0, or NaN when patience was lost
 */
function diagonalise(c: Code, state: State): Local {
  const { n, diagonal: d, beside: e } = state;
  const high = c.index(n - 1);
  const low = c.index(0);
  const left = c.index(PATIENCE * n);
  /** Whether element i of `beside` still counts; what does not is made zero. The tiny term keeps e² from vanishing. */
  const counts = (i: Local): Local => {
    const around = c.add(c.abs(d.get(0, i)), c.abs(d.get(0, c.plus(i, 1))));
    const limit = c.add(c.mul(2 ** -53, around), 2 ** -511);
    const found = c.index(c.lt(limit, c.abs(e.get(0, i))));
    c.if(c.op('i32.eqz', found), () => e.set(0, i, 0));
    return found;
  };
  const going = c.op('i32.and', c.op('i32.gt_s', high, 0), c.op('i32.gt_s', left, 0));
  c.while(going, () => {
    const last = c.index(c.minus(high, 1));
    c.if(
      counts(last),
      () => {
        c.set(low, last);
        const open = c.index(1);
        c.while(c.op('i32.and', open, c.op('i32.gt_s', low, 0)), () => {
          c.set(open, counts(c.index(c.minus(low, 1))));
          c.set(low, c.minus(low, open));
        });
        step(c, state, low, high);
        c.set(left, c.minus(left, 1));
      },
      () => c.set(high, last),
    );
  });
  return c.real(c.choose(c.op('i32.gt_s', high, 0), Number.NaN, 0));
}

/**
 * One implicit QR step on T[low…high]. Wilkinson's shift is the eigenvalue of the last 2×2 block that is nearer to its
 * last element. Rotations J in planes (k, k + 1) chase the element `outside` the band down and out: T ← Jᵀ T J, with
 * (x, outside) turned into (r, 0).
 */
function step(c: Code, { n, vectors, diagonal: d, beside: e }: State, low: Local, high: Local): void {
  const last = c.minus(high, 1);
  const corner = c.real(e.get(0, last));
  const gap = c.real(c.mul(0.5, c.sub(d.get(0, last), d.get(0, high))));
  const root = c.sqrt(c.add(c.mul(gap, gap), c.mul(corner, corner)));
  const shift = c.sub(d.get(0, high), c.div(c.mul(corner, corner), c.add(gap, c.signed(root, gap))));
  const x = c.real(c.sub(d.get(0, low), shift));
  const outside = c.real(e.get(0, low));
  c.up(low, high, (k) => {
    const next = c.index(c.plus(k, 1));
    const r = c.real(c.sqrt(c.add(c.mul(x, x), c.mul(outside, outside))));
    const flat = c.index(c.op('f64.eq', r, 0));
    const cos = c.real(c.choose(flat, 1, c.div(x, r)));
    const sin = c.real(c.choose(flat, 0, c.div(c.neg(outside), r)));
    c.if(c.op('i32.lt_s', low, k), () => e.set(0, c.minus(k, 1), r));
    // d ← cos² d − 2 cos sin e + sin² d′ and so on, written so that the trace is kept
    const difference = c.sub(d.get(0, k), d.get(0, next));
    const twice = c.mul(2, c.mul(cos, e.get(0, k)));
    const moved = c.real(c.mul(sin, c.add(c.mul(sin, difference), twice)));
    const between = c.mul(c.mul(cos, sin), difference);
    const straight = c.mul(c.sub(c.mul(cos, cos), c.mul(sin, sin)), e.get(0, k));
    c.set(x, c.add(between, straight));
    e.set(0, k, x);
    d.set(0, k, c.sub(d.get(0, k), moved));
    d.set(0, next, c.add(d.get(0, next), moved));
    c.if(c.op('i32.lt_s', next, high), () => {
      c.set(outside, c.neg(c.mul(sin, e.get(0, next))));
      e.set(0, next, c.mul(cos, e.get(0, next)));
    });
    c.rotate(vectors.at(k, 0), vectors.at(next, 0), cos, sin, n);
  });
}

/** The least of the rest comes next. Rows are exchanged by a quarter turn: signs are settled later. */
function sort(c: Code, { n, vectors, diagonal: d }: State): void {
  const cos = c.real(0);
  const sin = c.real(1);
  c.up(0, n, (i) => {
    const least = c.index(i);
    c.up(c.plus(i, 1), n, (j) => c.if(c.lt(d.get(0, j), d.get(0, least)), () => c.set(least, j)));
    c.if(c.op('i32.ne', least, i), () => {
      const value = c.real(d.get(0, i));
      d.set(0, i, d.get(0, least));
      d.set(0, least, value);
      c.rotate(vectors.at(i, 0), vectors.at(least, 0), cos, sin, n);
    });
  });
}

/** Values as the first row of `out`, vectors as columns below, the first of the largest elements of each positive. */
function deliver(c: Code, { n, vectors, diagonal }: State, out: Matrix, spoilt: Local): void {
  c.up(0, n, (j) => {
    const top = c.real(0);
    c.up(0, n, (i) => c.set(top, c.op('f64.max', top, c.abs(vectors.get(j, i)))));
    const sign = c.real(1);
    c.down(0, n, (i) => {
      const value = vectors.get(j, i);
      const largest = c.op('f64.ge', c.abs(value), c.mul(1 - 1e-6, top));
      c.if(largest, () => c.set(sign, c.signed(1, value)));
    });
    out.set(0, j, c.add(diagonal.get(0, j), spoilt));
    c.up(0, n, (i) => out.set(c.plus(i, 1), j, c.add(c.mul(sign, vectors.get(j, i)), spoilt)));
  });
}
