import type { Ask, Descent, Point } from './method.js';
import type { Evaluation } from './objective.js';
import { STATUS, type Status } from './status.js';
import { maxSteps, type Progress, type Rule, rulesOf } from './stop.js';

/** What is left of a descent when it is over. */
export interface Ending {
  readonly status: Status;
  readonly message: string;
  readonly best: Point;
  readonly last: Point;
  readonly steps: number;
  readonly evaluations: number;
  readonly seconds: number;
  readonly path?: readonly Point[];
}

export interface FollowOptions {
  readonly stop?: Rule | readonly Rule[];
  readonly path?: boolean;
}

/** What a method needs to be for {@link follow}, whatever it goes down on. */
interface Way<O> {
  readonly stop: readonly Rule[];
  descend(objective: O): Descent;
}

/**
 * Goes with a method until a rule is met, the method gives up or the numbers do.
 *
 * @param evaluate answers what the method asks; without it, its questions come out beside the points
 */
export function* follow<O extends { readonly evaluations: number }, Result>(
  method: Way<O>,
  objective: O,
  { stop = method.stop, path: keep = false }: FollowOptions,
  result: (ending: Ending) => Result,
  evaluate?: (x: Float64Array) => Evaluation,
): Generator<Point | Ask, Result, Evaluation> {
  const rules = limited(rulesOf('stop', [stop].flat()));
  const points = method.descend(objective);
  const progress = new Walked();
  const path: Point[] = [];
  const ending = (status: Status, why?: string): Result => {
    const { best, last, steps, seconds } = progress;
    const message = why ? `${STATUS[status]}: ${why}` : STATUS[status];
    const { evaluations } = objective;
    return result({ status, message, best, last, steps, evaluations, seconds, ...(keep && { path }) });
  };
  try {
    for (;;) {
      let next = points.next();
      while (!next.done && 'ask' in next.value)
        next = points.next(evaluate ? evaluate(next.value.ask) : yield next.value);
      // Where nothing slopes there is no way on: that is no failure.
      if (next.done && progress.gradNorm === 0) return ending('gradTol');
      if (next.done) return ending(next.value?.status ?? 'stepTol', next.value?.why);
      const point = next.value as Point;
      progress.take(point, objective.evaluations);
      if (keep) path.push(point);
      yield point;
      const { value, gradNorm, steps } = progress;
      if (!Number.isFinite(value) || !Number.isFinite(gradNorm)) return ending('nonFinite', `step ${steps}`);
      if (progress.ranAway) return ending('diverged', `${value} at step ${steps}`);
      for (const rule of rules) if (rule.isMet(progress)) return ending(rule.status);
    }
  } finally {
    // Whoever ends it: a method may have something to put away.
    points.return(undefined);
  }
}

/** The end of it, without the points on the way. */
export function drain<T>(points: Generator<unknown, T, never>): T {
  for (;;) {
    const next = points.next();
    if (next.done) return next.value;
  }
}

const MOST_STEPS = 10_000;

const limited = (rules: readonly Rule[]): readonly Rule[] =>
  rules.some(({ limits }) => limits) ? rules : [...rules, maxSteps(MOST_STEPS)];

/** One record of the way so far, renewed at each step, for it is looked at millions of times a second. */
class Walked implements Progress {
  steps = -1;
  evaluations = 0;
  best!: Point;
  last!: Point;
  previous: Point | undefined;
  #first!: Point;
  readonly #begin = performance.now();

  take(point: Point, evaluations: number): void {
    this.steps++;
    this.evaluations = evaluations;
    this.previous = this.last;
    this.last = point;
    if (this.steps === 0) this.#first = this.best = point;
    else if (point.value < this.best.value && Number.isFinite(point.value)) this.best = point;
  }

  get value(): number {
    return this.last.value;
  }
  get gradNorm(): number {
    return this.last.gradNorm;
  }
  get x(): Float64Array {
    return this.last.x;
  }
  get previousValue(): number {
    return this.previous?.value ?? Number.POSITIVE_INFINITY;
  }
  get previousX(): Float64Array | undefined {
    return this.previous?.x;
  }
  get seconds(): number {
    return (performance.now() - this.#begin) / 1000;
  }
  /** Far above the start, or so far below that there is no bottom. */
  get ranAway(): boolean {
    const first = this.#first.value;
    return this.value - first > 1e10 * Math.max(1, Math.abs(first)) || this.value < -1e30;
  }
}
