import type { Assignment } from './workload.js';

/** Something that can be timed. */
export interface Runner {
  /** How the steps are made, as in 'scan'; the contender's usual way has no name. */
  readonly form: string;
  /** Steps of one call. */
  readonly steps: number;
  /** Back to the initial values. */
  reset(): void;
  /** Makes so many calls, and has their results. */
  run(calls: number): void | Promise<void>;
  /** The loss before step `step` (from 1), starting from the initial values. */
  loss?(step: number): number | Promise<number>;
}

export interface Figure {
  readonly form: string;
  /** Microseconds a step of each round. */
  readonly rounds: readonly number[];
  readonly loss?: number;
  /** Processor time over time: more than 1 when several threads were at work. */
  readonly cpu: number;
}

/** Whether others took a good part of the processor's time. */
export const wasShared = ({ cpu }: Figure): boolean => cpu < 0.9;

/** What a contender's process prints as its last line. */
export type Answer =
  | { readonly versions: Readonly<Record<string, string>>; readonly figures: readonly Figure[] }
  | { readonly absent: string };

/** How often what counts is measured, in turn; the best is taken. */
export const TURNS = 2;
const ROUNDS = 5;
/** A round takes at least so many milliseconds. */
const ROUND = 120;
/** Calls are made for so many milliseconds before anything counts: engines compile what is used often. */
const WARM_UP = 400;

/** The assignment that this process was started with. */
export const readAssignment = (): Assignment => JSON.parse(process.argv.at(-1)!) as Assignment;

export const answer = (answer: Answer): void => console.log(JSON.stringify(answer));

/** Five rounds after a warm-up, each of as many calls and from the initial values. */
export async function measure(runner: Runner, { check }: Pick<Assignment, 'check'>): Promise<Figure> {
  const loss = runner.loss && { loss: await runner.loss(check) };
  let calls = 1;
  const start = performance.now();
  for (;;) {
    const elapsed = await timed(runner, calls);
    if (elapsed >= ROUND && performance.now() - start >= WARM_UP) break;
    if (elapsed < ROUND) calls = Math.ceil(calls * Math.min(10, Math.max(1.3, (1.2 * ROUND) / elapsed)));
  }
  const used = processorUse();
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) rounds.push((1000 * (await timed(runner, calls))) / (calls * runner.steps));
  return { form: runner.form, rounds, ...loss, cpu: used() };
}

/** The result of some work, and how long it took this once. */
export function single<Result>(work: () => Result): [Result, Figure] {
  const used = processorUse();
  const start = performance.now();
  const result = work();
  return [result, { form: '', rounds: [1000 * (performance.now() - start)], cpu: used() }];
}

/** Processor time over time, from now until it is asked. */
function processorUse(): () => number {
  const before = process.cpuUsage();
  const began = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / (performance.now() - began);
  };
}

async function timed(runner: Runner, calls: number): Promise<number> {
  runner.reset();
  const start = performance.now();
  await runner.run(calls);
  return performance.now() - start;
}

/** The mean of |x|: what is compared where there is no loss. */
export function meanSize(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]!);
  return sum / values.length;
}
