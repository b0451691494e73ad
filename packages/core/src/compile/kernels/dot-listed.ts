import { type DotShape, rowsOf } from '../dot-shape.js';
import type { Func, Local } from '../func.js';
import { clamp, pushScaled } from '../pointers.js';
import type { Plan } from './dot-plan.js';
import type { Factor, Listed } from './dot-tile.js';
import { lanesOf } from './lanes.js';
import { copyOf, type Pointer } from './loops.js';

// A factor whose rows an index picks from a table is read from the table: there is no copy of them in between.

/** Bytes of an address in the list. */
export const ADDRESS = 4;

/** Bytes of the list of addresses. */
export const listBytes = ({ picks, transA, m, k }: DotShape): number =>
  picks === undefined ? 0 : ADDRESS * (transA ? k : m);

/** Writes the addresses of the rows that `index` picks from the table at `table`. */
export function listRows(f: Func, shape: DotShape, table: Local, index: Local, list: Local): void {
  const [i, row] = [f.local('i32'), f.local('i32')];
  const bytes = rowsOf(shape).a * lanesOf(shape.dtype).bytes;
  f.count(i, 0, listBytes(shape), ADDRESS, () => {
    f.get(index).get(i).op('i32.add').memory('i32.load', 0).set(row);
    clamp(f, row, shape.picks!);
    f.get(list).get(i).op('i32.add');
    pushScaled(f, row, bytes).get(table).op('i32.add').memory('i32.store', 0);
  });
}

/** The left factor at the start of its rows. */
export function listedFactor(f: Func, { lanes, product }: Plan, list: Local): Factor {
  const by = product.listed!;
  const within = f.local('i32');
  f.i32(0).set(within);
  const [deep, across] = by === 'deep' ? [ADDRESS, lanes.bytes] : [lanes.bytes, ADDRESS];
  return { pointer: copyOf(f, list), deep, across, listed: { by, within } };
}

/** The same, to be moved on by itself. */
export function again(f: Func, factor: Factor): Factor {
  const { pointer, listed } = factor;
  return {
    ...factor,
    pointer: copyOf(f, pointer),
    ...(listed && { listed: { ...listed, within: copyOf(f, listed.within) } }),
  };
}

/** What is moved on along k. */
export const alongK = ({ pointer, deep, listed }: Factor): Pointer => ({
  local: listed?.by === 'across' ? listed.within : pointer,
  step: deep,
});

/** What is moved on across it. */
export const acrossK = ({ pointer, across, listed }: Factor): Pointer => ({
  local: listed?.by === 'deep' ? listed.within : pointer,
  step: across,
});

/** The address `within` the row whose own is number `i` of the list from `list` on. */
export function rowOf(f: Func, list: Local, { within }: Listed, i: number): Local {
  const row = f.local('i32');
  f.get(list)
    .memory('i32.load', i * ADDRESS)
    .get(within)
    .op('i32.add')
    .set(row);
  return row;
}
