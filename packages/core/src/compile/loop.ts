import { BYTES, type DType } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import type { Elementwise, Lane } from '../tensor/record.js';
import { sizeOf } from '../tensor/shape.js';
import { accumulatorType, Carry, halves, reduceRule } from './carry.js';
import type { MathLibrary } from './kernels/math.js';
import { LaneEmit } from './lane-emit.js';
import { type Nest, nestOf, type Points, type Stream } from './nest.js';
import type { Opcode } from './opcodes.js';
import type { Func, FuncRef, Local, WasmModule } from './wasm.js';

/** Absolute addresses: of a node's buffer, and of the running values of a reduction kept in memory. */
export interface Addresses {
  buffer(node: Node): number;
  accumulator(node: Node): number;
}

/** Bytes that a loop needs beside its outputs: running values kept in memory in a wider type than the result's. */
export function accumulatorBytes(points: Points): ReadonlyMap<Node, number> {
  const kept = nestOf(points).inRegisters ? [] : points.reduces;
  const wider = kept.filter((node) => accumulatorType(node) !== node.dtype);
  return new Map(wider.map((node) => [node, sizeOf(node.shape) * BYTES[accumulatorType(node)]]));
}

/** Writes a loop nest as a function of its own. */
export function loopKernel(module: WasmModule, points: Points, at: Addresses, math: MathLibrary): FuncRef {
  return module.func([], [], (f) => new LoopWriter(f, points, at, math).write());
}

class LoopWriter {
  readonly #nest: Nest;
  readonly #counters: Local[];

  constructor(
    readonly f: Func,
    readonly points: Points,
    readonly at: Addresses,
    readonly math: MathLibrary,
  ) {
    this.#nest = nestOf(points);
    this.#counters = this.#nest.extents.map(() => f.local('i32'));
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
    if (depth >= extents.length - 1) this.#innermost();
    else this.f.count(this.#counters[depth]!, 0, extents[depth]!, 1, () => this.#loops(depth + 1));
  }

  /** The innermost loop: vectors as far as they go, scalars for the rest. */
  #innermost(): void {
    const { f } = this;
    const { extents, width } = this.#nest;
    const rows = this.#rowPointers();
    const scalar = new LaneEmit(f, 1, this.math);
    if (extents.length === 0) {
      new Pass(this, scalar, rows, undefined).run();
      return;
    }
    const counter = this.#counters.at(-1)!;
    const extent = extents.at(-1)!;
    const vectors = width > 1 ? extent - (extent % width) : 0;
    const carries = this.#carries(scalar);
    if (vectors > 0) {
      const lanes = new LaneEmit(f, width, this.math);
      const pass = new Pass(
        this,
        lanes,
        rows,
        counter,
        carries.map((carry) => carry.widened(lanes)),
      );
      pass.hoist();
      f.count(counter, 0, vectors, width, () => pass.run());
      pass.carries.forEach((carry, i) => {
        carry.foldInto(carries[i]!);
      });
    }
    if (vectors < extent) {
      const pass = new Pass(this, scalar, rows, counter, carries);
      pass.hoist();
      f.count(counter, vectors, extent, 1, () => pass.run());
    }
    for (const carry of carries) this.#flush(carry, rows);
  }

