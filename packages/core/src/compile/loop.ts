import { BYTES } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import { accumulatorType, reduceRule } from './carry.js';
import type { Func, FuncRef, Local, ValueType } from './func.js';
import type { MathLibrary } from './kernels/math.js';
import { LaneEmit, SCALARS } from './lane-emit.js';
import { LoopWriter } from './loop-writer.js';
import type { Points } from './nest.js';
import { LOAD, pushScaled, STORE } from './pointers.js';
import { type Addresses, eachElement, pushMoved, runningBytes } from './running.js';
import type { LoopCut } from './threads/cost.js';
import type { WasmModule } from './wasm.js';

/** A loop as functions: of the chunks from one up to another when it is cut; `combine` puts partial results together. */
export interface LoopCode {
  readonly main: FuncRef;
  readonly combine?: FuncRef;
}

/**
 * Writes a loop nest as functions of their own.
 *
 * @param takes how many parameters the functions have before the chunks; `at` is told them
 */
export function loopKernel(
  module: WasmModule,
  points: Points,
  at: (given: readonly Local[]) => Addresses,
  math: MathLibrary,
  cut?: LoopCut,
  takes = 0,
): LoopCode {
  const addresses = Array<ValueType>(takes).fill('i32');
  if (!cut)
    return {
      main: module.func(addresses, [], (f, ...given) => new LoopWriter(f, points, at(given), math).write()),
    };
  const main = module.func([...addresses, 'i32', 'i32'], [], (f, ...given) => {
    const [from, to] = given.slice(takes) as [Local, Local];
    const writer = new LoopWriter(f, points, at(given), math, cut);
    if (cut.partial) f.countOn(from, to, 1, () => writer.writeChunks(from));
    else writer.writeChunks(from, to);
  });
  if (!cut.partial) return { main };
  const combine = module.func(addresses, [], (f, ...given) => {
    for (const node of points.reduces) combineChunks(f, node, at(given), math, cut);
  });
  return { main, combine };
}

/** Folds the chunks' running values in their order into the result. */
function combineChunks(f: Func, node: Node, at: Addresses, math: MathLibrary, { chunks }: LoopCut): void {
  const emit = new LaneEmit(f, SCALARS, math);
  const dtype = accumulatorType(node);
  const [parts, result] = [at.beside(node), at.place(node)];
  eachElement(f, 0, sizeOf(node.shape), (index) => {
    const part = (chunk: number) => {
      pushMoved(pushScaled(f, index, BYTES[dtype]), parts.moved);
      f.memory(LOAD[dtype], parts.address + chunk * runningBytes(node));
      return emit.take(dtype);
    };
    let total = part(0);
    for (let chunk = 1; chunk < chunks; chunk++) total = reduceRule(node).emit(emit, total, part(chunk));
    pushMoved(pushScaled(f, index, BYTES[node.dtype]), result.moved);
    emit.push(emit.cast(total, node.dtype)).memory(STORE[node.dtype], result.address);
  });
}
