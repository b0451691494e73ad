import type { DType } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { record } from '../tensor/ops/index.js';
import type { Elementwise, Lane } from '../tensor/record.js';
import { accumulatorType, Carry, halves, reduceRule } from './carry.js';
import type { Func, Local } from './func.js';
import type { LaneEmit } from './lane-emit.js';
import { isPair, type Nest, type Points, type Stream } from './nest.js';
import { LOAD, type Pointers, SPLAT, STORE } from './pointers.js';

/** Where a loop's arrays begin. */
export interface Bases {
  array(node: Node): number;
  /** Of the running values of a reduction that are kept in memory. */
  running(node: Node): number;
}

/** Shuffles of two vectors of 32-bit lanes: their first and third lanes, their second and fourth. */
const SECONDS = [lanes(0, 2, 4, 6), lanes(1, 3, 5, 7)] as const;
/** The lanes of one and of the other in turn: those from the first two, and those from the last. */
const PAIRS = [lanes(0, 4, 1, 5), lanes(2, 6, 3, 7)] as const;

/** The bytes of these lanes. */
function lanes(...chosen: readonly number[]): number[] {
  return chosen.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
}

/** One pass through the body of the innermost loop: read, compute, write, fold. */
export class Pass {
  readonly #still = new Map<Node, Lane>();
  /** Of pairs of neighbours: vectors that were read in the first of two turns, and what is to be written with the second. */
  readonly #read = new Map<Stream, readonly Local[]>();
  readonly #first = new Map<Stream, Lane>();

  constructor(
    readonly emit: LaneEmit,
    readonly points: Points,
    readonly nest: Nest,
    readonly bases: Bases,
    readonly pointers: Pointers,
    readonly carries: readonly Carry[] = [],
  ) {}

  /** Reads what stands still along the innermost loop before it begins. */
  hoist(): void {
    for (const [node, stream] of this.nest.loads)
      if (stream.strides.at(-1) === 0 && stream.turn === 0) this.#still.set(node, this.#load(stream));
  }

  run(): void {
    const { nest, carries } = this;
    if (nest.turns > 1) this.#fold();
    else {
      const values = this.#turn(this.#still, carries);
      if (carries.length > 0) return;
      for (const [node, stream] of nest.folds) this.#accumulate(node, stream, values.get(node.inputs[0]!)!);
    }
  }

  /** A whole fold, turn by turn: what does not differ from one to the next is read once. */
  #fold(): void {
    const { nest, emit } = this;
    const still = new Map(this.#still);
    for (const [node, stream] of nest.loads)
      if (stream.turn === 0 && !still.has(node)) still.set(node, this.#load(stream));
    const carries = [...nest.folds.keys()].map((node) => new Carry(emit, node));
    for (let turn = 0; turn < nest.turns; turn++) this.#turn(still, carries, turn);
    for (const carry of carries) this.#store(nest.folds.get(carry.node)!, carry.result());
  }

  /** Reads, computes, writes and folds. */
  #turn(still: ReadonlyMap<Node, Lane>, carries: readonly Carry[], turn = 0): ReadonlyMap<Node, Lane> {
    const { points, nest } = this;
    const values = new Map<Node, Lane>(still);
    for (const [node, stream] of nest.loads)
      if (!values.has(node)) values.set(node, this.#load(stream, turn));
    for (const node of points.body) if (!values.has(node)) values.set(node, this.#compute(node, values));
    for (const [node, stream] of nest.stores) this.#store(stream, values.get(node)!, turn);
    for (const [node, stream] of nest.adds)
      this.#store(stream, this.#added(stream, values.get(node.inputs[0]!)!));
    for (const carry of carries) carry.take(values.get(carry.node.inputs[0]!)!);
    return values;
  }

  /** An update with what the row has already. */
  #added(stream: Stream, update: Lane): Lane {
    return this.emit.add(this.#load(stream), update);
  }

  #compute(node: Node, values: ReadonlyMap<Node, Lane>): Lane {
    const xs = node.inputs.map((input) => values.get(input)!);
    return (record(node.op) as Elementwise).emit(this.emit, xs, node.dtype, node.params);
  }

  #load(stream: Stream, turn = 0): Lane {
    const { emit } = this;
    const { base, dtype } = stream;
    if (base.op === 'constant' && base.shape.length === 0) return emit.constant(base.value!.data[0]!, dtype);
    const { push, offset } = this.pointers.to(stream, dtype, this.bases.array(base), true, turn);
    if (dtype === 'float16') return this.#loadHalf(stream, push, offset);
    const { vector } = emit.form;
    const step = stream.strides.at(-1);
    if (!vector) {
      push().memory(LOAD[dtype], offset);
      return emit.take(dtype);
    }
    if (step === 2) this.#loadEverySecond(stream, push, offset, turn);
    else push().memory(step === 0 ? `${vector}.${SPLAT[dtype]}` : `${vector}.load`, offset);
    return dtype === 'bool' ? emit.cast(emit.take('int32'), 'bool') : emit.take(dtype);
  }

