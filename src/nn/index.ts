/**
 * Networks and their training: layers, first weights, optimisers, schedules, and the one training loop.
 *
 * @module
 */
export { type Activation, type ActivationName, activationFunction } from "./activation.js";
export {
  type Fans,
  fansOf,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initialisation,
  lecunNormal,
  lecunUniform,
  normalWith,
  uniformWithin,
  zeros,
} from "./initialisation.js";
export { type BatchNormLayerOptions, batchNormLayer } from "./layers/batch-norm.js";
export { type ConvolutionLayerOptions, convolutionLayer } from "./layers/convolution.js";
export { dropoutLayer } from "./layers/dropout.js";
export { composed, flatten, type Layer, type LayerLike, sequential } from "./layers/layer.js";
export { type LinearOptions, linear, type MaskedLinearOptions, maskedLinear } from "./layers/linear.js";
export { type MlpOptions, mlp, type ResidualMlpOptions, residualMlp } from "./layers/mlp.js";
export { type ResidualBlockOptions, type Resnet18Options, residualBlock, resnet18 } from "./layers/resnet.js";
export { type AdamOptions, type AdamWOptions, adam, adamW } from "./optimisers/adam.js";
export { clipByGlobalNorm, clipByValue, type GradientMap, globalNorm } from "./optimisers/clip.js";
export type { Optimiser, OptimiserState } from "./optimisers/optimiser.js";
export {
  constantRate,
  cosineDecay,
  exponentialDecay,
  type OneCycleOptions,
  oneCycle,
  type Schedule,
  stepDecay,
  type TrainingTime,
  warmUp,
} from "./optimisers/schedules.js";
export { type SgdOptions, sgd } from "./optimisers/sgd.js";
export { type DrawingPass, inference, makePass, type Pass, type RecordedPass } from "./pass.js";
export type { BestEpoch, Checkpoint, EpochSums, Snapshot } from "./training/checkpoint.js";
export type { Divergence, EpochRecord } from "./training/history.js";
export type {
  StepOptions,
  StopOptions,
  StopReason,
  Training,
  TrainingOptions,
  TrainingTask,
} from "./training/options.js";
export { train } from "./training/train.js";
