import { type Liveness, UNUSED } from './live.js';
import type { Reg } from './operands.js';
import { BORROWED_VECTORS, GENERAL, VECTORS } from './registers.js';
import type { Lifted } from './step.js';

/** Where values are, by their virtual registers' ids: in a register, or in memory so many bytes above the stack pointer. */
export interface Allocation {
  /** −1 for one in memory. */
  readonly registers: Int8Array;
  readonly slots: Int32Array;
  /** Where on the stack values end. */
  readonly end: number;
}

const ALL_VECTORS: readonly Reg[] = Array.from({ length: VECTORS }, (_, i) => i);
const FEWER_VECTORS = ALL_VECTORS.slice(0, BORROWED_VECTORS[0]);

/**
 * Gives each virtual register a register for all of its interval, or a place on the stack from `begin` on. Intervals
 * are taken as they begin; where registers are all in use, the one that matters least goes to memory.
 *
 * Source: M. Poletto, V. Sarkar, Linear scan register allocation, TOPLAS 21 (1999).
 */
export function allocate(lifted: Lifted, liveness: Liveness, begin: number): Allocation {
  const { virtuals } = lifted;
  const order = inOrder(liveness.first, lifted.steps.length);
  const wishes = wishesOf(lifted);
  let registers = scan(lifted, liveness, order, wishes, ALL_VECTORS);
  if (order.some((id) => registers[id]! < 0 && virtuals[id]!.kind === 'v'))
    registers = scan(lifted, liveness, order, wishes, FEWER_VECTORS);
  const slots = new Int32Array(virtuals.length);
  let end = begin;
  for (const id of order) {
    if (registers[id]! >= 0) continue;
    const bytes = Math.max(8, virtuals[id]!.bytes);
    slots[id] = Math.ceil(end / bytes) * bytes;
    end = slots[id]! + bytes;
  }
  return { registers, slots, end };
}

/** Those that are used, as their intervals begin: each into the list of its place, and the lists one after another. */
function inOrder(first: Int32Array, steps: number): number[] {
  const heads = new Int32Array(2 * steps + 2).fill(-1);
  const next = new Int32Array(first.length);
  for (let id = first.length - 1; id >= 0; id--) {
    if (first[id] === UNUSED) continue;
    next[id] = heads[first[id]! + 1]!;
    heads[first[id]! + 1] = id;
  }
  const order: number[] = [];
  for (const head of heads) for (let id = head; id >= 0; id = next[id]!) order.push(id);
  return order;
}

/** Whose register each would like to have, −1 for none: that of what it is copied from or tied to. */
function wishesOf({ steps, virtuals }: Lifted): Int32Array {
  const wishes = new Int32Array(virtuals.length).fill(-1);
  for (let i = 0; i < steps.length; i++) {
    const { kind, out, operands, doing } = steps[i]!;
    if (!out) continue;
    const tied = kind === 'move' ? 0 : doing ? doing.entry.tied : -1;
    const source = tied < 0 ? -1 : operands[tied]!.id;
    if (source < 0 || source === out.id) continue;
    if (wishes[out.id]! < 0) wishes[out.id] = source;
    if (wishes[source]! < 0) wishes[source] = out.id;
  }
  return wishes;
}

function scan(
  { virtuals }: Lifted,
  { first, last, weight, calls }: Liveness,
  order: readonly number[],
  wishes: Int32Array,
  vectors: readonly Reg[],
): Int8Array {
  const given = new Int8Array(virtuals.length).fill(-1);
  const files = { i: new RegisterFile(GENERAL), v: new RegisterFile(vectors) };
  for (const id of order) {
    const [begin, end] = [first[id]!, last[id]!];
    // A call at step c is crossed by what begins before 2c and ends after it.
    if (calls[(end + 1) >> 1]! > calls[Math.max(0, (begin >> 1) + 1)]!) continue;
    const { active, free } = files[virtuals[id]!.kind];
    for (let i = active.length - 1; i >= 0; i--) {
      if (last[active[i]!]! >= begin) continue;
      free.push(given[active[i]!]!);
      active[i] = active.at(-1)!;
      active.pop();
    }
    const wished = wishes[id]! < 0 ? -1 : free.indexOf(given[wishes[id]!]!);
    const reg = wished >= 0 ? free.splice(wished, 1)[0] : free.pop();
    if (reg !== undefined) {
      given[id] = reg;
      active.push(id);
      continue;
    }
    let least = -1;
    for (let i = 0; i < active.length; i++)
      if (weight[active[i]!]! < weight[least < 0 ? id : active[least]!]!) least = i;
    if (least < 0) continue;
    given[id] = given[active[least]!]!;
    given[active[least]!] = -1;
    active[least] = id;
  }
  return given;
}

/** The registers of a kind that are free, and the virtual ones that have the others. */
class RegisterFile {
  readonly free: Reg[];
  readonly active: number[] = [];

  constructor(registers: readonly Reg[]) {
    this.free = [...registers].reverse();
  }
}
