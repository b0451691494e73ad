import type { Func, Local } from '../wasm.js';
import { phasesOf, turnsOf } from './dot-plan.js';
import { accumulators, addProduct, askForResult, joinPhases, storeSums, type Tile } from './dot-tile.js';
import { loadLanes, loadSplat } from './lanes.js';
import { copyOf, spans, walk } from './loops.js';

/** Steps along k from which it pays to ask for the result's memory at the beginning. */
const ASKS = 64;

/** For each k: a column of a, each element copied to all lanes, times a row of b. The columns of b are neighbours. */
export function outerTile(f: Func, tile: Tile): void {
  const { lanes, rows, columns, depth, padded, a, b } = tile;
  const widths = spans(columns, lanes.count).flatMap(({ size, count }) => Array<number>(count).fill(size));
  const phases = phasesOf(lanes, rows, widths.length, depth);
  const sets = accumulators(f, lanes, phases, rows * widths.length);
  if (lanes.whole === 32 && depth > ASKS) askForResult(f, tile);
  const as = copyOf(f, a.pointer);
  const bs = copyOf(f, b.pointer);
  // A single row of sums may take all registers: then each vector of b is there for a moment only.
  const late = lanes.whole === 32 && rows === 1;
  const row = late ? [f.local(lanes.vector)] : widths.map(() => f.local(lanes.vector));
  const splat = f.local(lanes.vector);
  const load = (k: number, j: number, into: Local): void => {
    loadLanes(f, lanes, padded ? lanes.count : widths[j]!, bs, k * b.deep + j * lanes.whole);
    f.set(into);
  };
  const step = (k: number, sums: readonly Local[]): void => {
    if (!late) for (const [j, vector] of row.entries()) load(k, j, vector);
    for (let i = 0; i < rows; i++) {
      loadSplat(f, lanes, as, i * a.across + k * a.deep);
      f.set(splat);
      for (let j = 0; j < widths.length; j++) {
        const vector = row[late ? 0 : j]!;
        if (late) load(k, j, vector);
        addProduct(f, tile, sums[i * widths.length + j]!, splat, vector);
      }
    }
  };
  const pointers = [
    { local: as, step: a.deep },
    { local: bs, step: b.deep },
  ];
  walk(f, spans(depth, turnsOf(lanes, phases, depth)), pointers, (size) => {
    for (let k = 0; k < size; k++) step(k, sets[k % phases]!);
  });
  const sums = joinPhases(f, lanes, sets);
  sums.forEach((sum, index) => {
    const j = index % widths.length;
    storeSums(tile, f, sum, Math.floor(index / widths.length), j * lanes.count, widths[j]!);
  });
}
