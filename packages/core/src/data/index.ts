export { asKind, columnOf } from './cells.js';
export { nearest } from './names.js';
export { type Random, random } from './random.js';
export { rowsOf, tableFrom } from './rows.js';
export { permutation } from './shuffle.js';
export {
  columnSplit,
  groupSplit,
  randomSplit,
  type Shares,
  type Split,
  type SplitOptions,
  splitTable,
  stratifiedSplit,
  timeSplit,
} from './split.js';
export { type ColumnSummary, type NumberSummary, summarise } from './summary.js';
export {
  type BooleanColumn,
  type Cell,
  type Column,
  type ColumnKind,
  cell,
  column,
  type DateColumn,
  type NumberColumn,
  type Table,
  type TextColumn,
  tableOf,
  takeRows,
} from './table.js';
export type { TargetFinding, Task } from './task.js';
