import { compile } from '../../compile/compile.js';
import { random } from '../../data/random.js';
import { eigh } from '../../tensor/linalg.js';
import type { Tensor } from '../../tensor/tensor.js';
import { addTo, dot, norm, scaled, unit } from '../vectors.js';

/** Up to so many variables the Hessian is written out. */
const DENSE = 300;
/** More vectors than these Lanczos' method does not keep, nor more numbers in all. */
const MOST = { vectors: 300, numbers: 2e7 };
/** Relative size of the residual at which an eigenvalue has settled: it is right to about the square of that. */
const SETTLED = 1e-6;

/** The eigenvalues of a symmetric matrix, all of them or the outermost. */
export interface Spectrum {
  /** Ascending. By Lanczos: those of the matrix on the subspace that it built, whose ends are the matrix's own. */
  readonly values: Float64Array;
  readonly by: 'eigh' | 'lanczos';
  /** How close the least and the largest are to eigenvalues. 0 for eigh, which is right to rounding. */
  readonly errors: readonly [least: number, largest: number];
  /** The matrix itself, its columns, if it was written out. */
  readonly columns: readonly Float64Array[] | undefined;
}

/** Of the matrix that `times` multiplies vectors of length n with. */
export function spectrumOf(n: number, times: (v: Float64Array) => Float64Array): Spectrum {
  if (n > DENSE) return lanczos(n, times);
  const columns = Array.from({ length: n }, (_, j) => times(unit(n, j)));
  return { values: eigenvaluesOf(columns), by: 'eigh', errors: [0, 0], columns };
}

/** All eigenvalues of a symmetric matrix, ascending. */
export const eigenvaluesOf = (columns: readonly Float64Array[]): Float64Array => decompose(columns).values;

const program = compile((a: Tensor) => eigh(a));

function decompose(columns: readonly Float64Array[]): { values: Float64Array; vectors: Float64Array } {
  const n = columns.length;
  const data = Float64Array.from({ length: n * n }, (_, i) => columns[Math.floor(i / n)]![i % n]!);
  const { values, vectors } = program({ data, shape: [n, n], dtype: 'float64' });
  return { values: values.data as Float64Array, vectors: vectors.data as Float64Array };
}

/**
 * Lanczos with full reorthogonalisation: in the orthonormal basis q₁, q₂, … that times(qₖ) builds, the matrix is tridiagonal,
 * and its outermost eigenvalues settle first.
 */
function lanczos(n: number, times: (v: Float64Array) => Float64Array): Spectrum {
  const basis: Float64Array[] = [];
  const [alphas, betas]: [number[], number[]] = [[], []];
  const most = Math.min(n, MOST.vectors, Math.ceil(MOST.numbers / n));
  let q: Float64Array = randomUnit(n);
  let look = 50;
  for (let k = 1; ; k++) {
    basis.push(q);
    const w = times(q);
    alphas.push(dot(q, w));
    // Twice, for the first time leaves rounding.
    for (let pass = 0; pass < 2; pass++) for (const before of basis) addTo(w, -dot(before, w), before);
    const beta = norm(w);
    const closed = !(beta > 1e-14 * Math.max(...alphas.map(Math.abs)));
    if (closed || k === most || k === look) {
      look *= 2;
      const found = endsOf(alphas, betas, closed ? 0 : beta);
      const [least, largest] = [found.values[0]!, found.values[k - 1]!];
      const settled =
        found.errors[0] <= SETTLED * Math.abs(least) && found.errors[1] <= SETTLED * Math.abs(largest);
      if (closed || k === most || settled) return { ...found, by: 'lanczos', columns: undefined };
    }
    betas.push(beta);
    q = scaled(1 / beta, w);
  }
}

/** The tridiagonal matrix's eigenvalues; what its ends lack is β times the last element of their vectors. */
function endsOf(
  alphas: readonly number[],
  betas: readonly number[],
  beta: number,
): Pick<Spectrum, 'values' | 'errors'> {
  const k = alphas.length;
  const columns = alphas.map((alpha, j) => {
    const column = new Float64Array(k);
    column[j] = alpha;
    if (j > 0) column[j - 1] = betas[j - 1]!;
    if (j < k - 1) column[j + 1] = betas[j]!;
    return column;
  });
  const { values, vectors } = decompose(columns);
  const last = (j: number): number => Math.abs(beta * vectors[(k - 1) * k + j]!);
  return { values, errors: [last(0), last(k - 1)] };
}

/** A direction without pattern, so that it leans towards every eigenvector. */
export function randomUnit(n: number): Float64Array {
  const numbers = random(0, 'analyze');
  const v = Float64Array.from({ length: n }, () => numbers.normal());
  return scaled(1 / norm(v), v);
}
