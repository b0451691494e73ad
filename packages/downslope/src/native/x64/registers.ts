import { RBP, RBX, RDI, type Reg, RSI } from './operands.js';

/** Holds the address of the program's memory, always. */
export const MEMORY: Reg = 15;
/** Holds the address of the instance's variables, always. */
export const GLOBALS: Reg = 14;

/** General registers that hold values from one instruction to the next. */
export const GENERAL: readonly Reg[] = [RBX, RBP, RSI, RDI, 8, 9, 12, 13];
/** Where operands are put that lie in memory, for one instruction. */
export const BORROWED: readonly Reg[] = [10, 11];
// rax, rcx and rdx are free within the machine instructions of one instruction of a module.

/** Vector registers; the last are borrowed in functions that keep some values in memory. */
export const VECTORS = 16;
export const BORROWED_VECTORS: readonly Reg[] = [12, 13, 14, 15];
