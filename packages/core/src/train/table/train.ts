import { type Coefficients, coefficients } from '../../data/coefficients.js';
import type { Table } from '../../data/table.js';
import type { TargetCode } from '../../data/target-code.js';
import { STATUS } from '../../minimize/status.js';
import { isNdArray } from '../../tensor/array.js';
import { check } from '../../tensor/checks.js';
import type { TypedArray } from '../../tensor/dtype.js';
import { flatten } from '../../tensor/tree.js';
import type { Control } from '../control.js';
import { breathe, Run } from '../run.js';
import { keepingOf } from './checkpoint.js';
import { betterOf, comparisonOf, noiseBetween } from './compare.js';
import type { Baseline, Predictions, TableProgress, TableResult, TableRun } from './events.js';
import { baselineOf, judge, rowLosses, truthOf } from './judge.js';
import { type Essence, tableModel } from './model.js';
import { isClasses } from './network.js';
import {
  MODELS,
  type ModelName,
  type TableSettings,
  type TrainTableOptions,
  tableSettings,
} from './options.js';
import { type Data, encoded, inspectFor, type Prepared, prepare } from './prepare.js';
import { mapParts, type Parts, type Scores } from './scores.js';
import { type Outcome, trainModel } from './train-model.js';

/**
 * Trains a model of one column of a table on the others.
 *
 * Looks through the table, shares out the rows (15% validation, 15% test), encodes features as the training rows are,
 * trains a linear model and a multilayer perceptron, keeps the linear one unless the other's validation loss is lower by
 * more than chance makes it, and scores it next to always giving the same answer. Regression minimises the squared error,
 * classes the cross-entropy.
 *
 * @param table as `tableFrom` makes it, or a file reader
 * @param options `target`, and anything to have another way; see {@link TrainTableOptions}
 * @returns a run: `await run.result`, or `for await (const event of run)`; leaving the loop early ends the training, and
 *   `result` is then of the best weights so far
 * @throws (through `result`) when the table cannot be learned from as asked: the target is unknown or has one value,
 *   there are too few rows to split, no feature is usable, an option makes no sense
 * @example
 * ```ts
 * import { tableFrom, trainTable } from '@downslope/core';
 * const rows = Array.from({ length: 60 }, (_, i) => ({ size: 30 + i, price: 100 + 2 * i + (i % 3) }));
 * const result = await trainTable(tableFrom(rows), { target: 'price', model: 'linear' }).result;
 * console.log(result.metrics.test, result.trained.predict([{ size: 50 }])); // …, about 141
 * ```
 */
export function trainTable(table: Table, options: TrainTableOptions): TableRun {
  return new Run((emit, control) => train(table, options, emit, control));
}

async function train(
  table: Table,
  options: TrainTableOptions,
  emit: (event: TableProgress) => void,
  control: Control,
): Promise<TableResult> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  check('table', table, {
    what: 'a table, as tableFrom(rows) makes it',
    holds: (value) => Array.isArray((value as Partial<Table> | null)?.columns),
  });
  const settings = tableSettings(options);
  const keeping = keepingOf(table, settings, seconds);
  const stopped = () => control.stopped || settings.signal?.aborted === true;

  const inspection = inspectFor(table, settings);
  emit({ kind: 'inspected', inspection });
  await breathe();

  const prepared = prepare(table, inspection, settings);
  const { target, parts, width } = prepared;
  const models = modelsFor(prepared, settings);
  const notes = [...prepared.notes, ...models.notes];
  const rows = mapParts(parts, (part) => part.rows.length);
  emit({ kind: 'prepared', rows, width, notes });
  await breathe();

  const data = mapParts(parts, (part) => encoded(prepared, part, settings));
  const job = { ...prepared, data, settings, keeping, emit, control };
  const outcomes: Outcome[] = [];
  for (const model of models.names) {
    if (outcomes.length > 0 && stopped()) break;
    outcomes.push(await trainModel(model, job));
    await breathe(); // whoever reads the events may have had enough
  }

  const trained = outcomes.map((outcome) => outcome.trained);
  const truths = mapParts(parts, (part) => truthOf(target, part));
  const noise = noiseOf(outcomes, target, data, truths);
  const kept = betterOf(trained, noise);
  const { essence, respond } = outcomes[trained.indexOf(kept)]!;
  const comparison = comparisonOf(trained, noise);
  const predictions = mapParts(parts, ({ rows }, part) => ({
    rows,
    actual: truths[part]!,
    predicted: respond(data[part]!.x),
  }));
  const scores = scoresOf(target, predictions);
  const status = stopped() ? 'aborted' : kept.status;
  return {
    task: target.task,
    target: target.name,
    ...(isClasses(target) ? { classes: target.classes } : {}),
    rows,
    features: inspection.features,
    model: kept.model,
    objective: kept.objective,
    ...scores,
    predictions,
    ...(kept.model === 'linear' ? { coefficients: coefficientsOf(essence) } : {}),
    ...(comparison ? { comparison } : {}),
    status,
    message: status === kept.status ? kept.message : STATUS[status],
    epochs: kept.epochs,
    steps: kept.steps,
    seconds: keeping.before + seconds(),
    notes,
    trained: tableModel(essence),
    history: outcomes.flatMap(({ history }) => history),
  } as TableResult; // scores, answer and model are of one kind, by the target
}

/** The models to train, the simplest first. */
function modelsFor(
  { parts, start }: Prepared,
  { model }: TableSettings,
): { names: readonly ModelName[]; notes: readonly string[] } {
  if (start) return { names: [start.network.kind], notes: [] };
  if (model !== 'auto') return { names: [model], notes: [] };
  if (parts.validation) return { names: MODELS, notes: [] };
  const note =
    'only the linear model is trained: without validation rows there is nothing to compare an mlp by';
  return { names: ['linear'], notes: [note] };
}

/** How much lower one model's validation loss may be than another's by chance. */
function noiseOf(
  outcomes: readonly Outcome[],
  target: TargetCode,
  data: Parts<Data>,
  truths: Parts<TypedArray>,
): number {
  const [losses, others] = outcomes
    .filter(({ trained }) => trained.validationLoss !== undefined)
    .map(({ respond }) =>
      rowLosses(target, respond(data.validation!.x), truths.validation!, data.validation!),
    );
  return losses && others ? noiseBetween(losses, others) : 0;
}

function scoresOf(
  target: TargetCode,
  predictions: Parts<Predictions>,
): { metrics: Parts<Scores> & { baseline: Scores }; baseline: Baseline } {
  const metrics = mapParts(predictions, ({ predicted, actual }) => judge(target, predicted, actual));
  const baseline = baselineOf(
    target,
    mapParts(predictions, ({ actual }) => actual),
  );
  const { train, validation = train, test = validation } = baseline.metrics;
  return { metrics: { ...metrics, baseline: test }, baseline };
}

/** The weights of a linear model, in the units of the data. */
function coefficientsOf({ encoder, target, params }: Essence): Coefficients {
  const { names, leaves } = flatten(params, isNdArray);
  const leaf = (name: string) => leaves[names.indexOf(name)]!;
  return coefficients(encoder, target, leaf('w'), leaf('b'));
}
