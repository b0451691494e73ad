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
export { exponential } from './schedules/exponential.js';
export { stepDecay } from './schedules/step-decay.js';
export { warmup } from './schedules/warmup.js';
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
