import { OPCODES, type Opcode } from '@downslope/core';
import { signature, type Type } from './signature.js';

const TYPES: Record<Type, { readonly load: number[]; readonly store: number[] }> = {
  i32: { load: [0x28], store: [0x36] },
  i64: { load: [0x29], store: [0x37] },
  f32: { load: [0x2a], store: [0x38] },
  f64: { load: [0x2b], store: [0x39] },
  v128: { load: [0xfd, 0], store: [0xfd, 11] },
};

/** Where the result is; the operands are from 0 on, 32 bytes each. */
export const RESULT = 128;

/** A module with one instruction, on a memory of its own. */
export function inV8(
  name: Opcode,
  operands: number,
  imm: readonly number[],
): { run(): void; bytes: Uint8Array } {
  const { takes, gives } = signature(name, operands);
  const body = [0, 0x41, ...leb(RESULT)];
  for (const [i, type] of takes.entries()) body.push(0x41, ...leb(32 * i), ...TYPES[type].load, 0, 0);
  body.push(...code(OPCODES[name]), ...imm, ...TYPES[gives].store, 0, 0, 0x0b);
  const section = (id: number, content: readonly number[]) => [id, ...leb(content.length), ...content];
  const module = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, 1, 0x66, 0, 0, 1, 0x6d, 2, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ];
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module)));
  const { f, m } = exports as { f: () => void; m: WebAssembly.Memory };
  return { run: f, bytes: new Uint8Array(m.buffer) };
}

const code = (opcode: number): number[] =>
  opcode < 0x100 ? [opcode] : [opcode >> 16, ...leb(opcode & 0xffff)];

/** LEB128 that is right for signed numbers, too. */
const leb = (value: number): number[] => [(value & 0x7f) | 0x80, (value >> 7) & 0x3f];
