export { type CompiledStep, compileStep } from './compile-step.js';
export {
  type EndEvent,
  type EpochEvent,
  type FitEvent,
  type FitRun,
  Run,
  type StepsEvent,
} from './events.js';
export { type FitResult, fit } from './fit.js';
export type { FitOptions, Rows, StepOptions } from './options.js';
export { predictor } from './predictor.js';
export type { Problem } from './problem.js';
export * from './rate/index.js';
export * from './table/index.js';
export { transfer } from './transfer.js';
