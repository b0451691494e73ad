import type { FloatType } from '../tensor/dtype.js';

/**
 * One batched matrix product with everything known when the program is written.
 *
 * `c[b] = op(a[b]) · op(b[b])` for `b < batch`, where `op(a)` is M×K, `op(b)` is K×N, c is M×N, all row-major and
 * dense; with `transA` the memory of `a` holds K×M, with `transB` that of `b` holds N×K.
 */
export interface DotShape {
  readonly dtype: FloatType;
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transA: boolean;
  readonly transB: boolean;
}
