import { aFunction, check } from '../checks.js';
import { misuse } from '../errors.js';
import { aTensor, type Tensor, tensorsOf } from '../tensor.js';
import { addControl, type Body, expectLike, traceBodies, withoutUnused } from './body.js';

/**
 * A loop with an open number of turns: while test(c): c ← body(c).
 *
 * Forward mode works (`jvp`); reverse mode does not, since nobody knows beforehand how many turns there are to be kept:
 * use `scan` with a fixed length for that.
 *
 * @param test from the carry to a bool scalar
 * @param body from the carry to the next one; both may use tensors around them
 * @param init the first carry: a tensor or a tree of tensors. Shapes and types stay the same from turn to turn
 * @returns the first carry for which the test fails
 * @throws when `body` gives back a carry of another form, or `test` no bool scalar
 * @example
 * ```ts
 * import { compile, type Tensor, whileLoop } from '@downslope/core';
 * // Heron's square root: x ← (x + a/x)/2
 * const root = compile((a: Tensor) =>
 *   whileLoop((x) => x.square().sub(a).abs().gt(1e-12), (x) => x.add(a.div(x)).mul(0.5), a),
 * );
 * console.log(root(2).data[0]); // 1.414213562373095
 * ```
 */
export function whileLoop<Carry>(
  test: (carry: Carry) => Tensor,
  body: (carry: Carry) => Carry,
  init: Carry,
): Carry {
  check('whileLoop: test', test, aFunction);
  check('whileLoop: body', body, aFunction);
  const carry = tensorsOf(init, 'whileLoop: init');
  const [first] = carry.leaves;
  if (!first) throw misuse('whileLoop: init holds no Tensor, so nothing could ever change');
  const tested = (...inputs: Tensor[]): Tensor =>
    check('whileLoop: what test returns', test(carry.rebuild(inputs) as Carry), aTensor);
  const next = (...inputs: Tensor[]): Carry => {
    const result = body(carry.rebuild(inputs) as Carry);
    const returned = 'whileLoop: the carry that body returns';
    expectLike(returned, tensorsOf(result, returned), carry);
    return result;
  };
  const bodies = traceBodies(first.builder.current, carry.leaves, [tested, next]);
  return bodies[1]!.output.rebuild(repeat(carry.leaves, bodies)) as Carry;
}

/** Adds an open loop to the graph under way: its test and its body. */
export function repeat(carries: readonly Tensor[], traced: readonly Body[]): Tensor[] {
  const { bodies, left } = withoutUnused(
    traced.map(({ graph }) => graph),
    carries.length,
  );
  const all = [...carries, ...traced[0]!.captured];
  return addControl(
    'while',
    left.map((i) => all[i]!),
    { test: bodies[0]!, body: bodies[1]!, carries: carries.length },
  );
}
