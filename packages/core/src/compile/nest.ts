import { type DType, isFloat } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { LONGEST_AXIS, type Shape, sizeOf, stridesOf } from '../tensor/shape.js';
import { dense } from '../tensor/view.js';
import { once } from './once.js';
import type { Picked } from './picked.js';
import type { Access, LoopKernel } from './schedule.js';
import { mostTouched } from './touched.js';

/** What a loop does at each point of its domain, and where it reads and writes. */
export interface Points {
  readonly domain: Shape;
  readonly body: readonly Node[];
  readonly loads: ReadonlyMap<Node, Access>;
  readonly stores: ReadonlyMap<Node, Access>;
  /** Where a `scatterAdd` gets its updates added. */
  readonly adds: ReadonlyMap<Node, Access>;
  readonly reduces: readonly Node[];
  readonly axes: readonly number[];
  /** A `scatterAdd`: of the outermost loop, only the rows that it touches are visited. */
  readonly visits?: Node | undefined;
}

/** How one array is walked through: elements from one point to the next along each loop. */
export interface Stream {
  readonly base: Node;
  readonly dtype: DType;
  readonly strides: readonly number[];
  readonly offset: number;
  /** Which row comes in each turn of the outermost loop. */
  readonly picked?: Picked | undefined;
  /** Elements from one turn to the next of a fold that is written out: see {@link Nest.turns}. */
  readonly turn: number;
}

/** A loop nest ready to be written: as few loops as the streams allow, outermost first. */
export interface Nest {
  readonly extents: readonly number[];
  /** The loops over which reductions fold. */
  readonly folded: readonly boolean[];
  readonly loads: ReadonlyMap<Node, Stream>;
  readonly stores: ReadonlyMap<Node, Stream>;
  readonly folds: ReadonlyMap<Node, Stream>;
  readonly adds: ReadonlyMap<Node, Stream>;
  /** Lanes of a vector of 128 bits, or 1 where there are to be no vectors. */
  readonly width: 1 | 2 | 4;
  /** Turns of a short fold that are written out within each pass of the innermost loop, which does not fold; else 1. */
  readonly turns: number;
  /** True when only the innermost loop folds, or what is written out, so that running values never leave their registers. */
  readonly inRegisters: boolean;
  readonly empty: boolean;
}

/** What a loop of a finished schedule does. */
export const pointsOf = once(
  ({ domain, body, loads, stores, reduces, adds, axes = [], visits }: LoopKernel): Points => ({
    domain: visits ? [mostTouched(visits), ...domain.slice(1)] : domain,
    visits,
    body,
    loads,
    stores: new Map([...stores].map((node) => [node, { base: node, view: dense(domain) }])),
    adds: new Map([...adds].map(([node, picked]) => [node, { base: node, view: dense(domain), picked }])),
    reduces,
    axes,
  }),
);

/** Whether a stream takes pairs of neighbours, one of each in each of two turns. */
export const isPair = ({ strides, turn }: Stream): boolean => strides.at(-1) === 2 && turn === 1;

/** Several passes ask for the nest of the same points. */
export const nestOf = once(nestFor);

function nestFor(points: Points): Nest {
  const { domain, axes } = points;
  const streams = new Map<string, Stream>();
  const keyed = (prefix: string, accesses: Iterable<readonly [Node, Access]>): [Node, string][] =>
    [...accesses].map(([node, { base, view, picked }], i) => {
      const key = `${prefix}${i}`;
      const { strides, offset } = view;
      streams.set(key, { base, dtype: base.dtype, strides, offset, picked, turn: 0 });
      return [node, key];
    });
  const loads = keyed('load', points.loads);
  const stores = keyed('store', points.stores);
  const adds = keyed('add', points.adds);
  const folds = keyed(
    'fold',
    points.reduces.map((node) => [node, foldAccess(node, domain, axes)]),
  );
  const apart =
    points.visits !== undefined || [...streams.values()].some(({ picked }) => picked !== undefined);
  const loops = collapse(domain, axes, streams, apart);
  const { extents, folded, turns } = apart ? { ...loops, turns: 1 } : unrolled(points, loops, streams);
  const pick = (entries: [Node, string][]): Map<Node, Stream> =>
    new Map(entries.map(([node, key]) => [node, streams.get(key)!]));
  return {
    extents,
    folded,
    turns,
    loads: pick(loads),
    stores: pick(stores),
    folds: pick(folds),
    adds: pick(adds),
    width: widthOf(points, extents, streams),
    inRegisters: turns > 1 || (folded.length > 0 && folded.indexOf(true) === folded.length - 1),
    empty: sizeOf(domain) === 0,
  };
}

