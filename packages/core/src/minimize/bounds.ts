import { type ArrayInput, array, isArrayInput } from '../tensor/array.js';
import { misuse } from '../tensor/errors.js';
import { sameShape } from '../tensor/shape.js';
import { flatten } from '../tensor/tree.js';
import type { Place } from './place.js';

/** One side of a box for values of the form `V`: a number for all of a part, or one for each of its elements. */
export type Side<V> =
  | number
  | (V extends ArrayInput ? ArrayInput : V extends object ? { readonly [K in keyof V]?: Side<V[K]> } : never);

/** Limits that a point has to keep to; what is left out, or infinite, has none. */
export interface Bounds<V> {
  readonly lower?: Side<V>;
  readonly upper?: Side<V>;
}

/** lower ≤ x ≤ upper, of a flat vector. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** @throws when a side is of another form than `x0`, is not a number, or the lower is above the upper */
export function boxIn(place: Place, bounds: unknown): Box {
  if (typeof bounds !== 'object' || bounds === null || Array.isArray(bounds))
    throw misuse(`bounds must be an object such as { lower: 0, upper: 1 }, got ${JSON.stringify(bounds)}`);
  const unknown = Object.keys(bounds).find((key) => key !== 'lower' && key !== 'upper');
  if (unknown !== undefined) throw misuse(`bounds: there is no ${unknown}, only lower and upper`);
  const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = bounds as Bounds<unknown>;
  const box = {
    lower: sideIn(place, 'lower', lower, Number.NEGATIVE_INFINITY),
    upper: sideIn(place, 'upper', upper, Number.POSITIVE_INFINITY),
  };
  const crossed = box.lower.findIndex((low, i) => low > box.upper[i]!);
  if (crossed >= 0)
    throw misuse(
      `bounds: lower must not be above upper, got ${box.lower[crossed]} and ${box.upper[crossed]} at place ${crossed}`,
    );
  return box;
}

function sideIn({ size, leaves }: Place, which: string, side: unknown, none: number): Float64Array {
  const out = new Float64Array(size).fill(none);
  const given = flatten(side, isArrayInput, `bounds.${which}`);
  given.names.forEach((name, i) => {
    const { data, shape } = array(given.leaves[i]!);
    // A number may stand for a whole branch: its name is then the beginning of several.
    const covered = leaves.filter(
      (leaf) => name === '' || leaf.name === name || leaf.name.startsWith(`${name}.`),
    );
    if (covered.length === 0) throw misuse(`bounds: ${which} has ${name}, x0 has not`);
    for (const leaf of covered) {
      if (shape.length > 0 && !(covered.length === 1 && sameShape(shape, leaf.shape)))
        throw misuse(
          `bounds: ${which}${name && `.${name}`} must be a number or of shape [${leaf.shape}], got [${shape}]`,
        );
      const part = out.subarray(leaf.offset, leaf.offset + leaf.size);
      for (let j = 0; j < leaf.size; j++) part[j] = data[shape.length === 0 ? 0 : j]!;
    }
  });
  const bad = out.findIndex(Number.isNaN);
  if (bad >= 0) throw misuse(`bounds: ${which} must be a number, got NaN at place ${bad}`);
  return out;
}

/** Moves x to the nearest point of the box, in place. */
export function clamp(x: Float64Array, { lower, upper }: Box): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] = Math.min(Math.max(x[i]!, lower[i]!), upper[i]!);
  return x;
}

/** x − P(x − ∇f), where P goes to the nearest point of the box: 0 exactly where no step within it goes down. */
export const projectedGradient = (x: Float64Array, gradient: Float64Array, box: Box): Float64Array =>
  clamp(
    x.map((xi, i) => xi - gradient[i]!),
    box,
  ).map((p, i) => x[i]! - p);
