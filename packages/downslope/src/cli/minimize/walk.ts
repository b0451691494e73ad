import { setImmediate } from 'node:timers/promises';
import type { Minimum, Point } from '@downslope/core';
import type { Named } from './problem.js';

/** A point on the way, and after how many steps. */
export interface Stage extends Point {
  readonly step: number;
}

export interface Walk {
  readonly minimum: Minimum<Named>;
  /** The way, from the start to where it ended: of a long one every second, fourth, … point. */
  readonly path: readonly Stage[];
  /** The stages that a table shows: 0, 1, 2, 5, 10, 20, 50, … and the last. */
  readonly milestones: readonly Stage[];
}

/** Milliseconds after which others have their turn: Ctrl-C, and whoever shows how far this is. */
const TURN = 20;

/** Goes down step by step; others have their turn in between. */
export async function walk(
  steps: Generator<Point, Minimum<Named>>,
  tell: (at: Stage) => void = () => {},
): Promise<Walk> {
  const path = new Path();
  const milestones: Stage[] = [];
  let turn = performance.now() + TURN;
  for (let step = 0; ; step++) {
    const next = steps.next();
    if (next.done) {
      if (path.last && milestones.at(-1) !== path.last) milestones.push(path.last);
      return { minimum: next.value, path: path.points(), milestones };
    }
    const at: Stage = { ...next.value, step };
    path.add(at);
    if (isMilestone(step)) milestones.push(at);
    if (performance.now() < turn) continue;
    tell(at);
    await setImmediate();
    turn = performance.now() + TURN;
  }
}

/** 0, and 1, 2 and 5 times the powers of ten. */
function isMilestone(step: number): boolean {
  while (step >= 10 && step % 10 === 0) step /= 10;
  return step === 0 || step === 1 || step === 2 || step === 5;
}

/** A path of any length in bounded memory: when there are too many points, every second one goes. */
export class Path {
  last: Stage | undefined;
  #kept: Stage[] = [];
  #stride = 1;
  readonly #most: number;

  constructor(most = 4096) {
    this.#most = most;
  }

  add(at: Stage): void {
    this.last = at;
    if (at.step % this.#stride !== 0) return;
    this.#kept.push(at);
    if (this.#kept.length <= this.#most) return;
    this.#stride *= 2;
    this.#kept = this.#kept.filter(({ step }) => step % this.#stride === 0);
  }

  points(): Stage[] {
    const { last } = this;
    return last && this.#kept.at(-1) !== last ? [...this.#kept, last] : [...this.#kept];
  }
}
