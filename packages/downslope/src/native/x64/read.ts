import { type FunctionCode, Reader } from './module.js';

/**
 * The instructions of a function in their order, as lists: what is said of an instruction stands in the same place of
 * each. There are too many for a record each.
 */
export interface Body {
  readonly length: number;
  /** Prefixes in the bits from 16 and numbers, as in `OPCODES`. */
  readonly codes: Int32Array;
  /**
   * What follows them: a depth, an index, a whole number of 32 bits, an offset (of which the sign is a bit like others). For a
   * shuffle or a constant of another type it is the place of its bytes in the module.
   */
  readonly values: Int32Array;
  /** The number of a lane, or how many words; −1 for instructions that tell neither. */
  readonly lanes: Int8Array;
  /** How often each local is set. */
  readonly sets: Uint32Array;
}

export const CODE = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  getGlobal: 0x23,
  setGlobal: 0x24,
  i32: 0x41,
  i64: 0x42,
  f32: 0x43,
  f64: 0x44,
  copy: 0xfc000a,
  fill: 0xfc000b,
  vector: 0xfd000c,
  wideVector: 0xfb000c,
  shuffle: 0xfd000d,
} as const;

/** From here on a byte is a prefix, and a number follows. */
const PREFIXED = 0xfb;
const BULK = 0xfc;
const ATOMIC = 0xfe;

export function readBody(bytes: Uint8Array, { begin, end, locals }: FunctionCode): Body {
  const most = end - begin;
  const body = {
    length: 0,
    codes: new Int32Array(most),
    values: new Int32Array(most),
    lanes: new Int8Array(most).fill(-1),
    sets: new Uint32Array(locals.length),
  };
  const reader = new Reader(bytes, begin);
  for (; reader.at < end; body.length++) {
    const first = reader.byte();
    if (first < PREFIXED) readPlain(reader, first, body);
    else readPrefixed(reader, first, body);
  }
  return body;
}

function readPlain(reader: Reader, code: number, { length, codes, values, sets }: Body): void {
  const value = readValue(reader, code);
  codes[length] = code;
  values[length] = value;
  if (code === CODE.set || code === CODE.tee) sets[value]!++;
}

function readPrefixed(reader: Reader, prefix: number, { length, codes, values, lanes }: Body): void {
  const number = reader.leb();
  const code = prefix * 0x10000 + number;
  codes[length] = code;
  values[length] = readPrefixedValue(reader, prefix, code);
  if (prefix !== ATOMIC && hasLane(number)) lanes[length] = reader.byte();
}

/** What follows an instruction of one byte; the most frequent come first. */
function readValue(reader: Reader, code: number): number {
  if (code >= CODE.get && code <= CODE.setGlobal) return reader.leb();
  if (code > CODE.f64) return 0;
  if (code === CODE.i32) return reader.signed32();
  if (code >= 0x28 && code <= 0x3e) return readOffset(reader);
  if (code === CODE.f32) return reader.skip(4);
  if (code === CODE.f64) return reader.skip(8);
  if (code === CODE.i64) return reader.skipLeb();
  if (code >= CODE.block && code <= CODE.if) return reader.byte();
  return code === CODE.br || code === CODE.brIf || code === CODE.call ? reader.leb() : 0;
}

function readPrefixedValue(reader: Reader, prefix: number, code: number): number {
  if (prefix === ATOMIC) return readOffset(reader);
  if (prefix === BULK) return code === CODE.copy ? reader.skip(2) : code === CODE.fill ? reader.skip(1) : 0;
  if (code === CODE.vector || code === CODE.shuffle) return reader.skip(16);
  if (code === CODE.wideVector) return reader.skip(32);
  return hasAddress(code & 0xffff) ? readOffset(reader) : 0;
}

/** The alignment, which tells nothing, and the offset. */
function readOffset(reader: Reader): number {
  reader.leb();
  return reader.leb();
}

const isBetween = (value: number, from: number, to: number): boolean => from <= value && value <= to;

/** Of the instructions on vectors by their numbers. */
const hasAddress = (number: number): boolean =>
  number <= 0x0b || isBetween(number, 0x54, 0x5d) || isBetween(number, 0x209, 0x20b) || number === 0x20d;

const hasLane = (number: number): boolean =>
  isBetween(number, 0x15, 0x22) || isBetween(number, 0x54, 0x5b) || number === 0x209 || number === 0x20a;
