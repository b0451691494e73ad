import { type Arena, left, megabytes, OutOfMemory } from '../compile/arena.js';

/** Room for what else a run will ask for. */
const SHARE = 0.9;

/**
 * What `make` gives; if its arrays do not fit, an error that says which batch size would.
 *
 * @param needs bytes of scratch memory that a step with so many rows takes
 */
export function orWhatFits<T>(make: () => T, rows: number, arena: Arena, needs: (rows: number) => number): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof OutOfMemory) || rows < 2) throw error;
    const half = Math.floor(rows / 2);
    const [all, less] = [needs(rows), needs(half)];
    const perRow = (all - less) / (rows - half);
    const most = Math.floor((SHARE * arena.room - (all - perRow * rows)) / perRow);
    const way = most >= 1 && most < rows ? `batchSize: ${most} would fit` : 'use a smaller model, or float32';
    throw new OutOfMemory(
      `out of memory: a step with ${rows} rows needs ${megabytes(all)}, and ${left(arena)}; ${way}`,
    );
  }
}
