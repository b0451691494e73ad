import { type Assembler, type Condition, inMemory, type Operand, RAX, RCX, type Reg } from './assembler.js';
import type { Place, Selection } from './select.js';

/** The conditions of `eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u`. */
const CONDITIONS: readonly Condition[] = ['e', 'ne', 'l', 'b', 'g', 'a', 'le', 'be', 'ge', 'ae'];

/** Conditions by the codes of the comparisons of i32 and i64, with the size of what is compared. */
const COMPARISONS = new Map(
  ([4, 8] as const).flatMap((size) =>
    CONDITIONS.map((condition, i) => [(size === 4 ? 0x46 : 0x51) + i, { condition, size }] as const),
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

/** Compares as a comparison's code says, or one operand with zero; the condition under which that holds. */
export function writeTest(
  asm: Assembler,
  compare: number | undefined,
  negated: boolean,
  [a, b]: readonly (Operand | { readonly value: number })[],
): Condition {
  const found = compare === undefined ? undefined : COMPARISONS.get(compare)!;
  const { condition, size } = found ?? { condition: 'ne' as const, size: 8 as const };
  if (found === undefined) {
    if (inMemory(a as Operand)) asm.op('cmpImm', 8, a as Operand, 0);
    else asm.op('test', 8, a as Reg, a as Reg);
  } else if (typeof b === 'object' && 'value' in b) asm.op('cmpImm', size, a as Operand, b.value);
  else asm.op('cmp', size, a as Reg, b as Operand);
  return negated ? OPPOSITE[condition]! : condition;
}

type Binary = 'add' | 'sub' | 'and' | 'or' | 'xor';

/** `out = a op b`, where the machine has `out op= b`. */
function writeBinary(asm: Assembler, name: Binary, size: 4 | 8, { out, in: [a, b], imm }: Place): void {
  if (imm !== undefined) {
    moveTo(asm, out, a as Reg);
    asm.op(`${name}Imm`, size, out, imm as number);
  } else if (b === out && a !== out) {
    asm.op('mov', size, RAX, a!);
    asm.op(name, size, RAX, b);
    asm.op('mov', size, out, RAX);
  } else {
    moveTo(asm, out, a as Reg);
    asm.op(name, size, out, b!);
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
    const { out, in: operands, imm } = at;
    const [a, b] = operands as [Reg, Operand | undefined];
    if (out === a || (b !== undefined && inMemory(b))) writeBinary(asm, 'add', size, at);
    else if (out === b) asm.op('add', size, out, a);
    else if (b === undefined) asm.op('lea', size, out, { base: a, disp: imm as number });
    else asm.op('lea', size, out, { base: a, index: b as Reg, disp: 0 });
  },
});

const product = (size: 4 | 8): Selection => ({
  ...binary('add', size),
  emit(asm, at) {
    const { out, in: operands, imm } = at;
    const [a, b] = operands as [Reg, Operand | undefined];
    if (imm !== undefined) asm.op('imulImm', size, out, a, imm as number);
    else if (b === out) asm.op('imul', size, out, a);
    else {
      moveTo(asm, out, a);
      asm.op('imul', size, out, b!);
    }
  },
});

const shift = (name: 'shl' | 'sar' | 'shr', size: 4 | 8): Selection => ({
  takes: 'ii',
  gives: 'i',
  inMemory: true,
  immediate: true,
  emit(asm, { out, in: [a, b], imm }) {
    if (imm === undefined) asm.op('mov', 4, RCX, b!);
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
  emit(asm, { out, in: [a, b], imm }) {
    const condition = writeTest(asm, code, false, [a!, imm === undefined ? b! : { value: imm as number }]);
    asm.op(`set${condition}`, 4, RAX).op('movzx8', 4, out, RAX);
  },
});

const isZero = (size: 4 | 8): Selection => ({
  takes: 'i',
  gives: 'i',
  emit(asm, { out, in: [a] }) {
    asm.op('test', size, a!, a as Reg);
    asm.op('sete', 4, RAX).op('movzx8', 4, out, RAX);
  },
});

/** Arithmetic of whole numbers in which an operand may be a constant: what addresses, counters and conditions need. */
export const INTEGERS: Readonly<Record<number, Selection>> = Object.fromEntries([
  [0x45, isZero(4)],
  [0x50, isZero(8)],
  ...[...COMPARISONS.keys()].map((code) => [code, comparison(code)]),
  ...([4, 8] as const).flatMap((size) => {
    const first = size === 4 ? 0x6a : 0x7c;
    return [
      [first, addition(size)],
      [first + 1, binary('sub', size)],
      [first + 2, product(size)],
      [first + 7, binary('and', size)],
      [first + 8, binary('or', size)],
      [first + 9, binary('xor', size)],
      [first + 10, shift('shl', size)],
      [first + 11, shift('sar', size)],
      [first + 12, shift('shr', size)],
    ];
  }),
]);
