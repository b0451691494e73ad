import type { Selection } from './select.js';

/** A value that a register will hold, or a place in memory: `i` in a general register, `v` in one for vectors. */
export class Virtual {
  constructor(
    readonly id: number,
    readonly kind: 'i' | 'v',
    /** How many bytes of the register count. */
    readonly bytes: number,
  ) {}
}

/** A virtual register, an integer, or a constant of a float or vector type. */
export type Operand = Virtual | number | bigint | Uint8Array;

export const isVirtual = (operand: Operand | undefined): operand is Virtual => operand instanceof Virtual;

/** What decides: the last operands of a step, compared by an integer comparison or, without one, the last if not zero. */
export interface Condition {
  readonly compare: number | undefined;
  readonly negated: boolean;
}

export type Kind =
  | 'do'
  | 'move'
  | 'choose'
  | 'copy'
  | 'fill'
  | 'label'
  | 'jump'
  | 'branch'
  | 'call'
  | 'return'
  | 'trap'
  | 'getGlobal'
  | 'setGlobal';

/** What a `do` does: its entry in the tables, what it is told besides its operands, and registers that it needs. */
export interface Doing {
  readonly selection: Selection;
  /** Whether the first operand is an address, and what is added to it. */
  readonly addressed: boolean;
  readonly offset: number;
  /** Whether it is on vectors of 256 bits. */
  readonly wide: boolean;
  readonly imm: number | Uint8Array | undefined;
  readonly temps: readonly Virtual[];
}

/**
 * Three-address code. `do` is an arithmetic or memory instruction of the module; `move` copies an operand, `choose` the
 * first or the second by a condition; `copy` and `fill` are on stretches of memory; `jump` and `branch` go to a label by its
 * number, `call` to a function.
 */
export class Step {
  constructor(
    readonly kind: Kind,
    /** Of a `do` its opcode; else the label, function or variable that is meant. */
    readonly code: number,
    readonly operands: readonly Operand[],
    public out: Virtual | undefined = undefined,
    readonly doing: Doing | undefined = undefined,
    readonly condition: Condition | undefined = undefined,
    /** Results of a call. */
    readonly outs: readonly Virtual[] = NONE,
  ) {}
}

const NONE: readonly Virtual[] = [];

/** Steps from one up to another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A function in three-address code. */
export interface Lifted {
  readonly steps: readonly Step[];
  readonly virtuals: readonly Virtual[];
  /** The module's own variables, which come first among the virtual registers: all others are written once and read once. */
  readonly locals: number;
  readonly params: number;
  /** From a loop's label up to its end: inner loops come before those around them. */
  readonly loops: readonly Stretch[];
  /** Jumps ahead: from a step up to the label. */
  readonly skips: readonly Stretch[];
}
