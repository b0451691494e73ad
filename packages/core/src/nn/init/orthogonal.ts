import { random } from '../../data/random.js';
import { allocate } from '../../tensor/dtype.js';
import { sizeOf } from '../../tensor/shape.js';
import { type Initializer, lastTwo } from './initializer.js';

/**
 * Orthogonal initial weights: w wᵀ = gain²·I or wᵀ w = gain²·I, whichever fits the shape, and all such matrices are
 * equally likely. Lengths are kept exactly through any number of linear layers.
 *
 * Q of the QR factorisation of a matrix of normal numbers, with R's diagonal made positive. More than two axes
 * are taken as [all but the last, last].
 *
 * @param options `gain`: multiplies the result (default 1; √2 when ReLU follows)
 * @throws (the initialiser) when the shape has fewer than two axes
 * @example
 * ```ts
 * import { initializers } from '@downslope/core';
 * const w = initializers.orthogonal()([3, 3], { seed: 1, name: 'recurrent.w' });
 * ```
 *
 * A. Saxe et al.: "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014;
 * F. Mezzadri: "How to generate random matrices from the classical compact groups", 2007 (the diagonal).
 */
export const orthogonal =
  ({ gain = 1 }: { readonly gain?: number } = {}): Initializer =>
  (shape, { seed, name, dtype = 'float32' }) => {
    const [, columns] = lastTwo('orthogonal', shape);
    const data = allocate(dtype, sizeOf(shape));
    const rows = columns === 0 ? 0 : data.length / columns;
    const [long, short] = rows >= columns ? [rows, columns] : [columns, rows];
    const numbers = random(seed, name);
    const vectors = Array.from({ length: short }, () =>
      Float64Array.from({ length: long }, () => numbers.normal()),
    );
    orthonormal(vectors).forEach((vector, k) => {
      for (let i = 0; i < long; i++)
        data[rows >= columns ? i * columns + k : k * columns + i] = gain * vector[i]!;
    });
    return { data, shape, dtype };
  };

/**
 * The columns of Q, where the given columns are A = QR and R has a positive diagonal. By Householder's reflections
 * H = I − 2vvᵀ, |v| = 1: … H₁H₀A is upper triangular, so Q = H₀H₁…, column by column. Overwrites A.
 */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const mirrors: Float64Array[] = [];
  const signs = columns.map((column, k) => {
    const v = column.slice(k);
    const sign = v[0]! < 0 ? -1 : 1;
    v[0]! += sign * length(v); // away from zero; Hₖ then makes R's diagonal element −sign·|v|
    const size = length(v);
    for (let i = 0; i < v.length; i++) v[i]! /= size;
    for (const later of columns.slice(k + 1)) reflect(later, v);
    mirrors.push(v);
    return -sign;
  });
  return columns.map((column, k) => {
    column.fill(0)[k] = signs[k]!;
    for (let i = k; i >= 0; i--) reflect(column, mirrors[i]!);
    return column;
  });
}

/** x ← x − 2v(v·x), where v stands at the end of x. */
function reflect(x: Float64Array, v: Float64Array): void {
  const start = x.length - v.length;
  let product = 0;
  for (let i = 0; i < v.length; i++) product += v[i]! * x[start + i]!;
  for (let i = 0; i < v.length; i++) x[start + i]! -= 2 * product * v[i]!;
}

function length(x: Float64Array): number {
  let squares = 0;
  for (const value of x) squares += value * value;
  return Math.sqrt(squares);
}
