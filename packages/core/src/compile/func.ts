import { Bytes } from './bytes.js';
import { OPCODES, type Opcode } from './opcodes.js';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'v256';

export const TYPE_BYTE: Record<ValueType, number> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  // No WebAssembly: see OPCODES.
  v256: 0x7a,
};

/** A function of the module, by its place among the module's functions. */
export interface FuncRef {
  readonly index: number;
}

/** A variable of the module: each instance has its own. */
export interface Global {
  readonly index: number;
}

/** A local variable of a function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** Bytes that follow each other: code is long, and copied once, when all is there. */
export type Piece = readonly number[];

const END: Piece = [0x0b];

/** Holds a number while its bytes are written. */
const NUMBER = new DataView(new ArrayBuffer(16));
const NUMBER_BYTES = new Uint8Array(NUMBER.buffer);

/** The body of one function: a stack machine's instructions, appended in order. */
export class Func {
  readonly params: Local[];
  readonly #locals: ValueType[] = [];
  readonly #code = new Bytes();

  constructor(params: readonly ValueType[]) {
    this.params = params.map((type, index) => ({ index, type }));
  }

  local(type: ValueType): Local {
    return { index: this.params.length + this.#locals.push(type) - 1, type };
  }

  /** An instruction without immediates. */
  op(name: Opcode): this {
    const code = OPCODES[name];
    if (code < 0x100) this.#code.byte(code);
    else this.#code.pair(code >> 16, code & 0xffff);
    return this;
  }

  get(local: Local): this {
    this.#code.pair(0x20, local.index);
    return this;
  }

  set(local: Local): this {
    this.#code.pair(0x21, local.index);
    return this;
  }

  tee(local: Local): this {
    this.#code.pair(0x22, local.index);
    return this;
  }

  getGlobal(global: Global): this {
    this.#code.pair(0x23, global.index);
    return this;
  }

  setGlobal(global: Global): this {
    this.#code.pair(0x24, global.index);
    return this;
  }

  i32(value: number): this {
    this.#code.byte(0x41).signedLeb(value | 0);
    return this;
  }

  i64(value: bigint): this {
    this.#code.byte(0x42).signedLeb64(BigInt.asIntN(64, value));
    return this;
  }

  f32(value: number): this {
    NUMBER.setFloat32(0, value, true);
    this.#code.byte(0x43);
    return this.#number(4);
  }

  f64(value: number): this {
    NUMBER.setFloat64(0, value, true);
    this.#code.byte(0x44);
    return this.#number(8);
  }

  /** A vector constant from its sixteen bytes, written by `fill`. */
  v128(fill: (view: DataView) => void): this {
    fill(NUMBER);
    return this.op('v128.const').#number(16);
  }

  f32x4(value: number): this {
    NUMBER.setFloat32(0, value, true);
    return this.#constant('v128.const', 4);
  }

  f64x2(value: number): this {
    NUMBER.setFloat64(0, value, true);
    return this.#constant('v128.const', 8);
  }

  i32x4(value: number): this {
    NUMBER.setInt32(0, value, true);
    return this.#constant('v128.const', 4);
  }

  i64x2(value: bigint): this {
    NUMBER.setBigInt64(0, value, true);
    return this.#constant('v128.const', 8);
  }

  f32x8(value: number): this {
    NUMBER.setFloat32(0, value, true);
    return this.#constant('v256.const', 4);
  }

  f64x4(value: number): this {
    NUMBER.setFloat64(0, value, true);
    return this.#constant('v256.const', 8);
  }

  i32x8(value: number): this {
    NUMBER.setInt32(0, value, true);
    return this.#constant('v256.const', 4);
  }

  i64x4(value: bigint): this {
    NUMBER.setBigInt64(0, value, true);
    return this.#constant('v256.const', 8);
  }

  /** A load or store; the address on the stack is moved on by the constant `offset`. */
  memory(name: Opcode, offset = 0): this {
    this.op(name).#code.pair(0x00, offset);
    return this;
  }

  /** An atomic instruction on the four bytes at the address on the stack, which must be a multiple of four. */
  atomic(name: Opcode, offset = 0): this {
    this.op(name).#code.pair(0x02, offset);
    return this;
  }

  /** A load into, or store of, one lane: address and vector are on the stack. */
  memoryLane(name: Opcode, offset: number, lane: number): this {
    this.memory(name, offset).#code.byte(lane);
    return this;
  }

  /** An instruction on one lane of a vector: `extract_lane`, `replace_lane`. */
  lane(name: Opcode, lane: number): this {
    this.op(name).#code.byte(lane);
    return this;
  }

  /** Picks sixteen bytes out of two vectors. */
  shuffle(bytes: readonly number[]): this {
    this.op('i8x16.shuffle').#code.bytes(bytes);
    return this;
  }

  /** `memory.copy`: destination, source and length are on the stack. */
  copy(): this {
    this.#code.bytes([0xfc, 0x0a, 0x00, 0x00]);
    return this;
  }

  /** `memory.fill`: destination, byte value and length are on the stack. */
  fill(): this {
    this.#code.bytes([0xfc, 0x0b, 0x00]);
    return this;
  }

  call(func: FuncRef): this {
    this.#code.pair(0x10, func.index);
    return this;
  }

  block(body: () => void): this {
    return this.#nest(0x02, body);
  }

  loop(body: () => void): this {
    return this.#nest(0x03, body);
  }

  /** Takes the condition from the stack. */
  if(then: () => void, otherwise?: () => void): this {
    return this.#nest(0x04, () => {
      then();
      if (otherwise === undefined) return;
      this.#code.byte(0x05);
      otherwise();
    });
  }

  br(depth: number): this {
    this.#code.pair(0x0c, depth);
    return this;
  }

  brIf(depth: number): this {
    this.#code.pair(0x0d, depth);
    return this;
  }

  /** `for (; counter < to; counter += step)`. */
  countOn(counter: Local, to: Local, step: number, body: () => void): this {
    return this.block(() => {
      this.loop(() => {
        this.get(counter).get(to).op('i32.ge_s').brIf(1);
        body();
        this.get(counter).i32(step).op('i32.add').set(counter).br(0);
      });
    });
  }

  /** `for (counter = from; counter < to; counter += step)`, with at least one turn promised by the caller. */
  count(counter: Local, from: number, to: number, step: number, body: () => void): this {
    this.i32(from).set(counter);
    return this.loop(() => {
      body();
      this.get(counter).i32(step).op('i32.add').tee(counter).i32(to).op('i32.lt_s').brIf(0);
    });
  }

  /** The locals, the code, and the end of it. */
  encode(): readonly Piece[] {
    const runs = this.#localRuns();
    const locals = new Bytes().leb(runs.length);
    for (const { type, count } of runs) locals.leb(count).byte(TYPE_BYTE[type]);
    return [locals.written, this.#code.written, END];
  }

  /** The locals as the format wants them: how many of one type, in a row. */
  #localRuns(): readonly { readonly type: ValueType; readonly count: number }[] {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    return runs;
  }

  /** The first bytes of {@link NUMBER}, so many times. */
  #number(bytes: number, times = 1): this {
    this.#code.repeated(NUMBER_BYTES, bytes, times);
    return this;
  }

  /** A vector that has the first bytes of {@link NUMBER} in each lane. */
  #constant(name: 'v128.const' | 'v256.const', bytes: number): this {
    return this.op(name).#number(bytes, (name === 'v256.const' ? 32 : 16) / bytes);
  }

  #nest(opcode: number, body: () => void): this {
    this.#code.pair(opcode, 0x40);
    body();
    this.#code.byte(0x0b);
    return this;
  }
}
