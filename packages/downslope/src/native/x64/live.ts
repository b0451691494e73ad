import { isVirtual, type Lifted, type Step, type Virtual } from './step.js';

/**
 * From where to where a virtual register is in use, in one piece: step i reads at 2i and writes at 2i + 1. Two whose
 * intervals do not meet may share a register.
 */
export interface Interval {
  readonly of: Virtual;
  start: number;
  end: number;
  /** How often it is read or written, counted tenfold for each loop around. */
  weight: number;
  /** Whether a call happens meanwhile, which leaves nothing in registers. */
  crossesCall: boolean;
}

/** A stretch of straight code: steps `from` up to `to`. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly next: number[];
  readonly reads: Set<number>;
  readonly writes: Set<number>;
  live: Set<number>;
}

/** What a step reads. */
export const readsOf = (step: Step): readonly Virtual[] => step.in.filter(isVirtual);

/** What a step writes. */
export const writesOf = ({ out, outs = [] }: Step): readonly Virtual[] => (out ? [out, ...outs] : outs);

/** When a function's virtual registers are in use. */
export interface Liveness {
  /** Of all that are used, in the order in which they begin. */
  readonly intervals: readonly Interval[];
  /** Locals that are read before they are written: WebAssembly has them hold zeros. */
  readonly zeros: readonly Virtual[];
}

export function livenessOf(lifted: Lifted): Liveness {
  const { steps, params } = lifted;
  const blocks = blocksOf(steps);
  flow(blocks);
  const found: (Interval | undefined)[] = [];
  const extend = (of: Virtual, at: number, weight: number): Interval => {
    const interval = found[of.id];
    if (!interval) {
      const made = { of, start: at, end: at, weight, crossesCall: false };
      found[of.id] = made;
      return made;
    }
    interval.start = Math.min(interval.start, at);
    interval.end = Math.max(interval.end, at);
    interval.weight += weight;
    return interval;
  };
  for (const param of params) extend(param, -1, 1);
  const depths = depthsOf(steps);
  blocks.forEach((block) => {
    for (const id of block.live) extend(lifted.virtuals[id]!, 2 * block.from, 0);
    for (let i = block.from; i < block.to; i++) {
      const step = steps[i]!;
      const weight = 10 ** Math.min(depths[i]!, 8);
      step.in.forEach((operand, place) => {
        if (isVirtual(operand)) extend(operand, 2 * i + staysFor(step, place), weight);
      });
      for (const written of writesOf(step)) extend(written, 2 * i + 1, weight);
      for (const temp of step.temps ?? []) {
        extend(temp, 2 * i, Number.POSITIVE_INFINITY);
        extend(temp, 2 * i + 1, 0);
      }
    }
    for (const next of block.next)
      for (const id of blocks[next]!.live) extend(lifted.virtuals[id]!, 2 * block.to - 1, 0);
  });
  const intervals = found.filter((interval) => interval !== undefined);
  const atFirst = [...blocks[0]!.live]
    .map((id) => lifted.virtuals[id]!)
    .filter((one) => !params.includes(one));
  for (const { id } of atFirst) found[id]!.start = -1;
  markCalls(steps, intervals);
  return { intervals: intervals.sort((a, b) => a.start - b.start), zeros: atFirst };
}

/** 1 where an operand must stay while the result is written: it may not share its register. */
const staysFor = ({ apart, tied }: Step, place: number): 0 | 1 =>
  apart || (tied !== undefined && place !== tied) ? 1 : 0;

function markCalls(steps: readonly Step[], intervals: readonly Interval[]): void {
  const calls = steps.flatMap(({ kind }, i) => (kind === 'call' ? [2 * i] : []));
  if (calls.length === 0) return;
  for (const interval of intervals)
    interval.crossesCall = calls.some((at) => interval.start < at && at < interval.end);
}

/** How many loops each step is in: a backward jump makes one. */
function depthsOf(steps: readonly Step[]): Int32Array {
  const places = new Map<number, number>();
  const depths = new Int32Array(steps.length + 1);
  steps.forEach(({ kind, code }, i) => {
    if (kind === 'label') places.set(code, i);
    const back = kind === 'jump' || kind === 'branch' ? places.get(code) : undefined;
    if (back === undefined) return;
    depths[back]!++;
    depths[i + 1]!--;
  });
  for (let i = 1; i < depths.length; i++) depths[i]! += depths[i - 1]!;
  return depths;
}

function blocksOf(steps: readonly Step[]): Block[] {
  const starts = [0];
  steps.forEach(({ kind }, i) => {
    if (kind === 'label' && starts.at(-1) !== i) starts.push(i);
    if (
      (kind === 'jump' || kind === 'branch' || kind === 'return' || kind === 'trap') &&
      i + 1 < steps.length
    )
      starts.push(i + 1);
  });
  const blockOfLabel = new Map<number, number>();
  starts.forEach((start, i) => {
    const { kind, code } = steps[start]!;
    if (kind === 'label') blockOfLabel.set(code, i);
  });
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? steps.length;
    const last = steps[to - 1]!;
    const next: number[] = [];
    if (last.kind === 'jump' || last.kind === 'branch') next.push(blockOfLabel.get(last.code)!);
    if (last.kind !== 'jump' && last.kind !== 'return' && last.kind !== 'trap' && to < steps.length)
      next.push(i + 1);
    const reads = new Set<number>();
    const writes = new Set<number>();
    for (let at = from; at < to; at++) {
      const step = steps[at]!;
      for (const { id } of readsOf(step)) if (!writes.has(id)) reads.add(id);
      for (const { id } of writesOf(step)) writes.add(id);
    }
    return { from, to, next, reads, writes, live: reads };
  });
}

/** What is alive at the beginning of each block: what it reads, and what those after it need and it does not write. */
function flow(blocks: readonly Block[]): void {
  for (const block of blocks) block.live = new Set(block.reads);
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of blocks.toReversed())
      for (const next of block.next)
        for (const id of blocks[next]!.live)
          if (!block.live.has(id) && !block.writes.has(id)) {
            block.live.add(id);
            changed = true;
          }
  }
}
