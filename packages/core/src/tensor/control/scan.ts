import { aFunction, check, oneOf, whole } from '../checks.js';
import { misuse } from '../errors.js';
import { ShapeError } from '../shape-error.js';
import { type Tensor, tensorsOf } from '../tensor.js';
import type { Flat } from '../tree.js';
import { expectLike, traceBodies } from './body.js';
import { loop } from './loop.js';

export interface ScanOptions {
  /** How many turns; needed only when `xs` is empty, as in `{}`. */
  readonly length?: number;
  /** Go from the last slice to the first; results stay in the order of the slices (default false). */
  readonly reverse?: boolean;
  /**
   * What reverse mode goes by. Either way the carry before each turn is kept. `'keep'` (the default) also keeps the matrix
   * products of each turn; `'recompute'` works them out again, which takes less memory and more time.
   */
  readonly residuals?: 'keep' | 'recompute';
}

/**
 * A loop over the first axis, as a loop of the program: `f` is traced once, and neither compile time nor program size
 * grows with the number of turns.
 *
 * (c₁, y₀) = f(c₀, x₀), (c₂, y₁) = f(c₁, x₁), …; gives (cₙ, [y₀ … yₙ₋₁])
 *
 * Both modes of differentiation work, to any order. Reverse mode is a scan in the other direction; it needs the carries of
 * all turns at once, n times their size. Random numbers made within `f` are the same in each turn: make them before, with
 * a first axis of n, and scan over them.
 *
 * @param f from the carry and one slice of `xs` to the next carry and one slice of the results; it may use tensors
 *   around it
 * @param init the first carry: a tensor or a tree of tensors. Shapes and types stay the same from turn to turn
 * @param xs a tensor or a tree of tensors, whose first axes have the same extent, the number of turns
 * @param options `length`, `reverse`, `residuals`
 * @returns the last carry, and the results stacked along a new first axis
 * @throws when `f` gives back a carry of another form, or the first axes differ
 * @example
 * ```ts
 * import { compile, scan, type Tensor } from '@downslope/core';
 * // A moving average that forgets: m ← m + (x − m)/4
 * const smooth = compile((xs: Tensor) => {
 *   const [, all] = scan((m: Tensor, x: Tensor) => {
 *     const next = m.add(x.sub(m).mul(0.25));
 *     return [next, next] as const;
 *   }, xs.like(0), xs);
 *   return all;
 * });
 * console.log(smooth([4, 4, 0]).data); // 1 1.75 1.3125
 * ```
 */
export function scan<Carry, X, Y>(
  f: (carry: Carry, x: X) => readonly [carry: Carry, y: Y],
  init: Carry,
  xs: X,
  options: ScanOptions = {},
): [carry: Carry, ys: Y] {
  const { reverse = false, residuals = 'keep' } = options;
  check('scan: residuals', residuals, oneOf('keep', 'recompute'));
  check('scan: f', f, aFunction);
  const carry = tensorsOf(init, 'scan: init');
  const stacks = tensorsOf(xs, 'scan: xs');
  const length = lengthOf(stacks, options.length);
  const first = carry.leaves[0] ?? stacks.leaves[0];
  if (!first) throw misuse('scan: init and xs hold no Tensor; one of them must');
  const slices = stacks.leaves.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  const count = carry.leaves.length;
  const turn = (...inputs: Tensor[]): unknown => {
    const results = f(
      carry.rebuild(inputs.slice(0, count)) as Carry,
      stacks.rebuild(inputs.slice(count)) as X,
    );
    if (!Array.isArray(results) || results.length !== 2)
      throw misuse('scan: f must return [carry, y]; return {} as y when there are no results');
    const returned = 'scan: the carry that f returns';
    expectLike(returned, tensorsOf(results[0], returned), carry);
    return results;
  };
  const [body] = traceBodies(
    first.builder.current,
    [...carry.leaves, ...slices],
    [turn],
    'scan: what f returns',
  );
  const parts = loop({
    body: body!.graph,
    carries: carry.leaves,
    stacks: stacks.leaves,
    captured: body!.captured,
    length,
    reverse,
    keep: residuals === 'keep',
  });
  return body!.output.rebuild(parts) as [Carry, Y];
}

function lengthOf({ names, leaves }: Flat<Tensor>, given: number | undefined): number {
  const turns = given ?? leaves[0]?.shape[0];
  const length = check('scan: the number of turns', turns, whole, ' (the first axis of xs, or { length })')!;
  leaves.forEach(({ shape }, i) => {
    if (shape[0] !== length)
      throw new ShapeError(
        `scan: ${names[i] ? `xs.${names[i]}` : 'xs'} must have ${length} slices along its first axis, got shape [${shape}]`,
      );
  });
  return length;
}
