import { type Assembler, type Instruction, RAX, type Reg } from '../assembler.js';
import { binary, everyDouble, everyFloat, rows, sizeOf, unary } from './rows.js';
import type { Selection } from './selection.js';

/** The greatest i32, and the numbers one above the greatest i32 and i64. */
const MOST = everyDouble(2 ** 31 - 1);
const WORDS = everyFloat(2 ** 31);
const LONGS = everyDouble(2 ** 63);

/** Predicates of `vcmp`: neither is NaN; a ≥ b. */
const ORDERED = 7;
const AT_LEAST = 29;

/** A conversion of a scalar to another: the machine takes the upper lanes from an operand more. */
const ofScalar = (name: Instruction): Selection => ({
  takes: 'v',
  gives: 'v',
  emit: (asm, { out, a }) => {
    asm.op(name, 16, out, a, a);
  },
});

/** From a whole scalar; zeros above it, so that nothing waits for what was in the register. */
const fromWhole = (name: Instruction): Selection => ({
  takes: 'i',
  gives: 'v',
  inMemory: true,
  emit: (asm, { out, a }) => {
    asm.op('vxorps', 16, out, out, out).op(name, 16, out, out, a);
  },
});

/**
 * Towards zero; NaN becomes 0, and what is too great the greatest. What is too small becomes the least of itself, since that
 * is what the machine gives for all that does not fit.
 */
function writeWord(asm: Assembler, out: Reg, double: Reg, t: Reg): void {
  asm.op('vcmpsd', 16, t, double, double, ORDERED).op('vandps', 16, t, t, double);
  asm.op('vminsd', 16, t, t, asm.constant(MOST)).op('vcvttsd2si', 16, out, t);
}

const wordFromDouble: Selection = {
  takes: 'v',
  gives: 'i',
  temps: 'v',
  emit: (asm, { out, a, t }) => writeWord(asm, out, a as Reg, t),
};

const wordFromFloat: Selection = {
  takes: 'v',
  gives: 'i',
  temps: 'vv',
  emit: (asm, { out, a, t: double, u: t }) => {
    asm.op('vcvtss2sd', 16, double, a, a);
    writeWord(asm, out, double, t);
  },
};

/** All ones, turned, make the greatest i64 of the least. */
const longFromDouble: Selection = {
  takes: 'v',
  gives: 'i',
  temps: 'v',
  emit: (asm, { out, a, t }) => {
    asm.op('vcmpsd', 16, t, a, asm.constant(LONGS), AT_LEAST).op('vmovqTo', 16, RAX, t);
    asm.op('vcmpsd', 16, t, a, a, ORDERED).op('vcvttsd2siq', 16, out, a).op('xor', 8, out, RAX);
    asm.op('vmovqTo', 16, RAX, t).op('and', 8, out, RAX);
  },
};

const wordsFromFloats: Selection = {
  takes: 'v',
  gives: 'v',
  temps: 'vv',
  emit: (asm, at) => {
    const { out, a, t: most, u: t } = at; // biome-ignore format: one line
    const size = sizeOf(at);
    asm.op('vcmpps', size, most, a, asm.constant(WORDS), AT_LEAST);
    asm.op('vcmpps', size, t, a, a, ORDERED).op('vandps', size, out, a, t);
    asm.op('vcvttps2dq', size, out, out).op('vxorps', size, out, out, most);
  },
};

const wordsFromDoubles = (size: 16 | 32): Selection => ({
  takes: 'v',
  gives: 'v',
  temps: 'v',
  emit: (asm, { out, a, t }) => {
    asm.op('vcmppd', size, t, a, a, ORDERED).op('vandps', size, t, t, a);
    asm.op('vminpd', size, t, t, asm.constant(MOST)).op('vcvttpd2dq', size, out, t);
  },
});

/** Of one width, whatever the other side's. */
const ofSize = (name: Instruction, size: 16 | 32): Selection =>
  unary(name, {
    emit: (asm, { out, a }) => {
      asm.op(name, size, out, a);
    },
  });

/** The upper two lanes of 32 bits. */
const fromHigh = (name: Instruction): Selection =>
  unary(name, {
    emit: (asm, { out, a }) => {
      asm.op('vpshufd', 16, out, a, 0b11_10_11_10).op(name, 16, out, out);
    },
  });

export const CONVERSIONS = rows({
  'f32.convert_i32_s': fromWhole('vcvtsi2ss'),
  'f64.convert_i32_s': fromWhole('vcvtsi2sd'),
  'f64.convert_i64_s': fromWhole('vcvtsi2sdq'),
  'f32.demote_f64': ofScalar('vcvtsd2ss'),
  'f64.promote_f32': ofScalar('vcvtss2sd'),
  'i32.trunc_sat_f32_s': wordFromFloat,
  'i32.trunc_sat_f64_s': wordFromDouble,
  'i64.trunc_sat_f64_s': longFromDouble,
  'f32x4.demote_f64x2_zero': ofSize('vcvtpd2ps', 16),
  'f64x2.promote_low_f32x4': ofSize('vcvtps2pd', 16),
  'f32x4.convert_i32x4_s': unary('vcvtdq2ps'),
  'f64x2.convert_low_i32x4_s': ofSize('vcvtdq2pd', 16),
  'i32x4.trunc_sat_f32x4_s': wordsFromFloats,
  'i32x4.trunc_sat_f64x2_s_zero': wordsFromDoubles(16),
  'i64x2.extend_low_i32x4_s': ofSize('vpmovsxdq', 16),
  'i64x2.extend_low_i32x4_u': ofSize('vpmovzxdq', 16),
  'i64x2.extend_high_i32x4_s': fromHigh('vpmovsxdq'),
  'i64x2.extend_high_i32x4_u': fromHigh('vpmovzxdq'),
  'i16x8.narrow_i32x4_u': binary('vpackusdw'),
  'f64x4.promote_f32x4': ofSize('vcvtps2pd', 32),
  'f32x4.demote_f64x4': ofSize('vcvtpd2ps', 32),
  'f64x4.convert_i32x4_s': ofSize('vcvtdq2pd', 32),
  'i32x4.trunc_sat_f64x4_s': wordsFromDoubles(32),
  'i64x4.extend_i32x4_s': ofSize('vpmovsxdq', 32),
  'i64x4.extend_i32x4_u': ofSize('vpmovzxdq', 32),
  'i16x8.narrow_i32x8_u': {
    takes: 'v',
    gives: 'v',
    temps: 'v',
    emit: (asm, { out, a, t }) => {
      asm.op('vextractf128', 32, t, a, 1).op('vpackusdw', 16, out, a, t);
    },
  },
});
