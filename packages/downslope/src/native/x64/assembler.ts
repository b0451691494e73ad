import { type Encoding, encodingOf, type Vex } from './encoding.js';
import { CONDITIONS, type Condition, type Instruction } from './instructions.js';
import { type Mem, type Operand, RBP, type Reg, RSP } from './operands.js';
import { Pool } from './pool.js';

export type { Condition, Instruction } from './instructions.js';
export * from './operands.js';

/** A place in the code, perhaps one that is still to come. */
export type Label = number;

/** Four bytes at `at` that are to be the distance from `end` to a label or a constant. */
interface Distance {
  readonly at: number;
  readonly end: number;
  readonly to: number;
}

/** Writes x86-64 machine code, which may be put anywhere in memory at a multiple of 32. */
export class Assembler {
  readonly #pool = new Pool();
  readonly #places: number[] = [];
  readonly #jumps: Distance[] = [];
  readonly #constants: Distance[] = [];
  #room = new Uint8Array(1024);
  #view = new DataView(this.#room.buffer);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /**
   * An instruction. `size` is that of its operands in bytes: 4 or 8 for general registers, 16 or 32 for vectors; 4
   * and 16 where it makes no difference. Operands are in Intel's order, the one that is written first.
   */
  op(name: Instruction, size: 4 | 8 | 16 | 32, ...operands: readonly Operand[]): this {
    const encoding = encodingOf(name);
    const reg = encoding.reg < 0 ? encoding.digit : (operands[encoding.reg] as Reg);
    const rm = encoding.rm < 0 ? undefined : operands[encoding.rm]!;
    this.#reserve(32);
    if (encoding.vex) this.#vex(encoding, encoding.vex, size, reg >> 3, rm, operands);
    else this.#rex(encoding, size, reg >> 3, rm, operands);
    this.#body(encoding, (reg & 7) << 3, rm, operands);
    return this;
  }

