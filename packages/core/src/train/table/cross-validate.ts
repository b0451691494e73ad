import { foldsOf } from '../../data/folds.js';
import { type Inspection, withDates } from '../../data/inspect.js';
import { type Moments, moments } from '../../data/stats.js';
import { allRows, column, completeRows, type Table, takeRows } from '../../data/table.js';
import { STATUS, type Status } from '../../minimize/status.js';
import { check, number } from '../../tensor/checks.js';
import { misuse } from '../../tensor/errors.js';
import { Run } from '../run.js';
import type { TableResult } from './events.js';
import { type ModelName, type TrainTableOptions, tableSettings } from './options.js';
import { inspectFor } from './prepare.js';
import type { Scores } from './scores.js';
import { trainTable } from './train.js';

export interface CrossValidateOptions extends Omit<TrainTableOptions, 'test' | 'split' | 'time'> {
  /** How many parts the rows are dealt into (default 5). */
  readonly folds?: number;
}

/** How a model did on one fold that was trained on the others. */
export interface Fold {
  /** From 1. */
  readonly fold: number;
  readonly model: ModelName;
  readonly status: Status;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly metrics: Scores;
  /** Of always giving the same answer. */
  readonly baseline: Scores;
}

export interface FoldEvent extends Fold {
  readonly kind: 'fold';
  readonly folds: number;
}

/** A number for each measure, under its name in {@link Scores}. */
export type Measures = Readonly<Record<string, number>>;

export interface CrossValidation {
  readonly folds: readonly Fold[];
  /** Over the folds, as all that follows. */
  readonly mean: Measures;
  /** The standard deviation from fold to fold. */
  readonly std: Measures;
  readonly baseline: Measures;
  /** `maxSteps`: all folds are done; `aborted`: not all of them. */
  readonly status: Status;
  readonly message: string;
  readonly seconds: number;
}

/**
 * k-fold cross-validation: how good the models are that {@link trainTable} makes of a table, judged by every row once.
 *
 * The rows are dealt into k folds, classes alike in each, groups kept together. Each fold is the test rows of a run that
 * learns from the others (and chooses by 15% of them), from the encoders on. All of it is decided by the seed.
 *
 * @param table as `tableFrom` makes it, or a file reader
 * @param options those of `trainTable`, and `folds`
 * @returns a run: `await run.result`, or `for await (const event of run)` for each fold as it is done
 * @throws (through `result`) as `trainTable`; when there are fewer rows or groups than folds
 * @example
 * ```ts
 * import { crossValidate, tableFrom } from '@downslope/core';
 * const rows = Array.from({ length: 60 }, (_, i) => ({ size: 30 + i, price: 100 + 2 * i + (i % 3) }));
 * const { mean, std } = await crossValidate(tableFrom(rows), { target: 'price', model: 'linear', folds: 4 }).result;
 * console.log(mean.rmse, std.rmse); // about 0.8, and how much it differs from fold to fold
 * ```
 *
 * M. Stone: "Cross-validatory choice and assessment of statistical predictions", 1974.
 */
export function crossValidate(table: Table, options: CrossValidateOptions): Run<FoldEvent, CrossValidation> {
  return new Run(async (emit, control) => {
    const start = performance.now();
    const { folds: count = 5, ...given } = options;
    check('folds', count, atLeastTwo);
    for (const name of ['test', 'split', 'time'] as const)
      if ((given as TrainTableOptions)[name] !== undefined)
        throw misuse(`${name}: folds decide which rows judge; leave out one of them`);
    const settings = tableSettings(given);
    const inspection = inspectFor(table, settings);
    const dated = withDates(table);
    const { task } = inspection.target;
    refuseLoneClasses(inspection);
    const dealt = foldsOf(completeRows(dated, [given.target], allRows(dated.rows)), count, {
      seed: settings.seed,
      ...(settings.group === undefined ? {} : { groups: column(dated, settings.group) }),
      ...(task === 'regression' ? {} : { classes: column(dated, given.target) }),
    });

    const folds: Fold[] = [];
    for (const i of dealt.keys()) {
      if (control.stopped || settings.signal?.aborted) break;
      const learning = Int32Array.from(dealt.flatMap((rows, j) => (j === i ? [] : [...rows]))).sort();
      const run = trainTable(takeRows(dated, learning), {
        ...given,
        ...(given.from ? {} : { task, features: inspection.features }),
        test: takeRows(dated, dealt[i]!),
      });
      for await (const _ of run) if (control.stopped) run.command('stop');
      const result = await run.result;
      if (result.status === 'aborted') break;
      folds.push(foldOf(i + 1, result));
      emit({ kind: 'fold', folds: count, ...folds.at(-1)! });
    }
    const status: Status = folds.length < count ? 'aborted' : 'maxSteps';
    const seconds = (performance.now() - start) / 1000;
    return { folds, ...overall(folds), status, message: STATUS[status], seconds };
  });
}

function foldOf(fold: number, { model, status, rows, metrics }: TableResult): Fold {
  const { train, validation = 0, test } = rows;
  const counts = { train, validation, test: test! };
  return { fold, model, status, rows: counts, metrics: metrics.test!, baseline: metrics.baseline };
}

/** Mean and standard deviation of the measures that every fold has: an AUC is lacking where a fold has one class only. */
function overall(folds: readonly Fold[]): Pick<CrossValidation, 'mean' | 'std' | 'baseline'> {
  const over = (scores: readonly Scores[], reduce: (found: Moments) => number): Measures => {
    const measures = scores.map(measuresOf);
    const names = Object.keys(measures[0] ?? {}).filter((name) => measures.every((each) => name in each));
    const rows = allRows(scores.length);
    const of = (name: string) =>
      moments(
        Float64Array.from(measures, (each) => each[name]!),
        rows,
      );
    return Object.fromEntries(names.map((name) => [name, reduce(of(name))]));
  };
  const judged = folds.map(({ metrics }) => metrics);
  return {
    mean: over(judged, ({ mean }) => mean),
    std: over(judged, ({ std, count }) => std * Math.sqrt(count / (count - 1))),
    baseline: over(
      folds.map(({ baseline }) => baseline),
      ({ mean }) => mean,
    ),
  };
}

/** One row cannot both teach a class and judge it. */
function refuseLoneClasses({ target }: Inspection): void {
  const lone = target.classes?.find(({ count }) => count < 2);
  if (lone)
    throw misuse(
      `folds: one row only has the class ${JSON.stringify(lone.name)}, which then is learned or judged, not both; leave it out`,
    );
}

const atLeastTwo = number('a whole number from 2 on', (value) => Number.isSafeInteger(value) && value >= 2);

const measuresOf = (scores: Scores): Measures =>
  Object.fromEntries(Object.entries(scores).filter(([, value]) => typeof value === 'number'));
