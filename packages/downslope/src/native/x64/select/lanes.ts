import type { Instruction, Reg } from '../assembler.js';
import { copy, rows, sizeOf, unary } from './rows.js';
import type { Selection } from './selection.js';

/** A whole scalar in every lane. */
const splat = (move: Instruction, broadcast: Instruction): Selection => ({
  takes: 'i',
  gives: 'v',
  inMemory: true,
  emit: (asm, at) => {
    const { a } = at;
    if (typeof a === 'number') asm.op(move, 16, at.out, a);
    asm.op(broadcast, sizeOf(at), at.out, typeof a === 'number' ? at.out : a);
  },
});

const splatDouble: Selection = unary('vmovddup', {
  emit: (asm, at) => {
    asm.op(at.wide ? 'vbroadcastsd' : 'vmovddup', sizeOf(at), at.out, at.a);
  },
});

/** A lane as a whole scalar: the first has an instruction of its own. */
const extract = (first: 'vmovdTo' | 'vmovqTo', other: 'vpextrd' | 'vpextrq'): Selection => ({
  takes: 'v',
  gives: 'i',
  emit: (asm, { out, a, imm }) => {
    if (imm === 0) asm.op(first, 16, out, a);
    else asm.op(other, 16, out, a, imm as number);
  },
});

const extractFloat: Selection = {
  takes: 'v',
  gives: 'v',
  emit: (asm, { out, a, imm }) => {
    if (imm === 0) copy(asm, 16, out, a);
    else asm.op('vpshufd', 16, out, a, imm as number);
  },
};

const extractDouble: Selection = {
  takes: 'v',
  gives: 'v',
  emit: (asm, { out, a, imm }) => {
    if (imm === 0) copy(asm, 16, out, a);
    else asm.op('vunpckhpd', 16, out, a, a);
  },
};

const replace = (name: 'vpinsrd' | 'vpinsrq'): Selection => ({
  takes: 'vi',
  gives: 'v',
  inMemory: true,
  emit: (asm, { out, a, b: lane, imm }) => {
    asm.op(name, 16, out, a, lane, imm as number);
  },
});

const replaceFloat: Selection = {
  takes: 'vv',
  gives: 'v',
  inMemory: true,
  emit: (asm, { out, a, b: lane, imm }) => {
    asm.op('vinsertps', 16, out, a, lane, (imm as number) << 4);
  },
};

const replaceDouble: Selection = {
  takes: 'vv',
  gives: 'v',
  emit: (asm, { out, a, b: lane, imm }) => {
    if (imm === 0) asm.op('vblendps', 16, out, a, lane, 0b0011);
    else asm.op('vmovlhps', 16, out, a, lane);
  },
};

/** What goes between lanes and scalars, and between halves and vectors. */
export const LANES = rows({
  'i32x4.splat': splat('vmovd', 'vpbroadcastd'),
  'i64x2.splat': splat('vmovq', 'vpbroadcastq'),
  'f32x4.splat': unary('vbroadcastss'),
  'f64x2.splat': splatDouble,
  'i32x4.extract_lane': extract('vmovdTo', 'vpextrd'),
  'i64x2.extract_lane': extract('vmovqTo', 'vpextrq'),
  'f32x4.extract_lane': extractFloat,
  'f64x2.extract_lane': extractDouble,
  'i32x4.replace_lane': replace('vpinsrd'),
  'i64x2.replace_lane': replace('vpinsrq'),
  'f32x4.replace_lane': replaceFloat,
  'f64x2.replace_lane': replaceDouble,
  'v256.low': {
    takes: 'v',
    gives: 'v',
    emit: (asm, { out, a }) => copy(asm, 16, out, a as Reg),
  },
  'v256.high': {
    takes: 'v',
    gives: 'v',
    emit: (asm, { out, a }) => {
      asm.op('vextractf128', 32, out, a, 1);
    },
  },
  'v256.join': {
    takes: 'vv',
    gives: 'v',
    inMemory: true,
    emit: (asm, { out, a: low, b: high }) => {
      asm.op('vinsertf128', 32, out, low, high, 1);
    },
  },
});
