export type { TableSnapshot } from './checkpoint.js';
export {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  type Fold,
  type FoldEvent,
  type Measures,
} from './cross-validate.js';
export type {
  Baseline,
  ClassResult,
  Comparison,
  InspectedEvent,
  ModelEvent,
  Predictions,
  PreparedEvent,
  QuantityResult,
  TableCheckpoint,
  TableEpoch,
  TableEvent,
  TableFinding,
  TableProgress,
  TableResult,
  TableRun,
  Trained,
  TrainedEvent,
} from './events.js';
export { type FindTableLrOptions, type FoundTableRate, findTableLr } from './find-lr.js';
export { loadTableModel } from './load.js';
export type { LoopOptions } from './loop.js';
export type {
  ClassModel,
  ClassPrediction,
  QuantityModel,
  Row,
  TableModel,
  TableModelFiles,
} from './model.js';
export { exportTableOnnx, loadTableOnnx } from './onnx.js';
export type { ModelName, TrainTableOptions } from './options.js';
export {
  type ClassScores,
  classScores,
  type Parts,
  type QuantityScores,
  quantityScores,
  type Scores,
} from './scores.js';
export { trainTable } from './train.js';
