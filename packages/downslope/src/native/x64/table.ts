import { INTEGERS } from './integers.js';
import { MEMORY_CODES } from './memory.js';
import { SELECT, type Selection } from './select.js';

export interface Entry {
  readonly selection: Selection;
  /** Whether the first operand is an address. */
  readonly addressed: boolean;
}

const entriesOf = (table: Readonly<Record<number, Selection>>, addressed: boolean): [number, Entry][] =>
  Object.entries(table).map(([code, selection]) => [Number(code), { selection, addressed }]);

/** What is known of each opcode, in the first of the tables that has it; that of 128 bits is also for 256. */
export const TABLE: ReadonlyMap<number, Entry> = new Map([
  ...entriesOf(SELECT, false),
  ...entriesOf(INTEGERS, false),
  ...entriesOf(MEMORY_CODES, true),
]);
