export { debiased, epsHat, movingAverage, oneMinus, oneMinusPower } from './averages.js';
export { chain, nameTransform } from './chain.js';
export { bytesPerParameter, coverage } from './coverage.js';
export { evaluationOf } from './evaluation.js';
export {
  applyUpdates,
  fullLike,
  globalNorm,
  type LeafContext,
  type LeafRule,
  leafwise,
  mapLeaves,
  stateless,
  zerosLike,
} from './leaves.js';
export { type AdEMAMixOptions, adEMAMix } from './optimizers/ad-ema-mix.js';
export { type AdabeliefOptions, adabelief } from './optimizers/adabelief.js';
export { type AdadeltaOptions, adadelta } from './optimizers/adadelta.js';
export { type AdafactorOptions, adafactor } from './optimizers/adafactor.js';
export { type AdagradOptions, adagrad } from './optimizers/adagrad.js';
export { type AdamOptions, adam } from './optimizers/adam.js';
export { type AdamWOptions, adamW } from './optimizers/adam-w.js';
export { type AdamaxOptions, adamax } from './optimizers/adamax.js';
export { type AdanOptions, adan } from './optimizers/adan.js';
export { type AdoptOptions, adopt } from './optimizers/adopt.js';
export { type AmsgradOptions, amsgrad } from './optimizers/amsgrad.js';
export { type AsgdOptions, asgd } from './optimizers/asgd.js';
export { type DAdaptAdamOptions, dAdaptAdam } from './optimizers/d-adapt-adam.js';
export { type FtrlOptions, ftrl } from './optimizers/ftrl.js';
export { type LambOptions, lamb } from './optimizers/lamb.js';
export { type LarsOptions, lars } from './optimizers/lars.js';
export { type LionOptions, lion } from './optimizers/lion.js';
export { hiddenMatrices, type MuonOptions, muon } from './optimizers/muon.js';
export { type NadamOptions, nadam } from './optimizers/nadam.js';
export { type NadamWOptions, nadamW } from './optimizers/nadam-w.js';
export { type NesterovOptions, nesterov } from './optimizers/nesterov.js';
export { type PolyakSGDOptions, polyakSGD } from './optimizers/polyak-sgd.js';
export { type ProdigyOptions, prodigy } from './optimizers/prodigy.js';
export { type QhAdamOptions, qhAdam } from './optimizers/qh-adam.js';
export { type RadamOptions, radam } from './optimizers/radam.js';
export { type RmspropOptions, rmsprop } from './optimizers/rmsprop.js';
export { type RpropOptions, rprop } from './optimizers/rprop.js';
export {
  type ScheduleFreeAdamWOptions,
  type ScheduleFreeSGDOptions,
  scheduleFreeAdamW,
  scheduleFreeSGD,
} from './optimizers/schedule-free.js';
export { type SgdOptions, sgd } from './optimizers/sgd.js';
export { type SgldOptions, sgld } from './optimizers/sgld.js';
export { type ShampooOptions, shampoo } from './optimizers/shampoo.js';
export { type SignSGDOptions, signSGD } from './optimizers/sign-sgd.js';
export { type SoapOptions, soap } from './optimizers/soap.js';
export { type SophiaOptions, sophia } from './optimizers/sophia.js';
export { type YogiOptions, yogi } from './optimizers/yogi.js';
export type { Convention } from './options.js';
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
export { perEpoch } from './schedules/per-epoch.js';
export { polynomialDecay } from './schedules/polynomial-decay.js';
export { scaleForBatch } from './schedules/scale-for-batch.js';
export { stepDecay } from './schedules/step-decay.js';
export { warmup } from './schedules/warmup.js';
export { warmupForBatch } from './schedules/warmup-for-batch.js';
export { warmupStableDecay } from './schedules/warmup-stable-decay.js';
export {
  asked,
  type Context,
  type Evaluation,
  type Leaves,
  type Schedulable,
  type Schedule,
  type State,
  type Transform,
  valueAt,
} from './transform.js';
export { accumulate } from './transforms/accumulate.js';
export { addDecayedWeights } from './transforms/add-decayed-weights.js';
export { type AddMomentumOptions, addMomentum } from './transforms/add-momentum.js';
export { addNoise } from './transforms/add-noise.js';
export { centralize } from './transforms/centralize.js';
export { clipAdaptive } from './transforms/clip-adaptive.js';
export { type ClipByGlobalNormOptions, clipByGlobalNorm } from './transforms/clip-by-global-norm.js';
export { clipByNorm } from './transforms/clip-by-norm.js';
export { clipByValue } from './transforms/clip-by-value.js';
export { ema } from './transforms/ema.js';
export { freeze } from './transforms/freeze.js';
export { type Group, groups } from './transforms/groups.js';
export { type LookaheadOptions, lookahead } from './transforms/lookahead.js';
export { type LossScalingOptions, lossScaling } from './transforms/loss-scaling.js';
export { masked } from './transforms/masked.js';
export { type ProximalOptions, proximal } from './transforms/proximal.js';
export { type ReduceOnPlateauOptions, reduceOnPlateau } from './transforms/reduce-on-plateau.js';
export { type SamOptions, sam } from './transforms/sam.js';
export { scaleBy } from './transforms/scale-by.js';
export { type ScaleByAdEMAMixOptions, scaleByAdEMAMix } from './transforms/scale-by-ad-ema-mix.js';
export { type ScaleByAdamOptions, scaleByAdam } from './transforms/scale-by-adam.js';
export { scaleByLearningRate } from './transforms/scale-by-learning-rate.js';
export { type ScaleByNadamOptions, scaleByNadam } from './transforms/scale-by-nadam.js';
export { type ScaleByRadamOptions, scaleByRadam } from './transforms/scale-by-radam.js';
export { type ScaleByRmsOptions, scaleByRms } from './transforms/scale-by-rms.js';
export { type ScaleByRssOptions, scaleByRss } from './transforms/scale-by-rss.js';
export { type ScaleByTrustRatioOptions, scaleByTrustRatio } from './transforms/scale-by-trust-ratio.js';
export { matrices, type Selector } from './transforms/select.js';
export { skipNonFinite } from './transforms/skip-non-finite.js';
export { swa } from './transforms/swa.js';
export { type SwitchOptions, switchOptimizer } from './transforms/switch-optimizer.js';
