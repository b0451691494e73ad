import type { Assembler, Instruction, Reg } from '../assembler.js';
import { copy, rows } from './rows.js';

/** Pairs of words of 32 bits that have an instruction of their own: words of the first operand are 0 to 3. */
const UNPACKS: Readonly<Record<string, Instruction>> = {
  '0,4,1,5': 'vunpcklps',
  '2,6,3,7': 'vunpckhps',
  '0,1,4,5': 'vunpcklpd',
  '2,3,6,7': 'vunpckhpd',
};

/** The same for halves of words, of 16 bits. */
const UNPACKS_OF_HALVES: Readonly<Record<string, Instruction>> = {
  '0,8,1,9,2,10,3,11': 'vpunpcklwd',
  '4,12,5,13,6,14,7,15': 'vpunpckhwd',
};

/** Which units of so many bytes are picked, or undefined where units are torn. */
function units(bytes: readonly number[], unit: number): number[] | undefined {
  const whole = bytes.every(
    (byte, i) => byte % unit === i % unit && byte - (i % unit) === bytes[i - (i % unit)],
  );
  return whole ? bytes.filter((_, i) => i % unit === 0).map((byte) => byte / unit) : undefined;
}

/** Four words' numbers in two bits each, as `vpshufd` and `vshufps` take them. */
const packed = (words: readonly number[]): number =>
  words.reduce((sum, word, i) => sum | ((word & 3) << (2 * i)), 0);

/** Words of one operand, or two of each, or each from the same place of one or the other: in one instruction. */
function writeWords(asm: Assembler, out: Reg, a: Reg, b: Reg, words: readonly number[]): boolean {
  const unpack = UNPACKS[words.join()];
  const from = words.map((word) => word >> 2);
  if (words.every((word, i) => word === i)) copy(asm, 16, out, a);
  else if (unpack !== undefined) asm.op(unpack, 16, out, a, b);
  else if (from.every((side) => side === 0)) asm.op('vpshufd', 16, out, a, packed(words));
  else if (words.every((word, i) => (word & 3) === i))
    asm.op('vblendps', 16, out, a, b, from.reduce((mask, side, i) => mask | (side << i), 0)); // biome-ignore format: one line
  else if (from.join() === '0,0,1,1') asm.op('vshufps', 16, out, a, b, packed(words));
  else return false;
  return true;
}

/** Bytes in a row, from both operands. */
function writeRow(asm: Assembler, out: Reg, a: Reg, b: Reg, bytes: readonly number[]): boolean {
  const [first] = bytes as [number];
  if (first >= 16 || bytes.some((byte, i) => byte !== first + i)) return false;
  asm.op('vpalignr', 16, out, b, a, first);
  return true;
}

function writeHalves(asm: Assembler, out: Reg, a: Reg, b: Reg, bytes: readonly number[]): boolean {
  const unpack = UNPACKS_OF_HALVES[units(bytes, 2)?.join() ?? ''];
  if (unpack !== undefined) asm.op(unpack, 16, out, a, b);
  return unpack !== undefined;
}

/** In one instruction, if there is one for these bytes. */
function writeAtOnce(asm: Assembler, out: Reg, a: Reg, b: Reg, bytes: readonly number[]): boolean {
  const words = units(bytes, 4);
  if (words !== undefined && writeWords(asm, out, a, b, words)) return true;
  return writeRow(asm, out, a, b, bytes) || writeHalves(asm, out, a, b, bytes);
}

/** The bytes of one operand in their places, zeros in those of the other. */
const only = (bytes: readonly number[], side: number): Uint8Array =>
  Uint8Array.from(bytes, (byte) => (byte >> 4 === side ? byte & 15 : 0x80));

function write(asm: Assembler, out: Reg, a: Reg, b: Reg, t: Reg, picked: readonly number[]): void {
  const bytes = a === b ? picked.map((byte) => byte & 15) : picked;
  const turned = bytes.map((byte) => byte ^ 16);
  if (writeAtOnce(asm, out, a, b, bytes) || writeAtOnce(asm, out, b, a, turned)) return;
  if (bytes.every((byte) => byte < 16)) asm.op('vpshufb', 16, out, a, asm.constant(only(bytes, 0)));
  else if (bytes.every((byte) => byte >= 16)) asm.op('vpshufb', 16, out, b, asm.constant(only(bytes, 1)));
  else {
    asm.op('vpshufb', 16, t, a, asm.constant(only(bytes, 0)));
    asm.op('vpshufb', 16, out, b, asm.constant(only(bytes, 1))).op('vorps', 16, out, out, t);
  }
}

export const SHUFFLE = rows({
  'i8x16.shuffle': {
    takes: 'vv',
    gives: 'v',
    temps: 'v',
    emit: (asm, { out, a, b, t, imm }) => write(asm, out, a as Reg, b as Reg, t, [...(imm as Uint8Array)]),
  },
});
