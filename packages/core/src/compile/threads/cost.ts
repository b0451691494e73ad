import type { Node } from '../../tensor/graph.js';
import { sizeOf } from '../../tensor/shape.js';
import { bytesOf } from '../arena.js';
import type { Func, Local } from '../func.js';
import type { VectorBytes } from '../kernels/lanes.js';
import { type Nest, nestOf, type Points } from '../nest.js';
import { GROUP_BYTES } from '../uniform.js';

// Costs are vector instructions, about. They come from shapes alone, so that what is cut does not depend on the machine.

/** A chunk of a sum has at least this cost, and what is shared twice as much: some 5 µs, where a barrier takes 1 µs. */
export const GRAIN = 2 ** 14;
/** No sum has more chunks than this. */
export const MOST_CHUNKS = 16;
/** A chunk of what is folded is at least so many times as long as its result. */
const LEAST_FOLDED = 32;
/** Chunks of what needs no partial results: enough to share evenly. */
const FINE = 64;
/** Elements of a cache line, and a multiple of every vector. */
export const LINE = 16;

/** What decides how work is cut. */
export interface Cutting {
  /** Whether several threads may share it, and how many at most. */
  readonly teamed: boolean;
  readonly threads: number;
  /** The least cost of a chunk of a sum; tests cut finer than {@link GRAIN}. */
  readonly grain: number;
  /** Bytes of a vector: 32 in a module that machine code will be made of. */
  readonly vector: VectorBytes;
  /** Whether a library makes products: what it rounds may depend on where they are cut. */
  readonly library: boolean;
}

type Limits = Pick<Cutting, 'teamed' | 'grain'>;

/** How the outermost loop of a nest is cut: chunks of `size` turns. */
export interface LoopCut {
  readonly chunks: number;
  readonly size: number;
  /** Whether each chunk has results of its own, to be combined in order. */
  readonly partial: boolean;
}

/** By shape alone where chunks have partial results, so that bits depend on nothing else; otherwise for a team. */
export function loopCut(points: Points, { teamed, grain }: Limits): LoopCut | undefined {
  const nest = nestOf(points);
  const [extent, ...inner] = nest.extents;
  const cost = loopCost(points, nest);
  // What is added into rows stays in order.
  if (nest.empty || extent === undefined || cost < 2 * grain || nest.adds.size > 0) return undefined;
  const flat = inner.length === 0;
  if (!nest.folded[0])
    return teamed ? cut(extent, Math.min(FINE, flat ? extent / LINE : extent), flat, false) : undefined;
  return cut(extent, powerOfTwo(Math.min(cost / grain, MOST_CHUNKS, extent / LEAST_FOLDED)), flat, true);
}

/** How rows that are gathered are cut. What is added up stays in order. */
export function rowsCut(node: Node, { teamed, grain }: Limits): LoopCut | undefined {
  const count = sizeOf(node.inputs[1]!.shape);
  if (!teamed || node.op !== 'gather' || bytesOf(node) / 8 < 2 * grain) return undefined;
  return cut(count, Math.min(FINE, count), false, false);
}

/** Vector instructions for a group of random numbers, about. */
const UNIFORM = 200;

/** How whole groups of random numbers are cut. */
export function uniformCut(node: Node, { teamed, grain }: Limits): LoopCut | undefined {
  const groups = Math.floor(bytesOf(node) / GROUP_BYTES);
  if (!teamed || groups * UNIFORM < 2 * grain) return undefined;
  return cut(groups, Math.min(FINE, groups), false, false);
}

/** Turns a share of chunks into one of turns, of which there are `extent`. */
export function setBounds(f: Func, { size }: LoopCut, extent: number, from: Local, to: Local): void {
  f.get(from).i32(size).op('i32.mul').set(from);
  f.get(to).i32(size).op('i32.mul').tee(to);
  f.i32(extent).get(to).i32(extent).op('i32.lt_s').op('select').set(to);
}

/** The same where `turns` pushes the number of turns: each chunk has as many. */
export function setShare(f: Func, { chunks }: LoopCut, turns: () => Func, from: Local, to: Local): void {
  const size = f.local('i32');
  turns()
    .i32(chunks - 1)
    .op('i32.add')
    .i32(chunks)
    .op('i32.div_u')
    .set(size);
  f.get(from).get(size).op('i32.mul').set(from);
  f.get(to).get(size).op('i32.mul').tee(to);
  turns().get(to);
  turns().op('i32.lt_s').op('select').set(to);
}

function cut(extent: number, chunks: number, flat: boolean, partial: boolean): LoopCut | undefined {
  const whole = flat ? LINE : 1;
  const size = Math.ceil(extent / Math.max(1, Math.floor(chunks)) / whole) * whole;
  return size < extent ? { size, chunks: Math.ceil(extent / size), partial } : undefined;
}

/** The largest that is not above a limit, by its bits: no engine rounds it. */
export const powerOfTwo = (limit: number): number => 2 ** (31 - Math.clz32(Math.max(1, limit)));

function loopCost({ domain, body, reduces }: Points, { loads, stores, adds, width }: Nest): number {
  const moved = loads.size + stores.size + adds.size;
  return (sizeOf(domain) / width) * (weightOf(body) + reduces.length + moved);
}

const FUNCTIONS = new Set(
  'exp expm1 log log1p sin cos tan atan tanh erf normalCdf gelu sigmoid softplus pow'.split(' '),
);

/** Vector instructions of elementwise ops, about. */
export const weightOf = (body: readonly Node[]): number =>
  body.reduce((sum, { op }) => sum + (FUNCTIONS.has(op) ? 16 : 1), 0);
