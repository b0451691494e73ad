import type { Tensor } from '../../tensor/tensor.js';
import type { Initializer } from '../init/initializer.js';
import { normal } from '../init/normal.js';
import { type Model, pathOf } from '../model.js';
import { checkExtent } from './dense.js';

export type EmbeddingParams = { readonly w: Tensor };

export interface EmbeddingOptions {
  /** How many things there are: words, users, levels of a column. */
  readonly count: number;
  /** How many numbers stand for each. */
  readonly width: number;
  /** Initial table (default normal with variance 1/width: rows about as long as 1). */
  readonly init?: Initializer;
}

/**
 * A learned vector for each of a number of things: row x of the table w.
 *
 * x holds int32 indices from 0 to count − 1, of any shape; the result has a last axis of `width` more. The table is
 * [count, width]. An index outside is clamped to the nearest row. Rows of the gradient are added up for each index.
 *
 * @param options `count`, `width`; `init`
 * @throws when an extent is not a positive integer; while tracing, when x is not int32
 * @example
 * ```ts
 * import { compile, embedding } from '@downslope/core';
 * const layer = embedding({ count: 3, width: 2 });
 * const table = { w: [[0, 1], [2, 3], [4, 5]] };
 * console.log(compile(layer.apply)(table, Int32Array.of(2, 0)).data); // 4 5 0 1
 * ```
 */
export function embedding({
  count,
  width,
  init = normal(1 / Math.sqrt(width)),
}: EmbeddingOptions): Model<EmbeddingParams> {
  checkExtent('count', count);
  checkExtent('width', width);
  return {
    init: ({ seed, dtype, name }) => ({
      w: init([count, width], { seed, dtype, name: pathOf(name, 'w') }),
    }),
    apply: ({ w }, x) => w.gather(x),
  };
}
