import { judgedOn, type PastRun } from '../files/past-runs.js';
import { MEASURES, type Measure, scoreOf } from './measures.js';
import { PART_NAMES } from './parts.js';

/** The value of a measure, on the rows that a run is judged by. */
export function scoreOfRun({ end }: PastRun, measure: Measure): number | undefined {
  const judged = end && judgedOn(end);
  return judged && scoreOf(judged.scores, measure);
}

/** The best of some values, `undefined` where no two of them differ. */
export function bestOf(measure: Measure, values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  if (new Set(known).size < 2) return undefined;
  return MEASURES[measure].rises ? Math.max(...known) : Math.min(...known);
}

/** `RMSE 11.62`, `accuracy 0.9804`: what a run is told by in one cell. */
export function mainScore(run: PastRun): string {
  const measure = run.end?.task === 'regression' ? 'rmse' : 'accuracy';
  const value = scoreOfRun(run, measure);
  if (value === undefined) return '';
  const { name, write } = MEASURES[measure];
  const { part } = judgedOn(run.end!)!;
  return `${name} ${write(value)}${part === 'test' ? '' : ` (${PART_NAMES[part]})`}`;
}

/** `earlyStopped`, or how far a run has come that has no end. */
export function statusOf({ end, events }: PastRun): string {
  if (end) return end.status;
  const epochs = events.filter(({ kind }) => kind === 'epoch').at(-1)?.epoch;
  return epochs === undefined ? 'unfinished' : `unfinished (epoch ${epochs})`;
}
