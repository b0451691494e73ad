import { OPCODES, type Opcode } from '@downslope/core';
import { type Assembler, type Condition, inMemory, type Operand, RAX, RCX, type Reg } from '../assembler.js';
import { above } from '../frame.js';
import { rows } from './rows.js';
import type { Place, Selection } from './selection.js';

/** Comparisons and their conditions. */
const CONDITIONS = {
  eq: 'e',
  ne: 'ne',
  lt_s: 'l',
  lt_u: 'b',
  gt_s: 'g',
  gt_u: 'a',
  le_s: 'le',
  le_u: 'be',
  ge_s: 'ge',
  ge_u: 'ae',
} as const satisfies Record<string, Condition>;

/** The types with the size of their values. */
const TYPES = [
  { type: 'i32', size: 4 },
  { type: 'i64', size: 8 },
] as const;

/** Conditions by the codes of the comparisons, with the size of what is compared. */
const COMPARISONS = new Map<number, { readonly condition: Condition; readonly size: 4 | 8 }>(
  TYPES.flatMap(({ type, size }) =>
    Object.entries(CONDITIONS).map(([name, condition]) => [
      OPCODES[`${type}.${name as keyof typeof CONDITIONS}`],
      { condition, size },
    ]),
  ),
);

export const isComparison = (code: number): boolean => COMPARISONS.has(code);

const OPPOSITE: Partial<Record<Condition, Condition>> = Object.fromEntries(
  [
    ['e', 'ne'],
    ['l', 'ge'],
    ['b', 'ae'],
    ['g', 'le'],
    ['a', 'be'],
  ].flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]),
);

/** Compares as a comparison's code says, with an operand or a number, or one operand with zero; the condition under which that holds. */
export function writeTest(
  asm: Assembler,
  compare: number | undefined,
  negated: boolean,
  a: Operand,
  b: Operand | undefined,
  imm?: number,
): Condition {
  const found = compare === undefined ? undefined : COMPARISONS.get(compare)!;
  const { condition, size } = found ?? { condition: 'ne' as const, size: 8 as const };
  if (found === undefined) {
    if (inMemory(a)) asm.op('cmpImm', 8, a, 0);
    else asm.op('test', 8, a, a);
  } else if (imm !== undefined) asm.op('cmpImm', size, a, imm);
  else asm.op('cmp', size, a, b!);
  return negated ? OPPOSITE[condition]! : condition;
}

type Binary = 'add' | 'sub' | 'and' | 'or' | 'xor';

/** `out = a op b`, where the machine has `out op= b`. */
function writeBinary(asm: Assembler, name: Binary, size: 4 | 8, { out, a, b, imm }: Place): void {
  if (imm !== undefined) {
    moveTo(asm, out, a as Reg);
    asm.op(`${name}Imm`, size, out, imm as number);
  } else if (b === out && a !== out) {
    asm.op('mov', size, RAX, a);
    asm.op(name, size, RAX, b);
    asm.op('mov', size, out, RAX);
  } else {
    moveTo(asm, out, a as Reg);
    asm.op(name, size, out, b);
  }
}

function moveTo(asm: Assembler, out: Reg, from: Reg): void {
  if (out !== from) asm.op('mov', 8, out, from);
}

const binary = (name: Binary, size: 4 | 8): Selection => ({
  takes: 'ii',
  gives: 'i',
  inMemory: true,
  immediate: true,
  commutes: name !== 'sub',
  emit: (asm, at) => writeBinary(asm, name, size, at),
});

const addition = (size: 4 | 8): Selection => ({
  ...binary('add', size),
  emit(asm, at) {
    const { out, a, b, imm } = at;
    if (out === a || (imm === undefined && inMemory(b))) writeBinary(asm, 'add', size, at);
    else if (imm !== undefined) asm.op('lea', size, out, above(a as Reg, imm as number));
    else if (out === b) asm.op('add', size, out, a);
    else asm.op('lea', size, out, { base: a as Reg, index: b as Reg, disp: 0 });
  },
});

const product = (size: 4 | 8): Selection => ({
  ...binary('add', size),
  emit(asm, at) {
    const { out, a, b, imm } = at;
    if (imm !== undefined) asm.op('imulImm', size, out, a, imm as number);
    else if (b === out) asm.op('imul', size, out, a);
    else {
      moveTo(asm, out, a as Reg);
      asm.op('imul', size, out, b);
    }
  },
});

const shift = (name: 'shl' | 'sar' | 'shr', size: 4 | 8): Selection => ({
  takes: 'ii',
  gives: 'i',
  inMemory: true,
  immediate: true,
  emit(asm, { out, a, b, imm }) {
    if (imm === undefined) asm.op('mov', 4, RCX, b);
    moveTo(asm, out, a as Reg);
    // Sizes of 32 bits also clear what is above them.
    if (imm === undefined) asm.op(name, size, out);
    else asm.op(`${name}Imm`, size, out, (imm as number) & (8 * size - 1));
    if (imm === 0 && size === 4) asm.op('mov', 4, out, out);
  },
});

const comparison = (code: number): Selection => ({
  takes: 'ii',
  gives: 'i',
  inMemory: true,
  immediate: true,
  emit(asm, { out, a, b, imm }) {
    const condition = writeTest(asm, code, false, a, b, imm as number | undefined);
    asm.op(`set${condition}`, 4, RAX).op('movzx8', 4, out, RAX);
  },
});

const isZero = (size: 4 | 8): Selection => ({
  takes: 'i',
  gives: 'i',
  emit(asm, { out, a }) {
    asm.op('test', size, a, a as Reg);
    asm.op('sete', 4, RAX).op('movzx8', 4, out, RAX);
  },
});

const arithmetic = (type: 'i32' | 'i64', size: 4 | 8): Partial<Record<Opcode, Selection>> => ({
  [`${type}.eqz`]: isZero(size),
  [`${type}.add`]: addition(size),
  [`${type}.sub`]: binary('sub', size),
  [`${type}.mul`]: product(size),
  [`${type}.and`]: binary('and', size),
  [`${type}.or`]: binary('or', size),
  [`${type}.xor`]: binary('xor', size),
  [`${type}.shl`]: shift('shl', size),
  [`${type}.shr_s`]: shift('sar', size),
  [`${type}.shr_u`]: shift('shr', size),
});

/** Arithmetic of whole numbers in which an operand may be a constant: what addresses, counters and conditions need. */
export const INTEGERS: Readonly<Record<number, Selection>> = {
  ...rows(Object.assign({}, ...TYPES.map(({ type, size }) => arithmetic(type, size)))),
  ...Object.fromEntries([...COMPARISONS.keys()].map((code) => [code, comparison(code)])),
};
