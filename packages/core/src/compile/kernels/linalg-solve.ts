import type { LinalgKernel } from './linalg.js';

/**
 * Row by row of X, from the end where the triangle has one element in a row: xᵢ = (bᵢ − Σₖ tᵢₖ xₖ)/tᵢᵢ over the rows
 * known before. A transposed triangle is read with rows and columns exchanged.
 */
export const triangularSolve: LinalgKernel = {
  room: ({ shape }) => shape.at(-2)! * shape.at(-1)!,
  write(c, { shape, params }, [t, b], out, scratch) {
    const [n, columns] = shape.slice(-2) as [number, number];
    const x = c.matrix(scratch, columns);
    const forward = params.lower !== params.transpose;
    c[forward ? 'up' : 'down'](0, n, (i) => {
      c.up(0, columns, (j) => x.set(i, j, b!.get(i, j)));
      c.up(forward ? 0 : c.plus(i, 1), forward ? i : n, (k) => {
        const factor = params.transpose ? t!.get(k, i) : t!.get(i, k);
        c.addScaled(x.at(i, 0), c.neg(factor), x.at(k, 0), columns);
      });
      const pivot = c.real(t!.get(i, i));
      c.up(0, columns, (j) => x.set(i, j, c.div(x.get(i, j), pivot)));
    });
    c.up(0, n, (i) => c.up(0, columns, (j) => out.set(i, j, x.get(i, j))));
  },
};
