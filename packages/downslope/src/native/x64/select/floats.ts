import { OPCODES, type Opcode } from '@downslope/core';
import type { Instruction } from '../assembler.js';
import { binary, everyLong, everyWord, rows, sizeOf, unary } from './rows.js';
import type { Selection } from './selection.js';

/** How the machine names operations on a type: `vaddps` and so on. */
interface Type {
  readonly name: 'f32' | 'f64' | 'f32x4' | 'f64x2';
  readonly suffix: 'ss' | 'sd' | 'ps' | 'pd';
  /** All bits of a lane but the sign, and the sign. */
  readonly magnitude: Uint8Array;
  readonly sign: Uint8Array;
}

const SINGLE = { magnitude: everyWord(0x7fff_ffff), sign: everyWord(0x8000_0000) };
const DOUBLE = { magnitude: everyLong(0x7fff_ffff_ffff_ffffn), sign: everyLong(0x8000_0000_0000_0000n) };

const TYPES: readonly Type[] = [
  { name: 'f32', suffix: 'ss', ...SINGLE },
  { name: 'f64', suffix: 'sd', ...DOUBLE },
  { name: 'f32x4', suffix: 'ps', ...SINGLE },
  { name: 'f64x2', suffix: 'pd', ...DOUBLE },
];

const ZEROS = everyWord(0);

/** The predicate of `vcmp` that gives ones where an operand is NaN. */
const UNORDERED = 3;

/** The immediates of `vround` without a report of inexact results. */
const ROUNDINGS = { nearest: 8, floor: 9, ceil: 10, trunc: 11 };

/** A row of a scalar's operation of one operand, whose upper lanes the machine takes from another. */
const ofScalar = (name: Instruction, ...imm: readonly number[]): Selection => ({
  takes: 'v',
  gives: 'v',
  emit: (asm, { out, a }) => {
    asm.op(name, 16, out, a, a, ...imm);
  },
});

const rounding = ({ suffix }: Type, imm: number): Selection =>
  suffix === 'ss' || suffix === 'sd'
    ? ofScalar(`vround${suffix}`, imm)
    : unary(`vround${suffix}`, {
        emit: (asm, at) => {
          asm.op(`vround${suffix}`, sizeOf(at), at.out, at.a, imm);
        },
      });

/** With a constant of bits in every lane; a scalar's operand is not in memory, as all 16 bytes would be read. */
const withBits = (name: 'vandps' | 'vxorps', bits: Uint8Array): Selection => ({
  takes: 'v',
  gives: 'v',
  emit: (asm, at) => {
    asm.op(name, sizeOf(at), at.out, at.a, asm.constant(bits));
  },
});

/**
 * The machine's min(a, b) is a < b ? a : b, and max(a, b) is a > b ? a : b. In both orders they only differ where an operand
 * is NaN, or where both are zeros, whose signs are joined: by "or" for min, which also leaves a NaN one, and by "and" for
 * max, for which ones (which are NaN) are put where an operand is.
 */
const min = (type: Type): Selection => ({
  takes: 'vv',
  gives: 'v',
  temps: 'v',
  commutes: true,
  ofConstant: ofConstants(type, 'min'),
  emit: (asm, at) => {
    const { out, a, b, t } = at; // biome-ignore format: one line
    const [size, name] = [sizeOf(at), `vmin${type.suffix}`] as const;
    asm.op(name, size, t, a, b).op(name, size, out, b, a).op('vorps', size, out, out, t);
  },
});

const max = (type: Type): Selection => ({
  takes: 'vv',
  gives: 'v',
  temps: 'vv',
  commutes: true,
  ofConstant: ofConstants(type, 'max'),
  emit: (asm, at) => {
    const { out, a, b, t, u: unordered } = at; // biome-ignore format: one line
    const [size, name] = [sizeOf(at), `vmax${type.suffix}`] as const;
    asm.op(name, size, t, a, b).op(`vcmp${type.suffix}`, size, unordered, a, b, UNORDERED);
    asm.op(name, size, out, b, a).op('vandps', size, out, out, t).op('vorps', size, out, out, unordered);
  },
});

/**
 * With a constant c that is not NaN, the machine's own with c first is right: it gives x where x is NaN and where both are
 * zeros. Of zeros, that is the wrong one for min(+0, −0) and max(−0, +0). The latter, which is common, is made good by
 * adding +0, and the former is left to the way above.
 */
