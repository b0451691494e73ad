/** A value that a register will hold, or a place in memory: `i` in a general register, `v` in one for vectors. */
export interface Virtual {
  readonly id: number;
  readonly kind: 'i' | 'v';
  /** How many bytes of the register count. */
  readonly bytes: number;
}

/** A virtual register, an integer, or a constant of a float or vector type. */
export type Operand = Virtual | number | bigint | Uint8Array;

export const isVirtual = (operand: Operand): operand is Virtual =>
  typeof operand === 'object' && !(operand instanceof Uint8Array);

/** What decides: the last operands of a step, compared by an integer comparison or, without one, the last if not zero. */
export interface Condition {
  readonly compare: number | undefined;
  readonly negated: boolean;
}

/**
 * Three-address code. `do` is an arithmetic or memory instruction of the module by its code; `move` copies an operand,
 * `choose` the first or the second by a condition; `jump` and `branch` go to a label by its number, `call` to a function.
 */
export interface Step {
  readonly kind:
    | 'do'
    | 'move'
    | 'choose'
    | 'label'
    | 'jump'
    | 'branch'
    | 'call'
    | 'return'
    | 'trap'
    | 'getGlobal'
    | 'setGlobal';
  /** Of what `do` does; else the label, function or variable that is meant. */
  readonly code: number;
  readonly in: Operand[];
  out?: Virtual | undefined;
  /** Results of a call. */
  readonly outs?: readonly Virtual[];
  /** Whether a `do` is on vectors of 256 bits. */
  readonly wide?: boolean;
  readonly imm?: number | Uint8Array | undefined;
  readonly offset?: number;
  readonly temps?: readonly Virtual[];
  /** Whether the result must be in no operand's register; or, of which operand it must be in the register. */
  readonly apart?: boolean | undefined;
  readonly tied?: number | undefined;
  readonly condition?: Condition;
}

/** A function in three-address code. */
export interface Lifted {
  readonly steps: readonly Step[];
  readonly virtuals: readonly Virtual[];
  readonly params: readonly Virtual[];
}
