import type { Func, Local, ValueType } from '../func.js';
import { OPCODES, type Opcode } from '../opcodes.js';
import type { Reader } from './halved-reader.js';

export const halves = (type: ValueType): ValueType[] => (type === 'v256' ? ['v128', 'v128'] : [type]);

const NAMES = new Map(Object.entries(OPCODES).map(([name, code]) => [code, name as Opcode]));
const [END, ELSE] = [0x0b, 0x05];
const NARROW = 0xfd << 16;

/** Bytes of two vectors: the high half of the first; and the low halves of both. */
const HIGH = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const LOWER = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** Writes a function's instructions again, with two vectors of 128 bits for each of 256. */
export class HalvedFunc {
  readonly #locals: readonly (readonly Local[])[];
  readonly #pairs: readonly (readonly [Local, Local])[];
  readonly #address: Local;

  constructor(
    readonly f: Func,
    params: readonly ValueType[],
    locals: readonly ValueType[],
    readonly from: Reader,
  ) {
    let taken = 0;
    this.#locals = [
      ...params.map((type) => halves(type).map(() => f.params[taken++]!)),
      ...locals.map((type) => halves(type).map((half) => f.local(half))),
    ];
    this.#pairs = [0, 1, 2].map(() => [f.local('v128'), f.local('v128')]);
    this.#address = f.local('i32');
  }

  /** Up to the end of a block; gives the byte that ends it. */
  write(): number {
    for (;;) {
      const byte = this.from.byte();
      if (byte === END || byte === ELSE) return byte;
      if (byte >= 0xfb) this.#prefixed((byte << 16) + this.from.leb());
      else this.#plain(byte);
    }
  }

  #plain(byte: number): void {
    const { f, from } = this;
    if (byte === 0x02 || byte === 0x03) {
      from.byte();
      f[byte === 0x02 ? 'block' : 'loop'](() => this.write());
    } else if (byte === 0x04) {
      from.byte();
      let end = END;
      const then = (): void => {
        end = this.write();
      };
      f.if(then, () => end === ELSE && this.write());
    } else if (byte === 0x0c) f.br(from.leb());
    else if (byte === 0x0d) f.brIf(from.leb());
    else if (byte === 0x10) f.call({ index: from.leb() });
    else if (byte === 0x20) for (const local of this.#locals[from.leb()]!) f.get(local);
    else if (byte === 0x21) this.#set(this.#locals[from.leb()]!);
    else if (byte === 0x22) {
      const locals = this.#locals[from.leb()]!;
      this.#set(locals);
      for (const local of locals) f.get(local);
    } else if (byte === 0x23) f.getGlobal({ index: from.leb() });
    else if (byte === 0x24) f.setGlobal({ index: from.leb() });
    else if (byte === 0x41) f.i32(Number(from.signedLeb()));
    else if (byte === 0x42) f.i64(from.signedLeb());
    else if (byte === 0x43) f.f32(from.view(4).getFloat32(0, true));
    else if (byte === 0x44) f.f64(from.view(8).getFloat64(0, true));
    else if (byte >= 0x28 && byte <= 0x3e) f.memory(NAMES.get(byte)!, this.#offset());
    else f.op(NAMES.get(byte)!);
  }

  #prefixed(code: number): void {
    const { f, from } = this;
    const name = NAMES.get(code)!;
    const [prefix, number] = [code >> 16, code & 0xffff];
    if (prefix === 0xfb) this.#wide(name, number);
    else if (prefix === 0xfe) f.atomic(name, this.#offset());
    else if (prefix === 0xfc && number >= 0x0a) {
      from.take(number === 0x0a ? 2 : 1);
      if (number === 0x0a) f.copy();
      else f.fill();
    } else if (prefix === 0xfc) f.op(name);
    else if (number === 0x0c) this.#constant();
    else if (number === 0x0d) f.shuffle([...from.take(16)]);
    else if (number <= 0x0b || number === 0x5c || number === 0x5d) f.memory(name, this.#offset());
    else if (number >= 0x15 && number <= 0x22) f.lane(name, from.byte());
    else if (number >= 0x54 && number <= 0x5b) f.memoryLane(name, this.#offset(), from.byte());
    else if (name.endsWith('relaxed_madd')) {
      const [sum] = this.#pairs[0]!;
      f.set(sum).op(name.replace('relaxed_madd', 'mul') as Opcode);
      f.get(sum).op(name.replace('relaxed_madd', 'add') as Opcode);
    } else f.op(name);
  }

  #wide(name: Opcode, number: number): void {
    const half = NAMES.get(NARROW + number)!;
    const kind = name.split('.')[1]!;
    if (number >= 0x200) this.#apart(name);
    else if (/^(load|store)/.test(kind)) this.#memory(half);
    else if (kind === 'const') for (let i = 0; i < 2; i++) this.#constant();
    else if (kind === 'splat') this.#twice(() => this.f.op(half));
    else if (/^sh[lr]/.test(kind)) {
      this.f.set(this.#address);
      this.#eachHalf(1, () => this.f.get(this.#address).op(half));
    } else if (kind === 'relaxed_madd') this.#multiplyAdd(half);
    else if (kind === 'any_true') this.f.op('v128.or').op(half);
    else if (kind === 'all_true') {
      this.#eachHalf(1, () => this.f.op(half));
      this.f.op('i32.and');
    } else this.#eachHalf(kind === 'bitselect' ? 3 : UNARY.test(kind) ? 1 : 2, () => this.f.op(half));
  }

  /** Those that are no twofold instruction of 128 bits. */
  #apart(name: Opcode): void {
    const { f } = this;
    const widen = (low: Opcode): void => {
      this.f.set(this.#pairs[0]![0]);
      const [vector] = this.#pairs[0]!;
      f.get(vector).op(low).get(vector).get(vector).shuffle(HIGH).op(low);
    };
    const narrow = (zero: Opcode): void => {
      this.#eachHalf(1, () => f.op(zero));
      f.shuffle(LOWER);
    };
    const rules: Partial<Record<Opcode, () => void>> = {
      'v256.low': () => f.op('drop'),
      'v256.high': () => f.set(this.#pairs[0]![0]).op('drop').get(this.#pairs[0]![0]),
      'v256.join': () => {},
      'f64x4.promote_f32x4': () => widen('f64x2.promote_low_f32x4'),
      'f64x4.convert_i32x4_s': () => widen('f64x2.convert_low_i32x4_s'),
      'i64x4.extend_i32x4_s': () => widen('i64x2.extend_low_i32x4_s'),
      'i64x4.extend_i32x4_u': () => widen('i64x2.extend_low_i32x4_u'),
      'f32x4.demote_f64x4': () => narrow('f32x4.demote_f64x2_zero'),
      'i32x4.trunc_sat_f64x4_s': () => narrow('i32x4.trunc_sat_f64x2_s_zero'),
      'i16x8.narrow_i32x8_u': () => f.op('i16x8.narrow_i32x4_u'),
      'v256.load16x8_u': () => this.#loads('v128.load16x4_u', 8),
      'memory.prefetch': () => [this.#offset(), f.op('drop')],
      'v256.load_first': () => this.#first(false),
      'v256.store_first': () => this.#first(true),
    };
    rules[name]!();
  }

  #memory(half: Opcode): void {
    if (half === 'v128.load') this.#loads(half, 16);
    else if (half !== 'v128.store') {
      this.f.memory(half, this.#offset());
      this.#twice(() => {});
    } else {
      const offset = this.#offset();
      this.#set(this.#pairs[0]!);
      this.f.set(this.#address);
      this.#pairs[0]!.forEach((vector, i) => {
        this.f
          .get(this.#address)
          .get(vector)
          .memory(half, offset + 16 * i);
      });
    }
  }

  #loads(half: Opcode, step: number): void {
    const offset = this.#offset();
    this.f.tee(this.#address).memory(half, offset);
    this.f.get(this.#address).memory(half, offset + step);
  }

  /** So many words, one after another. */
  #first(stores: boolean): void {
    const { f } = this;
    const [offset, count] = [this.#offset(), this.from.byte()];
    const pair = this.#pairs[0]!;
    if (stores) this.#set(pair);
    else for (const vector of pair) f.i32x4(0).set(vector);
    f.set(this.#address);
    for (let i = 0; i < count; i++) {
      const vector = pair[i >> 2]!;
      f.get(this.#address).get(vector);
      f.memoryLane(stores ? 'v128.store32_lane' : 'v128.load32_lane', offset + 4 * i, i & 3);
      if (!stores) f.set(vector);
    }
    if (!stores) for (const vector of pair) f.get(vector);
  }

  #multiplyAdd(half: Opcode): void {
    this.#take(3);
    for (const i of [0, 1]) {
      const [a, b, c] = this.#pairs.map((pair) => pair[i]!);
      this.f
        .get(a!)
        .get(b!)
        .op(half.replace('relaxed_madd', 'mul') as Opcode);
      this.f.get(c!).op(half.replace('relaxed_madd', 'add') as Opcode);
    }
  }

  #eachHalf(operands: number, op: () => void): void {
    this.#take(operands);
    for (const half of [0, 1]) {
      for (const pair of this.#pairs.slice(0, operands)) this.f.get(pair[half]!);
      op();
    }
  }

  /** So many vectors from the stack into the pairs. */
  #take(operands: number): void {
    for (const pair of this.#pairs.slice(0, operands).reverse()) this.#set(pair);
  }

  /** One vector of 128 bits, made of what is on the stack, as both halves. */
  #twice(make: () => void): void {
    make();
    const [vector] = this.#pairs[0]!;
    this.f.tee(vector).get(vector);
  }

  #set(locals: readonly Local[]): void {
    for (const local of [...locals].reverse()) this.f.set(local);
  }

  #constant(): void {
    const bytes = this.from.view(16);
    this.f.v128((view) => {
      for (let i = 0; i < 16; i++) view.setUint8(i, bytes.getUint8(i));
    });
  }

  #offset(): number {
    this.from.leb();
    return this.from.leb();
  }
}

const UNARY = /^(abs|neg|sqrt|ceil|floor|trunc|nearest|not|convert|trunc_sat)/;
