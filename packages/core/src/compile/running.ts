import { BYTES, type DType } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import { accumulatorType } from './carry.js';
import type { Func, Global, Local } from './func.js';
import { type Nest, nestOf, type Points } from './nest.js';
import type { LoopCut } from './threads/cost.js';

/** Where nodes' arrays begin, and the room that {@link accumulatorBytes} asks for beside them. */
export interface Addresses {
  place(node: Node): Spot;
  beside(node: Node): Spot;
}

/** An address, and what is to be added to it. */
export interface Spot {
  readonly address: number;
  readonly moved?: Global | Local;
}

/** Bytes that a loop needs beside its outputs: running values kept in memory in a wider type than the result's. */
export function accumulatorBytes(points: Points, cut?: LoopCut): ReadonlyMap<Node, number> {
  const nest = nestFor(points, cut);
  const room = points.reduces.filter((node) => cut?.partial || runningType(nest, node) !== node.dtype);
  return new Map(room.map((node) => [node, (cut?.partial ? cut.chunks : 1) * runningBytes(node)]));
}

/** Bytes of a reduction's running values. */
export const runningBytes = (node: Node): number => sizeOf(node.shape) * BYTES[accumulatorType(node)];

/** The element type in which a reduction's values lie in memory while the loop is under way. */
export const runningType = ({ inRegisters }: Nest, node: Node): DType =>
  inRegisters ? node.dtype : accumulatorType(node);

/** The nest of a loop that may be cut: chunks leave their partial results in memory. */
export function nestFor(points: Points, cut: LoopCut | undefined): Nest {
  const nest = nestOf(points);
  return cut?.partial ? { ...nest, inRegisters: false } : nest;
}

/** Adds to the address on the stack what is to be added. */
export function pushMoved(f: Func, moved: Spot['moved']): Func {
  if (!moved) return f;
  return ('type' in moved ? f.get(moved) : f.getGlobal(moved)).op('i32.add');
}

/** A loop over the elements from one up to another. */
export function eachElement(f: Func, from: number, to: number, body: (index: Local) => void): void {
  if (to <= from) return;
  const index = f.local('i32');
  f.count(index, from, to, 1, () => body(index));
}
