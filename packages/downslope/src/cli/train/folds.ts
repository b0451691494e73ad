import type { CrossValidateOptions, CrossValidation, Measures, Table } from '@downslope/core';
import { counted } from '../../format.js';
import { crossValidate } from '../../native/bound.js';
import { MEASURES } from '../../report/measures.js';
import type { Output } from '../output.js';
import { scoreRows } from '../report/scores.js';
import { aligned, block, type Style } from '../style.js';

/** Judges by cross-validation, and tells: a line for each fold, then what holds over all. */
export async function judgeByFolds(
  table: Table,
  options: CrossValidateOptions,
  report: Output,
): Promise<CrossValidation> {
  const { style } = report;
  const run = crossValidate(table, options);
  for await (const event of run) {
    if (event.kind === 'end') break;
    const [first] = scoreRows([event.metrics]);
    const score = `${event.model}, ${first!.measure} ${first!.values[0]} on ${counted(event.rows.test, 'row')}`;
    report.lines(block(event.fold === 1 ? 'folds' : '', [`${event.fold}/${event.folds}  ${score}`], style));
  }
  const judged = await run.result;
  if (judged.folds.length > 1) report.lines(foldLines(judged, style));
  return judged;
}

/** Measures down the side; mean over the folds, how much they differ, and the baseline's mean across. */
export function foldLines({ folds, mean, std, baseline }: CrossValidation, style: Style): string[] {
  const rows = Object.entries(MEASURES).flatMap(([key, { name, write }]) => {
    const value = (of: Measures) => (of[key] === undefined ? '' : write(of[key]));
    return key in mean ? [[name, value(mean), `± ${value(std)}`, style.dim(value(baseline))]] : [];
  });
  const head = ['', 'mean', 'from fold to fold', style.dim('baseline')];
  const lines = aligned([head, ...rows], { indent: 0, gap: 3, align: ['left', 'right'] });
  const how = `over ${counted(folds.length, 'fold')}, each judged by a model of the others; now all rows train one`;
  return [...block('', [...lines, style.dim(how)], style), ''];
}
