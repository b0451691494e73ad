import type { Doing, Lifted, Stretch } from './step.js';

/**
 * When a function's virtual registers are in use, by their ids: each from where to where in one piece, where step i reads
 * at 2i and writes at 2i + 1. Two whose intervals do not meet may share a register.
 */
export interface Liveness {
  /** −1: from the beginning of the function; {@link UNUSED} where it does not occur. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** How often it is read or written, counted tenfold for each loop around. */
  readonly weight: Float64Array;
  /** Locals that may be read before they are written: WebAssembly has them hold zeros. */
  readonly zeros: readonly number[];
  /** How many calls there are before each step: they leave nothing in registers. */
  readonly calls: Int32Array;
}

export const UNUSED = 2 ** 31 - 1;

/**
 * As control is structured (a loop is a stretch of steps, and all jumps back go to its beginning), intervals in the
 * order of the steps are right once those that a loop carries round cover all of it.
 */
export function livenessOf(lifted: Lifted): Liveness {
  const { locals, params, loops, skips } = lifted;
  const occurrences = occurrencesOf(lifted);
  const { first, last, readFirst } = occurrences;
  /** Whether a local may be read from step `begin` on before it is written: a jump ahead may leave the writing out. */
  const mayHoldOld = (id: number, begin: number): boolean =>
    readFirst[id] === 1 ||
    skips.some(
      ({ from, to }) =>
        2 * from >= begin && 2 * from < first[id]! && first[id]! < 2 * to && 2 * to <= last[id]!,
    );
  const zeros: number[] = [];
  for (let id = params; id < locals; id++) if (first[id] !== UNUSED && mayHoldOld(id, 0)) zeros.push(id);
  for (const { from, to } of loops) {
    const [begin, end] = [2 * from, 2 * to - 1];
    for (let id = 0; id < locals; id++) {
      if (last[id]! < begin || first[id]! > end) continue;
      const isInside = first[id]! >= begin;
      if (isInside && !mayHoldOld(id, begin)) continue;
      if (isInside) first[id] = begin;
      last[id] = Math.max(last[id]!, end);
    }
  }
  for (const id of zeros) first[id] = -1;
  return { ...occurrences, zeros };
}

interface Occurrences extends Omit<Liveness, 'zeros'> {
  /** 1 for locals that are read, in the order of the steps, before they are written. */
  readonly readFirst: Uint8Array;
}

function occurrencesOf({ steps, virtuals, locals, params, loops }: Lifted): Occurrences {
  const first = new Int32Array(virtuals.length).fill(UNUSED).fill(-1, 0, params);
  const last = new Int32Array(virtuals.length).fill(-1);
  const weight = new Float64Array(virtuals.length);
  const readFirst = new Uint8Array(locals);
  const calls = new Int32Array(steps.length + 1);
  const depths = depthsOf(steps.length, loops);
  const meet = (id: number, at: number, worth: number): void => {
    if (first[id]! > at) first[id] = at;
    if (last[id]! < at) last[id] = at;
    weight[id]! += worth;
  };
  for (let i = 0; i < steps.length; i++) {
    const { kind, operands, out, outs, doing } = steps[i]!;
    const worth = POWERS[Math.min(depths[i]!, POWERS.length - 1)]!;
    calls[i + 1] = calls[i]! + (kind === 'call' ? 1 : 0);
    for (let place = 0; place < operands.length; place++) {
      const { id } = operands[place]!;
      if (id < 0) continue;
      if (id < locals && first[id] === UNUSED) readFirst[id] = 1;
      meet(id, 2 * i + (doing ? staysFor(doing, place) : 0), worth);
    }
    if (out) meet(out.id, 2 * i + 1, worth);
    for (let k = 0; k < outs.length; k++) meet(outs[k]!.id, 2 * i + 1, worth);
    if (!doing) continue;
    for (let k = 0; k < doing.temps.length; k++) {
      const { id } = doing.temps[k]!;
      meet(id, 2 * i, Number.POSITIVE_INFINITY);
      meet(id, 2 * i + 1, 0);
    }
  }
  return { first, last, weight, readFirst, calls };
}

const POWERS = Array.from({ length: 9 }, (_, depth) => 10 ** depth);

/** 1 where an operand must stay while the result is written: it may not share its register. */
const staysFor = ({ entry: { apart, tied } }: Doing, place: number): 0 | 1 =>
  apart || (tied >= 0 && place !== tied) ? 1 : 0;

/** How many loops each step is in. */
function depthsOf(length: number, loops: readonly Stretch[]): Int32Array {
  const depths = new Int32Array(length + 1);
  for (const { from, to } of loops) {
    depths[from]!++;
    depths[to]!--;
  }
  for (let i = 1; i <= length; i++) depths[i]! += depths[i - 1]!;
  return depths;
}
