import { aFunction, check } from '../checks.js';
import { aTensor, type Tensor } from '../tensor.js';
import { addControl, type Body, expectLike, traceBodies, withoutUnused } from './body.js';

/**
 * One of two computations: only the one that is chosen runs. (`where` chooses element by element, and computes both.)
 *
 * Both modes of differentiation go through the branch that was taken.
 *
 * @param condition a bool scalar
 * @param yes computes a tensor, or a tree of them, from tensors around it. What is to run only in this branch must be
 *   computed within it
 * @param no computes the same form, with the same shapes and types
 * @throws when the condition is no bool scalar, or the branches differ in what they give
 * @example
 * ```ts
 * import { compile, cond, type Tensor } from '@downslope/core';
 * const shrink = compile((x: Tensor) => cond(x.norm().gt(1), () => x.div(x.norm()), () => x));
 * console.log(shrink([3, 4]).data); // 0.6 0.8
 * ```
 */
export function cond<T>(condition: Tensor, yes: () => T, no: () => T): T {
  check('cond: the condition', condition, aTensor);
  for (const branch of [yes, no]) check('cond: each branch', branch, aFunction);
  const around = condition.builder.current;
  const branches = traceBodies(around, [], [yes, no], 'cond: what a branch returns') as [Body, Body];
  expectLike('cond: what the second branch returns', branches[1].output, branches[0].output);
  return branches[0].output.rebuild(choose(condition, branches)) as T;
}

/** Adds a choice between two bodies to the graph under way. */
export function choose(condition: Tensor, branches: readonly Body[]): Tensor[] {
  const { bodies, left } = withoutUnused(
    branches.map(({ graph }) => graph),
    0,
  );
  const inputs = left.map((i) => branches[0]!.captured[i]!);
  return addControl('cond', [condition, ...inputs], { yes: bodies[0]!, no: bodies[1]! });
}