function ofConstants({ suffix }: Type, name: 'min' | 'max'): NonNullable<Selection['ofConstant']> {
  const Floats = suffix === 'ss' || suffix === 'ps' ? Float32Array : Float64Array;
  const wrongZero = name === 'max' ? 0 : -0;
  const row = (addsZero: boolean): Selection =>
    binary(`v${name}${suffix}`, {
      inMemory: false,
      emit: (asm, at) => {
        const size = sizeOf(at);
        asm.op(`v${name}${suffix}`, size, at.out, at.b, at.a);
        if (addsZero) asm.op(`vadd${suffix}`, size, at.out, at.out, asm.constant(ZEROS));
      },
    });
  const [plain, adding] = [row(false), row(true)];
  return (constant) => {
    const lanes = [...new Floats(constant.slice().buffer)];
    if (name === 'max' && lanes.every((c) => Object.is(c, 0))) return adding;
    return lanes.some((c) => Number.isNaN(c) || Object.is(c, wrongZero)) ? undefined : plain;
  };
}

/** pmin(a, b) = b < a ? b : a, and pmax(a, b) = a < b ? b : a: the machine's with operands in the other order. */
const pseudo = (name: Instruction): Selection =>
  binary(name, {
    inMemory: false,
    emit: (asm, at) => {
      asm.op(name, sizeOf(at), at.out, at.b, at.a);
    },
  });

const copysign = ({ magnitude, sign }: Type): Selection => ({
  takes: 'vv',
  gives: 'v',
  temps: 'v',
  emit: (asm, { out, a, b, t }) => {
    asm.op('vandps', 16, t, b, asm.constant(sign)).op('vandps', 16, out, a, asm.constant(magnitude));
    asm.op('vorps', 16, out, out, t);
  },
});

/** a · b + c, rounded once: in the register of c, or of a where c is a constant, as in polynomials. */
const fused = (suffix: 'ps' | 'pd'): Selection => {
  const overFactor: Selection = {
    takes: 'vvv',
    gives: 'v',
    inMemory: true,
    tied: 0,
    emit: (asm, at) => {
      asm.op(`vfmadd213${suffix}`, sizeOf(at), at.out, at.b, at.c);
    },
  };
  return {
    takes: 'vvv',
    gives: 'v',
    inMemory: true,
    commutes: true,
    tied: 2,
    emit: (asm, at) => {
      asm.op(`vfmadd231${suffix}`, sizeOf(at), at.out, at.a, at.b);
    },
    ofConstant: () => overFactor,
  };
};

const arithmetic = (type: Type): [string, Selection][] => {
  const { suffix } = type;
  return [
    ['add', binary(`vadd${suffix}`, { commutes: true })],
    ['sub', binary(`vsub${suffix}`)],
    ['mul', binary(`vmul${suffix}`, { commutes: true })],
    ['div', binary(`vdiv${suffix}`)],
    ['sqrt', suffix === 'ss' || suffix === 'sd' ? ofScalar(`vsqrt${suffix}`) : unary(`vsqrt${suffix}`)],
    ['abs', withBits('vandps', type.magnitude)],
    ['neg', withBits('vxorps', type.sign)],
    ['min', min(type)],
    ['max', max(type)],
    ['copysign', copysign(type)],
    ['pmin', pseudo(`vmin${suffix}`)],
    ['pmax', pseudo(`vmax${suffix}`)],
    ...Object.entries(ROUNDINGS).map(([name, imm]): [string, Selection] => [name, rounding(type, imm)]),
  ];
};

/** Packed comparisons by their predicates, of which none reports NaN: `vcmp` gives ones or zeros in a lane. */
const PREDICATES = { eq: 0, ne: 4, lt: 17, le: 18, gt: 30, ge: 29 };

const comparison = (type: Type, predicate: number): Selection =>
  type.name === 'f32' || type.name === 'f64'
    ? {
        takes: 'vv',
        gives: 'i',
        temps: 'v',
        inMemory: true,
        emit: (asm, { out, a, b, t }) => {
          asm.op(`vcmp${type.suffix}`, 16, t, a, b, predicate).op('vmovdTo', 16, out, t);
          asm.op('andImm', 4, out, 1);
        },
      }
    : binary(`vcmp${type.suffix}`, {
        mask: 'given',
        emit: (asm, at) => {
          asm.op(`vcmp${type.suffix}`, sizeOf(at), at.out, at.a, at.b, predicate);
        },
      });

/** Those of a type that there are. */
function ofType(type: Type): [number, Selection][] {
  const comparisons = Object.entries(PREDICATES).map(([name, predicate]): [string, Selection] => [
    name,
    comparison(type, predicate),
  ]);
  return [...arithmetic(type), ...comparisons].flatMap(([name, row]) => {
    const code = OPCODES[`${type.name}.${name}` as Opcode];
    return code === undefined ? [] : [[code, row]];
  });
}

export const FLOATS: Readonly<Record<number, Selection>> = {
  ...Object.fromEntries(TYPES.flatMap(ofType)),
  ...rows({ 'f32x4.relaxed_madd': fused('ps'), 'f64x2.relaxed_madd': fused('pd') }),
};
