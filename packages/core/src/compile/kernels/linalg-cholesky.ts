import type { LinalgKernel } from './linalg.js';

/**
 * Row by row, lᵢⱼ = (aᵢⱼ − Σₖ lᵢₖ lⱼₖ)/lⱼⱼ over k < j, and lᵢᵢ = √(aᵢᵢ − Σₖ lᵢₖ²): products of stretches of two rows.
 *
 * A pivot that is not positive spoils the whole triangle.
 */
export const cholesky: LinalgKernel = {
  room: ({ shape }) => shape.at(-1)! ** 2,
  write(c, { shape }, [a], out, scratch) {
    const n = shape.at(-1)!;
    const l = c.matrix(scratch, n);
    const spoilt = c.real(0);
    c.up(0, n, (i) => {
      c.up(0, c.plus(i, 1), (j) => {
        const known = c.dot(l.at(i, 0), l.at(j, 0), j);
        const rest = c.real(c.sub(c.mul(0.5, c.add(a!.get(i, j), a!.get(j, i))), known));
        c.if(
          c.op('i32.eq', i, j),
          () => {
            const root = c.real(c.sqrt(c.choose(c.lt(0, rest), rest, Number.NaN)));
            c.set(spoilt, c.add(spoilt, c.mul(0, root)));
            l.set(i, i, root);
          },
          () => l.set(i, j, c.div(rest, l.get(j, j))),
        );
      });
    });
    c.up(0, n, (i) => {
      c.up(0, c.plus(i, 1), (j) => out.set(i, j, c.add(l.get(i, j), spoilt)));
      c.up(c.plus(i, 1), n, (j) => out.set(i, j, 0));
    });
  },
};
