import { joint } from './operands.js';
import { sizeOf } from './shape.js';
import { ShapeError } from './shape-error.js';
import type { Tensor } from './tensor.js';

/** Products of all of two batches; a vector is a matrix of one row or column meanwhile. */
export function matmul(left: Tensor, right: Tensor): Tensor {
  if (left.rank === 0 || right.rank === 0) throw new ShapeError('matmul: a scalar has no rows; use mul');
  if (right.rank === 1) return dropLast(matmul(left, right.reshape([right.size, 1])));
  if (left.rank === 1) {
    const row = matmul(left.reshape([1, left.size]), right);
    return row.reshape([...row.shape.slice(0, -2), row.shape.at(-1)!]);
  }
  if (right.rank === 2 && left.rank > 2) {
    const outer = left.shape.slice(0, -1);
    const rows = left.reshape([sizeOf(outer), left.shape.at(-1)!]).dot(right);
    return rows.reshape([...outer, right.shape[1]!]);
  }
  const batch = joint('matmul', left.shape.slice(0, -2), right.shape.slice(0, -2));
  const spread = (x: Tensor): Tensor => x.broadcastTo([...batch, ...x.shape.slice(-2)]);
  return spread(left).dot(spread(right));
}

const dropLast = (x: Tensor): Tensor => x.reshape(x.shape.slice(0, -1));
