/** A register by its number in the encoding: a general one or a vector, as the place says. */
export type Reg = number;

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;

/** Holds the address of the program's memory, always. */
export const MEMORY: Reg = 15;
/** Holds the address of the instance's variables, always. */
export const GLOBALS: Reg = 14;

/** General registers that hold values from one instruction to the next. */
export const GENERAL: readonly Reg[] = [RBX, RBP, RSI, RDI, 8, 9, 12, 13];
/** Where operands are put that lie in memory, for one instruction. */
export const BORROWED: readonly Reg[] = [10, 11];
/** Free within the machine instructions of one instruction of a module: `rax`, `rcx`, `rdx`. */
export const FREE: readonly Reg[] = [RAX, RCX, RDX];

/** Vector registers; the last are borrowed in functions that keep some values in memory. */
export const VECTORS = 16;
export const BORROWED_VECTORS: readonly Reg[] = [13, 14, 15];
