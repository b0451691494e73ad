import type { Loop, Stretch } from './flow.js';
import { type Kind, type Lifted, UNUSED, type Value } from './step.js';
import type { Entry } from './table.js';

/** What is known of a function besides when each of its values is in use. Values whose times do not meet may share a register. */
export interface Liveness {
  /** All values, as their use begins. */
  readonly order: readonly Value[];
  /** Locals that may be read before they are written: WebAssembly has them hold zeros. */
  readonly zeros: readonly Value[];
  /** Which steps are calls: they leave nothing in registers. */
  readonly calls: readonly number[];
}

/** More than any number of uses. */
const TEMPORARY = 2 ** 30;

/**
 * Finds when each value is in use.
 *
 * As control is structured (a loop is a stretch of steps, and all jumps back go to its beginning), intervals in the
 * order of the steps are right once those that a loop carries round last to its end.
 */
export function livenessOf(lifted: Lifted): Liveness {
  const { locals, params, skips } = lifted;
  for (let i = 0; i < params; i++) locals[i]!.first = -1;
  const { met, zeros, calls } = walk(lifted);
  for (let i = 0; i < locals.length; i++) {
    const local = locals[i]!;
    const { first, last } = local;
    if (first === UNUSED) continue;
    // A jump ahead may leave the writing out.
    const isLeftOut = ({ from, to }: Stretch): boolean =>
      2 * from < first && first < 2 * to && 2 * to <= last;
    if (skips.length > 0 && skips.some(isLeftOut)) {
      zeros.push(local);
      local.first = -1;
    }
    // The next turn of a loop that it was there before uses it again.
    for (let { loop } = local; loop && 2 * loop.from > local.first; loop = loop.outer)
      local.last = 2 * loop.to - 1;
  }
  const later = skips.length === 0 ? met : met.filter(({ first }) => first >= 0);
  return { order: [...locals.slice(0, params), ...zeros, ...later], zeros, calls };
}

/** Meets all values, in the order in which steps read and write them. Locals that are read first are apart. */
function walk({ steps, loops }: Lifted): { met: Value[]; zeros: Value[]; calls: number[] } {
  const [met, zeros, calls]: [Value[], Value[], number[]] = [[], [], []];
  let loop: Loop | undefined;
  let begun = 0;
  let weight = 1;
  const meet = (value: Value, at: number): void => {
    if (value.first === UNUSED) {
      value.first = at;
      met.push(value);
    }
    if (value.last < at) value.last = at;
    value.loop = loop;
    value.weight += weight;
  };
  const read = (value: Value, at: number): void => {
    if (value.role === 'constant') return;
    if (value.first === UNUSED) {
      value.first = -1;
      zeros.push(value);
    }
    meet(value, at);
  };
  const hold = (temp: Value, i: number): void => {
    meet(temp, 2 * i);
    temp.last = 2 * i + 1;
    temp.weight = TEMPORARY;
  };
  const passOver = (kind: Kind, i: number): void => {
    if (kind === 'call') calls.push(i);
    while (loop && loop.to <= i) loop = loop.outer;
    if (kind === 'loop') loop = loops[begun++]!;
    weight = loop?.weight ?? 1;
  };
  for (let i = 0; i < steps.length; i++) {
    const { kind, operands, out, outs, doing } = steps[i]!;
    passOver(kind, i);
    for (let place = 0; place < operands.length; place++)
      read(operands[place]!, doing ? 2 * i + staysFor(doing.entry, place) : 2 * i);
    if (doing) for (let k = 0; k < doing.temps.length; k++) hold(doing.temps[k]!, i);
    if (out) meet(out, 2 * i + 1);
    for (let k = 0; k < outs.length; k++) meet(outs[k]!, 2 * i + 1);
  }
  return { met, zeros, calls };
}

/** 1 where an operand must stay while the result is written: it may not share its register. */
const staysFor = ({ apart, tied }: Entry, place: number): 0 | 1 =>
  apart || (tied >= 0 && place !== tied) ? 1 : 0;
