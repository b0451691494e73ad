export { type Training, type TrainingPass, trainingPass } from '../tensor/training.js';
export { type Activation, type ActivationName, activations } from './activations.js';
export {
  type AveragePoolOptions,
  averagePool,
  type ConvolveOptions,
  convolve,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  type PoolOptions,
} from './convolve.js';
export type { Initializer, ScaledOptions } from './init/index.js';
export * as initializers from './init/index.js';
export { type AttentionOptions, type AttentionParams, attention } from './layers/attention.js';
export { type BatchNormOptions, type BatchNormParams, batchNorm } from './layers/batch-norm.js';
export { type ConvOptions, conv } from './layers/conv.js';
export { type DenseOptions, type DenseParams, dense, type MaybeBiasedParams } from './layers/dense.js';
export { type DropoutOptions, dropout } from './layers/dropout.js';
export { type EmbeddingOptions, type EmbeddingParams, embedding } from './layers/embedding.js';
export { type GroupNormOptions, type GroupNormParams, groupNorm } from './layers/group-norm.js';
export { gru } from './layers/gru.js';
export { type LayerNormOptions, type LayerNormParams, layerNorm } from './layers/layer-norm.js';
export { lstm } from './layers/lstm.js';
export type { RecurrentOptions, RecurrentParams } from './layers/recurrent.js';
export { residual } from './layers/residual.js';
export { type RmsNormOptions, type RmsNormParams, rmsNorm } from './layers/rms-norm.js';
export { type SequentialParams, sequential } from './layers/sequential.js';
export {
  type TransformerBlockOptions,
  type TransformerBlockParams,
  transformerBlock,
} from './layers/transformer-block.js';
export * from './losses/index.js';
export { accuracy, auc, confusionMatrix, likeliest, logLoss, macroF1, mae, r2, rmse } from './metrics.js';
export { defineModel, type InitOptions, initParts, isWeight, type Model, type Tensors } from './model.js';
export { type GptOptions, type GptParams, gpt } from './models/gpt.js';
export { type LinearOptions, linear } from './models/linear.js';
export { type MlpOptions, type MlpParams, mlp } from './models/mlp.js';
