import type { FloatType } from './dtype.js';
import { misuse } from './errors.js';
import type { Node } from './graph.js';
import { type Shape, sameShape } from './shape.js';
import { ShapeError } from './shape-error.js';
import { Tensor, tensorsOf } from './tensor.js';

/** What a model is given beside its inputs while it is trained. Evaluation and prediction go without. */
export interface Training {
  /**
   * Random numbers, uniform on [0, 1): others at each step, and the same whenever that step is taken again.
   *
   * They are a pure function of (seed, step, name, element): those that `random(seed, name, step)` draws. When one pass
   * through the model asks for a name again (two layers of one kind), the name is numbered, so that no two draws are
   * alike. A truth value that holds with probability p is `training.uniform(…).lt(p)`.
   *
   * @param name what the numbers are for: `'dropout'`
   */
  uniform(name: string, shape: Shape, dtype: FloatType): Tensor;
  /**
   * Gives a parameter another value from the next step on: for what is counted along the way and not learned from a
   * gradient, such as the running mean of {@link batchNorm}. No optimizer, and no average that one keeps, touches it.
   *
   * @param leaf a parameter, as `apply` got it
   * @param change from its value so far (as an earlier layer of this pass left it) to the next; no gradient goes through it
   * @throws when shape or element type change; within `scan`, `cond` and `whileLoop`, where there is no next step
   */
  renew(leaf: Tensor, change: (old: Tensor) => Tensor): void;
}

/** A pass through a model at one step, and what it leaves behind. */
export interface TrainingPass extends Training {
  /** Whether the pass has renewed this parameter. */
  renews(leaf: Tensor): boolean;
  /**
   * The parameters after the step.
   *
   * @param params those that the pass was made with
   * @param moved the same tree after the optimizer's step
   * @returns `moved`, with what the pass renewed of `params` in its place
   */
  renewed<P>(params: P, moved: P): P;
}

/**
 * One pass through a model at a step of its training. `fit` makes it by itself; this is for training steps of one's own.
 *
 * @param seed an integer from 0 to 2⁵³ − 1, as a float64 scalar of the program
 * @param step the number of the step, from 0 to 2³² − 1, likewise: both are inputs, so that nothing is compiled again
 * @example
 * ```ts
 * import { compile, dropout, type Tensor, trainingPass } from '@downslope/core';
 * const layer = dropout({ rate: 0.5 });
 * const drop = compile((x: Tensor, seed: Tensor, step: Tensor) => layer.apply({}, x, trainingPass(seed, step)));
 * console.log(drop([1, 1, 1, 1], 7, 0).data); // each of them 0 or 2
 * ```
 */
export function trainingPass(seed: Tensor, step: Tensor): TrainingPass {
  const { builder } = seed;
  const draws = new Map<string, number>();
  const renewals = new Map<Node, Tensor>();
  return {
    uniform(name, shape, dtype) {
      const before = draws.get(name) ?? 0;
      draws.set(name, before + 1);
      const params = { shape, dtype, name: before === 0 ? name : `${name}#${before}` };
      return new Tensor(builder, builder.node('uniform', [seed.node, step.node], params));
    },
    renew(leaf, change) {
      const next = change(renewals.get(origin(leaf)) ?? leaf).stopGradient();
      if (next.builder !== builder)
        throw misuse('a parameter cannot be renewed within scan, cond or whileLoop; apply the layer outside');
      if (!sameShape(next.shape, leaf.shape) || next.dtype !== leaf.dtype)
        throw new ShapeError(
          `a renewed parameter must stay ${leaf.dtype}[${leaf.shape}], got ${next.dtype}[${next.shape}]`,
        );
      renewals.set(origin(leaf), next);
    },
    renews: (leaf) => renewals.has(origin(leaf)),
    renewed(params, moved) {
      const before = tensorsOf(params);
      const after = tensorsOf(moved);
      return after.rebuild(
        after.leaves.map((leaf, i) => {
          const from = before.leaves[before.names.indexOf(after.names[i]!)];
          return (from && renewals.get(origin(from))) ?? leaf;
        }),
      ) as typeof moved;
    },
  };
}

/** The parameter itself, where a derivative has given it a name of its own. */
function origin({ node }: Tensor): Node {
  let at = node;
  while (at.op === 'mark') at = at.inputs[0]!;
  return at;
}
