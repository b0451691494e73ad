import { type FunctionCode, Reader } from './module.js';

/** An instruction of a function's body as it stands in the module. */
export interface Instruction {
  /** Its prefix in the bits from 16 and its number, as in `OPCODES`. */
  readonly code: number;
  /** What follows it: a depth, an index, an integer, an offset. */
  readonly value: number | bigint;
  /** A constant of a float or vector type, or the bytes that a shuffle picks. */
  readonly bytes?: Uint8Array;
  /** Of a lane, or how many words. */
  readonly lane?: number;
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
} as const;

/** The instructions of a function, in their order. */
export function readBody(bytes: Uint8Array, { begin, end }: FunctionCode): Instruction[] {
  const reader = new Reader(bytes, begin);
  const all: Instruction[] = [];
  while (reader.at < end) all.push(readInstruction(reader));
  return all;
}

const isBetween = (value: number, from: number, to: number): boolean => from <= value && value <= to;

function readInstruction(reader: Reader): Instruction {
  const first = reader.byte();
  if (first >= 0xfb) {
    const code = first * 0x10000 + reader.leb();
    return first === 0xfe
      ? withMemory(reader, code)
      : first === 0xfc
        ? bulk(reader, code)
        : vector(reader, code);
  }
  if (isBetween(first, CODE.block, CODE.if)) reader.byte();
  else if (first === CODE.i32) return { code: first, value: reader.signed32() };
  else if (first === CODE.i64) return { code: first, value: reader.signed() };
  else if (first === CODE.f32) return { code: first, value: 0, bytes: reader.take(4) };
  else if (first === CODE.f64) return { code: first, value: 0, bytes: reader.take(8) };
  else if (isBetween(first, 0x28, 0x3e)) return withMemory(reader, first);
  else if (
    isBetween(first, CODE.br, CODE.brIf) ||
    first === CODE.call ||
    isBetween(first, CODE.get, CODE.setGlobal)
  )
    return { code: first, value: reader.leb() };
  return { code: first, value: 0 };
}

function withMemory(reader: Reader, code: number, hasLane = false): Instruction {
  reader.leb();
  const value = reader.leb();
  return hasLane ? { code, value, lane: reader.byte() } : { code, value };
}

function bulk(reader: Reader, code: number): Instruction {
  if (code === CODE.copy) reader.take(2);
  else if (code === CODE.fill) reader.take(1);
  return { code, value: 0 };
}

function vector(reader: Reader, code: number): Instruction {
  const number = code & 0xffff;
  if (code === CODE.vector) return { code, value: 0, bytes: reader.take(16) };
  if (code === CODE.wideVector) return { code, value: 0, bytes: reader.take(32) };
  if (number === 0x0d) return { code, value: 0, bytes: reader.take(16) };
  if (number <= 0x0b || number === 0x5c || number === 0x5d || number === 0x20b || number === 0x20d)
    return withMemory(reader, code);
  if (isBetween(number, 0x54, 0x5b) || number === 0x209 || number === 0x20a)
    return withMemory(reader, code, true);
  if (isBetween(number, 0x15, 0x22)) return { code, value: 0, lane: reader.byte() };
  return { code, value: 0 };
}
