import { OPCODES, type Opcode } from '@downslope/core';
import type { Assembler, Instruction, Operand, Reg } from '../assembler.js';
import type { Place, Selection } from './selection.js';

/** Selections by the names of their opcodes. */
export const rows = (named: Partial<Record<Opcode, Selection>>): Readonly<Record<number, Selection>> =>
  Object.fromEntries(Object.entries(named).map(([name, row]) => [OPCODES[name as Opcode], row]));

/** The size of a vector, in bytes. */
export const sizeOf = ({ wide }: Place): 16 | 32 => (wide ? 32 : 16);

/** `out = name(a, b)`. */
export const binary = (name: Instruction, more: Partial<Selection> = {}): Selection => ({
  takes: 'vv',
  gives: 'v',
  inMemory: true,
  emit: (asm, at) => {
    asm.op(name, sizeOf(at), at.out, at.a, at.b);
  },
  ...more,
});

/** `out = name(a)`. */
export const unary = (name: Instruction, more: Partial<Selection> = {}): Selection => ({
  takes: 'v',
  gives: 'v',
  inMemory: true,
  emit: (asm, at) => {
    asm.op(name, sizeOf(at), at.out, at.a);
  },
  ...more,
});

/** Copies a vector unless it is there already. */
export function copy(asm: Assembler, size: 16 | 32, out: Reg, from: Operand): void {
  if (out !== from) asm.op('vmovaps', size, out, from);
}

/** `out = 1` if the flags say so, else 0. */
export function flag(asm: Assembler, set: Extract<Instruction, `set${string}`>, out: Reg): void {
  asm.op(set, 4, out).op('movzx8', 4, out, out);
}

/** 32 bytes of one number of 32 bits, or of 64, in every lane. */
export const everyWord = (value: number): Uint8Array => new Uint8Array(new Uint32Array(8).fill(value).buffer);
export const everyLong = (value: bigint): Uint8Array =>
  new Uint8Array(new BigUint64Array(4).fill(value).buffer);
export const everyDouble = (value: number): Uint8Array =>
  new Uint8Array(new Float64Array(4).fill(value).buffer);
export const everyFloat = (value: number): Uint8Array =>
  new Uint8Array(new Float32Array(8).fill(value).buffer);

export const ONES = everyWord(0xffff_ffff);
