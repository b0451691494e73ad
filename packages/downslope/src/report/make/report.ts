import type { FitResult, Predictions, Scores, Table, TableResult } from '@downslope/core';
import type { Judged, Learned, ModelCurves, PartName, ReportData, RunFacts } from '../data.js';
import { doubtsOf } from '../doubts.js';
import { presentParts } from '../parts.js';
import { classView } from './classes.js';
import { chartsOf } from './curves.js';
import { importanceOf } from './importance.js';
import { intervalsOf } from './intervals.js';
import { quantityView } from './quantity.js';
import type { RunRecord } from './record.js';
import { worstOf } from './worst.js';

/** What a report is made of, beside what happened. */
export interface Context {
  readonly title?: string;
  readonly version: string;
  /** The table that was trained on, and its name; tables given as `validation` and `test` in `parts`. */
  readonly table?: Table;
  readonly source?: string;
  readonly parts?: Partial<Readonly<Record<PartName, Table>>>;
  readonly run?: RunFacts;
}

/** What a report of a run shows. */
export function reportData(record: RunRecord, result: TableResult | FitResult, context: Context): ReportData {
  const { version, run, title = 'A training run' } = context;
  const learned = 'trained' in result ? learnedOf(record, result, context) : undefined;
  const { status, message, seconds } = result;
  return {
    title: 'trained' in result ? result.target : title,
    made: new Date().toISOString(),
    version,
    end: { status, message, seconds },
    curves: curvesOf(record, 'trained' in result ? result.model : undefined, result),
    findings: record.findings,
    learned,
    run,
  };
}

function curvesOf(
  record: RunRecord,
  kept: string | undefined,
  result: TableResult | FitResult,
): ModelCurves[] {
  const curves = record.models.map(({ name, facts, trained, history, epochs, settled }): ModelCurves => {
    const best = trained?.bestEpoch ?? ('bestEpoch' in result ? result.bestEpoch : undefined);
    const shown = best !== undefined && best < epochs ? best : undefined;
    const sweep = settled.find(({ sweep }) => sweep)?.sweep;
    const notes = settled.map(({ message }) => message);
    return {
      model: name,
      kept: name === kept,
      facts,
      trained,
      epochs,
      notes,
      sweep,
      ...chartsOf(history, shown),
    };
  });
  return curves.sort((a, b) => Number(b.kept) - Number(a.kept));
}

function learnedOf(record: RunRecord, result: TableResult, context: Context): Learned {
  const { table, source = 'a table' } = context;
  const { task, classes, rows, features, model, metrics, baseline, comparison, coefficients, notes } = result;
  const { baseline: scores, ...parts } = metrics;
  return {
    task,
    classes,
    source,
    rows,
    features,
    model,
    metrics: parts,
    baseline: { answer: baseline.answer, scores },
    comparison,
    doubts: doubtsOf(result),
    notes: [...new Set([...(table?.notes ?? []), ...record.notes, ...notes])],
    inspection: record.inspection,
    coefficients,
    judged: judgedOf(result, parts, context),
  };
}

function judgedOf(result: TableResult, metrics: object, { table, parts }: Context): Judged {
  const [part, predictions] = presentParts<Predictions>(result.predictions).at(-1)!;
  const scores = (metrics as Record<PartName, Scores>)[part];
  const { classes, trained, features } = result;
  const of = parts?.[part] ?? table;
  const importance = of && importanceOf(trained, of, predictions);
  const byWeight = importance?.columns.map(({ name }) => name) ?? [];
  const shown = [...byWeight, ...features.filter((name) => !byWeight.includes(name))];
  return {
    part,
    rows: predictions.rows.length,
    intervals: intervalsOf(predictions, classes?.length, scores),
    ...('confusion' in scores
      ? { classes: classView(predictions, classes!, scores) }
      : { quantity: quantityView(predictions) }),
    importance,
    worst: of && worstOf(predictions, of, shown, classes),
  };
}
