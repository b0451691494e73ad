import { type Assembler, type Operand as Machine, type Mem, RSP } from './assembler.js';
import { above } from './frame.js';
import type { Reg } from './operands.js';
import { BORROWED, BORROWED_VECTORS } from './registers.js';
import type { Value } from './step.js';

/** Values at the places that they were given: what is in memory is borrowed into a register for one step. */
export class Values {
  #borrowed = 0;
  #borrowedVectors = 0;

  constructor(readonly asm: Assembler) {}

  /** For the next step. */
  giveBack(): void {
    this.#borrowed = 0;
    this.#borrowedVectors = 0;
  }

  /** The operand in a register: where it is, or borrowed. */
  register(operand: Value): Reg {
    if (operand.register >= 0) return operand.register;
    const reg = this.#borrow(operand.kind === 'v');
    this.load(reg, operand);
    return reg;
  }

  /** The operand in a register or in memory. */
  anywhere(operand: Value): Machine {
    const { constant, register } = operand;
    if (register >= 0) return register;
    if (constant instanceof Uint8Array) return this.asm.constant(constant);
    return operand.role === 'constant' ? this.register(operand) : slotOf(operand);
  }

  #borrow(isVector: boolean): Reg {
    const reg = isVector ? BORROWED_VECTORS[this.#borrowedVectors++] : BORROWED[this.#borrowed++];
    if (reg === undefined) throw new Error('internal: too many operands of one instruction are in memory');
    return reg;
  }

  /** The register for a result, which {@link keep} puts where it belongs. */
  target({ register, kind }: Value, apart: boolean): Reg {
    if (register >= 0) return register;
    return kind === 'i' && !apart ? BORROWED[0]! : this.#borrow(kind === 'v');
  }

  keep(out: Value, reg: Reg): void {
    const home = out.register;
    if (home < 0) this.store(slotOf(out), reg, out);
    else if (home !== reg) this.asm.op('mov', 8, home, reg);
  }

  /** Any operand into a register. */
  load(reg: Reg, operand: Value): void {
    const asm = this.asm;
    const { constant } = operand;
    if (typeof constant === 'number') asm.loadWord(reg, constant);
    else if (typeof constant === 'bigint') asm.load(reg, constant);
    else if (constant instanceof Uint8Array) this.#constant(reg, constant);
    else {
      const home = operand.register;
      if (home < 0) this.#take(reg, operand, slotOf(operand));
      else if (home !== reg && operand.kind === 'i') asm.op('mov', 8, reg, home);
      else if (home !== reg) asm.op('vmovaps', operand.bytes === 32 ? 32 : 16, reg, home);
    }
  }

  #constant(reg: Reg, bytes: Uint8Array): void {
    const asm = this.asm;
    if (isZero(bytes)) asm.op('vxorps', 16, reg, reg, reg);
    else if (bytes.length === 4) asm.op('vmovss', 16, reg, asm.constant(bytes));
    else if (bytes.length === 8) asm.op('vmovsd', 16, reg, asm.constant(bytes));
    else asm.op('vmovaps', bytes.length as 16 | 32, reg, asm.constant(bytes));
  }

  /** What lies on the stack into a register. */
  #take(reg: Reg, { kind, bytes }: Value, from: Mem): void {
    const asm = this.asm;
    if (kind === 'i') asm.op('mov', 8, reg, from);
    else if (bytes === 4) asm.op('vmovss', 16, reg, from);
    else if (bytes === 8) asm.op('vmovsd', 16, reg, from);
    else asm.op('vmovups', bytes as 16 | 32, reg, from);
  }

  store(to: Mem, reg: Reg, { kind, bytes }: Value): void {
    const asm = this.asm;
    if (kind === 'i') asm.op('movTo', 8, to, reg);
    else if (bytes === 4) asm.op('vmovssTo', 16, to, reg);
    else if (bytes === 8) asm.op('vmovsdTo', 16, to, reg);
    else asm.op('vmovupsTo', bytes as 16 | 32, to, reg);
  }

  /** What was handed over on the stack, to where it belongs. */
  fetch(to: Value, from: Mem): void {
    this.giveBack();
    const reg = this.target(to, false);
    this.#take(reg, to, from);
    this.keep(to, reg);
  }

  hand(operand: Value, to: Mem): void {
    this.giveBack();
    const reg = this.register(operand);
    this.store(to, reg, operand);
  }

  move(out: Value, from: Value): void {
    const home = out.register;
    if (home >= 0) this.load(home, from);
    else this.store(slotOf(out), this.register(from), out);
  }

  clear(zero: Value): void {
    this.giveBack();
    const reg = this.target(zero, false);
    if (zero.kind === 'i') this.asm.loadWord(reg, 0);
    else this.asm.op('vxorps', 16, reg, reg, reg);
    this.keep(zero, reg);
  }
}

function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Where a value in memory is. */
const slotOf = ({ slot }: Value): Mem => above(RSP, slot);