  /** What comes after the prefixes. */
  #body(encoding: Encoding, field: number, rm: Operand | undefined, operands: readonly Operand[]): void {
    const { immediate, opcode, inOpcode } = encoding;
    if (immediate !== '') this.#immediate(encoding, field, rm, operands.at(-1) as number);
    else if (inOpcode) this.#byte(opcode + ((rm as Reg) & 7));
    else {
      this.#byte(opcode);
      if (rm !== undefined) this.#modrm(field, rm, 0);
    }
  }

  /** The same with a number behind it. */
  #immediate({ immediate, opcode }: Encoding, field: number, rm: Operand | undefined, value: number): void {
    const isShort = immediate === 'i' && isByte(value);
    const bytes = isShort || immediate === 'b' || immediate === 's' ? 1 : 4;
    this.#byte(opcode + (isShort ? 2 : 0));
    if (rm !== undefined) this.#modrm(field, rm, bytes);
    this.#number(immediate === 's' ? value << 4 : value, bytes);
  }

  /** A number of 64 bits into a general register, in its shortest form. Leaves the flags as they are. */
  load(out: Reg, value: bigint): this {
    const word = BigInt.asUintN(64, value);
    if (word < 2n ** 32n) return this.loadWord(out, Number(word));
    if (word >= 2n ** 64n - 2n ** 31n) return this.op('movImm', 8, out, Number(BigInt.asIntN(64, value)));
    this.#reserve(10);
    this.#byte(0x48 | (out >> 3));
    this.#byte(0xb8 | (out & 7));
    this.#view.setBigUint64(this.#length, word, true);
    this.#length += 8;
    return this;
  }

  /** A number of 32 bits into a general register, zeros above it. Leaves the flags as they are. */
  loadWord(out: Reg, value: number): this {
    this.#reserve(6);
    if (out > 7) this.#byte(0x41);
    this.#byte(0xb8 | (out & 7));
    this.#word(value);
    return this;
  }

  label(): Label {
    return this.#places.push(-1) - 1;
  }

  /** The label is here. */
  bind(label: Label): this {
    this.#places[label] = this.#length;
    return this;
  }

  /** Where a label is, in bytes from the start of the code. */
  place(label: Label): number {
    return this.#places[label]!;
  }

  jump(label: Label): this {
    return this.#branch([0xeb], [0xe9], label);
  }

  jumpIf(condition: Condition, label: Label): this {
    const number = CONDITIONS.indexOf(condition);
    return this.#branch([0x70 + number], [0x0f, 0x80 + number], label);
  }

  call(label: Label): this {
    return this.#branch([], [0xe8], label);
  }

  /** Fills up with instructions that do nothing, to a multiple of 16 or 32: where loops start. */
  align(bytes: number): this {
    for (let rest = -this.#length & (bytes - 1); rest > 0; ) {
      const nop = NOPS[Math.min(rest, NOPS.length) - 1]!;
      this.#reserve(nop.length);
      for (const byte of nop) this.#byte(byte);
      rest -= nop.length;
    }
    return this;
  }

  /** A constant of 4, 8, 16 or 32 bytes, as an operand. */
  constant(bytes: Uint8Array): Mem {
    return { base: 'rip', disp: this.#pool.number(bytes) };
  }

  /** The code with the constants behind it. */
  finish(): Uint8Array {
    const { bytes, places } = this.#pool.laidOut();
    const start = bytes.length > 0 ? Math.ceil(this.#length / 32) * 32 : this.#length;
    this.#reserve(start - this.#length + bytes.length);
    this.#room.set(bytes, start);
    for (const { at, end, to } of this.#jumps) {
      if (this.#places[to]! < 0) throw new Error(`internal: label ${to} was never bound`);
      this.#view.setInt32(at, this.#places[to]! - end, true);
    }
    for (const { at, end, to } of this.#constants) this.#view.setInt32(at, start + places[to]! - end, true);
    return this.#room.slice(0, start + bytes.length);
  }

  #branch(short: readonly number[], long: readonly number[], label: Label): this {
    this.#reserve(6);
    const back = this.#places[label]! - (this.#length + 2);
    if (this.#places[label]! >= 0 && short.length > 0 && isByte(back)) {
      this.#byte(short[0]!);
      this.#byte(back);
      return this;
    }
    for (const byte of long) this.#byte(byte);
    this.#jumps.push({ at: this.#length, end: this.#length + 4, to: label });
    this.#word(0);
    return this;
  }

  /** Prefixes of an instruction on general registers: 0100WRXB where a bit is set, or a register's lowest byte needs it. */
  #rex(
    { prefixes, escapes, byte }: Encoding,
    size: number,
    r: number,
    rm: Operand | undefined,
    operands: readonly Operand[],
  ): void {
    for (let i = 0; i < prefixes.length; i++) this.#byte(prefixes[i]!);
    const bits = (size === 8 ? 8 : 0) | (r << 2) | upperBits(rm);
    if (bits > 0 || (byte >= 0 && (operands[byte] as Reg) >= RSP)) this.#byte(0x40 | bits);
    for (let i = 0; i < escapes.length; i++) this.#byte(escapes[i]!);
  }

  /** C5 R̄v̄v̄v̄v̄Lpp or C4 R̄X̄B̄mmmmm Wv̄v̄v̄v̄Lpp. */
  #vex(
    encoding: Encoding,
    { w, map, prefix }: Vex,
    size: number,
    r: number,
    rm: Operand | undefined,
    operands: readonly Operand[],
  ): void {
    const v = encoding.v < 0 ? 0 : (operands[encoding.v] as Reg);
    const last = ((~v & 15) << 3) | (size === 32 ? 4 : 0) | prefix;
    const xb = upperBits(rm);
    if (xb === 0 && w === 0 && map === 1) {
      this.#byte(0xc5);
      this.#byte(((1 - r) << 7) | last);
    } else {
      this.#byte(0xc4);
      this.#byte(((1 - r) << 7) | ((3 - xb) << 5) | map);
      this.#byte((w << 7) | last);
    }
  }

  /** The byte mod:reg:rm, the byte scale:index:base where rm cannot say it, and the displacement; bytes are to come `after`. */
  #modrm(field: number, rm: Operand, after: number): void {
    if (typeof rm === 'number') this.#byte(0xc0 | field | (rm & 7));
    else if (rm.base === 'rip') {
      this.#byte(field | 5);
      this.#constants.push({ at: this.#length, end: this.#length + 4 + after, to: rm.disp });
      this.#word(0);
    } else this.#address(field, rm, rm.base);
  }

  #address(field: number, { index, scale = 1, disp }: Mem, base: Reg): void {
    // a base of rbp or r13 without displacement is how rip and no base are written
    const mode = disp === 0 && (base & 7) !== RBP ? 0 : isByte(disp) ? 1 : 2;
    if (index === undefined && (base & 7) !== RSP) this.#byte((mode << 6) | field | (base & 7));
    else {
      this.#byte((mode << 6) | field | 4);
      this.#byte((Math.log2(scale) << 6) | (((index ?? RSP) & 7) << 3) | (base & 7));
    }
    if (mode > 0) this.#number(disp, mode === 1 ? 1 : 4);
  }

  #number(value: number, bytes: number): void {
    if (bytes === 1) this.#byte(value);
    else this.#word(value);
  }

  #byte(value: number): void {
    this.#room[this.#length++] = value;
  }

  #word(value: number): void {
    this.#view.setInt32(this.#length, value, true);
    this.#length += 4;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#room.length) return;
    const room = new Uint8Array(2 * this.#room.length + bytes);
    room.set(this.#room);
    this.#room = room;
    this.#view = new DataView(room.buffer);
  }
}

/** The instructions of 1 to 9 bytes that do nothing. */
const NOPS: readonly (readonly number[])[] = [
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];

const isByte = (value: number): boolean => value >= -128 && value < 128;

/** The fourth bits of an operand's registers: two times that of the index, and that of the base or the register. */
function upperBits(rm: Operand | undefined): number {
  if (rm === undefined) return 0;
  if (typeof rm === 'number') return rm >> 3;
  const base = rm.base === 'rip' ? 0 : rm.base >> 3;
  return rm.index === undefined ? base : ((rm.index >> 3) << 1) | base;
}
