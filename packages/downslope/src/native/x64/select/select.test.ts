import { OPCODES, type Opcode } from '@downslope/core';
import { describe, expect, test } from 'vitest';
import { hasAvx2AndFma } from '../../processor.js';
import { DOUBLE, FLOAT, fusedMultiplyAdd } from '../testing/fused.js';
import { AFTER, inMachineCode, type Variant } from '../testing/in-machine-code.js';
import { inV8, RESULT } from '../testing/in-v8.js';
import { signature, type Type } from '../testing/signature.js';
import { randomWords, writeValue } from '../testing/values.js';
import { INTEGERS } from './integers.js';
import { MEMORY_CODES } from './memory.js';
import { SELECT } from './select.js';
import { memoryPlace, type Selection } from './selection.js';

const TRIES = 80;
const where = 'Linux on x86-64 with AVX2 and FMA';

/** The opcode of 128 bits whose row is for that of 256 bits, too. */
const family = (code: number): number =>
  code >> 16 === 0xfb && (code & 0xffff) < 0x200 ? (0xfd << 16) | (code & 0xffff) : code;

const codes = Object.entries(OPCODES) as [Opcode, number][];
const narrow = codes.filter(([, code]) => code in SELECT && code >> 16 !== 0xfb);

/** Immediates to try: lanes, or bytes of shuffles. */
function immediates(name: Opcode): (number | Uint8Array | undefined)[] {
  if (name === 'i8x16.shuffle') return SHUFFLES.map((bytes) => Uint8Array.from(bytes));
  if (!name.includes('_lane')) return [undefined];
  return Array.from({ length: Number(name.match(/x(\d)/)![1]) }, (_, lane) => lane);
}

/** Constants that an instruction may have as its last operand: the same in every lane, or not. */
function constants(name: string): Uint8Array[] {
  const lanes = [
    ...[1.5, -2, 0, -0, Number.NaN, Number.NEGATIVE_INFINITY].map((x) => [x, x]),
    [0, -1],
    [0, 2],
  ];
  const Floats = name.startsWith('f32') ? Float32Array : Float64Array;
  return lanes.map((pair) => new Uint8Array(Floats.from(Array(16).fill(pair).flat()).buffer, 0, 32));
}

const bytesOf = (words: readonly number[], unit = 4): number[] =>
  words.flatMap((word) => Array.from({ length: unit }, (_, byte) => unit * word + byte));

const random = randomWords(7);
const SHUFFLES = [
  ...[[0, 1, 2, 3], [4, 5, 6, 7], [0, 4, 1, 5], [2, 6, 3, 7], [4, 0, 5, 1], [0, 1, 4, 5], [2, 3, 6, 7]],
  ...[[4, 5, 0, 1], [0, 2, 4, 6], [4, 6, 0, 2], [1, 3, 5, 7], [3, 2, 1, 0], [7, 7, 5, 5], [0, 5, 2, 7], [4, 1, 6, 3]],
  ...[[2, 3, 0, 1], [1, 2, 3, 4], [6, 7, 0, 1], [0, 4, 2, 6], [3, 4, 1, 6]],
].map((words) => bytesOf(words)); // biome-ignore format: rows of a kind
SHUFFLES.push(
  bytesOf([0, 8, 1, 9, 2, 10, 3, 11], 2),
  bytesOf([4, 12, 5, 13, 6, 14, 7, 15], 2),
  bytesOf([8, 0, 9, 1, 10, 2, 11, 3], 2),
  ...[1, 5, 15].map((first) => Array.from({ length: 16 }, (_, i) => first + i)),
  ...[20, 31].map((first) => Array.from({ length: 16 }, (_, i) => (first + i) % 32)),
  ...[16, 32, 32].map((range) => Array.from({ length: 16 }, () => random() % range)),
  Array.from({ length: 16 }, () => 16 + (random() % 16)),
);

/** Everything that may vary in how a selection is used. */
function variants(selection: Selection): Variant[] {
  const { takes, gives, apart, tied, inMemory, immediate, commutes } = selection;
  const kinds = [...takes];
  const last = memoryPlace(selection);
  const overs = kinds.flatMap((kind, over) => (kind === gives && !apart && tied === undefined ? [over] : []));
  const found: Variant[] = [{ name: 'in registers' }];
  for (const over of overs) {
    found.push({ name: `over operand ${over}`, over });
    if (inMemory && over !== last)
      found.push({ name: `over operand ${over}, one in memory`, over, memory: last });
  }
  if (takes === 'vv')
    found.push({ name: 'of itself', same: true }, { name: 'over itself', same: true, over: 0 });
  if (inMemory) found.push({ name: 'with one in memory', memory: last });
  if (immediate)
    for (const constant of [0, 1, 5, 31, 32, 33, 63, 64, -1])
      found.push({ name: `by ${constant}`, constant });
  if (commutes) expect(takes.startsWith('vv')).toBe(true);
  return found;
}

