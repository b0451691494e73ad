import type { NdArray } from '@downslope/core';

// Snapshots are trees of plain data and arrays. In JSON an array is { "array": its name in the other file }, and a number
// that JSON does not know is { "number": "NaN" }.

export type Arrays = Readonly<Record<string, NdArray>>;

/** A tree as JSON text, and its arrays, each named by its path. */
export function apart(tree: unknown): { readonly json: string; readonly arrays: Arrays } {
  const arrays: Record<string, NdArray> = {};
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
      return { number: Object.is(value, -0) ? '-0' : String(value) };
    if (typeof value !== 'object' || value === null) return value;
    if (isArray(value)) {
      const name = path in arrays ? `${path} (2)` : path;
      arrays[name] = value;
      return { array: name };
    }
    if (Array.isArray(value)) return value.map((child, i) => walk(child, `${path}.${i}`));
    const within = (key: string): string => (path === '' ? key : `${path}.${key}`);
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, walk(child, within(key))]));
  };
  return { json: JSON.stringify(walk(tree, '')), arrays };
}

/** The tree again. */
export function together(tree: unknown, arrays: Arrays): unknown {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((child) => together(child, arrays));
  const { array, number } = tree as { array?: unknown; number?: unknown };
  if (typeof array === 'string' && arrays[array]) return arrays[array];
  if (typeof number === 'string') return Number(number);
  return Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, together(child, arrays)]));
}

const isArray = (value: object): value is NdArray =>
  'data' in value && 'shape' in value && ArrayBuffer.isView(value.data);
