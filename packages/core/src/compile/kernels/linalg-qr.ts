import type { LinalgKernel } from './linalg.js';
import { mirror, reflect } from './linalg-mirror.js';

/**
 * Householder's reflections, H₁…: … H₁H₀A = R, so Q = H₀H₁…, worked out column by column from those of I. Columns lie
 * in rows of scratch. Where R's diagonal came out negative, that row of R and that column of Q change their sign.
 *
 * G. Golub, C. Van Loan: "Matrix Computations", 4th edition, §5.2.
 */
export const qr: LinalgKernel = {
  room({ inputs: [a] }) {
    const [m, n] = a!.shape.slice(-2) as [number, number];
    return 2 * m * n + 2 * n;
  },
  write(c, { inputs: [input] }, [a], out, scratch) {
    const [m, n] = input!.shape.slice(-2) as [number, number];
    const columns = c.matrix(scratch, m);
    const q = c.matrix(c.plus(scratch, 8 * m * n), m);
    const diagonal = c.matrix(c.plus(scratch, 16 * m * n), 0);
    const betas = c.matrix(c.plus(scratch, 16 * m * n + 8 * n), 0);
    c.up(0, n, (j) => c.up(0, m, (i) => columns.set(j, i, a!.get(i, j))));
    c.up(0, n, (k) => {
      const count = c.index(c.minus(m, k));
      const { alpha, beta } = mirror(c, columns.at(k, k), count);
      diagonal.set(0, k, alpha);
      betas.set(0, k, beta);
      c.up(c.plus(k, 1), n, (j) => reflect(c, columns.at(j, k), beta, columns.at(k, k), count));
    });
    c.up(0, n, (j) => {
      c.up(0, m, (i) => q.set(j, i, 0));
      q.set(j, j, 1);
      c.down(0, c.plus(j, 1), (k) =>
        reflect(c, q.at(j, k), betas.get(0, k), columns.at(k, k), c.minus(m, k)),
      );
      const sign = c.signed(1, diagonal.get(0, j));
      c.up(0, m, (i) => out.set(i, j, c.mul(sign, q.get(j, i))));
    });
    c.up(0, n, (i) => {
      const sign = c.signed(1, diagonal.get(0, i));
      c.up(0, i, (j) => out.set(c.plus(m, i), j, 0));
      out.set(c.plus(m, i), i, c.abs(diagonal.get(0, i)));
      c.up(c.plus(i, 1), n, (j) => out.set(c.plus(m, i), j, c.mul(sign, columns.get(j, i))));
    });
  },
};
