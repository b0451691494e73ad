export { type Activation, type ActivationName, activations } from './activations.js';
export type { Initializer, ScaledOptions } from './init/index.js';
export * as initializers from './init/index.js';
export { type DenseOptions, type DenseParams, dense, type MaybeBiasedParams } from './layers/dense.js';
export * from './losses/index.js';
export { accuracy, auc, confusionMatrix, likeliest, logLoss, macroF1, mae, r2, rmse } from './metrics.js';
export { defineModel, type InitOptions, initParts, isWeight, type Model, type Tensors } from './model.js';
export { type LinearOptions, linear } from './models/linear.js';
export { type MlpOptions, type MlpParams, mlp } from './models/mlp.js';
