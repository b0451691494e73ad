import type { Instruction } from '../assembler.js';
import { binary, flag, ONES, rows, sizeOf } from './rows.js';
import type { Selection } from './selection.js';

/** Where a selection is true, the same with all bits turned: `ne` of `eq`. */
const not = (selection: Selection): Selection => ({
  ...selection,
  emit: (asm, at) => {
    selection.emit(asm, at);
    asm.op('vxorps', sizeOf(at), at.out, at.out, asm.constant(ONES));
  },
});

/** With the operands in the other order. */
const swapped = (selection: Selection): Selection => ({
  ...selection,
  inMemory: false,
  emit: (asm, at) => selection.emit(asm, { ...at, a: at.b, b: at.a }),
});

/** a ≥ b where max(a, b) = a, and a ≤ b where min(a, b) = a: there are no comparisons of numbers without sign. */
const byExtreme = (name: Instruction): Selection => ({
  takes: 'vv',
  gives: 'v',
  temps: 'v',
  inMemory: true,
  mask: 'given',
  emit: (asm, at) => {
    const { t } = at;
    asm.op(name, sizeOf(at), t, at.a, at.b);
    asm.op('vpcmpeqd', sizeOf(at), at.out, t, at.a);
  },
});

/** b where the mask's bits are zeros, else a; at once where whole lanes are of one or the other. */
const bitselect: Selection = {
  takes: 'vvv',
  gives: 'v',
  temps: 'v',
  emit: (asm, at) => {
    const { a, b, c: mask, t } = at;
    const size = sizeOf(at);
    asm.op('vandnps', size, t, mask, b).op('vandps', size, at.out, mask, a);
    asm.op('vorps', size, at.out, at.out, t);
  },
  ofMask: {
    takes: 'vvv',
    gives: 'v',
    emit: (asm, at) => {
      const { a, b, c: mask } = at;
      asm.op('vblendvps', sizeOf(at), at.out, b, a, mask);
    },
  },
};

/** Whether no lane is zero. */
const allTrue = (equal: 'vpcmpeqd' | 'vpcmpeqq'): Selection => ({
  takes: 'v',
  gives: 'i',
  temps: 'v',
  inMemory: true,
  emit: (asm, at) => {
    const { t } = at;
    const size = sizeOf(at);
    asm.op('vxorps', size, t, t, t).op(equal, size, t, t, at.a).op('vptest', size, t, t);
    flag(asm, 'sete', at.out);
  },
});

const anyTrue: Selection = {
  takes: 'v',
  gives: 'i',
  emit: (asm, at) => {
    asm.op('vptest', sizeOf(at), at.a, at.a);
    flag(asm, 'setne', at.out);
  },
};

const equal = binary('vpcmpeqd', { commutes: true, mask: 'given' });
const equalLongs = binary('vpcmpeqq', { commutes: true, mask: 'given' });
const above = binary('vpcmpgtd', { mask: 'given' });
const aboveLongs = binary('vpcmpgtq', { mask: 'given' });

/** Masks: comparisons of whole numbers, and what is done with bits. */
export const MASKS = rows({
  'i32x4.eq': equal,
  'i32x4.ne': not(equal),
  'i32x4.gt_s': above,
  'i32x4.lt_s': swapped(above),
  'i32x4.le_s': not(above),
  'i32x4.ge_s': not(swapped(above)),
  'i32x4.ge_u': byExtreme('vpmaxud'),
  'i32x4.le_u': byExtreme('vpminud'),
  'i32x4.lt_u': not(byExtreme('vpmaxud')),
  'i32x4.gt_u': not(byExtreme('vpminud')),
  'i64x2.eq': equalLongs,
  'i64x2.ne': not(equalLongs),
  'i64x2.gt_s': aboveLongs,
  'i64x2.lt_s': swapped(aboveLongs),
  'i64x2.le_s': not(aboveLongs),
  'i64x2.ge_s': not(swapped(aboveLongs)),
  'v128.not': {
    takes: 'v',
    gives: 'v',
    mask: 'kept',
    emit: (asm, at) => {
      asm.op('vxorps', sizeOf(at), at.out, at.a, asm.constant(ONES));
    },
  },
  'v128.and': binary('vandps', { commutes: true, mask: 'kept' }),
  'v128.or': binary('vorps', { commutes: true, mask: 'kept' }),
  'v128.xor': binary('vxorps', { commutes: true, mask: 'kept' }),
  // a and not b, where the machine has not a and b
  'v128.andnot': swapped(binary('vandnps', { mask: 'kept' })),
  'v128.bitselect': bitselect,
  'v128.any_true': anyTrue,
  'i32x4.all_true': allTrue('vpcmpeqd'),
  'i64x2.all_true': allTrue('vpcmpeqq'),
});
