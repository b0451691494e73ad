import type { Arena, Region } from '../compile/arena.js';
import { type ArrayInput, array, isArrayInput, type NdArray } from '../tensor/array.js';
import { type FloatType, isFloat } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import type { Spec } from '../tensor/record.js';
import { type Flat, flatten } from '../tensor/tree.js';

/** Arrays whose first axes agree: one entry a row. */
export interface Dataset {
  readonly rows: number;
  /** Each array in its place in memory, in the form that the user gave. */
  readonly regions: Flat<Region>;
}

/** The same as the user gave them. */
export interface Given {
  readonly rows: number;
  readonly arrays: Flat<NdArray>;
}

const PARTS = ['x', 'y', 'weight'];

/**
 * The arrays of `{ x, y, weight }`.
 *
 * @param name how the user calls it, for errors
 * @throws when they differ in their number of rows, or there are none
 */
export function rowsOf(data: unknown, name: string): Given {
  for (const part of ['x', 'y'])
    if (typeof data !== 'object' || data === null || !(part in data))
      throw misuse(`${name} must hold x and y, rows first; there is no ${part}`);
  const given = Object.entries(data as object).filter(([, value]) => value !== undefined);
  const odd = given.find(([part]) => !PARTS.includes(part))?.[0];
  if (odd !== undefined) throw misuse(`${name} holds x, y and weight; there is no ${odd}`);
  const flat = flatten(Object.fromEntries(given), isArrayInput, name);
  const leaves = flat.leaves.map((leaf) => array(leaf as ArrayInput));
  const rows = leaves[0]?.shape[0];
  if (rows === undefined || rows === 0) throw misuse(`${name} must hold at least one row, got none`);
  leaves.forEach(({ shape }, i) => {
    if (shape[0] !== rows)
      throw misuse(
        `${name}: ${flat.names[0]} has ${rows} rows, but ${flat.names[i]} has ${shape[0] ?? 'no'} (shape [${shape}])`,
      );
  });
  return { rows, arrays: { ...flat, leaves } };
}

/** The weights of rows by their proportions alone: 1 in the mean. */
function proportions(weight: NdArray, name: string): NdArray {
  if (weight.shape.length !== 1)
    throw misuse(`${name}.weight must hold a number for each row, got shape [${weight.shape}]`);
  let sum = 0;
  for (const [row, value] of weight.data.entries()) {
    if (!(value >= 0 && Number.isFinite(value)))
      throw misuse(`${name}.weight must hold numbers from 0 on; row ${row} has ${value}`);
    sum += value;
  }
  if (sum === 0) throw misuse(`${name}.weight must be above 0 for a row at least, got only zeros`);
  const mean = sum / weight.data.length;
  return {
    shape: weight.shape,
    dtype: 'float64',
    data: Float64Array.from(weight.data, (value) => value / mean),
  };
}

/**
 * Lays `{ x, y, weight }` into an arena, floats in the element type of the run, weights as 1 in the mean.
 *
 * @param name how the user calls it, for errors
 * @throws when weights are no numbers from 0 on, one a row
 */
export function placeRows({ rows, arrays }: Given, name: string, arena: Arena, dtype: FloatType): Dataset {
  const leaves = arrays.leaves.map((values, i) =>
    place(arrays.names[i] === 'weight' ? proportions(values, name) : values, arena, dtype),
  );
  return { rows, regions: { ...arrays, leaves } };
}

/** The first place that holds no finite number, in words: `train.x row 8 holds NaN`. */
export function firstNonFinite({ regions }: Dataset, name: string, arena: Arena): string | undefined {
  for (const [i, region] of regions.leaves.entries()) {
    const values = arena.view(region);
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    const row = Math.floor(at / (values.length / region.shape[0]!));
    return `${name}.${regions.names[i]} row ${row} holds ${values[at]}`;
  }
  return undefined;
}

/** An array as a run holds it: floats take on `dtype`. */
export const specIn = ({ shape, dtype: own }: Spec, dtype: FloatType): Spec => ({
  shape,
  dtype: isFloat(own) ? dtype : own,
});

/** Copies an array into an arena; floats take on `dtype`. */
export function place(values: NdArray, arena: Arena, dtype: FloatType): Region {
  const spec = specIn(values, dtype);
  const region = arena.allocate(spec.shape, spec.dtype);
  arena.write(region, values.data);
  return region;
}

/** The same arrays as blocks of `count` rows, from row `start` on: a window on the same memory. */
export function windowOf(region: Region, start: number, count: number): Region {
  const rowBytes = region.shape
    .slice(1)
    .reduce((product, n) => product * n, region.dtype === 'float64' ? 8 : 4);
  return {
    address: region.address + start * rowBytes,
    shape: [count, ...region.shape.slice(1)],
    dtype: region.dtype,
  };
}
