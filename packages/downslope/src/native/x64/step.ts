import type { Entry } from './table.js';

/** What steps read and write: a virtual register, or a constant. */
export class Value {
  /** Whether the lanes of a vector are ones or zeros throughout, as far as is known. */
  isMask = false;

  constructor(
    /** The number of a virtual register, which a real one or a place in memory will hold; −1 for a constant. */
    readonly id: number,
    /** `i` in a general register, `v` in one for vectors. */
    readonly kind: 'i' | 'v',
    /** How many bytes of the register count. */
    readonly bytes: number,
    /** A whole number, or the bytes of a float or a vector. */
    readonly constant: number | bigint | Uint8Array | undefined = undefined,
  ) {}
}

export const constantOf = (constant: number | bigint | Uint8Array): Value =>
  constant instanceof Uint8Array
    ? new Value(-1, 'v', constant.length, constant)
    : new Value(-1, 'i', 8, constant);

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
  | 'loop'
  | 'jump'
  | 'branch'
  | 'call'
  | 'return'
  | 'trap'
  | 'getGlobal'
  | 'setGlobal';

/** What a `do` does: its entry in the tables, what it is told besides its operands, and registers that it needs. */
export class Doing {
  constructor(
    readonly entry: Entry,
    /** What is added to the address, if the first operand is one. */
    readonly offset: number,
    readonly imm: number | Uint8Array | undefined,
    readonly temps: readonly Value[],
  ) {}
}

/**
 * Three-address code. `do` is an arithmetic or memory instruction of the module; `move` copies an operand, `choose` the
 * first or the second by a condition; `copy` and `fill` are on stretches of memory; `jump` and `branch` go to a `label`, or to the beginning of a `loop`, by its
 * number, `call` to a function.
 */
export class Step {
  constructor(
    readonly kind: Kind,
    /** Of a `do` its opcode; else the label, function or variable that is meant. */
    readonly code: number,
    readonly operands: readonly Value[] = NONE,
    public out: Value | undefined = undefined,
    readonly doing: Doing | undefined = undefined,
    readonly condition: Condition | undefined = undefined,
    /** Results of a call. */
    readonly outs: readonly Value[] = NONE,
  ) {}
}

const NONE: readonly Value[] = [];

/** Steps from one up to another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A function in three-address code. */
export interface Lifted {
  readonly steps: readonly Step[];
  /** The virtual registers by their numbers. */
  readonly virtuals: readonly Value[];
  /** The module's own variables, which come first among the virtual registers: all others are written once and read once. */
  readonly locals: number;
  readonly params: number;
  /** From a loop's label up to its end: inner loops come before those around them. */
  readonly loops: readonly Stretch[];
  /** Jumps ahead: from a step up to the label. */
  readonly skips: readonly Stretch[];
}
