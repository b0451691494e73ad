import type { Func, Local } from '../func.js';
import { turnsOf } from './dot-plan-wide.js';
import type { Lanes } from './lanes.js';
import { type Pointer, type Span, walk } from './loops.js';

/**
 * Ends a stretch of code: V8 moves all loads of a stretch to its start, where they wait for their turn in registers that
 * sums need, and come faster than the processor's adders can follow. So a stretch is to load little.
 */
export type Fence = () => void;

/**
 * Walks along what is summed over. A fence is a branch out of the loop that is never taken: `pointer` is never as high
 * as what it is compared with, since the last page is never used. Machine code needs none.
 */
export function walkFenced(
  f: Func,
  { whole }: Lanes,
  pointer: Local,
  pieces: readonly Span[],
  pointers: readonly Pointer[],
  body: (size: number, fence: Fence) => void,
): void {
  if (whole === 32) {
    walk(f, pieces, pointers, (size) => body(size, () => {}));
    return;
  }
  f.block(() => {
    walk(f, pieces, pointers, (size, loops) => {
      let high = 0;
      body(size, () => f.get(pointer).i32(--high).op('i32.eq').brIf(loops));
    });
  });
}

/** Sums of a step that is one stretch; longer ones have one for each pair of vectors, the first with the other factor's. */
const SHORT = 6;

/** Whether there is a fence behind vector `j` of a step. */
export const isFenced = (rows: number, wide: number, j: number): boolean =>
  rows * wide > SHORT && j % 2 === 1 && j < wide - 1;

/** Fences in a step, with the one at its end. */
export const fencesOf = (rows: number, wide: number): number =>
  rows * wide > SHORT ? Math.ceil(wide / 2) : 1;

/** Steps along k that are written out, one behind the other: a short one's own loop weighs little beside its waits. */
export const turnsFenced = (sums: number, phases: number, steps: number): number =>
  sums >= SHORT ? turnsOf(phases, steps) : Math.max(2, phases);

/** Elements that are read at constant distances from a pointer, to be copied to all lanes: V8 takes a register for each. */
const NEAR = 4;

/** Steps along k, of so many such elements each, that are taken before the pointer is moved on. */
export const nearOf = (rows: number): number => Math.max(1, Math.floor(NEAR / rows));
