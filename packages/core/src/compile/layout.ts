import { BYTES } from '../tensor/dtype.js';
import { internal } from '../tensor/errors.js';
import type { Graph, Node } from '../tensor/graph.js';
import { type Arena, bytesOf, type Region } from './arena.js';
import { controlRoom } from './control.js';
import { type DotShape, kernelShape } from './dot-shape.js';
import type { Func, Global } from './func.js';
import { dotScratch } from './kernels/dot.js';
import { type DotCut, dotCut, partOf, sizesOf } from './kernels/dot-cut.js';
import { linalgScratch } from './kernels/linalg.js';
import { lineRoom } from './line.js';
import { pointsOf } from './nest.js';
import { type Lifetime, lifetimes, mayOverwrite, plan, readersOf } from './plan.js';
import { accumulatorBytes } from './running.js';
import { type Kernel, type Schedule, written } from './schedule.js';
import { type Cutting, loopCut } from './threads/cost.js';
import type { Extent } from './threads/tasks.js';
import { listBytes } from './touched.js';
import { GROUP_BYTES } from './uniform.js';

/** Where an array is: a region, or one that moves on through a larger one, by as many bytes as a global says. */
export interface Place extends Region {
  readonly moved?: Global;
}

/** Where an array begins. */
export type At = Pick<Place, 'address' | 'moved'>;

/** Pushes the address that is `offset` bytes into a place. */
export function pushPlace(f: Func, { address, moved }: At, offset = 0): Func {
  f.i32(address + offset);
  return moved ? f.getGlobal(moved).op('i32.add') : f;
}

/** Where a program finds its inputs and leaves its outputs. A region may be both: state that a step renews in place. */
export interface Wiring {
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
}

/** Bytes moved outside of the kernels. */
export interface Copy {
  readonly from: At;
  readonly to: At;
  readonly bytes: number;
}

/** The address of everything that a program's kernels touch. */
export interface Layout {
  place(node: Node): At;
  /** By how many bytes scratch memory has moved on: it does where each thread has its own. */
  readonly shift: Global | undefined;
  /** Room that the kernel which computes a node needs beside its array: where it begins, and all of it. */
  beside(node: Node): At;
  room(node: Node): Extent;
  readonly touched: NonNullable<Schedule['touched']>;
  /** Copies before the first kernel, and after the last. */
  readonly before: readonly Copy[];
  readonly after: readonly Copy[];
  readonly scratchBytes: number;
  /** What lies in scratch memory: arrays, and what kernels need beside them. */
  readonly stretches: readonly Stretch[];
}

export interface Stretch extends Lifetime {
  readonly node: Node;
  /** Whether it is not the node's array but room that its kernel needs. */
  readonly beside: boolean;
  readonly offset: number;
}

/** What of an arena a layout asks for. */
export interface Ground extends Pick<Arena, 'allocate' | 'write' | 'scratch'> {
  /** By how many bytes scratch memory has moved on. */
  readonly shift?: Global | undefined;
}

/** No memory at all, to see how much would be needed. */
export const NOWHERE: Ground = {
  allocate: (shape, dtype) => ({ address: 0, shape, dtype }),
  write() {},
  scratch: () => 0,
};

export function layOut(
  graph: Graph,
  schedule: Schedule,
  arena: Ground,
  wiring: Wiring,
  cutting: Cutting,
): Layout {
  const { shift } = arena;
  const { touched = new Map() } = schedule;
  const places = new Map<Node, At>(graph.inputs.map((node, i) => [node, wiring.inputs[i]!]));
  for (const node of graph.nodes) if (node.op === 'constant') places.set(node, keep(node, arena));
  const ends = schedule.outputs.map(({ base }, i) => ({ base, region: wiring.outputs[i]! }));
  for (const [node, region] of outputsInPlace(graph, schedule, ends, wiring)) places.set(node, region);

  const lives = new Map<object, Lifetime>(lifetimes(schedule, (node) => places.has(node)));
  const extras = schedule.kernels.flatMap((kernel, i) =>
    [...extraBytes(kernel, cutting)].map(([node, bytes]) => ({ node, bytes, first: i, last: i })),
  );
  for (const node of touched.keys()) {
    const { first, last } = lives.get(node)!;
    extras.push({ node, bytes: listBytes(node), first, last });
  }
  const staged = ends.filter(
    ({ base, region }) => base.op === 'input' && !samePlace(places.get(base)!, region),
  );
  for (const extra of extras) lives.set(extra, extra);
  for (const end of staged)
    lives.set(end, { bytes: bytesOf(end.region), first: -1, last: schedule.kernels.length });

  const { offsets, bytes } = plan(lives);
  const start = arena.scratch(bytes, () => {
    const arrays = [...lives.keys()].filter((key): key is Node => 'op' in key);
    return arrays.map(({ op, shape, dtype }) => ({ name: op, shape, dtype }));
  });
  const planned = (key: object): At => ({
    address: start + offsets.get(key)!,
    ...(shift && { moved: shift }),
  });
  const place = (node: Node): At => places.get(node) ?? (lives.has(node) ? planned(node) : lost(node));
  const rooms = new Map(
    extras.map((extra) => [extra.node, { address: planned(extra).address, bytes: extra.bytes }]),
  );
  const room = (node: Node): Extent => rooms.get(node) ?? { address: 0, bytes: 0 };
  const copy = (from: At, to: At, region: Region): Copy => ({ from, to, bytes: bytesOf(region) });
  return {
    place,
    shift,
    beside: (node) => ({ address: room(node).address, ...(shift && { moved: shift }) }),
    room,
    touched,
    before: staged.map((end) => copy(place(end.base), planned(end), end.region)),
    after: ends
      .map((end) => copy(staged.includes(end) ? planned(end) : place(end.base), end.region, end.region))
      .filter(({ from, to }) => !samePlace(from, to)),
    scratchBytes: bytes,
    stretches: [...lives].map(([key, life]) => ({ ...life, ...ownerOf(key), offset: offsets.get(key)! })),
  };
}

