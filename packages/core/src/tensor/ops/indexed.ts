import type { Indexed, Spec } from '../record.js';
import { sameShape, sizeOf } from '../shape.js';
import { wholes } from './define.js';

const rowSize = ({ shape }: Spec, leading: number): number => sizeOf(shape.slice(leading));

const clamp = (index: number, rows: number): number => Math.min(Math.max(index, 0), rows - 1);

/** Linear in the table; the transpose adds each row back to where it came from. */
export const gather: Indexed = {
  kind: 'indexed',
  doc: 'rows of a table picked by an int32 index; an index outside is clamped to the nearest row',
  infer([table, index], _, fail) {
    if (index!.dtype !== 'int32') fail(`the index must be int32, got ${index!.dtype}`);
    if (table!.shape.length === 0) fail('the table must have at least one axis, got a scalar');
    if (table!.shape[0] === 0 && sizeOf(index!.shape) > 0) fail('the table has no rows to pick from');
    return { shape: [...index!.shape, ...table!.shape.slice(1)], dtype: table!.dtype };
  },
  reference([table, index], [spec], out) {
    const size = rowSize(spec!, 1);
    index!.forEach((at, row) => {
      const from = clamp(at, spec!.shape[0]!) * size;
      out.set(table!.subarray(from, from + size), row * size);
    });
  },
  derivative: {
    linear: (input) =>
      input === 0
        ? { transpose: (cotangent, [table, index]) => cotangent.scatterAdd(index!, table!.shape[0]!) }
        : null,
  },
};

/** Linear in the updates; the transpose picks the rows again. Updates of one row are added in their order. */
export const scatterAdd: Indexed = {
  kind: 'indexed',
  doc: 'rows added into a table of zeros at an int32 index; an index outside is clamped to the nearest row',
  infer([updates, index], params, fail) {
    const rank = index!.shape.length;
    if (index!.dtype !== 'int32') fail(`the index must be int32, got ${index!.dtype}`);
    if (!sameShape(updates!.shape.slice(0, rank), index!.shape))
      fail(`updates [${updates!.shape}] must begin with the shape of the index, [${index!.shape}]`);
    if (updates!.dtype === 'bool') fail('cannot take bool: cast it to int32 first');
    const [rows] = wholes(params, 'rows', 0, fail);
    if (rows === 0 && sizeOf(index!.shape) > 0) fail('the table has no rows to add to');
    return { shape: [rows!, ...updates!.shape.slice(rank)], dtype: updates!.dtype };
  },
  reference([updates, index], [, spec], out, output) {
    const size = rowSize(output, 1);
    out.fill(0);
    for (let row = 0; row < sizeOf(spec!.shape); row++) {
      const to = clamp(index![row]!, output.shape[0]!) * size;
      for (let i = 0; i < size; i++) out[to + i]! += updates![row * size + i]!;
    }
  },
  derivative: {
    linear: (input) =>
      input === 0 ? { transpose: (cotangent, [, index]) => cotangent.gather(index!) } : null,
  },
};
