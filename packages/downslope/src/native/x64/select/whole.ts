import { type Assembler, type Instruction, RAX, type Reg } from '../assembler.js';
import { binary, rows, sizeOf, unary } from './rows.js';
import type { Place, Selection } from './selection.js';

/** 0 − a. */
const negation = (name: 'vpsubd' | 'vpsubq'): Selection => ({
  takes: 'v',
  gives: 'v',
  temps: 'v',
  inMemory: true,
  emit: (asm, at) => {
    const { t } = at;
    asm.op('vxorps', sizeOf(at), t, t, t).op(name, sizeOf(at), at.out, t, at.a);
  },
});

type Shift = 'vpslld' | 'vpsrld' | 'vpsrad' | 'vpsllq' | 'vpsrlq';

/** The count modulo the width, by a constant or in the lowest lane of a vector. */
function writeShift(asm: Assembler, name: Shift, at: Place, out: Reg, from: Reg, count: Reg): void {
  if (at.imm === undefined) asm.op(name, sizeOf(at), out, from, count);
  else asm.op(`${name}Imm`, sizeOf(at), out, from, (at.imm as number) & (name.endsWith('q') ? 63 : 31));
}

/** Moves the count that is in a general register, modulo the width, to a vector register. */
function writeCount(asm: Assembler, at: Place, width: 32 | 64, count: Reg): void {
  if (at.imm !== undefined) return;
  asm.op('mov', 4, RAX, at.b).op('andImm', 4, RAX, width - 1);
  asm.op('vmovd', 16, count, RAX);
}

const shift = (name: Shift): Selection => ({
  takes: 'vi',
  gives: 'v',
  temps: 'v',
  inMemory: true,
  immediate: true,
  emit: (asm, at) => {
    const { t: count } = at;
    writeCount(asm, at, name.endsWith('q') ? 64 : 32, count);
    writeShift(asm, name, at, at.out, at.a as Reg, count);
  },
});

/** Let s be ones where a < 0, else zeros: a ≫ n with sign is ((a ⊕ s) ≫ n) ⊕ s with zeros shifted in. */
const shiftSigned: Selection = {
  takes: 'vi',
  gives: 'v',
  temps: 'vv',
  inMemory: true,
  immediate: true,
  emit: (asm, at) => {
    const { t: s, u: count } = at;
    const size = sizeOf(at);
    writeCount(asm, at, 64, count);
    writeSigns(asm, at, s);
    asm.op('vxorps', size, at.out, at.a, s);
    writeShift(asm, 'vpsrlq', at, at.out, at.out, count);
    asm.op('vxorps', size, at.out, at.out, s);
  },
};

/** Ones where the first operand's 64 bits are below zero. */
function writeSigns(asm: Assembler, at: Place, out: Reg): void {
  asm.op('vxorps', sizeOf(at), out, out, out).op('vpcmpgtq', sizeOf(at), out, out, at.a);
}

/** (a ⊕ s) − s with s as above. */
const absLongs: Selection = {
  takes: 'v',
  gives: 'v',
  temps: 'v',
  emit: (asm, at) => {
    const { t: s } = at;
    writeSigns(asm, at, s);
    asm.op('vxorps', sizeOf(at), at.out, at.a, s).op('vpsubq', sizeOf(at), at.out, at.out, s);
  },
};

/** With a = 2³² a₁ + a₀ and b alike: a b = a₀ b₀ + 2³² (a₁ b₀ + a₀ b₁), modulo 2⁶⁴. */
const mulLongs: Selection = {
  takes: 'vv',
  gives: 'v',
  temps: 'vv',
  commutes: true,
  emit: (asm, at) => {
    const { a, b, t: s, u: t } = at;
    const size = sizeOf(at);
    asm.op('vpsrlqImm', size, s, a, 32).op('vpmuludq', size, s, s, b);
    asm.op('vpsrlqImm', size, t, b, 32).op('vpmuludq', size, t, t, a);
    asm.op('vpaddq', size, s, s, t).op('vpsllqImm', size, s, s, 32);
    asm.op('vpmuludq', size, at.out, a, b).op('vpaddq', size, at.out, at.out, s);
  },
};

/** Products of 64 bits of two lanes of 32: `lanes` brings them to the lower halves of those of 64. */
const extmul = (lanes: number): Selection => ({
  takes: 'vv',
  gives: 'v',
  temps: 'v',
  inMemory: true,
  commutes: true,
  emit: (asm, { out, a, b, t }) => {
    asm.op('vpshufd', 16, t, a, lanes).op('vpshufd', 16, out, b, lanes);
    asm.op('vpmuludq', 16, out, out, t);
  },
});

const commuting = (name: Instruction): Selection => binary(name, { commutes: true });

/** Arithmetic of vectors of whole numbers. */
export const WHOLE = rows({
  'i32x4.abs': unary('vpabsd'),
  'i32x4.neg': negation('vpsubd'),
  'i32x4.shl': shift('vpslld'),
  'i32x4.shr_s': shift('vpsrad'),
  'i32x4.shr_u': shift('vpsrld'),
  'i32x4.add': commuting('vpaddd'),
  'i32x4.sub': binary('vpsubd'),
  'i32x4.mul': commuting('vpmulld'),
  'i32x4.min_s': commuting('vpminsd'),
  'i32x4.min_u': commuting('vpminud'),
  'i32x4.max_s': commuting('vpmaxsd'),
  'i64x2.abs': absLongs,
  'i64x2.neg': negation('vpsubq'),
  'i64x2.shl': shift('vpsllq'),
  'i64x2.shr_s': shiftSigned,
  'i64x2.shr_u': shift('vpsrlq'),
  'i64x2.add': commuting('vpaddq'),
  'i64x2.sub': binary('vpsubq'),
  'i64x2.mul': mulLongs,
  'i64x2.extmul_low_i32x4_u': extmul(0b01_01_00_00),
  'i64x2.extmul_high_i32x4_u': extmul(0b11_11_10_10),
});
