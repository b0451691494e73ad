export type { Averaging } from './averaging.js';
export type { BatchOptions } from './batches.js';
export type { CheckpointOptions, Every } from './checkpoints.js';
export type { ClipOptions } from './clipping.js';
export { type CompiledStep, compileStep } from './compile-step.js';
export type { Command } from './control.js';
export type { EarlyStopping } from './early-stopping.js';
export type {
  CheckpointEvent,
  EndEvent,
  EpochEvent,
  FindingEvent,
  FitEvent,
  FitProgress,
  FitRun,
  StepEvent,
} from './events.js';
export { type FitResult, fit } from './fit.js';
export type { Metric } from './metrics.js';
export type { FitOptions, Rows, StepOptions } from './options.js';
export { predictor } from './predictor.js';
export type { Problem } from './problem.js';
export * from './rate/index.js';
export { Run } from './run.js';
export type { Snapshot } from './snapshot.js';
export type { StopOptions } from './stops.js';
export * from './table/index.js';
export { transfer } from './transfer.js';
