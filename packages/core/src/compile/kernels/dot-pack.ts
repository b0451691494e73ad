import type { Func, Local } from '../func.js';
import { again, alongK, rowOf } from './dot-listed.js';
import type { Factor } from './dot-tile.js';
import { type Lanes, loadLanes, narrowed, storeLanes, transposed } from './lanes.js';
import { advance, copyOf, type Span, spans, walk } from './loops.js';

/** Elements from one row of a panel to the next: whole vectors, so that the tile loads whole vectors. */
export const panelWidth = (lanes: Lanes, columns: number): number =>
  Math.ceil(columns / lanes.count) * lanes.count;

/** How many elements of a panel of so many rows or columns a step along k has. */
export type Pitch = (lanes: Lanes, size: number) => number;

/** Columns of a are copied to all lanes one by one: nothing fills them up. */
export const pitchA: Pitch = (_, size) => size;

/** Steps along k that are copied at a time. */
const STEPS = 4;

/** A block of a factor, `depth` along k and `total` across it, to be packed as panels of `size` each. */
export interface Block extends Factor {
  readonly depth: number;
  readonly total: number;
  readonly size: number;
  readonly pitch: Pitch;
  /** Elements that lie behind the block, across k. */
  readonly behind?: number;
}

/** Steps from one panel to the next: a few more than it has, or all panels would begin in the same few sets of a cache. */
export const panelSteps = (depth: number): number => depth + STEPS;

/** Bytes of a packed block. */
export const packedBytes = (lanes: Lanes, { depth, total }: Pick<Block, 'depth' | 'total'>): number =>
  panelSteps(depth) * panelWidth(lanes, total) * lanes.bytes;

