import { once } from 'node:events';
import { column, DownslopeError, rowsOf, type Table, type TableModel, tableOf } from '@downslope/core';
import { refuseLost } from '../../files/folder.js';
import { loadModel } from '../../files/model.js';
import { readTable } from '../../files/tables.js';
import { csvLines, writeTable, writtenFormat } from '../../files/write.js';
import { counted } from '../../format.js';
import { oneTable } from '../one-table.js';
import { checked, predictSchema } from '../options.js';
import { type Output, outputOn } from '../output.js';
import { tableLines } from '../report/found.js';
import { confusionLines, scoreLines, scoreRows } from '../report/scores.js';
import { block, oneLine } from '../style.js';
import { scoresOf } from './score.js';

/** `downslope predict`: from a run and a table to a prediction for each row. */
export async function predict(
  run: string,
  tables: readonly string[],
  given: Record<string, unknown>,
): Promise<void> {
  const { sql, keep = [], out, json } = checked(predictSchema, given);
  const source = oneTable('predict', tables, sql);
  if (out !== undefined) {
    writtenFormat(out);
    await refuseLost(out);
  }
  const model = await loadModel(run);
  const table = await readTable(source, { sql, target: model.target });
  const kept = keep.map((name) => column(table, name));
  const predictions = model.predictTable(table);
  const written = tableOf([...kept, ...predictions.columns]);
  const notes = [predictions, written].flatMap((each) => each.notes ?? []);

  const err = outputOn(process.stderr);
  const say = (label: string, lines: readonly string[]) => err.lines(block(label, lines, err.style));
  err.lines(tableLines(table, source, err.style));
  say('note', notes.map(oneLine));
  if (out !== undefined) await writeTable(out, written);
  else if (!json) await print(written);
  const scores = judge(model, table, predictions, err);
  if (out !== undefined) say('out', [out]);
  if (json) {
    const made = out === undefined ? { predictions: rowsOf(written) } : { out };
    const { task, target } = model;
    const summary = {
      task,
      target,
      rows: table.rows,
      notes: [...(table.notes ?? []), ...notes],
      scores: scores ?? null,
      ...made,
    };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  }
}

async function print(table: Table): Promise<void> {
  for (const lines of csvLines(table)) if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
}

/** Scores predictions where the table has the target. That it cannot be done spoils no predictions. */
function judge(model: TableModel, table: Table, predictions: Table, err: Output) {
  const { style } = err;
  try {
    const found = scoresOf(model, table, predictions);
    if (found === undefined) return undefined;
    const { scores, rows } = found;
    const which = `${counted(rows, 'row')} with ${model.target}`;
    err.lines(scoreLines([which], scoreRows([scores]), style));
    if ('confusion' in scores && model.task !== 'regression')
      err.lines(confusionLines(model.classes, scores.confusion, which, style));
    return scores;
  } catch (error) {
    if (!(error instanceof DownslopeError)) throw error;
    err.lines(block('scores', [`none: ${error.message}`], style));
    return undefined;
  }
}