  /** Running values of the innermost loop, when it folds. */
  #carries(scalar: LaneEmit): Carry[] {
    const { folded, folds } = this.#nest;
    if (!folded.at(-1)) return [];
    return [...folds.keys()].map((node) => new Carry(scalar, node, accumulatorType(node)));
  }

  #flush(carry: Carry, rows: ReadonlyMap<Stream, Local>): void {
    const { node } = carry;
    const stream = this.#nest.folds.get(node)!;
    const { emit } = carry;
    if (this.#nest.inRegisters) {
      const address = this.address(stream, node.dtype, this.at.buffer(node), rows);
      address.push();
      emit.push(emit.cast(carry.scalar, node.dtype)).memory(STORE[node.dtype], address.offset);
      return;
    }
    const address = this.address(stream, carry.dtype, this.#running(node), rows);
    address.push();
    address.push().memory(LOAD[carry.dtype], address.offset);
    const sum = reduceRule(node).emit(emit, emit.take(carry.dtype), carry.scalar);
    emit.push(sum).memory(STORE[carry.dtype], address.offset);
  }

  /** The place of a reduction's running values in memory. */
  #running(node: Node): number {
    return accumulatorType(node) === node.dtype ? this.at.buffer(node) : this.at.accumulator(node);
  }

  /** Fills the running values with the identity. */
  #clear(node: Node): void {
    const dtype = this.#nest.inRegisters ? node.dtype : accumulatorType(node);
    const start = this.#nest.inRegisters ? this.at.buffer(node) : this.#running(node);
    const identity = reduceRule(node).identity(node.dtype);
    const emit = new LaneEmit(this.f, 1, this.math);
    const value = emit.constant(identity, dtype);
    eachElement(this.f, sizeOf(node.shape), (index) => {
      this.f.get(index).i32(BYTES[dtype]).op('i32.mul');
      emit.push(value).memory(STORE[dtype], start);
    });
  }

  /** Running values of a wider type become the result. */
  #deliver(node: Node): void {
    const wide = accumulatorType(node);
    if (wide === node.dtype || this.#nest.inRegisters) return;
    const emit = new LaneEmit(this.f, 1, this.math);
    eachElement(this.f, sizeOf(node.shape), (index) => {
      this.f.get(index).i32(BYTES[node.dtype]).op('i32.mul');
      this.f.get(index).i32(BYTES[wide]).op('i32.mul').memory(LOAD[wide], this.#running(node));
      emit.push(emit.cast(emit.take(wide), node.dtype)).memory(STORE[node.dtype], this.at.buffer(node));
    });
  }

  /** For each stream that moves with the outer loops, the bytes that they have moved it on. */
  #rowPointers(): Map<Stream, Local> {
    const { f } = this;
    const { loads, stores, folds } = this.#nest;
    const rows = new Map<Stream, Local>();
    const carried = [...folds].map(([node, stream]) => {
      const dtype = this.#nest.inRegisters ? node.dtype : accumulatorType(node);
      return [stream, dtype] as const;
    });
    const plain = [...loads.values(), ...stores.values()].map((stream) => [stream, stream.dtype] as const);
    for (const [stream, dtype] of [...plain, ...carried]) {
      const outer = stream.strides.slice(0, -1).flatMap((stride, d) => (stride === 0 ? [] : [{ stride, d }]));
      if (outer.length === 0) continue;
      const row = f.local('i32');
      outer.forEach(({ stride, d }, i) => {
        f.get(this.#counters[d]!)
          .i32(stride * BYTES[dtype])
          .op('i32.mul');
        if (i > 0) f.op('i32.add');
      });
      f.set(row);
      rows.set(stream, row);
    }
    return rows;
  }

  /** How to reach a stream's element: instructions for the moving part, a constant for the rest. */
  address(
    stream: Stream,
    dtype: DType,
    base: number,
    rows: ReadonlyMap<Stream, Local>,
    counter?: Local,
  ): { push(): Func; offset: number } {
    const { f } = this;
    const start = base + stream.offset * BYTES[dtype];
    const step = (stream.strides.at(-1) ?? 0) * BYTES[dtype];
    const row = rows.get(stream);
    // The constant offset of an instruction cannot meet a negative address, so a backward stream adds it itself.
    const backward = stream.strides.some((stride) => stride < 0);
    const push = (): Func => {
      const terms: (() => void)[] = [];
      if (row) terms.push(() => f.get(row));
      if (counter && step !== 0) terms.push(() => f.get(counter).i32(step).op('i32.mul'));
      if (backward || terms.length === 0) terms.push(() => f.i32(backward ? start : 0));
      terms.forEach((term, i) => {
        term();
        if (i > 0) f.op('i32.add');
      });
      return f;
    };
    return { push, offset: backward ? 0 : start };
  }

  get nest(): Nest {
    return this.#nest;
  }

  running(node: Node): number {
    return this.#running(node);
  }
}

/** One pass through the loop body. */
class Pass {
  readonly #still = new Map<Node, Lane>();