/** Copies a block to `scratch`: panel by panel, each step along k in turn. It is read in the order in which it lies. */
export function packBlock(f: Func, lanes: Lanes, block: Block, scratch: Local): void {
  const { depth, total, size, deep, across, pitch } = block;
  if (block.listed) {
    packListed(f, lanes, block, scratch);
    return;
  }
  const neighbours = across === lanes.bytes;
  const from = copyOf(f, block.pointer);
  const to = copyOf(f, scratch);
  for (const { size: width, count } of spans(total, size)) {
    const packed = pitch(lanes, width) * lanes.bytes;
    const along: Walk = { pieces: spans(depth, STEPS), from: deep, to: packed };
    const panels: Walk = {
      pieces: [{ size: 1, count }],
      from: across * width,
      to: panelSteps(depth) * packed,
    };
    nested(f, neighbours ? [along, panels] : [panels, along], from, to, (outer, inner, from, to) => {
      const strip = { steps: outer * inner, width, deep, across, packed, left: leftBehind(block, width) };
      if (neighbours) copyNeighbours(f, (k) => ({ from, offset: k * deep }), to, lanes, strip);
      else if (deep === lanes.bytes) copyTransposed(f, from, to, lanes, strip);
      else copyApart(f, from, to, lanes, strip);
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

/** Some steps along k of a panel: `deep` and `across` bytes apart in the source, rows of `packed` bytes in the copy. */
interface Strip {
  readonly steps: number;
  readonly width: number;
  readonly deep: number;
  readonly across: number;
  readonly packed: number;
  /** Elements behind the last panel of this width that may be read as well. */
  readonly left: number;
}

const leftBehind = ({ total, size, behind = 0 }: Block, width: number): number =>
  (width === size ? total % size : 0) + behind;

/** The same where the steps are rows that are listed: each is read from its start to its end. */
function packListed(f: Func, lanes: Lanes, block: Block, scratch: Local): void {
  const { depth, total, size, across, pitch } = block;
  const own = again(f, block);
  const to = copyOf(f, scratch);
  for (const { size: width, count } of spans(total, size)) {
    const packed = pitch(lanes, width) * lanes.bytes;
    const list = { ...own, pointer: copyOf(f, own.pointer) };
    const strips = { local: copyOf(f, to), step: packed };
    walk(f, spans(depth, STEPS), [alongK(list), strips], (steps) => {
      const rows = Array.from({ length: steps }, (_, k) => rowOf(f, list.pointer, own.listed!, k));
      const panel = { local: copyOf(f, strips.local), step: panelSteps(depth) * packed };
      const pointers = [panel, ...rows.map((local) => ({ local, step: across * width }))];
      walk(f, [{ size: 1, count }], pointers, () =>
        copyNeighbours(f, (k) => ({ from: rows[k]!, offset: 0 }), panel.local, lanes, {
          steps,
          width,
          packed,
          left: leftBehind(block, width),
        }),
      );
    });
    advance(f, [{ local: own.listed!.within, step: across * width }], count);
    advance(f, [{ local: to, step: panelSteps(depth) * packed }], count);
  }
}

/**
 * The elements of a step lie side by side: whole vectors, the last filled up with zeros where there is room for it. Where so
 * much is left behind them, it is copied, too, and written over by the next step, or lies behind the last.
 */
function copyNeighbours(
  f: Func,
  at: (k: number) => { from: Local; offset: number },
  to: Local,
  wide: Lanes,
  { steps, width, packed, left }: Pick<Strip, 'steps' | 'width' | 'packed' | 'left'>,
): void {
  const over = panelWidth(wide, width) - width;
  const passes = over <= Math.min(left, STEPS * width);
  const filled = packed % wide.whole === 0 || passes;
  const lanes = filled ? wide : narrowed(wide);
  const vector = filled ? undefined : f.local(lanes.vector);
  for (let k = 0; k < steps; k++)
    for (let j = 0; j < width; j += lanes.count) {
      const count = passes ? lanes.count : Math.min(lanes.count, width - j);
      const offset = k * packed + j * lanes.bytes;
      if (!vector) f.get(to);
      const { from, offset: start } = at(k);
      loadLanes(f, lanes, count, from, start + j * lanes.bytes);
      if (vector) storeLanes(f.set(vector), lanes, count, to, offset, vector);
      else f.memory(`${lanes.vector}.store`, offset);
    }
}

/** The steps lie side by side: squares are transposed in registers. */
function copyTransposed(f: Func, from: Local, to: Local, wide: Lanes, strip: Strip): void {
  const lanes = narrowed(wide);
  const { count, bytes } = lanes;
  const { steps, width, across, packed } = strip;
  const wholeSteps = steps - (steps % count);
  const wholeWidth = width - (width % 2);
  for (let k = 0; k < wholeSteps; k += count)
    for (let j = 0; j < wholeWidth; j += count) {
      const high = Math.min(count, wholeWidth - j);
      const rows = Array.from({ length: high }, (_, i) => {
        const row = f.local('v128');
        f.get(from)
          .memory('v128.load', (j + i) * across + k * bytes)
          .set(row);
        return row;
      });
      const square = Array.from({ length: count }, (_, i) => rows[i % high]!);
      for (const [i, column] of transposed(f, square, bytes).entries())
        storeLanes(f, lanes, high, to, (k + i) * packed + j * bytes, column);
    }
  copyApart(f, from, to, lanes, strip, (k, j) => k >= wholeSteps || j >= wholeWidth);
}

/** Element by element. What fills up the last vector is not written: its sums are never stored. */
function copyApart(
  f: Func,
  from: Local,
  to: Local,
  lanes: Lanes,
  { steps, width, deep, across, packed }: Strip,
  wanted: (k: number, j: number) => boolean = () => true,
): void {
  for (let k = 0; k < steps; k++)
    for (let j = 0; j < width; j++) {
      if (!wanted(k, j)) continue;
      f.get(to)
        .get(from)
        .memory(`${lanes.scalar}.load`, k * deep + j * across);
      f.memory(`${lanes.scalar}.store`, k * packed + j * lanes.bytes);
    }
}
