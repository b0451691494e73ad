import { describe, expect, it } from 'vitest';
import { array, type NdArray } from '../../tensor/array.js';
import type { FloatType } from '../../tensor/dtype.js';
import * as linalg from '../../tensor/linalg.js';
import type { Tensor } from '../../tensor/tensor.js';
import { compile } from '../compile.js';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 33, 64];
const TYPES: FloatType[] = ['float32', 'float64'];
const EPSILON = { float32: 2 ** -23, float64: 2 ** -52 };
const CASES = TYPES.flatMap((dtype) => SIZES.map((n) => [n, dtype] as const));
const BATCH = 2;

const cholesky = compile(linalg.cholesky);
const triangularSolve = compile((t: Tensor, b: Tensor) => linalg.triangularSolve(t, b));
const upperTransposed = compile((t: Tensor, b: Tensor) =>
  linalg.triangularSolve(t, b, { lower: false, transpose: true }),
);
const qr = compile(linalg.qr);
const eigh = compile(linalg.eigh);

type Rows = number[][];

/** `make(batch, i, j)` as a stack of two matrices. */
function stack(
  rows: number,
  columns: number,
  dtype: FloatType,
  make: (batch: number, i: number, j: number) => number,
): NdArray {
  const batches = Array.from({ length: BATCH }, (_, batch) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => make(batch, i, j))),
  );
  return array(batches, { dtype });
}

/** Numbers in [−1, 1] without pattern. */
const noise = (...at: number[]): number =>
  Math.sin(at.reduce((seed, value) => seed * 7.31 + value * 1.93 + 0.7, 12.9) * 137.1);

const symmetric = (n: number, dtype: FloatType, diagonal = 0): NdArray =>
  stack(
    n,
    n,
    dtype,
    (batch, i, j) => noise(batch, Math.max(i, j), Math.min(i, j)) + (i === j ? diagonal : 0),
  );

function matrix({ data, shape }: NdArray, batch: number): Rows {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return Array.from({ length: rows }, (_, i) => [
    ...data.subarray((batch * rows + i) * columns, (batch * rows + i + 1) * columns),
  ]);
}

const flip = (a: Rows): Rows => a[0]!.map((_, j) => a.map((row) => row[j]!));

const product = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));

const norm = (a: Rows): number => Math.hypot(...a.flat());

/** The largest difference of two elements. */
const distance = (a: Rows, b: Rows): number =>
  Math.max(...a.map((row, i) => Math.max(...row.map((value, j) => Math.abs(value - b[i]![j]!)))));

const identity = (n: number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));

const eachBatch = (check: (batch: number) => void): void => [0, 1].forEach(check);

describe('cholesky', () => {
  it.each(CASES)('of %i rows in %s gives A back within n·ε of its norm', (n, dtype) => {
    const a = symmetric(n, dtype, n);
    const l = cholesky(a);
    eachBatch((batch) => {
      const factor = matrix(l, batch);
      const error = distance(product(factor, flip(factor)), matrix(a, batch));
      expect(error).toBeLessThanOrEqual(n * EPSILON[dtype] * norm(matrix(a, batch)));
      factor.forEach((row, i) => {
        expect(row[i]).toBeGreaterThan(0);
        expect(row.slice(i + 1).every((value) => value === 0)).toBe(true);
      });
    });
  });

  it('gives NaN where a matrix is not positive definite, and leaves the others of the batch alone', () => {
    const l = cholesky([
      [
        [1, 2],
        [2, 1],
      ],
      [
        [4, 0],
        [0, 9],
      ],
      [
        [0, 0],
        [0, 1],
      ],
    ]);
    const { NaN: none } = Number;
    expect([...l.data]).toEqual([none, 0, none, none, 2, 0, 0, 3, none, 0, none, none]);
  });

  it('takes the symmetric part', () => {
    expect(cholesky([[4, 4], [0, 10]]).data).toEqual(Float64Array.of(2, 0, 1, 3)); // biome-ignore format: a matrix
  });
});

describe('triangularSolve', () => {
  it.each(CASES)('with %i rows in %s leaves a residual within n·ε', (n, dtype) => {
    const t = stack(n, n, dtype, (batch, i, j) => noise(batch, i, j) + (i === j ? n : 0));
    const b = stack(n, 3, dtype, noise);
    const lower = triangularSolve(t, b);
    const upper = upperTransposed(t, b);
    eachBatch((batch) => {
      const below = matrix(t, batch).map((row, i) => row.map((value, j) => (j <= i ? value : 0)));
      const above = matrix(t, batch).map((row, i) => row.map((value, j) => (j >= i ? value : 0)));
      for (const [left, x] of [
        [below, matrix(lower, batch)],
        [flip(above), matrix(upper, batch)],
      ] as const) {
        const bound = n * EPSILON[dtype] * norm(left) * norm(x);
        expect(distance(product(left, x), matrix(b, batch))).toBeLessThanOrEqual(bound);
      }
    });
  });
});

