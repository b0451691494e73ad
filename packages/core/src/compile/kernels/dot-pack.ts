import type { Func, Local } from '../wasm.js';
import type { Operand } from './dot-tile.js';
import { type Lanes, loadLanes } from './lanes.js';
import { copyOf, spans, walk } from './loops.js';

/** Elements from one row of the panel to the next: whole vectors, so that the tile loads whole vectors. */
export const panelWidth = (lanes: Lanes, columns: number): number =>
  Math.ceil(columns / lanes.count) * lanes.count;

/** Copies `depth` × `columns` of b to `scratch`, row by row; returns where it then lies. */
export function packPanel(
  f: Func,
  lanes: Lanes,
  depth: number,
  columns: number,
  b: Operand,
  scratch: Local,
): Operand {
  const panel = { row: panelWidth(lanes, columns) * lanes.bytes, col: lanes.bytes };
  const from = copyOf(f, b.pointer);
  const to = copyOf(f, scratch);
  const pointers = [
    { local: from, step: b.row },
    { local: to, step: panel.row },
  ];
  const copyRow = (source: number, target: number): void => {
    if (b.col === lanes.bytes) copyNeighbours(f, lanes, columns, from, source, to, target);
    else copyApart(f, lanes, columns, from, source, b.col, to, target);
  };
  walk(f, spans(depth, 4), pointers, (size) => {
    for (let k = 0; k < size; k++) copyRow(k * b.row, k * panel.row);
  });
  return { ...panel, pointer: scratch };
}

/** The elements lie side by side: whole vectors, the last filled up with zeros. */
function copyNeighbours(
  f: Func,
  lanes: Lanes,
  columns: number,
  from: Local,
  source: number,
  to: Local,
  target: number,
): void {
  for (let j = 0; j < columns; j += lanes.count) {
    f.get(to);
    loadLanes(f, lanes, Math.min(lanes.count, columns - j), from, source + j * lanes.bytes);
    f.memory('v128.store', target + j * lanes.bytes);
  }
}

/** The elements lie `col` bytes apart. What fills up the last vector is not written: its sums are never stored. */
function copyApart(
  f: Func,
  lanes: Lanes,
  columns: number,
  from: Local,
  source: number,
  col: number,
  to: Local,
  target: number,
): void {
  for (let j = 0; j < columns; j++) {
    f.get(to)
      .get(from)
      .memory(`${lanes.scalar}.load`, source + j * col);
    f.memory(`${lanes.scalar}.store`, target + j * lanes.bytes);
  }
}
