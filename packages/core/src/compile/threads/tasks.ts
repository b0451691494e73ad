import type { Func } from '../func.js';
import { type Copy, pushPlace } from '../layout.js';
import type { Lockstep } from './barrier.js';

/** Bytes in memory. */
export interface Extent {
  readonly address: number;
  readonly bytes: number;
}

/** Pushes the first chunk to be done, and the one after the last. */
export interface Share {
  from(): void;
  to(): void;
}

/** A piece of a program that is written as a call, and what it reads and writes. */
export interface Task {
  readonly reads: readonly Extent[];
  readonly writes: readonly Extent[];
  /**
   * Into how many chunks it is cut, which the threads share; `'lone'`: the first thread does it; `'all'`: each runs
   * it, for it is made of tasks itself.
   */
  readonly chunks: number | 'lone' | 'all';
  write(f: Func, share: Share): void;
}

/**
 * Writes tasks one after another. With a team, a barrier stands before a task that touches what another thread may still
 * be at, and behind the last: all threads come in and go out together.
 */
export function sequence(f: Func, tasks: readonly Task[], team: Lockstep | undefined): void {
  if (!team) {
    for (const task of tasks) task.write(f, { from: () => f.i32(0), to: () => f.i32(Number(task.chunks)) });
    return;
  }
  let under: Task[] = [];
  let lone: Task[] = [];
  const flush = (): void => {
    if (lone.length === 0) return;
    const together = lone;
    lone = [];
    f.getGlobal(team.thread).op('i32.eqz');
    f.if(() => {
      for (const task of together) task.write(f, NOTHING);
    });
  };
  const barrier = (): void => {
    flush();
    team.barrier(f);
    under = [];
  };
  for (const task of tasks) {
    if (under.some((other) => mustWait(task, other))) barrier();
    under.push(task);
    if (task.chunks === 'lone') {
      lone.push(task);
      continue;
    }
    flush();
    const { chunks } = task;
    if (chunks === 'all') {
      task.write(f, NOTHING);
      under = [];
    } else
      task.write(f, {
        from: () => team.pushShare(f, chunks, 0),
        to: () => team.pushShare(f, chunks, 1),
      });
  }
  if (under.length > 0) barrier();
}

const NOTHING: Share = { from() {}, to() {} };

function mustWait(task: Task, before: Task): boolean {
  if (task.chunks === 'lone' && before.chunks === 'lone') return false;
  if (task.chunks === 'all') return true;
  return (
    meet(task.reads, before.writes) || meet(task.writes, before.writes) || meet(task.writes, before.reads)
  );
}

const meet = (some: readonly Extent[], others: readonly Extent[]): boolean =>
  some.some((a) => others.some((b) => a.address < b.address + b.bytes && b.address < a.address + a.bytes));

export const copyTask = ({ from, to, bytes }: Copy): Task => ({
  reads: [{ address: from.address, bytes }],
  writes: [{ address: to.address, bytes }],
  chunks: 'lone',
  write: (f) => pushPlace(pushPlace(f, to), from).i32(bytes).copy(),
});
