import type { Shape } from '../../tensor/shape.js';
import type { Leaves } from '../transform.js';

/** Says which parameters are meant: by a pattern in their names, or by name and shape. */
export type Selector = RegExp | ((name: string, shape: Shape) => boolean);

/**
 * Selects what has two axes or more: the weights of layers, not their biases and not the gains of normalisation.
 *
 * @example
 * ```ts
 * import { adamW, matrices } from '@downslope/core';
 * const optimizer = adamW({ weightDecay: 0.1, decayOnly: matrices });
 * ```
 */
export const matrices = (_: string, shape: Shape): boolean => shape.length >= 2;

export const isSelected = (selector: Selector, name: string, shape: Shape): boolean =>
  typeof selector === 'function' ? selector(name, shape) : name.search(selector) >= 0;

/** The leaves that are meant, in their order. */
export const selected = <T>(
  leaves: Leaves<T>,
  selector: Selector,
  shapes: Leaves<{ readonly shape: Shape }>,
): Leaves<T> =>
  Object.fromEntries(
    Object.entries(leaves).filter(([name]) => isSelected(selector, name, shapes[name]!.shape)),
  );