const ARITHMETIC =
  /\.(add|sub|mul|div|min|max|sqrt|ceil|floor|trunc|nearest|demote.*|promote.*|relaxed_madd)$/;

/** Whether the results are the same, NaN payloads of arithmetic aside. */
function same(name: string, got: Uint8Array, want: Uint8Array): boolean {
  if (Buffer.compare(got, want) === 0) return true;
  if (!ARITHMETIC.test(name)) return false;
  const Floats = name.startsWith('f32') ? Float32Array : Float64Array;
  const [a, b] = [got, want].map((bytes) => new Floats(bytes.slice().buffer));
  return a!.every((x, i) => Object.is(x, b![i]));
}

const operand = (bytes: Uint8Array, at: number, type: Type): Uint8Array =>
  bytes.subarray(at, at + (type === 'v128' ? 32 : Number(type.slice(1)) / 8));

function compare(
  name: string,
  selection: Selection,
  wide: boolean,
  imm: number | Uint8Array | undefined,
  takes: readonly Type[],
  expected: (at: Uint8Array) => Uint8Array,
  last?: Uint8Array,
): void {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  for (const variant of variants(selection)) {
    if (last && variant.same) continue;
    const words = takes.map((type) => type === 'i32');
    const run = inMachineCode(selection, variant, { words, wide, imm });
    const word = randomWords(12345);
    for (let n = 0; n < TRIES; n++) {
      for (let at = 0; at < RESULT; at += 16) writeValue(view, at, 'v128', word);
      takes.forEach((type, i) => {
        writeValue(view, 32 * i, type, word);
        if (type === 'v128') writeValue(view, 32 * i + 16, type, word);
      });
      if (last) bytes.set(last, 32 * (takes.length - 1));
      if (variant.same) bytes.copyWithin(32, 0, 32);
      if (variant.constant !== undefined) view.setInt32(32 * (takes.length - 1), variant.constant, true);
      const want = expected(bytes);
      if (want.length === 0) continue;
      run(bytes);
      const got = bytes.subarray(RESULT, RESULT + want.length);
      const isKept = takes.every(
        (type, i) =>
          i === (selection.tied ?? variant.over) ||
          variant.same ||
          Buffer.compare(operand(bytes, AFTER + 32 * i, type), operand(bytes, 32 * i, type)) === 0,
      );
      if (same(name, got, want) && isKept) continue;
      const [in_, made, wanted] = [bytes.subarray(0, 96), got, want].map((part) =>
        Buffer.from(part).toString('hex'),
      );
      expect.fail(
        `${name} ${variant.name}, imm ${imm}, of ${in_}: ${made} in place of ${wanted}, kept: ${isKept}`,
      );
    }
  }
}

const isFused = (name: string): boolean => name.endsWith('relaxed_madd');

/** Results of V8's own instruction, of both halves where it is of 256 bits; none where it traps. */
/** An i32 is held with zeros above it. */
const SIZES: Record<Type, number> = { i32: 8, i64: 8, f32: 4, f64: 8, v128: 16 };

function inHalves(name: Opcode, operands: number, imm: number | Uint8Array | undefined, wide: boolean) {
  const v8 = inV8(name, operands, imm === undefined ? [] : typeof imm === 'number' ? [imm] : [...imm]);
  const { takes, gives } = signature(name, operands);
  const half = (at: Uint8Array, from: number): Uint8Array => {
    takes.forEach((type, i) => {
      const place = 32 * i + (type === 'v128' ? from : 0);
      v8.bytes.set(at.subarray(place, place + 16), 32 * i);
    });
    v8.run();
    return v8.bytes.slice(RESULT, RESULT + SIZES[gives]);
  };
  return (at: Uint8Array): Uint8Array => {
    try {
      const low = half(at, 0);
      if (!wide) return low;
      const high = half(at, 16);
      if (gives !== 'i32') return Uint8Array.from([...low, ...high]);
      const [a, b] = [low[0]!, high[0]!];
      return Uint8Array.of(name.includes('any') ? a | b : a & b, 0, 0, 0, 0, 0, 0, 0);
    } catch {
      return new Uint8Array();
    }
  };
}

