export * from '@downslope/core';
export { type Expression, parseExpression } from './expression/expression.js';
export {
  type LoadedCheckpoint,
  loadCheckpoint,
  type SaveOptions,
  saveCheckpoint,
} from './files/checkpoints.js';
export { loadModel, saveModel } from './files/model.js';
export { type ReadOptions, readTable } from './files/tables.js';
export { type TensorboardWriter, tensorboardWriter } from './files/tensorboard.js';
export { writeTable } from './files/write.js';
// These find what the machine offers by themselves.
export {
  compile,
  compileStep,
  crossValidate,
  descent,
  findLr,
  fit,
  minimize,
  predictor,
  randomRestarts,
  trainTable,
} from './native/bound.js';
export { type ReportOptions, writeReport } from './report/write.js';
