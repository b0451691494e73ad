import { isFloat } from '../dtype.js';
import type { Contract } from '../record.js';
import { sameShape } from '../shape.js';
import { describe } from './define.js';

/**
 * c = op(a)·op(b) over equal leading batch axes, where op transposes the last two axes when `transA`, `transB` say so.
 * A third input is added: c = start + op(a)·op(b).
 *
 * dc = da·b + a·db, so with c̄ the cotangent: ā = c̄·bᵀ and b̄ = aᵀ·c̄; the transpositions are folded into the flags.
 */
export const dot: Contract = {
  kind: 'contract',
  doc: 'the matrix product over the last two axes, batched over those before',
  infer([a, b, start], { transA, transB }, fail) {
    const rank = a!.shape.length;
    const batch = a!.shape.slice(0, -2);
    if (!isFloat(a!.dtype) || a!.dtype !== b!.dtype) fail(`cannot take ${describe(a!)} and ${describe(b!)}`);
    if (rank < 2 || b!.shape.length !== rank || !sameShape(batch, b!.shape.slice(0, -2)))
      fail(`the batch axes of [${a!.shape}] and [${b!.shape}] differ`);
    const [rows, inner] = transA ? [rank - 1, rank - 2] : [rank - 2, rank - 1];
    const [innerB, columns] = transB ? [rank - 1, rank - 2] : [rank - 2, rank - 1];
    if (a!.shape[inner] !== b!.shape[innerB])
      fail(`inner extents differ: [${a!.shape}]${transA ? 'ᵀ' : ''} · [${b!.shape}]${transB ? 'ᵀ' : ''}`);
    const c = { shape: [...batch, a!.shape[rows]!, b!.shape[columns]!], dtype: a!.dtype };
    if (start && (start.dtype !== c.dtype || !sameShape(start.shape, c.shape)))
      fail(`cannot add ${describe(c)} to ${describe(start)}`);
    return c;
  },
  derivative: {
    linear: (input) => ({
      apply(tangent, [a, b], { transA, transB }) {
        if (input === 2) return tangent;
        return input === 0 ? tangent.dot(b!, !!transA, !!transB) : a!.dot(tangent, !!transA, !!transB);
      },
      transpose(cotangent, [a, b], { transA, transB }) {
        if (input === 2) return cotangent;
        if (input === 0)
          return transA ? b!.dot(cotangent, !!transB, true) : cotangent.dot(b!, false, !transB);
        return transB ? cotangent.dot(a!, true, !!transA) : a!.dot(cotangent, !transA, false);
      },
    }),
  },
};
