import type { Func, Local } from '../func.js';

/** `count` pieces of `size` indices each. */
export interface Span {
  readonly size: number;
  readonly count: number;
}

/** `total` cut into pieces of `size`, and what is left over. */
export function spans(total: number, size: number): Span[] {
  const pieces: Span[] = [];
  const rest = total % size;
  if (size > 0 && total >= size) pieces.push({ size, count: Math.floor(total / size) });
  if (rest > 0) pieces.push({ size: rest, count: 1 });
  return pieces;
}

/** The size of equal blocks, of whole tiles, none of more than `most`. */
export const equal = (total: number, most: number, tile: number): number =>
  tile * Math.ceil(total / Math.ceil(total / Math.max(most, tile)) / tile);

/** The size of equal parts, none of more than `most`. */
export const parts = (total: number, most: number): number => Math.ceil(total / Math.ceil(total / most));

/** As {@link equal}, with a few blocks more where none is smaller then: the code for a block is written for each size. */
export function even(total: number, most: number, tile: number): number {
  const least = Math.ceil(total / Math.max(most, tile));
  for (let blocks = least; blocks <= 1.5 * least; blocks++)
    if (total % (blocks * tile) === 0) return total / blocks;
  return equal(total, most, tile);
}

/** A pointer that a loop moves on by `step` bytes an index. */
export interface Pointer {
  readonly local: Local;
  readonly step: number;
}

/** Runs `body` for each piece in turn; the pointers stand at the piece's first index. It is within 0 or 1 loops. */
export function walk(
  f: Func,
  pieces: readonly Span[],
  pointers: readonly Pointer[],
  body: (size: number, loops: number) => void,
): void {
  for (const { size, count } of pieces) {
    const turn = (loops: number): void => {
      body(size, loops);
      advance(f, pointers, size);
    };
    if (count === 1) turn(0);
    else f.count(f.local('i32'), 0, count, 1, () => turn(1));
  }
}

/** Moves the pointers on by `indices`. */
export function advance(f: Func, pointers: readonly Pointer[], indices: number): void {
  for (const { local, step } of pointers) {
    f.get(local);
    f.i32(step * indices).op('i32.add');
    f.set(local);
  }
}

/** A new local holding `source`. */
export function copyOf(f: Func, source: Local): Local {
  const copy = f.local(source.type);
  f.get(source).set(copy);
  return copy;
}

/** A new i32 local holding what is on the stack. */
export function made(f: Func): Local {
  const local = f.local('i32');
  f.set(local);
  return local;
}

/** An address so many bytes on; whether one is below another; the first of two where `which` is not 0. */
export const sum = (f: Func, a: Local, bytes: number): Local => made(f.get(a).i32(bytes).op('i32.add'));
export const isLess = (f: Func, a: Local, b: Local): Local => made(f.get(a).get(b).op('i32.lt_u'));
export const choose = (f: Func, which: Local, a: Local, b: Local): Local =>
  made(f.get(a).get(b).get(which).op('select'));
