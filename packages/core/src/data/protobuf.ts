// Protocol Buffers, as far as the files that we write need them. A message is its fields one after the other, each a
// number (field · 8 + wire type) and a value: a varint (wire type 0), eight bytes (1), a length and bytes (2), four bytes (5).
// https://protobuf.dev/programming-guides/encoding/

/** Fields of a message in order, encoded. */
export type Fields = readonly Uint8Array[];

const VARINT = 0;
const EIGHT = 1;
const BYTES = 2;
const FOUR = 5;

/** Seven bits a byte, the lowest first, the top bit set in all but the last; negative numbers as 64 bits. */
function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

const tag = (field: number, wire: number): number[] => varint(field * 8 + wire);

export const integer = (field: number, value: number | bigint): Uint8Array =>
  Uint8Array.from([...tag(field, VARINT), ...varint(value)]);

export function float(field: number, value: number): Uint8Array {
  const bits = new Uint8Array(4);
  new DataView(bits.buffer).setFloat32(0, value, true);
  return Uint8Array.from([...tag(field, FOUR), ...bits]);
}

export function double(field: number, value: number): Uint8Array {
  const bits = new Uint8Array(8);
  new DataView(bits.buffer).setFloat64(0, value, true);
  return Uint8Array.from([...tag(field, EIGHT), ...bits]);
}

export const bytes = (field: number, value: Uint8Array): Uint8Array =>
  joined([Uint8Array.from([...tag(field, BYTES), ...varint(value.length)]), value]);

export const text = (field: number, value: string): Uint8Array =>
  bytes(field, new TextEncoder().encode(value));

/** A message within a message. */
export const message = (field: number, fields: Fields): Uint8Array => bytes(field, joined(fields));

export function joined(parts: Fields): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A field as it stands in a message: a number for a varint, else the bytes of the value. */
export interface Field {
  readonly field: number;
  readonly value: number | Uint8Array;
}

/**
 * The fields of a message.
 *
 * @throws RangeError when it is cut short or no message at all
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined || scale > 2 ** 63) throw new RangeError('the message is cut short');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > message.length) throw new RangeError('the message is cut short');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const head = next();
    const field = Math.floor(head / 8);
    const wire = head % 8;
    if (field === 0 || ![VARINT, EIGHT, BYTES, FOUR].includes(wire))
      throw new RangeError(`there is no wire type ${wire}`);
    if (wire === VARINT) yield { field, value: next() };
    else yield { field, value: take(wire === BYTES ? next() : wire === EIGHT ? 8 : 4) };
  }
}
