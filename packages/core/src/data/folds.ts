import { misuse } from '../tensor/errors.js';
import { levelsOf } from './levels.js';
import { plural } from './names.js';
import { permutation } from './shuffle.js';
import type { Column } from './table.js';

/** How rows are dealt into folds: those of a group stay together, classes are shared out alike; at random otherwise. */
export interface FoldOptions {
  readonly seed: number;
  readonly groups?: Column;
  readonly classes?: Column;
}

/**
 * Deals rows into folds of nearly one size, each of which is to be judged by a model that was trained on the others.
 *
 * @param rows the row numbers to deal; each fold has some of them, in ascending order
 * @throws when there are fewer rows, or groups, than folds
 */
export function foldsOf(
  rows: Int32Array,
  count: number,
  { seed, groups, classes }: FoldOptions,
): Int32Array[] {
  const foldOf = groups ? byGroup(rows, groups, count, seed) : byClass(rows, classes, count, seed);
  return Array.from({ length: count }, (_, fold) => rows.filter((_, i) => foldOf[i] === fold));
}

/** Each class in random order, one row to each fold in turn; where one class ends, the next goes on. */
function byClass(rows: Int32Array, classes: Column | undefined, count: number, seed: number): Int32Array {
  if (rows.length < count)
    throw misuse(`folds: ${count} folds need as many rows, and there are ${plural(rows.length, 'row')}`);
  const order = permutation(rows.length, { seed, name: 'folds' });
  const codes = classes && levelsOf(classes).codes;
  if (codes) order.sort((a, b) => codes[rows[a]!]! - codes[rows[b]!]!); // keeps the random order within a class
  const foldOf = new Int32Array(rows.length);
  for (const [place, i] of order.entries()) foldOf[i] = place % count;
  return foldOf;
}

/** Groups in random order, each to the fold that has the fewest rows. */
function byGroup(rows: Int32Array, groups: Column, count: number, seed: number): Int32Array {
  const { codes, levels } = levelsOf(groups);
  const groupOf = rows.map((row) => (codes[row]! < 0 ? levels.length : codes[row]!));
  const sizes = new Map<number, number>();
  for (const group of groupOf) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  if (sizes.size < count)
    throw misuse(
      `folds: ${count} folds need as many groups, and column ${JSON.stringify(groups.name)} has ${sizes.size}`,
    );
  const filled = new Array<number>(count).fill(0);
  const foldOfGroup = new Map<number, number>();
  for (const group of permutation(levels.length + 1, { seed, name: 'folds' })) {
    const size = sizes.get(group);
    if (size === undefined) continue;
    const fold = filled.indexOf(Math.min(...filled));
    foldOfGroup.set(group, fold);
    filled[fold]! += size;
  }
  return groupOf.map((group) => foldOfGroup.get(group)!);
}
