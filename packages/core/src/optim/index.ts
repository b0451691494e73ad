export { debiased, movingAverage, oneMinus } from './averages.js';
export { chain, nameTransform } from './chain.js';
export {
  applyUpdates,
  globalNorm,
  type LeafContext,
  type LeafRule,
  leafwise,
  mapLeaves,
  stateless,
  zerosLike,
} from './leaves.js';
export { type AdagradOptions, adagrad } from './optimizers/adagrad.js';
export { type AdamOptions, adam } from './optimizers/adam.js';
export { type AdamWOptions, adamW } from './optimizers/adam-w.js';
export { type NesterovOptions, nesterov } from './optimizers/nesterov.js';
export { type RmspropOptions, rmsprop } from './optimizers/rmsprop.js';
export { type SgdOptions, sgd } from './optimizers/sgd.js';
export { OPTIMIZERS, optimizerNamed, SCHEDULES, scheduleNamed } from './registry.js';
export { constant } from './schedules/constant.js';
export { cosine } from './schedules/cosine.js';
export { cosineRestarts } from './schedules/cosine-restarts.js';
export { type CyclicOptions, cyclic } from './schedules/cyclic.js';
export { exponential } from './schedules/exponential.js';
export { inverseSqrt } from './schedules/inverse-sqrt.js';
export { inverseTime } from './schedules/inverse-time.js';
export { join } from './schedules/join.js';
export { linearDecay } from './schedules/linear-decay.js';
export { multiStep } from './schedules/multi-step.js';
export { type OneCycleOptions, oneCycle } from './schedules/one-cycle.js';
export { polynomialDecay } from './schedules/polynomial-decay.js';
export { scaleForBatch } from './schedules/scale-for-batch.js';
export { stepDecay } from './schedules/step-decay.js';
export { warmup } from './schedules/warmup.js';
export { warmupStableDecay } from './schedules/warmup-stable-decay.js';
export {
  type Context,
  type Leaves,
  type Schedulable,
  type Schedule,
  type State,
  type Transform,
  valueAt,
} from './transform.js';
export { addDecayedWeights } from './transforms/add-decayed-weights.js';
export { type AddMomentumOptions, addMomentum } from './transforms/add-momentum.js';
export { clipByGlobalNorm } from './transforms/clip-by-global-norm.js';
export { clipByValue } from './transforms/clip-by-value.js';
export { type ScaleByAdamOptions, scaleByAdam } from './transforms/scale-by-adam.js';
export { scaleByLearningRate } from './transforms/scale-by-learning-rate.js';
export { type ScaleByRmsOptions, scaleByRms } from './transforms/scale-by-rms.js';
export { type ScaleByRssOptions, scaleByRss } from './transforms/scale-by-rss.js';
