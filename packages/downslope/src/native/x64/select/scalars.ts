import { type Assembler, type Instruction, type Operand, RAX, RCX, RDX } from '../assembler.js';
import { rows } from './rows.js';
import type { Selection } from './selection.js';

type Size = 4 | 8;

const one = (takes: 'i' | 'v', gives: 'i' | 'v', name: Instruction, size: Size | 16): Selection => ({
  takes,
  gives,
  inMemory: true,
  emit: (asm, { out, a }) => {
    asm.op(name, size, out, a);
  },
});

/** Bits of a float as a whole number: `movd m, r` writes what is first. */
const bitsOf = (name: 'vmovdTo' | 'vmovqTo'): Selection => ({
  ...one('v', 'i', name, 16),
  inMemory: false,
});

/**
 * Quotient and remainder are in rax and rdx; i32 are divided as i64, so that nothing overflows. Where WebAssembly traps
 * (by zero, and the least number by −1) this is undefined: our modules never do it.
 */
function divide(asm: Assembler, size: Size, signed: boolean, a: Operand, b: Operand): void {
  if (signed) {
    const name = size === 4 ? 'movsxd' : 'mov';
    asm.op(name, 8, RAX, a).op(name, 8, RCX, b).op('cdq', 8).op('idiv', 8, RCX);
  } else {
    asm.op('mov', size, RCX, b).op('mov', size, RAX, a).op('xor', 4, RDX, RDX).op('div', size, RCX);
  }
}

const quotient = (size: Size, signed: boolean): Selection => ({
  takes: 'ii',
  gives: 'i',
  emit: (asm, { out, a, b }) => {
    divide(asm, size, signed, a, b);
    asm.op('mov', size, out, RAX);
  },
});

const remainder = (size: Size, signed: boolean): Selection => ({
  takes: 'ii',
  gives: 'i',
  emit: (asm, { out, a, b }) => {
    const [done, minusOne] = [asm.label(), asm.label()];
    // the least number divided by −1 overflows; no remainder is ever left
    const mayOverflow = signed && size === 8;
    if (mayOverflow) asm.op('cmpImm', 8, b, -1).jumpIf('e', minusOne);
    divide(asm, size, signed, a, b);
    asm.op('mov', size, out, RDX);
    if (mayOverflow) asm.jump(done).bind(minusOne).op('xor', 4, out, out).bind(done);
  },
});

const rotation = (name: 'rol' | 'ror', size: Size): Selection => ({
  takes: 'ii',
  gives: 'i',
  immediate: true,
  emit: (asm, { out, a, b: count, imm }) => {
    if (imm === undefined) asm.op('mov', 4, RCX, count);
    asm.op('mov', size, RAX, a);
    if (imm === undefined) asm.op(name, size, RAX);
    else asm.op(`${name}Imm`, size, RAX, (imm as number) & (8 * size - 1));
    asm.op('mov', size, out, RAX);
  },
});

/** i32 are held with zeros above them. */
const zeroExtended = one('i', 'i', 'mov', 4);

export const SCALARS = rows({
  'i32.div_s': quotient(4, true),
  'i32.div_u': quotient(4, false),
  'i32.rem_s': remainder(4, true),
  'i32.rem_u': remainder(4, false),
  'i64.div_s': quotient(8, true),
  'i64.div_u': quotient(8, false),
  'i64.rem_s': remainder(8, true),
  'i64.rem_u': remainder(8, false),
  'i32.rotl': rotation('rol', 4),
  'i32.rotr': rotation('ror', 4),
  'i64.rotl': rotation('rol', 8),
  'i64.rotr': rotation('ror', 8),
  'i32.clz': one('i', 'i', 'lzcnt', 4),
  'i32.ctz': one('i', 'i', 'tzcnt', 4),
  'i32.popcnt': one('i', 'i', 'popcnt', 4),
  'i64.clz': one('i', 'i', 'lzcnt', 8),
  'i64.ctz': one('i', 'i', 'tzcnt', 8),
  'i64.popcnt': one('i', 'i', 'popcnt', 8),
  'i32.wrap_i64': zeroExtended,
  'i64.extend_i32_u': zeroExtended,
  'i64.extend_i32_s': one('i', 'i', 'movsxd', 8),
  'i32.reinterpret_f32': bitsOf('vmovdTo'),
  'i64.reinterpret_f64': bitsOf('vmovqTo'),
  'f32.reinterpret_i32': one('i', 'v', 'vmovd', 16),
  'f64.reinterpret_i64': one('i', 'v', 'vmovq', 16),
});
