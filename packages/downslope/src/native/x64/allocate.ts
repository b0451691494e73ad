import type { Interval, Liveness } from './live.js';
import type { Reg } from './operands.js';
import { BORROWED_VECTORS, GENERAL, VECTORS } from './registers.js';
import { isVirtual, type Lifted, type Step, type Virtual } from './step.js';

/** Where a value is: in a register, or in memory so many bytes above the stack pointer. */
export type Place = { readonly reg: Reg } | { readonly slot: number };

export interface Allocation {
  /** By the virtual register's id. */
  readonly places: readonly (Place | undefined)[];
  /** Where on the stack values begin, and where they end. */
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
  const wishes = wishesOf(lifted.steps);
  const all = scan(liveness, wishes, ALL_VECTORS);
  const inMemory = liveness.intervals.some(({ of }) => of.kind === 'v' && all[of.id] === undefined);
  const registers = inMemory ? scan(liveness, wishes, FEWER_VECTORS) : all;
  let end = begin;
  const places: (Place | undefined)[] = [];
  for (const { of } of liveness.intervals) {
    const reg = registers[of.id];
    if (reg !== undefined) places[of.id] = { reg };
    else {
      const bytes = Math.max(8, of.bytes);
      const slot = Math.ceil(end / bytes) * bytes;
      places[of.id] = { slot };
      end = slot + bytes;
    }
  }
  return { places, end };
}

/** Whose register each would like to have: that of the operand it is copied from or tied to. */
function wishesOf(steps: readonly Step[]): Map<number, Virtual> {
  const wishes = new Map<number, Virtual>();
  for (const { kind, out, in: operands, tied } of steps) {
    const source = kind === 'move' ? operands[0] : tied === undefined ? undefined : operands[tied];
    if (!out || source === undefined || !isVirtual(source) || source === out) continue;
    if (!wishes.has(out.id)) wishes.set(out.id, source);
    if (!wishes.has(source.id)) wishes.set(source.id, out);
  }
  return wishes;
}

function scan(
  { intervals }: Liveness,
  wishes: ReadonlyMap<number, Virtual>,
  vectors: readonly Reg[],
): (Reg | undefined)[] {
  const given: (Reg | undefined)[] = [];
  const free = { i: [...GENERAL].reverse(), v: [...vectors].reverse() };
  const active: Record<'i' | 'v', Interval[]> = { i: [], v: [] };
  for (const interval of intervals) {
    if (interval.crossesCall) continue;
    const { id, kind } = interval.of;
    const pool = free[kind];
    active[kind] = active[kind].filter((other) => {
      if (other.end >= interval.start) return true;
      pool.push(given[other.of.id]!);
      return false;
    });
    const wished = given[wishes.get(id)?.id ?? -1];
    const at = wished === undefined ? -1 : pool.indexOf(wished);
    const reg = at >= 0 ? pool.splice(at, 1)[0] : pool.pop();
    if (reg !== undefined) {
      given[id] = reg;
      active[kind].push(interval);
      continue;
    }
    const least = active[kind].reduce((a, b) => (b.weight < a.weight ? b : a), interval);
    if (least === interval) continue;
    given[id] = given[least.of.id];
    given[least.of.id] = undefined;
    active[kind][active[kind].indexOf(least)] = interval;
  }
  return given;
}
