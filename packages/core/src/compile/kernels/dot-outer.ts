import type { Func, Local } from '../func.js';
import { askFor } from './dot-ahead.js';
import { isFenced, nearOf, turnsFenced, walkFenced } from './dot-fence.js';
import { rowOf } from './dot-listed.js';
import { phasesOf } from './dot-plan.js';
import { turnsOf } from './dot-plan-wide.js';
import { accumulators, addProduct, askForResult, joinPhases, storeSums, type Tile } from './dot-tile.js';
import { loadLanes, loadSplat } from './lanes.js';
import { advance, copyOf, spans, walk } from './loops.js';

/** Steps along k from which it pays to ask for the result's memory at the beginning. */
const ASKS = 64;

/** For each k: a column of a, each element copied to all lanes, times a row of b. The columns of b are neighbours. */
export function outerTile(f: Func, tile: Tile): void {
  const { lanes, rows, columns, depth } = tile;
  const widths = spans(columns, lanes.count).flatMap(({ size, count }) => Array<number>(count).fill(size));
  const phases = phasesOf(lanes, rows, widths.length, depth);
  const sets = accumulators(f, lanes, phases, rows * widths.length);
  if (lanes.whole === 32 && depth > ASKS) askForResult(f, tile);
  const multiply = lanes.whole === 32 ? rowByRow : vectorByVector;
  multiply(f, tile, widths, sets);
  const sums = joinPhases(f, lanes, sets);
  sums.forEach((sum, index) => {
    const j = index % widths.length;
    storeSums(tile, f, sum, Math.floor(index / widths.length), j * lanes.count, widths[j]!);
  });
}

/** What a step along k loads, `k` steps from where the pointers stand. */
function operands(f: Func, tile: Tile, widths: readonly number[]) {
  const { lanes, padded, b } = tile;
  const { as, at } = column(f, tile);
  const bs = { local: copyOf(f, b.pointer), step: b.deep };
  const splat = (k: number, i: number, into: Local): void => {
    const { from, offset } = at(k, i);
    loadSplat(f, lanes, from, offset);
    f.set(into);
  };
  const vector = (k: number, j: number, into: Local): void => {
    loadLanes(f, lanes, padded ? lanes.count : widths[j]!, bs.local, k * b.deep + j * lanes.whole);
    f.set(into);
  };
  return { as, bs, splat, vector };
}

/** Pointers along k, and where from them the elements of a's columns are. */
function column(f: Func, { rows, a }: Tile) {
  const { listed, deep, across } = a;
  if (listed?.by === 'across') {
    const own = Array.from({ length: rows }, (_, i) => rowOf(f, a.pointer, listed, i));
    return {
      as: own.map((local) => ({ local, step: deep })),
      at: (k: number, i: number) => ({ from: own[i]!, offset: k * deep }),
    };
  }
  const local = copyOf(f, a.pointer);
  const at = (k: number, i: number) => ({ from: local, offset: i * across + k * deep });
  return { as: [{ local, step: deep }], at };
}

/** A row of b in registers. Single rows of sums may take all of them: then each vector is there for a moment only. */
function rowByRow(f: Func, tile: Tile, widths: readonly number[], sets: readonly Local[][]): void {
  const { lanes, rows, depth, behind } = tile;
  const { as, bs, splat, vector } = operands(f, tile, widths);
  const next = behind > 0 ? copyOf(f, bs.local) : undefined;
  if (next) advance(f, [{ local: next, step: bs.step }], depth);
  const late = rows === 1;
  const row = late ? [f.local(lanes.vector)] : widths.map(() => f.local(lanes.vector));
  const element = f.local(lanes.vector);
  const step = (k: number, sums: readonly Local[]): void => {
    if (!late) for (const [j, into] of row.entries()) vector(k, j, into);
    for (let i = 0; i < rows; i++) {
      splat(k, i, element);
      for (let j = 0; j < widths.length; j++) {
        const right = row[late ? 0 : j]!;
        if (late) vector(k, j, right);
        addProduct(f, tile, sums[i * widths.length + j]!, element, right);
      }
    }
  };
  const phases = sets.length;
  walk(f, spans(depth, turnsOf(phases, depth)), [...as, bs], (size) => {
    for (let k = 0; k < size; k++) step(k, sets[k % phases]!);
    if (next) askFor(f, next, Math.round((behind * size) / depth));
  });
}

/** A column of a in registers; each vector of b is there for a moment only. */
function vectorByVector(f: Func, tile: Tile, widths: readonly number[], sets: readonly Local[][]): void {
  const { lanes, rows, depth } = tile;
  const { as, bs, splat, vector } = operands(f, tile, widths);
  const wide = widths.length;
  const column = Array.from({ length: rows }, () => f.local(lanes.vector));
  const right = f.local(lanes.vector);
  const phases = sets.length;
  const near = nearOf(rows);
  // A part of a vector is loaded as splats are: at one distance from its pointer.
  const isWhole = tile.padded || widths.at(-1) === lanes.count;
  const turns = isWhole ? turnsFenced(rows * wide, phases, depth) : phases;
  walkFenced(f, lanes, as[0]!.local, spans(depth, turns), [bs], (size, fence) => {
    for (let k = 0; k < size; k++) {
      for (const [i, element] of column.entries()) splat(k % near, i, element);
      for (let j = 0; j < wide; j++) {
        vector(k, j, right);
        for (const [i, element] of column.entries())
          addProduct(f, tile, sets[k % phases]![i * wide + j]!, element, right);
        if (isFenced(rows, wide, j)) fence();
      }
      const passed = (k % near) + 1;
      if (passed === near || k === size - 1) advance(f, as, passed);
      if (k < size - 1) fence();
    }
  });
}