  /** Of pairs both turns take their elements from what the first has read. */
  #loadEverySecond(stream: Stream, push: () => Func, offset: number, turn: number): void {
    const { f, form } = this.emit;
    const second = turn === 1 && isPair(stream);
    const read = (second && this.#read.get(stream)) || this.#loadAll(push, offset);
    this.#read.set(stream, read);
    for (let i = 0; i < read.length; i += 2)
      f.get(read[i]!)
        .get(read[i + 1]!)
        .shuffle(SECONDS[second ? 1 : 0]);
    if (form.vector === 'v256') f.op('v256.join');
  }

  /** Twice as many neighbours as a pass takes. */
  #loadAll(push: () => Func, offset: number): Local[] {
    const { f, width } = this.emit;
    return Array.from({ length: width / 2 }, (_, i) => {
      const local = f.local('v128');
      push()
        .memory('v128.load', offset + 16 * i)
        .set(local);
      return local;
    });
  }

  #store(stream: Stream, value: Lane, turn = 0): void {
    const { emit } = this;
    const { base, dtype } = stream;
    const held = emit.isVector && dtype === 'bool' ? emit.cast(value, 'int32') : value;
    if (emit.isVector && isPair(stream)) {
      if (turn === 0) this.#first.set(stream, held);
      else this.#storePairs(stream, this.#first.get(stream)!, held);
      return;
    }
    const { push, offset } = this.pointers.to(stream, dtype, this.bases.array(base), true, turn);
    push();
    if (dtype === 'float16') this.#storeHalf(value, offset);
    else emit.push(held).memory(emit.form.vector ? `${emit.form.vector}.store` : STORE[dtype], offset);
  }

  #storePairs(stream: Stream, first: Lane, second: Lane): void {
    const { f } = this.emit;
    const { base, dtype } = stream;
    const { push, offset } = this.pointers.to(stream, dtype, this.bases.array(base), true);
    const [a, b] = [first, second].map((lane) => this.#inFours(lane)) as [Local[], Local[]];
    a.forEach((four, i) => {
      PAIRS.forEach((pairs, half) => {
        push();
        f.get(four)
          .get(b[i]!)
          .shuffle(pairs)
          .memory('v128.store', offset + 32 * i + 16 * half);
      });
    });
  }

  /** A vector as vectors of 128 bits. */
  #inFours(lane: Lane): Local[] {
    const { emit } = this;
    const halves = emit.form.vector === 'v256' ? (['v256.low', 'v256.high'] as const) : [undefined];
    return halves.map((half) => {
      const local = emit.f.local('v128');
      emit.push(lane);
      if (half) emit.f.op(half);
      emit.f.set(local);
      return local;
    });
  }

  /** Neighbours of 16 bits, or one, as float32. */
  #loadHalf({ strides }: Stream, push: () => Func, offset: number): Lane {
    const { emit } = this;
    const { vector } = emit.form;
    const still = strides.at(-1) === 0;
    if (vector === 'v256' && still) push().memory(LOAD.float16, offset).op('i32x8.splat');
    else if (vector === 'v256') push().memory('v256.load16x8_u', offset);
    else if (vector) push().memory(still ? 'v128.load16_splat' : 'v128.load16x4_u', offset);
    else push().memory(LOAD.float16, offset);
    return emit.math('ofHalfBits', emit.bits(emit.take('int32'), 'float32'));
  }

  /** To the address on the stack. */
  #storeHalf(value: Lane, offset: number): void {
    const { emit } = this;
    const bits = emit.bits(emit.math('halfBits', value), 'int32');
    const { vector } = emit.form;
    if (!vector) emit.push(bits).memory(STORE.float16, offset);
    else if (vector === 'v256') emit.push(bits).op('i16x8.narrow_i32x8_u').memory('v128.store', offset);
    else emit.push(bits, bits).op('i16x8.narrow_i32x4_u').memoryLane('v128.store64_lane', offset, 0);
  }

  /** Folds into running values in memory, which move with this loop. */
  #accumulate(node: Node, stream: Stream, value: Lane): void {
    const { emit } = this;
    const dtype: DType = accumulatorType(node);
    const { vector } = emit.form;
    const parts = vector && dtype !== node.dtype ? halves(emit, value) : [emit.cast(value, dtype)];
    const [load, store] = vector
      ? ([`${vector}.load`, `${vector}.store`] as const)
      : ([LOAD[dtype], STORE[dtype]] as const);
    const bytes = vector === 'v256' ? 32 : 16;
    const { push, offset } = this.pointers.to(stream, dtype, this.bases.running(node), true);
    parts.forEach((part, i) => {
      push();
      push().memory(load, offset + bytes * i);
      const total = reduceRule(node).emit(emit, emit.take(dtype), part);
      emit.push(total).memory(store, offset + bytes * i);
    });
  }
}