  constructor(
    readonly loop: LoopWriter,
    readonly emit: LaneEmit,
    readonly rows: ReadonlyMap<Stream, Local>,
    readonly counter: Local | undefined,
    readonly carries: readonly Carry[] = [],
  ) {}

  /** Reads what stands still along the innermost loop before it begins. */
  hoist(): void {
    for (const [node, stream] of this.loop.nest.loads)
      if (stream.strides.at(-1) === 0) this.#still.set(node, this.#load(stream));
  }

  run(): void {
    const { points, nest } = this.loop;
    const values = new Map<Node, Lane>(this.#still);
    for (const [node, stream] of nest.loads) if (!values.has(node)) values.set(node, this.#load(stream));
    for (const node of points.body) if (!values.has(node)) values.set(node, this.#compute(node, values));
    for (const [node, stream] of nest.stores) this.#store(stream, values.get(node)!);
    for (const carry of this.carries) carry.take(values.get(carry.node.inputs[0]!)!);
    if (this.carries.length === 0)
      for (const [node, stream] of nest.folds) this.#accumulate(node, stream, values.get(node.inputs[0]!)!);
  }

  #compute(node: Node, values: ReadonlyMap<Node, Lane>): Lane {
    const rule = record(node.op) as Elementwise;
    const xs = node.inputs.map((input) => values.get(input)!);
    return rule.emit(this.emit, xs, node.dtype, node.params);
  }

  #load(stream: Stream): Lane {
    const { base, dtype } = stream;
    if (base.op === 'constant' && base.shape.length === 0)
      return this.emit.constant(base.value!.data[0]!, dtype);
    const address = this.#address(stream, dtype, this.loop.at.buffer(base));
    const vector = this.emit.width > 1;
    const splat = vector && stream.strides.at(-1) === 0;
    const opcode = splat ? SPLAT[dtype] : vector ? 'v128.load' : LOAD[dtype];
    address.push().memory(opcode, address.offset);
    const lane = this.emit.take(dtype === 'bool' && vector ? 'int32' : dtype);
    return dtype === 'bool' && vector ? this.emit.cast(lane, 'bool') : lane;
  }

  #store(stream: Stream, value: Lane): void {
    const { emit } = this;
    const { dtype } = stream;
    const address = this.#address(stream, dtype, this.loop.at.buffer(stream.base));
    const vector = emit.width > 1;
    const held = vector && dtype === 'bool' ? emit.cast(value, 'int32') : value;
    address.push();
    emit.push(held).memory(vector ? 'v128.store' : STORE[dtype], address.offset);
  }

  /** Folds into running values in memory, which move with this loop. */
  #accumulate(node: Node, stream: Stream, value: Lane): void {
    const { emit } = this;
    const dtype = accumulatorType(node);
    const widens = emit.width > 1 && dtype !== node.dtype;
    const parts = widens ? halves(emit, value) : [emit.cast(value, dtype)];
    const address = this.#address(stream, dtype, this.loop.running(node));
    parts.forEach((part, i) => {
      const offset = address.offset + 16 * i;
      address.push();
      address.push().memory(emit.width > 1 ? 'v128.load' : LOAD[dtype], offset);
      const sum = reduceRule(node).emit(emit, emit.take(dtype), part);
      emit.push(sum).memory(emit.width > 1 ? 'v128.store' : STORE[dtype], offset);
    });
  }

  #address(stream: Stream, dtype: DType, base: number) {
    return this.loop.address(stream, dtype, base, this.rows, this.counter);
  }
}

function eachElement(f: Func, count: number, body: (index: Local) => void): void {
  if (count === 0) return;
  const index = f.local('i32');
  f.count(index, 0, count, 1, () => body(index));
}

export const LOAD: Record<DType, Opcode> = {
  float32: 'f32.load',
  float64: 'f64.load',
  int32: 'i32.load',
  bool: 'i32.load',
};

export const STORE: Record<DType, Opcode> = {
  float32: 'f32.store',
  float64: 'f64.store',
  int32: 'i32.store',
  bool: 'i32.store',
};

const SPLAT: Record<DType, Opcode> = {
  float32: 'v128.load32_splat',
  float64: 'v128.load64_splat',
  int32: 'v128.load32_splat',
  bool: 'v128.load32_splat',
};
