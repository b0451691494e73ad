import type { Liveness } from './live.js';
import type { Reg } from './operands.js';
import { BORROWED_VECTORS, GENERAL, VECTORS } from './registers.js';
import type { Lifted, Step, Value } from './step.js';

const ALL_VECTORS: readonly Reg[] = Array.from({ length: VECTORS }, (_, i) => i);
const FEWER_VECTORS = ALL_VECTORS.slice(0, BORROWED_VECTORS[0]);

/**
 * Gives each value a register for all of its time, or a place on the stack from `begin` on. Values are taken as their
 * use begins; where registers are all in use, the one that matters least goes to memory.
 *
 * Source: M. Poletto, V. Sarkar, Linear scan register allocation, TOPLAS 21 (1999).
 *
 * @returns where on the stack values end
 */
export function allocate({ steps }: Lifted, liveness: Liveness, begin: number): number {
  const { order } = liveness;
  wish(steps);
  scan(liveness, ALL_VECTORS);
  const isInMemory = ({ register }: Value): boolean => register < 0;
  if (order.some((value) => value.kind === 'v' && isInMemory(value))) {
    for (const value of order) value.register = -1;
    scan(liveness, FEWER_VECTORS);
  }
  let end = begin;
  for (const value of order.filter(isInMemory)) {
    const bytes = Math.max(8, value.bytes);
    value.slot = Math.ceil(end / bytes) * bytes;
    end = value.slot + bytes;
  }
  return end;
}

/** Those that are copied or tied want the same register. */
function wish(steps: readonly Step[]): void {
  for (let i = 0; i < steps.length; i++) {
    const { kind, out, operands, doing } = steps[i]!;
    if (!out) continue;
    const tied = kind === 'move' ? 0 : doing ? doing.entry.tied : -1;
    if (tied < 0) continue;
    const source = operands[tied]!;
    if (source.role === 'constant' || source === out) continue;
    out.wish ??= source;
    source.wish ??= out;
  }
}

function scan({ order, calls }: Liveness, vectors: readonly Reg[]): void {
  const [general, vector] = [new RegisterFile(GENERAL), new RegisterFile(vectors)];
  /** Of the calls, the first that is still to come. */
  let ahead = 0;
  for (let i = 0; i < order.length; i++) {
    const value = order[i]!;
    const step = value.first >> 1;
    while (ahead < calls.length && calls[ahead]! <= step) ahead++;
    const isCrossed = ahead < calls.length && calls[ahead]! < (value.last + 1) >> 1;
    if (!isCrossed) (value.kind === 'i' ? general : vector).give(value);
  }
}

/** The registers of a kind that are free, and the values that have the others. */
class RegisterFile {
  readonly #free: Reg[];
  readonly #active: Value[] = [];

  constructor(registers: readonly Reg[]) {
    this.#free = [...registers].reverse();
  }

  /** The register that the value wishes, or another that is free, or that of a value that matters less. */
  give(value: Value): void {
    this.#takeBack(value.first);
    const free = this.#free;
    const wished = value.wish ? free.indexOf(value.wish.register) : -1;
    const register = wished >= 0 ? free.splice(wished, 1)[0] : free.pop();
    if (register === undefined) this.#displace(value);
    else {
      value.register = register;
      this.#active.push(value);
    }
  }

  /** From values that are not used any more. */
  #takeBack(begin: number): void {
    const active = this.#active;
    for (let i = active.length - 1; i >= 0; i--) {
      const { last, register } = active[i]!;
      if (last >= begin) continue;
      this.#free.push(register);
      active[i] = active[active.length - 1]!;
      active.pop();
    }
  }

  #displace(value: Value): void {
    const active = this.#active;
    let least = -1;
    for (let i = 0; i < active.length; i++)
      if (active[i]!.weight < (least < 0 ? value : active[least]!).weight) least = i;
    if (least < 0) return;
    value.register = active[least]!.register;
    active[least]!.register = -1;
    active[least] = value;
  }
}
