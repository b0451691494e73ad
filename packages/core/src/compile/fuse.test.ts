import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pullBack } from '../autodiff/propagate.js';
import type { Graph } from '../tensor/graph.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { fuse } from './fuse.js';
import { reads, written } from './schedule.js';
import { simplify } from './simplify.js';
import { randomProgram, randomPrograms, realize } from './testing/random-graphs.js';

/** A schedule as text: what each kernel is, and what it writes. */
const kernelsOf = (graph: Graph): string[] =>
  fuse(simplify(graph)).kernels.map((kernel) =>
    kernel.kind === 'loop'
      ? `loop[${kernel.domain}] ${kernel.body.map(({ op }) => op).join(' ')}${
          kernel.reduces.length
            ? ` | ${kernel.reduces.map(({ op }) => op).join(' ')} over ${kernel.axes}`
            : ''
        }`
      : `${kernel.kind} ${kernel.node.op}`,
  );

describe('fuse', () => {
  it('makes one loop of an elementwise chain with its broadcasts and its reduction', () => {
    const graph = traced((x, y) => x.mul(y).add(1).tanh().square().mean(), [8, 4], [4]);
    expect(kernelsOf(graph)).toEqual(['loop[8,4] mul add tanh mul | sum over 0,1', 'loop[] div']);
  });

  it('updates a parameter and its optimizer state in one loop', () => {
    const momentum = traced(
      (x, m, g) => {
        const next = m.mul(0.9).add(g);
        return [next, x.sub(next.mul(0.1))];
      },
      [50],
      [50],
      [50],
    );
    expect(kernelsOf(momentum)).toEqual(['loop[50] mul add mul sub']);
  });

  it('takes sums and squares of one large gradient in one loop, as Adam does', () => {
    const moments = traced(
      (m, v, g) => [m.mul(0.9).add(g.mul(0.1)), v.mul(0.9).add(g.square().mul(0.1))],
      [5000],
      [5000],
      [5000],
    );
    expect(kernelsOf(moments)).toEqual(['loop[5000] mul mul add mul mul mul add']);
  });

  it('works out what one operation makes of inputs where it is first read', () => {
    const clipped = traced((m, g) => m.mul(0.9).add(g.mul(g.square().sum())), [50], [50]);
    expect(kernelsOf(clipped)).toEqual(['loop[50] mul | sum over 0', 'loop[50] mul mul add']);
  });

  it('works out once more what takes longer to be written and read, of large arrays', () => {
    const normal = (rows: number): string[] =>
      kernelsOf(
        traced(
          (x, scale) => {
            const centred = x.sub(x.mean(1).reshape([-1, 1]));
            return centred.mul(centred.square().mean(1).reshape([-1, 1])).mul(scale);
          },
          [rows, 64],
          [64],
        ),
      );
    expect(normal(8)).toContain('loop[8,64] mul mul');
    expect(normal(64)).toContain('loop[64,64] sub mul mul');
  });

  it('has no loop for what its readers work out once more', () => {
    const square = [64, 64];
    const graph = traced((a, b, c) => a.dot(b).mul(2).add(a.dot(c)).tanh(), square, square, square);
    expect(kernelsOf(graph)).toEqual(['dot dot', 'dot dot', 'loop[64,64] mul add tanh']);
  });

  it('works out once more a few steps only: the time to find them does not double with each', () => {
    const chain = (next: (x: Tensor) => Tensor, times: number): string[] => {
      const steps = (x: Tensor): Tensor => Array.from({ length: times }).reduce<Tensor>(next, x);
      return kernelsOf(traced((x) => steps(x).sub(steps(x).mean()), [4096]));
    };
    expect(chain((x) => x.sub(x.mul(0.2)), 30)).toHaveLength(3);
    expect(chain((x) => x.mul(0.9).sub(0.2), 100).length).toBeLessThan(8);
  });

  it('goes through large arrays that have nothing in common one after another, through small ones at once', () => {
    const two = (size: number): string[] =>
      kernelsOf(traced((x, y) => [x.tanh().add(1), y.tanh().mul(2)], [size], [size]));
    expect(two(1025)).toEqual(['loop[1025] tanh add', 'loop[1025] tanh mul']);
    expect(two(1024)).toEqual(['loop[1024] tanh add tanh mul']);
  });

  it('keeps scalars out of loops over arrays', () => {
    const graph = traced((x, rate, step) => x.mul(rate.div(step.sqrt())), [50], [], []);
    expect(kernelsOf(graph)).toEqual(['loop[] sqrt div', 'loop[50] mul']);
  });

  it('reads transposed and sliced arrays where they lie', () => {
    const graph = traced((x) => x.transpose().slice([1]).add(1), [3, 4]);
    expect(kernelsOf(graph)).toEqual(['loop[3,3] add']);
  });

  it('takes transpositions into the matrix product, also of gradients', () => {
    const graph = traced(
      (x, w) => {
        const loss = x.matmul(w).square().sum();
        return pullBack([loss], [loss.like(1)], [w, x]).map((gradient) => gradient!);
      },
      [8, 4],
      [4, 2],
    );
    expect(kernelsOf(graph)).toEqual(['dot dot', 'loop[8,2] add', 'dot dot', 'dot dot']);
  });
});

describe('no kernel reads what none before it has written', () => {
  const expectInOrder = (graph: Graph): void => {
    const there = new Set(graph.nodes.filter(({ op }) => op === 'input' || op === 'constant'));
    const { kernels, outputs } = fuse(graph);
    for (const kernel of kernels) {
      for (const { base } of reads(kernel)) expect(there).toContain(base);
      for (const node of written(kernel)) there.add(node);
    }
    for (const { base } of outputs) expect(there).toContain(base);
  };

  it('where what waits for its reader is made of something that is copied in the meantime', () => {
    const f = (x: Tensor, row: Tensor): Tensor[] => {
      const early = x.sigmoid();
      const rows = row.broadcastTo(x.shape);
      const waits = rows.exp();
      return [early.sum(0), rows.cumSum(), early.mul(waits)];
    };
    expectInOrder(simplify(traced(f, [4, 64, 5], [5])));
  });

  it('in random programs', () => {
    const property = fc.property(randomProgram, (program) => {
      expectInOrder(simplify(realize(program, 'float32').graph));
    });
    fc.assert(property, { numRuns: randomPrograms(200) });
  }, 600_000);
});
