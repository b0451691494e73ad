import koffi from 'koffi';
import { executable } from '../../executable.js';
import { Assembler, type Mem, RAX, RCX, RDI, RDX, type Reg, RSI } from '../assembler.js';
import type { Selection } from '../select/selection.js';
import { RESULT } from './in-v8.js';

/** Where the operands are after the instruction, as they are before it. */
export const AFTER = 256;

/** How a selection is tried: what its operands and result are in. */
export interface Variant {
  readonly name: string;
  /** The operand in whose register the result goes. */
  readonly over?: number | undefined;
  /** The operand that is in memory. */
  readonly memory?: number | undefined;
  /** Whether the last operand is constant. */
  readonly constant?: number | undefined;
  /** Whether all vectors are the first. */
  readonly same?: boolean;
}

const GENERAL: readonly Reg[] = [RSI, 8, 9];
const VECTORS: readonly Reg[] = [1, 9, 2];
const TEMPS: readonly Reg[] = [10, 3];

/** Whether each operand is a number of 32 bits, which has zeros above it in a general register. */
export interface Shape {
  readonly words: readonly boolean[];
  readonly wide: boolean;
  readonly imm: number | Uint8Array | undefined;
}

/** Machine code that does one instruction with operands at an address, and leaves the result behind them. */
export function inMachineCode(
  selection: Selection,
  variant: Variant,
  shape: Shape,
): (at: Uint8Array) => void {
  const asm = new Assembler();
  const kinds = [...selection.takes];
  const registers = kinds.map((kind, i) => (kind === 'i' ? GENERAL[i]! : VECTORS[variant.same ? 0 : i]!));
  const place = (i: number): Mem => ({ base: RDI, disp: 32 * i });
  for (const [i, kind] of kinds.entries())
    if (kind === 'v') asm.op('vmovups', 32, registers[i]!, place(variant.same ? 0 : i));
    else asm.op('mov', shape.words[i] ? 4 : 8, registers[i]!, place(i));
  const out = outOf(selection, variant, registers);
  spoil(asm, selection, registers, out);
  const operands = registers.map((register, i) => (i === variant.memory ? place(i) : register));
  const isConstant = variant.constant !== undefined;
  selection.emit(asm, {
    out,
    a: operands[0]!,
    b: operands[1] ?? -1,
    c: operands[2] ?? -1,
    t: TEMPS[0]!,
    u: TEMPS[1]!,
    wide: shape.wide,
    imm: isConstant ? variant.constant : shape.imm,
  });
  if (selection.gives === 'i') asm.op('movTo', 8, { base: RDI, disp: RESULT }, out);
  else asm.op('vmovupsTo', 32, { base: RDI, disp: RESULT }, out);
  for (const [i, kind] of kinds.entries()) {
    const after: Mem = { base: RDI, disp: AFTER + 32 * i };
    if (kind === 'v') asm.op('vmovupsTo', 32, after, registers[i]!);
    else asm.op('movTo', 8, after, registers[i]!);
  }
  asm.op('vzeroupper', 16).op('ret', 4);
  const code = executable(asm.finish());
  if (code === undefined) throw new Error('this system lets nobody run code of his own');
  const call = koffi.decode(code.address, koffi.proto('void', ['uint8_t *']));
  // whoever has the function has the code, too
  return (at) => call(at, code);
}

function outOf(selection: Selection, { over }: Variant, registers: readonly Reg[]): Reg {
  const place = selection.tied ?? over;
  if (place !== undefined) return registers[place]!;
  return selection.gives === 'i' ? 11 : 12;
}

/** Ones in all registers in which the selection may rely on nothing. */
function spoil(asm: Assembler, { gives }: Selection, registers: readonly Reg[], out: Reg): void {
  for (const register of [RAX, RCX, RDX]) asm.op('movImm', 8, register, -1);
  for (const register of [...TEMPS, ...(gives === 'v' && !registers.includes(out) ? [out] : [])])
    asm.op('vpcmpeqd', 32, register, register, register);
}
