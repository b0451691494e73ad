import {
  asKind,
  type ClassModel,
  classNumbers,
  classScores,
  column,
  completeRows,
  type NumberColumn,
  quantityScores,
  type Scores,
  type Table,
  type TableModel,
} from '@downslope/core';

/** How good predictions are, by the rows of the table that tell the truth; `undefined` where none does. */
export function scoresOf(
  model: TableModel,
  table: Table,
  predictions: Table,
): { scores: Scores; rows: number } | undefined {
  if (!table.columns.some(({ name }) => name === model.target)) return undefined;
  const rows = completeRows(table, [model.target]);
  if (rows.length === 0) return undefined;
  const truth = column(table, model.target);
  if (model.task !== 'regression') {
    const actual = classNumbers({ ...model, name: model.target }, truth, rows);
    const scores = classScores(probabilitiesAt(rows, model, predictions), actual, model.classes.length);
    return { scores, rows: rows.length };
  }
  const at = (from: NumberColumn) => Float64Array.from(rows, (row) => from.values[row]!);
  const predicted = column(predictions, 'prediction') as NumberColumn;
  return {
    scores: quantityScores(at(predicted), at(asKind(truth, 'number') as NumberColumn)),
    rows: rows.length,
  };
}

/** `[rows, classes]`; of two classes `[rows]`: that of the second. */
function probabilitiesAt(rows: Int32Array, { task }: ClassModel, predictions: Table): Float64Array {
  const columns = predictions.columns.slice(task === 'binary' ? 2 : 1) as NumberColumn[];
  const width = columns.length;
  const all = new Float64Array(rows.length * width);
  for (const [k, { values }] of columns.entries())
    for (let i = 0; i < rows.length; i++) all[i * width + k] = values[rows[i]!]!;
  return all;
}
