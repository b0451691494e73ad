import type { Mem, Reg } from './operands.js';

/** Bytes in which arguments and results are handed over, each, at the end of the caller's part of the stack. */
export const SLOT = 32;
/** What the code keeps for itself before an instance's variables. */
export const OWN = 64;

export const above = (base: Reg, disp: number): Mem => ({ base, disp });
