/** A register's number, 0 to 15: general or vector by the instruction that names it. */
export type Reg = number;

/** The general registers by their names. */
export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;

/** The memory at `base + index · scale + disp`; with the base `'rip'`, the pool's constant number `disp`. */
export interface Mem {
  readonly base: Reg | 'rip';
  readonly index?: Reg;
  readonly scale?: 1 | 2 | 4 | 8;
  readonly disp: number;
}

export type Operand = Reg | Mem;

export const inMemory = (operand: Operand): operand is Mem => typeof operand !== 'number';
