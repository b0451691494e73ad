import type { Loop, Stretch } from './flow.js';
import type { Reg } from './operands.js';
import type { Entry } from './table.js';

/**
 * What steps read and write. A `local` is one of the function's own variables; a `result` is written once and read once;
 * both will be in a register or at a place in memory. A `constant` is neither.
 */
export interface Value {
  readonly role: 'local' | 'result' | 'constant';
  /** `i` for general registers, `v` for those for vectors. */
  readonly kind: 'i' | 'v';
  /** How many bytes of the register count. */
  readonly bytes: number;
  /** A whole number, or the bytes of a float or a vector. */
  readonly constant: number | bigint | Uint8Array | undefined;
  /** Whether the lanes of a vector are ones or zeros throughout, as far as is known. */
  isMask: boolean;

  // Found by `live.ts`.
  /**
   * From where to where it is in use, in one piece; step i reads at 2i and writes at 2i + 1. −1: from the beginning of the
   * function; {@link UNUSED} where it does not occur.
   */
  first: number;
  last: number;
  /** The innermost loop around its last use. */
  loop: Loop | undefined;
  /** How often it is read or written, counted tenfold for each loop around. */
  weight: number;

  // Given by `allocate.ts`.
  /** Whose register it would like to have: that of what it is copied from or tied to. */
  wish: Value | undefined;
  /** −1 for one in memory. */
  register: Reg;
  /** How many bytes above the stack pointer it is then. */
  slot: number;
}

export const UNUSED = 2 ** 31 - 1;

/** All values are made here, so that they look alike to the engine. */
export function makeValue(
  role: Value['role'],
  kind: 'i' | 'v',
  bytes: number,
  constant: Value['constant'] = undefined,
): Value {
  return {
    role,
    kind,
    bytes,
    constant,
    isMask: false,
    first: UNUSED,
    last: -1,
    loop: undefined,
    weight: 0,
    wish: undefined,
    register: -1,
    slot: 0,
  };
}

export const constantOf = (constant: number | bigint | Uint8Array): Value =>
  constant instanceof Uint8Array
    ? makeValue('constant', 'v', constant.length, constant)
    : makeValue('constant', 'i', 8, constant);

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
export interface Doing {
  readonly entry: Entry;
  /** What is added to the address, if the first operand is one. */
  readonly offset: number;
  readonly imm: number | Uint8Array | undefined;
  readonly temps: readonly Value[];
}

/**
 * Three-address code. `do` is an arithmetic or memory instruction of the module; `move` copies an operand, `choose` the
 * first or the second by a condition; `copy` and `fill` are on stretches of memory; `jump` and `branch` go to a `label`, or
 * to the beginning of a `loop`, by its number, `call` to a function.
 */
export interface Step {
  readonly kind: Kind;
  /** Of a `do` its opcode; else the label, function or variable that is meant. */
  readonly code: number;
  readonly operands: readonly Value[];
  out: Value | undefined;
  readonly doing: Doing | undefined;
  readonly condition: Condition | undefined;
  /** Results of a call. */
  readonly outs: readonly Value[];
}

const NONE: readonly Value[] = [];

/** All steps are made here, as values are. */
export function stepOf(
  kind: Kind,
  code: number,
  operands: readonly Value[] = NONE,
  out: Value | undefined = undefined,
  doing: Doing | undefined = undefined,
  condition: Condition | undefined = undefined,
  outs: readonly Value[] = NONE,
): Step {
  return { kind, code, operands, out, doing, condition, outs };
}

/** A function in three-address code. */
export interface Lifted {
  readonly steps: readonly Step[];
  /** The function's own variables; parameters come first. */
  readonly locals: readonly Value[];
  readonly params: number;
  /** In the order in which they begin. */
  readonly loops: readonly Loop[];
  /** Jumps ahead: from a step up to the label. */
  readonly skips: readonly Stretch[];
}