describe('qr', () => {
  it.each(CASES)('of %i columns in %s gives A back, Q orthonormal, within n·ε', (n, dtype) => {
    for (const m of [n, n + 3]) {
      const a = stack(m, n, dtype, noise);
      const { q, r } = qr(a);
      eachBatch((batch) => {
        const [left, right] = [matrix(q, batch), matrix(r, batch)];
        const bound = m * EPSILON[dtype];
        expect(distance(product(left, right), matrix(a, batch))).toBeLessThanOrEqual(
          bound * norm(matrix(a, batch)),
        );
        expect(distance(product(flip(left), left), identity(n))).toBeLessThanOrEqual(bound);
        right.forEach((row, i) => {
          expect(row[i]).toBeGreaterThanOrEqual(0);
          expect(row.slice(0, i).every((value) => value === 0)).toBe(true);
        });
      });
    }
  });

  it('of a matrix that lacks rank still has an orthonormal Q', () => {
    for (const a of [
      array([
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
      array([
        [1, 2],
        [2, 4],
        [-1, -2],
      ]),
    ]) {
      // biome-ignore format: matrices
      const { q, r } = qr(a);
      expect(distance(product(flip(matrix(q, 0)), matrix(q, 0)), identity(2))).toBeLessThan(1e-14);
      expect(distance(product(matrix(q, 0), matrix(r, 0)), matrix(a, 0))).toBeLessThan(1e-14);
    }
  });

  it('of a matrix wider than high has a wide R', () => {
    const a = stack(3, 5, 'float64', noise);
    const { q, r } = qr(a);
    expect([q.shape, r.shape]).toEqual([
      [2, 3, 3],
      [2, 3, 5],
    ]);
    eachBatch((batch) => {
      expect(distance(product(matrix(q, batch), matrix(r, batch)), matrix(a, batch))).toBeLessThan(1e-14);
    });
  });
});

/** ‖AV − VΛ‖ and ‖VᵀV − I‖ within n·ε, Λ ascending; returns Λ. */
function checkSpectrum(a: NdArray, batch: number, unit: number): number[] {
  const { values, vectors } = eigh(a);
  const n = a.shape.at(-1)!;
  const [lambda, v] = [[...values.data.subarray(batch * n, (batch + 1) * n)], matrix(vectors, batch)];
  const scaled = v.map((row) => row.map((value, j) => value * lambda[j]!));
  const all = matrix(a, batch);
  expect(distance(product(all, v), scaled)).toBeLessThanOrEqual(n * unit * norm(all));
  expect(distance(product(flip(v), v), identity(n))).toBeLessThanOrEqual(n * unit);
  expect(lambda.every((value, i) => i === 0 || lambda[i - 1]! <= value)).toBe(true);
  return lambda;
}

const one = (n: number, make: (i: number, j: number) => number): NdArray =>
  array(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => make(i, j))));

describe('eigh', () => {
  it.each(CASES)('of %i rows in %s: A V = V Λ and V orthogonal within n·ε, Λ ascending', (n, dtype) => {
    eachBatch((batch) => checkSpectrum(symmetric(n, dtype), batch, EPSILON[dtype]));
  });

  it('has exact values of diagonal matrices, equal ones among them', () => {
    const values = [3, -1, 3, 0, 2.5, 3];
    const found = checkSpectrum(
      one(6, (i, j) => (i === j ? values[i]! : 0)),
      0,
      EPSILON.float64,
    );
    expect(found).toEqual([-1, 0, 2.5, 3, 3, 3]);
  });

  it('finds the spectra of matrices that are hard for QR steps', () => {
    const wilkinson = one(21, (i, j) => (i === j ? Math.abs(10 - i) : Number(Math.abs(i - j) === 1)));
    const pairs = checkSpectrum(wilkinson, 0, EPSILON.float64);
    expect(pairs[20]).toBeCloseTo(10.746194182903393, 13); // Wilkinson, The Algebraic Eigenvalue Problem, p. 309
    expect(pairs[20]! - pairs[19]!).toBeLessThan(1e-13);
    const ones = checkSpectrum(
      one(16, () => 1),
      0,
      EPSILON.float64,
    );
    expect(ones[15]).toBeCloseTo(16, 13);
    const graded = one(9, (i, j) => (1 + Number(i === j)) * 10 ** (-2 * (i + j)));
    checkSpectrum(graded, 0, EPSILON.float64);
    const hilbert = one(12, (i, j) => 1 / (i + j + 1));
    expect(checkSpectrum(hilbert, 0, EPSILON.float64)[11]).toBeCloseTo(1.79537205956199, 13); // numpy.linalg.eigh
  });

  it.each([1e-135, 1e-30, 1e30, 1e135])('keeps its accuracy at a scale of %f', (scale) => {
    checkSpectrum(
      one(7, (i, j) => scale * noise(Math.max(i, j), Math.min(i, j))),
      0,
      EPSILON.float64,
    );
  });

  it('turns the largest element of each vector positive, the first of equal ones', () => {
    const { vectors } = eigh([[0, 1], [1, 0]]); // biome-ignore format: a matrix
    const half = Math.SQRT1_2;
    [half, half, -half, half].forEach((value, i) => {
      expect(vectors.data[i]).toBeCloseTo(value, 15);
    });
  });

  it('gives NaN for what is not finite, to that matrix alone', () => {
    const { values, vectors } = eigh([
      [
        [1, 0],
        [0, Number.NaN],
      ],
      [
        [1, 0],
        [0, 2],
      ],
    ]);
    expect([...values.data]).toEqual([Number.NaN, Number.NaN, 1, 2]);
    expect([...vectors.data.subarray(0, 4)].every(Number.isNaN)).toBe(true);
  });
});

describe('empty matrices', () => {
  it('stay empty', () => {
    const empty = array([], { shape: [3, 0, 0], dtype: 'float64' });
    expect(cholesky(empty).shape).toEqual([3, 0, 0]);
    expect(eigh(empty).values.shape).toEqual([3, 0]);
    expect(qr(array([], { shape: [0, 2, 2], dtype: 'float64' })).r.shape).toEqual([0, 2, 2]);
    expect(qr(array([], { shape: [2, 0], dtype: 'float64' })).q.shape).toEqual([2, 0]);
    const noColumns = array([], { shape: [2, 0], dtype: 'float64' });
    expect(triangularSolve([[1, 0], [1, 1]], noColumns).shape).toEqual([2, 0]); // biome-ignore format: a matrix
  });
});
