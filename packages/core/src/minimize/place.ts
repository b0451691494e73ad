import type { Arena, Region } from '../compile/arena.js';
import type { Leaves, Transform } from '../optim/transform.js';
import {
  type ArrayInput,
  array,
  isArrayInput,
  isNdArray,
  isTypedArray,
  type NdArray,
} from '../tensor/array.js';
import { BYTES, type FloatType } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import { type Flat, flatten } from '../tensor/tree.js';

/** A leaf's place in the vector. */
export interface Part {
  readonly name: string;
  readonly shape: Shape;
  readonly offset: number;
  readonly size: number;
}

/** How a number, an array or a tree lies in one flat vector. */
export interface Place {
  readonly size: number;
  readonly dtype: FloatType;
  readonly start: Float64Array;
  /** Where each leaf lies. */
  readonly leaves: readonly Part[];
  /** A flat region's leaves, by name. */
  parts(region: Region): Record<string, Region>;
  /** Values by name in the form of the given tree. */
  rebuild(leaves: Readonly<Record<string, unknown>>): unknown;
  /** A vector in the form of the given tree: numbers for numbers, `NdArray`s for arrays. */
  arrays(x: Float64Array): unknown;
  /** The same with lists for lists, as a plain function of numbers wants it. */
  plain(x: Float64Array): unknown;
}

export function placeIn(what: string, tree: unknown, dtype: FloatType): Place {
  const flat = flatten(tree, isArrayInput, what);
  const given = flat.leaves.map((leaf) => array(leaf));
  const offsets = given.map((_, i) => given.slice(0, i).reduce((sum, { data }) => sum + data.length, 0));
  const start = Float64Array.from(given.flatMap(({ data }) => [...data]));
  if (start.length === 0) throw misuse(`${what} holds no numbers`);
  const bad = start.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw misuse(`${what} must be finite, got ${start[bad]} at place ${bad}`);
  const leaves = given.map(({ shape, data }, i) => ({
    name: flat.names[i]!,
    shape,
    offset: offsets[i]!,
    size: data.length,
  }));
  const cut = (x: Float64Array, i: number): Float64Array =>
    x.slice(leaves[i]!.offset, leaves[i]!.offset + leaves[i]!.size);
  const each = (
    x: Float64Array,
    form: (data: Float64Array, like: ArrayInput, shape: Shape) => unknown,
  ): unknown => flat.rebuild(flat.leaves.map((leaf, i) => form(cut(x, i), leaf, given[i]!.shape)));
  return {
    size: start.length,
    dtype,
    leaves,
    start: dtype === 'float32' ? Float64Array.from(Float32Array.from(start)) : start,
    parts: (region) =>
      Object.fromEntries(
        leaves.map(({ name, offset, shape }) => [
          name,
          { address: region.address + BYTES[dtype] * offset, shape, dtype },
        ]),
      ),
    rebuild: (leaves) => flat.rebuild(flat.names.map((name) => leaves[name]!)),
    arrays: (x) =>
      each(x, (data, like, shape) => (typeof like === 'number' ? data[0] : arrayOf(data, shape, dtype))),
    plain: (x) =>
      each(x, (data, like, shape) => {
        if (isNdArray(like)) return arrayOf(data, shape, 'float64');
        return isTypedArray(like) ? data : nested(data, shape);
      }),
  };
}

const arrayOf = (data: Float64Array, shape: Shape, dtype: FloatType): NdArray =>
  array({ data, shape, dtype: 'float64' }, { dtype });

function nested(data: Float64Array, shape: Shape): unknown {
  if (shape.length === 0) return data[0];
  const [rows, ...rest] = shape;
  const width = sizeOf(rest);
  return Array.from({ length: rows! }, (_, i) => nested(data.subarray(i * width, (i + 1) * width), rest));
}

/** A record as the flat tree that it is, under its own names. */
export function byName<Leaf>(record: Readonly<Record<string, Leaf>>): Flat<Leaf> {
  const names = Object.keys(record);
  return {
    names,
    leaves: Object.values(record),
    rebuild: (others) => Object.fromEntries(names.map((name, i) => [name, others[i]!])),
  };
}

/** An optimizer's state before its first step, for parameters in an arena as they are now. */
export function initialState(optimizer: Transform, params: Flat<Region>, arena: Arena): Flat<NdArray> {
  const values = params.leaves.map(({ shape, dtype }, i) => ({
    data: arena.read(params.leaves[i]!),
    shape,
    dtype,
  }));
  return flatten(optimizer.init(params.rebuild(values) as Leaves<NdArray>), isNdArray);
}

/** An optimizer's state for parameters in an arena, laid beside them. */
export function placeState(optimizer: Transform, params: Flat<Region>, arena: Arena): Flat<Region> {
  const flat = initialState(optimizer, params, arena);
  const leaves = flat.leaves.map((value) => {
    const region = arena.allocate(value.shape, value.dtype);
    arena.write(region, value.data);
    return region;
  });
  return { ...flat, leaves };
}
