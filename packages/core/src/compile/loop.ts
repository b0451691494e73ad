import { BYTES, type DType } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import { accumulatorType, Carry, reduceRule } from './carry.js';
import type { MathLibrary } from './kernels/math.js';
import { LaneEmit } from './lane-emit.js';
import { type Nest, nestOf, type Points } from './nest.js';
import { type Bases, Pass } from './pass.js';
import { LOAD, Pointers, pushScaled, STORE } from './pointers.js';
import type { Func, FuncRef, Global, Local, WasmModule } from './wasm.js';

/** Absolute addresses of nodes' buffers, and of the room that {@link accumulatorBytes} asks for. */
export interface Addresses {
  buffer(node: Node): number;
  moved(node: Node): Global | undefined;
  extra(node: Node): number;
}

/** Bytes that a loop needs beside its outputs: running values kept in memory in a wider type than the result's. */
export function accumulatorBytes(points: Points): ReadonlyMap<Node, number> {
  const nest = nestOf(points);
  const wider = points.reduces.filter((node) => runningType(nest, node) !== node.dtype);
  return new Map(wider.map((node) => [node, sizeOf(node.shape) * BYTES[accumulatorType(node)]]));
}

/** The element type in which a reduction's values lie in memory while the loop is under way. */
const runningType = ({ inRegisters }: Nest, node: Node): DType =>
  inRegisters ? node.dtype : accumulatorType(node);

/** Writes a loop nest as a function of its own. */
export function loopKernel(module: WasmModule, points: Points, at: Addresses, math: MathLibrary): FuncRef {
  return module.func([], [], (f) => new LoopWriter(f, points, at, math).write());
}

class LoopWriter {
  readonly #nest: Nest;
  readonly #pointers: Pointers;
  readonly #bases: Bases;

  constructor(
    readonly f: Func,
    readonly points: Points,
    at: Addresses,
    readonly math: MathLibrary,
  ) {
    this.#nest = nestOf(points);
    this.#pointers = new Pointers(f, this.#nest.extents, this.#shifts(at));
    const inPlace = (node: Node): boolean => runningType(this.#nest, node) === node.dtype;
    this.#bases = {
      buffer: at.buffer,
      running: (node) => (inPlace(node) ? at.buffer(node) : at.extra(node)),
    };
  }

  /** How far arrays have moved that do, for as long as the loop runs. */
  #shifts({ moved }: Addresses): Map<Node, Local> {
    const shifts = new Map<Node, Local>();
    for (const { base } of this.#nest.loads.values()) {
      const global = moved(base);
      if (!global || shifts.has(base)) continue;
      const shift = this.f.local('i32');
      this.f.getGlobal(global).set(shift);
      shifts.set(base, shift);
    }
    return shifts;
  }

  write(): void {
    const { empty, inRegisters, folds } = this.#nest;
    const inMemory = [...folds.keys()].filter(() => empty || !inRegisters);
    for (const node of inMemory) this.#clear(node);
    if (!empty) this.#loops(0);
    for (const node of inMemory) this.#deliver(node);
  }

  #loops(depth: number): void {
    const { extents } = this.#nest;
    const { counters } = this.#pointers;
    if (depth >= extents.length - 1) this.#innermost();
    else this.f.count(counters[depth]!, 0, extents[depth]!, 1, () => this.#loops(depth + 1));
  }

  /** The innermost loop: vectors as far as they go, scalars for the rest. */
  #innermost(): void {
    const { extents, width, folded, folds } = this.#nest;
    this.#enter();
    const scalar = new LaneEmit(this.f, 1, this.math);
    const extent = extents.at(-1);
    if (extent === undefined) {
      this.#pass(scalar).run();
      return;
    }
    const carries = folded.at(-1) ? [...folds.keys()].map((node) => new Carry(scalar, node)) : [];
    const vectors = width > 1 ? extent - (extent % width) : 0;
    if (vectors > 0) {
      const lanes = new LaneEmit(this.f, width, this.math);
      const wide = carries.map((carry) => new Carry(lanes, carry.node));
      this.#count(0, vectors, this.#pass(lanes, wide));
      wide.forEach((carry, i) => {
        carry.foldInto(carries[i]!);
      });
    }
    if (vectors < extent) this.#count(vectors, extent, this.#pass(scalar, carries));
    for (const carry of carries) this.#flush(carry);
  }

  #pass(emit: LaneEmit, carries: readonly Carry[] = []): Pass {
    return new Pass(emit, this.points, this.#nest, this.#bases, this.#pointers, carries);
  }

  #count(from: number, to: number, pass: Pass): void {
    pass.hoist();
    this.f.count(this.#pointers.counters.at(-1)!, from, to, pass.emit.width, () => pass.run());
  }

  #enter(): void {
    const { loads, stores, folds } = this.#nest;
    for (const stream of [...loads.values(), ...stores.values()]) this.#pointers.enter(stream, stream.dtype);
    for (const [node, stream] of folds) this.#pointers.enter(stream, runningType(this.#nest, node));
  }

  /** Hands over what the innermost loop has folded: as the result, or to the running values in memory. */
  #flush({ node, emit, scalar }: Carry): void {
    const dtype = runningType(this.#nest, node);
    const { push, offset } = this.#pointers.to(
      this.#nest.folds.get(node)!,
      dtype,
      this.#bases.running(node),
      false,
    );
    push();
    if (this.#nest.inRegisters) emit.push(emit.cast(scalar, dtype));
    else {
      push().memory(LOAD[dtype], offset);
      emit.push(reduceRule(node).emit(emit, emit.take(dtype), scalar));
    }
    this.f.memory(STORE[dtype], offset);
  }

  /** Fills running values with the identity. */
  #clear(node: Node): void {
    const dtype = runningType(this.#nest, node);
    const emit = new LaneEmit(this.f, 1, this.math);
    const identity = emit.constant(reduceRule(node).identity(node.dtype), dtype);
    eachElement(this.f, sizeOf(node.shape), (index) => {
      pushScaled(this.f, index, BYTES[dtype]);
      emit.push(identity).memory(STORE[dtype], this.#bases.running(node));
    });
  }

  /** Turns running values of a wider type into the result. */
  #deliver(node: Node): void {
    const dtype = runningType(this.#nest, node);
    if (dtype === node.dtype) return;
    const emit = new LaneEmit(this.f, 1, this.math);
    eachElement(this.f, sizeOf(node.shape), (index) => {
      pushScaled(this.f, index, BYTES[node.dtype]);
      pushScaled(this.f, index, BYTES[dtype]).memory(LOAD[dtype], this.#bases.running(node));
      emit.push(emit.cast(emit.take(dtype), node.dtype)).memory(STORE[node.dtype], this.#bases.buffer(node));
    });
  }
}

function eachElement(f: Func, count: number, body: (index: Local) => void): void {
  if (count === 0) return;
  const index = f.local('i32');
  f.count(index, 0, count, 1, () => body(index));
}