function fusedLanes(name: string, wide: boolean) {
  const [Floats, format] = name.startsWith('f32')
    ? ([Float32Array, FLOAT] as const)
    : ([Float64Array, DOUBLE] as const);
  return (at: Uint8Array): Uint8Array => {
    const [a, b, c] = [0, 32, 64].map((from) => new Floats(at.slice(from, from + (wide ? 32 : 16)).buffer));
    const made = a!.map((x, i) => fusedMultiplyAdd(x, b![i]!, c![i]!, format));
    return new Uint8Array(made.buffer);
  };
}

/** Vectors of 256 bits from ones of 128 and back, of operands that are 32 bytes apart. */
const BETWEEN_WIDTHS: Partial<Record<Opcode, (at: Uint8Array) => Uint8Array>> = {
  'v256.low': (at) => at.slice(0, 16),
  'v256.high': (at) => at.slice(16, 32),
  'v256.join': (at) => Uint8Array.from([...at.slice(0, 16), ...at.slice(32, 48)]),
  'f64x4.promote_f32x4': (at) => bytesIn(Float64Array.from(floats(at))),
  'f32x4.demote_f64x4': (at) => bytesIn(Float32Array.from(doubles(at))),
  'f64x4.convert_i32x4_s': (at) => bytesIn(Float64Array.from(words(at))),
  'i32x4.trunc_sat_f64x4_s': (at) =>
    bytesIn(Int32Array.from(doubles(at), (x) => Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), x)))),
  'i64x4.extend_i32x4_s': (at) => bytesIn(BigInt64Array.from(words(at), BigInt)),
  'i64x4.extend_i32x4_u': (at) => bytesIn(BigInt64Array.from(words(at), (x) => BigInt(x >>> 0))),
  'i16x8.narrow_i32x8_u': (at) =>
    bytesIn(
      Uint16Array.from(new Int32Array(at.slice(0, 32).buffer), (x) => Math.min(0xffff, Math.max(0, x))),
    ),
};

const floats = (at: Uint8Array): Float32Array => new Float32Array(at.slice(0, 16).buffer);
const words = (at: Uint8Array): Int32Array => new Int32Array(at.slice(0, 16).buffer);
const doubles = (at: Uint8Array): Float64Array => new Float64Array(at.slice(0, 32).buffer);
const bytesIn = ({ buffer }: { readonly buffer: ArrayBufferLike }): Uint8Array => new Uint8Array(buffer);

describe.runIf(hasAvx2AndFma())(`as V8 has it (skipped unless on ${where})`, () => {
  for (const [name, code] of narrow) {
    const selection = SELECT[code]!;
    const widths = codes.some(([, other]) => other >> 16 === 0xfb && family(other) === code)
      ? [false, true]
      : [false];
    for (const wide of widths)
      test(`${name}${wide ? ' of 256 bits' : ''}`, { timeout: 60_000 }, () => {
        for (const imm of immediates(name)) {
          const { takes } = signature(name, selection.takes.length);
          const expected = isFused(name)
            ? fusedLanes(name, wide)
            : inHalves(name, selection.takes.length, imm, wide);
          compare(name, selection, wide, imm, takes, expected);
          for (const constant of constants(name)) {
            const special = selection.ofConstant?.(constant);
            if (special) compare(name, special, wide, imm, takes, expected, constant);
          }
        }
      });
  }

  for (const [name, reference] of Object.entries(BETWEEN_WIDTHS))
    test(name, { timeout: 60_000 }, () => {
      const selection = SELECT[OPCODES[name as Opcode]]!;
      const takes = Array<Type>(selection.takes.length).fill('v128');
      compare(name, selection, false, undefined, takes, reference);
    });
});

test('every opcode has machine instructions, here or where control, memory and constants are written', () => {
  const elsewhere = /^(unreachable|return|drop|select)$|\.const$|^memory\.(notify|wait32)$|\.atomic\./;
  const without = codes.filter(([name, code]) => {
    const found = [SELECT, INTEGERS, MEMORY_CODES].some((rows) => family(code) in rows);
    return !found && !elsewhere.test(name);
  });
  expect(without).toEqual([]);
});
