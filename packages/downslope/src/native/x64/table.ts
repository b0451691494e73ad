import { INTEGERS } from './select/integers.js';
import { MEMORY_CODES } from './select/memory.js';
import { SELECT } from './select/select.js';
import { memoryPlace, type Selection } from './select/selection.js';

type Kind = 'i' | 'v';

/** A row of the tables as the translator uses it: with all that a row may leave out. */
export class Entry {
  /** How many operands it takes. */
  readonly count: number;
  readonly gives: '' | Kind;
  readonly temps: readonly Kind[];
  /** Whether the last operand may be a constant whole number. */
  readonly immediate: boolean;
  /** The operand that may be in memory, and that which must be in the result's register; −1 for none. */
  readonly memory: number;
  readonly tied: number;
  readonly apart: boolean;
  readonly commutes: boolean;
  readonly mask: Selection['mask'];
  readonly ofMask: Entry | undefined;
  /** For rows that have others for constants: their entries. */
  readonly #constants: Map<Selection, Entry> | undefined;

  constructor(
    /** The opcode in the tables, where that of 128 bits is also for 256. */
    readonly code: number,
    readonly selection: Selection,
    /** Whether the first operand is an address. */
    readonly addressed: boolean,
    /** Whether it is on vectors of 256 bits. */
    readonly wide: boolean,
  ) {
    const { takes, gives, temps, immediate, inMemory, tied, apart, commutes, mask, ofMask } = selection;
    this.count = takes.length;
    this.gives = gives;
    this.temps = temps === undefined ? NO_TEMPS : ([...temps] as Kind[]);
    this.immediate = immediate === true && takes.endsWith('i');
    this.memory = inMemory ? memoryPlace(selection) : -1;
    this.tied = tied ?? -1;
    this.apart = apart ?? false;
    this.commutes = commutes ?? false;
    this.mask = mask;
    this.#constants = selection.ofConstant && new Map();
    this.ofMask = ofMask && new Entry(code, ofMask, addressed, wide);
  }

  /** What is done in its place if the last operand is a constant of a float or vector type. */
  ofConstant(constant: Uint8Array): Entry {
    if (this.#constants === undefined) return this;
    const selection = this.selection.ofConstant!(constant);
    if (selection === undefined) return this;
    const known =
      this.#constants.get(selection) ?? new Entry(this.code, selection, this.addressed, this.wide);
    this.#constants.set(selection, known);
    return known;
  }
}

const NO_TEMPS: readonly Kind[] = [];

const known = new Map<number, Entry | undefined>();

/** What is known of an opcode, in the first of the tables that has it; read when it is first asked for. */
export function entryOf(opcode: number): Entry | undefined {
  const found = known.get(opcode);
  if (found !== undefined || known.has(opcode)) return found;
  const wide = opcode >> 16 === 0xfb;
  const code = wide && (opcode & 0xffff) < 0x200 ? opcode + 0x20000 : opcode;
  const plain = SELECT[code] ?? INTEGERS[code];
  const selection = plain ?? MEMORY_CODES[code];
  const made = selection && new Entry(code, selection, plain === undefined, wide);
  known.set(opcode, made);
  return made;
}
