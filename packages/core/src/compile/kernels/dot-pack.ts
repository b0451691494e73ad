import type { Func, Local } from '../wasm.js';
import type { Factor } from './dot-tile.js';
import { type Lanes, loadLanes } from './lanes.js';
import { advance, copyOf, type Span, spans, walk } from './loops.js';

/** Elements from one row of a panel to the next: whole vectors, so that the tile loads whole vectors. */
export const panelWidth = (lanes: Lanes, columns: number): number =>
  Math.ceil(columns / lanes.count) * lanes.count;

/** Steps along k that are copied at a time. */
const STEPS = 4;

/** A block of a factor, `depth` along k and `total` across it, to be packed as panels of `size` each. */
export interface Block extends Factor {
  readonly depth: number;
  readonly total: number;
  readonly size: number;
}

/** Bytes of a packed block. */
export const packedBytes = (lanes: Lanes, { depth, total }: Pick<Block, 'depth' | 'total'>): number =>
  depth * panelWidth(lanes, total) * lanes.bytes;

/** Copies a block to `scratch`: panel by panel, each step along k in turn. It is read in the order in which it lies. */
export function packBlock(f: Func, lanes: Lanes, block: Block, scratch: Local): void {
  const { depth, total, size, deep, across } = block;
  const neighbours = across === lanes.bytes;
  const from = copyOf(f, block.pointer);
  const to = copyOf(f, scratch);
  for (const { size: width, count } of spans(total, size)) {
    const packed = panelWidth(lanes, width) * lanes.bytes;
    const along: Walk = { pieces: spans(depth, STEPS), from: deep, to: packed };
    const panels: Walk = { pieces: [{ size: 1, count }], from: across * width, to: depth * packed };
    nested(f, neighbours ? [along, panels] : [panels, along], from, to, (outer, inner, from, to) => {
      for (let k = 0; k < outer * inner; k++)
        if (neighbours) copyNeighbours(f, lanes, width, from, k * deep, to, k * packed);
        else copyApart(f, lanes, width, from, k * deep, across, to, k * packed);
    });
    advance(
      f,
      [
        { local: from, step: panels.from },
        { local: to, step: panels.to },
      ],
      count,
    );
  }
}

/** A loop that moves on in the source and in the copy. */
interface Walk {
  readonly pieces: readonly Span[];
  readonly from: number;
  readonly to: number;
}

/** One loop within another, on pointers of their own. */
function nested(
  f: Func,
  [outer, inner]: readonly [Walk, Walk],
  from: Local,
  to: Local,
  body: (outer: number, inner: number, from: Local, to: Local) => void,
): void {
  const pointers = (walk: Walk, from: Local, to: Local) => [
    { local: from, step: walk.from },
    { local: to, step: walk.to },
  ];
  const [outerFrom, outerTo] = [copyOf(f, from), copyOf(f, to)];
  walk(f, outer.pieces, pointers(outer, outerFrom, outerTo), (outerSize) => {
    const [innerFrom, innerTo] = [copyOf(f, outerFrom), copyOf(f, outerTo)];
    walk(f, inner.pieces, pointers(inner, innerFrom, innerTo), (innerSize) =>
      body(outerSize, innerSize, innerFrom, innerTo),
    );
  });
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
