export { asKind, columnOf } from './cells.js';
export { classWeights } from './class-weights.js';
export { type Coefficients, coefficients } from './coefficients.js';
export {
  describeEncoder,
  type Encoder,
  type EncoderOptions,
  encode,
  encodedNames,
  type FeatureCode,
  fitEncoder,
} from './encode.js';
export { readEncoder } from './encoder-json.js';
export {
  type InspectedColumn,
  type Inspection,
  type InspectOptions,
  inspect,
  type LeftOut,
  withDates,
} from './inspect.js';
export { nearest } from './names.js';
export type { DateCode, DateUnit, NumberCode } from './numeric-code.js';
export { type Random, random } from './random.js';
export { rowsOf, tableFrom } from './rows.js';
export { readSafetensors, type Safetensors, writeSafetensors } from './safetensors.js';
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
  completeRows,
  type DateColumn,
  type NumberColumn,
  type Table,
  type TextColumn,
  tableOf,
  takeRows,
} from './table.js';
export {
  type ClassCode,
  classNumbers,
  encodeTarget,
  fitTarget,
  type QuantityCode,
  readTarget,
  type TargetCode,
} from './target-code.js';
export type { TargetFinding, Task } from './task.js';
export { type TensorboardEvent, tensorboardHeader, tensorboardRecord } from './tensorboard.js';
export type { TextCode } from './text-code.js';