/** Instructions that may be written out one after another, about. */
const LONGEST_FOLD = 48;

/**
 * Takes a short fold right outside of the innermost loop out of the loops: its turns are written out within each pass, and
 * running values stay in registers. So is what is done to pairs of neighbours, folded or not, which then comes in vectors.
 * Pooling folds two rows or columns, and groups of blocks are a few.
 */
function unrolled(
  points: Points,
  loops: Pick<Nest, 'extents' | 'folded'>,
  streams: Map<string, Stream>,
): Pick<Nest, 'extents' | 'folded' | 'turns'> {
  const { body, loads, reduces } = points;
  const { extents, folded } = loops;
  const last = extents.length - 1;
  const fold = folded.indexOf(true);
  const at = fold < 0 && extents[last] === 2 ? last : fold;
  const turns = extents[at] ?? 1;
  const alone = folded.lastIndexOf(true) === fold && last > 0 && at >= last - 1;
  const short = turns > 1 && turns * (body.length + loads.size + reduces.length) <= LONGEST_FOLD;
  if (!alone || !short || !reduces.every(({ dtype }) => isFloat(dtype))) return { ...loops, turns: 1 };
  const others = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== at);
  const rest = new Map(
    [...streams].map(([key, stream]) => {
      return [key, { ...stream, strides: others(stream.strides), turn: stream.strides[at]! }];
    }),
  );
  if (at === last && widthOf(points, others(extents), rest) === 1) return { ...loops, turns: 1 };
  for (const [key, stream] of rest) streams.set(key, stream);
  return { extents: others(extents), folded: others(folded), turns };
}

/** A reduction's output stands still along the folded axes. */
function foldAccess(node: Node, domain: Shape, axes: readonly number[]): Access {
  const kept = stridesOf(node.shape);
  const strides = domain.map((_, axis) => (axes.includes(axis) ? 0 : kept.shift()!));
  return { base: node, view: { shape: domain, strides, offset: 0 } };
}

/**
 * Drops axes of extent 1 and joins neighbours that every stream walks through as one.
 *
 * @param apart whether the first axis stays by itself: its rows are picked or visited, and not one after another
 */
function collapse(
  domain: Shape,
  axes: readonly number[],
  streams: Map<string, Stream>,
  apart: boolean,
): { extents: number[]; folded: boolean[] } {
  const loops: { extent: number; folded: boolean; axis: number }[] = [];
  for (let axis = domain.length - 1; axis >= 0; axis--) {
    const extent = domain[axis]!;
    if (extent === 1) continue;
    const folded = axes.includes(axis);
    const inner = loops[0];
    const joins =
      inner?.folded === folded &&
      !(apart && axis === 0) &&
      inner.extent * extent <= LONGEST_AXIS &&
      [...streams.values()].every(({ strides }) => strides[axis] === strides[inner.axis]! * inner.extent);
    if (joins) inner.extent *= extent;
    else loops.unshift({ extent, folded, axis });
  }
  for (const [key, stream] of streams)
    streams.set(key, { ...stream, strides: loops.map(({ axis }) => stream.strides[axis]!) });
  return { extents: loops.map(({ extent }) => extent), folded: loops.map(({ folded }) => folded) };
}

/**
 * Vectors need neighbours in memory along the innermost loop, and one element size throughout. Every second element may be
 * read as well: of four that are used, eight are read. Pairs may be written, too.
 */
function widthOf(
  { body, reduces }: Points,
  extents: readonly number[],
  streams: ReadonlyMap<string, Stream>,
): Nest['width'] {
  const last = extents.length - 1;
  const all = [...streams.values()];
  const types = [...body, ...reduces, ...all].map(({ dtype }) => dtype);
  const inMemory = new Set(all.map(({ dtype }) => dtype));
  const wide = types.includes('float64');
  const narrow = ['float32', 'int32', 'float16'] as const;
  if (wide && (narrow.some((dtype) => types.includes(dtype)) || inMemory.has('bool'))) return 1;
  const width = wide ? 2 : 4;
  const fits = [...streams].every(([key, stream]) => {
    const { strides, dtype } = stream;
    const step = strides[last];
    const second = step === 2 && !wide && dtype !== 'float16';
    return step === 0 || step === 1 || (second && (key.startsWith('load') || isPair(stream)));
  });
  return last >= 0 && extents[last]! >= width && fits ? width : 1;
}