export const samePlace = (a: At, b: At): boolean => a.address === b.address && a.moved === b.moved;

/** The node that a lifetime belongs to: itself, or the one that needs room or is kept. */
function ownerOf(key: object): { node: Node; beside: boolean } {
  if ('op' in key) return { node: key as Node, beside: false };
  const { node, base } = key as { node?: Node; base?: Node };
  return { node: (node ?? base)!, beside: node !== undefined };
}

/** Computed outputs whose kernels may write straight to where they are wanted. */
export function outputsInPlace(
  graph: Graph,
  { kernels }: Schedule,
  ends: readonly { base: Node; region: Place }[],
  wiring: Wiring,
): Map<Node, At> {
  const home = new Map(kernels.flatMap((kernel, i) => written(kernel).map((node) => [node, i] as const)));
  const readers = readersOf(kernels);
  const found = new Map<Node, At>();
  for (const { base, region } of ends) {
    const at = home.get(base);
    if (at === undefined || found.has(base) || bytesOf(base) !== bytesOf(region)) continue;
    // What is empty lies nowhere, whatever its address.
    const old = graph.inputs.filter((input, i) => samePlace(wiring.inputs[i]!, region) && bytesOf(input) > 0);
    const may = (input: Node): boolean => mayOverwrite(kernels, at, base, input, readers.get(input) ?? []);
    if (old.every(may)) found.set(base, region);
  }
  return found;
}

function keep(node: Node, arena: Ground): At {
  const region = arena.allocate(node.shape, node.dtype);
  arena.write(region, node.value!.data);
  return region;
}

function extraBytes(kernel: Kernel, cutting: Cutting): ReadonlyMap<Node, number> {
  if (kernel.kind === 'loop') {
    const points = pointsOf(kernel);
    return accumulatorBytes(points, loopCut(points, cutting));
  }
  const { kind, node } = kernel;
  if (kind === 'control') {
    const room = controlRoom(
      kernel,
      cutting,
      ({ graph, schedule }, wiring, within) => layOut(graph, schedule, NOWHERE, wiring, within).scratchBytes,
    );
    return new Map([[node, room]]);
  }
  if (kind === 'dot') {
    const shape = kernelShape(kernel);
    const { partial, scratch } = roomOfDot(shape, dotCut(shape, cutting), cutting);
    return new Map([[node, partial + scratch * (cutting.teamed ? cutting.threads : 1)]]);
  }
  if (kind === 'linalg') return new Map([[node, linalgScratch(node)]]);
  if (kind === 'random') return new Map([[node, GROUP_BYTES]]);
  return new Map(kind === 'line' ? [[node, lineRoom(node)]] : []);
}

/** Bytes for the results of chunks of a sum, and of scratch that a thread needs for a product. */
export function roomOfDot(
  shape: DotShape,
  cut: DotCut | undefined,
  vectors: Pick<Cutting, 'vector'>,
): { partial: number; scratch: number } {
  if (!cut) return { partial: 0, scratch: dotScratch(shape, vectors) };
  const needed = sizesOf(shape, cut).map((size) => dotScratch(partOf(shape, cut, size), vectors));
  const partial = cut.axis === 'k' ? cut.chunks * shape.m * shape.n * BYTES[shape.dtype] : 0;
  return { partial: alignTo(partial, 16), scratch: alignTo(Math.max(...needed), 64) };
}

const alignTo = (bytes: number, whole: number): number => Math.ceil(bytes / whole) * whole;

function lost(node: Node): never {
  throw internal(`${node.op} (node ${node.id}) has no place in memory`);
}
