import type { Assembler, Operand, Reg } from '../assembler.js';

/** What an instruction of the module is to be done with. */
export interface Place {
  /** Where its result goes. */
  readonly out: Reg;
  /** Its operands in stack order, as many as it takes. */
  readonly a: Operand;
  readonly b: Operand;
  readonly c: Operand;
  /** Registers that it asked for. */
  readonly t: Reg;
  readonly u: Reg;
  /** Whether it is the instruction of 256 bits. */
  readonly wide: boolean;
  /** A lane's number, the bytes of a shuffle, or an operand that is constant. */
  readonly imm: number | Uint8Array | undefined;
}

/**
 * How an instruction of the module becomes machine instructions, which may use `rax`, `rcx` and `rdx` freely: nothing
 * that they are given is there. Unless `apart`, the result may go into the register of any operand.
 */
export interface Selection {
  /** Operands in stack order: 'i' a general register (an i32 with zeros above it, or an i64), 'v' a vector register. */
  readonly takes: string;
  readonly gives: '' | 'i' | 'v';
  /** Registers needed besides. */
  readonly temps?: string;
  /** Whether the result must not be in the register of an operand, since it is written before all operands are read. */
  readonly apart?: boolean;
  /** Whether the last operand that is not tied may be in memory, at any address. */
  readonly inMemory?: boolean;
  /** Whether the last operand may be a constant whole number: it is `imm` then, and no operand. */
  readonly immediate?: boolean;
  /** Whether the first two operands may change places. */
  readonly commutes?: boolean;
  /** The operand that must be in the result's register. */
  readonly tied?: number;
  /** Whether the lanes of what it gives are ones or zeros throughout; or are so if those of all operands are. */
  readonly mask?: 'given' | 'kept';
  /** What is done in its place if the last operand is such a mask. */
  readonly ofMask?: Selection;
  /** What is done in its place if the last operand is this constant of a float or vector type. */
  ofConstant?(constant: Uint8Array): Selection | undefined;
  emit(asm: Assembler, at: Place): void;
}

/** The operand that may be in memory, if one may. */
export const memoryPlace = ({ takes, tied }: Selection): number =>
  takes.length - (tied === takes.length - 1 ? 2 : 1);
