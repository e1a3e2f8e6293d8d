/**
 * The compute engine: trace a computation, differentiate it, and replay it on a backend.
 *
 * @module
 */

export type { Backend, BackendName, Executable, Graph, KernelTime, Numbers, Update } from "./backends/backend.js";
export { type BackendOptions, backend } from "./backends/select.js";
export { firstNonFinite, type NonFinite, type ReplayValues } from "./debug.js";
export { fused } from "./fused.js";
export { grad, vectorJacobian } from "./gradient.js";
export { convolution, type WindowOptions } from "./operations/convolution.js";
export {
  abs,
  add,
  div,
  equal,
  erf,
  exp,
  floor,
  gelu,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  max,
  min,
  mul,
  neg,
  reciprocal,
  relu,
  select,
  sigmoid,
  sign,
  softplus,
  sqrt,
  square,
  stopGradient,
  sub,
  tanh,
  zerosLike,
} from "./operations/elementwise.js";
export { gather, oneHot, scatter, searchSorted } from "./operations/indexing.js";
export { broadcastTo, concatenate, pad, reshape, slice, sliceAxis, transpose } from "./operations/layout.js";
export { type BatchNormOptions, batchMoments, batchNorm, type Moments } from "./operations/normalisation.js";
export { averagePool, maxPool, type WindowSize } from "./operations/pooling.js";
export { type MatmulOptions, matmul } from "./operations/product.js";
export { constantKey, dropout, type RandomOptions, randomKey, randomNormal, randomUniform } from "./operations/random.js";
export {
  cumulativeSum,
  logSoftmax,
  logSumExp,
  maximum,
  mean,
  type ReduceOptions,
  softmax,
  sum,
  variance,
} from "./operations/reduction.js";
export { constant, input, type Operand } from "./operations/source.js";
export { type Program, program, type Traced, type Values } from "./program.js";
export { type InputRows, rowFunction } from "./row-function.js";
export { type Shape, sizeOf } from "./shape.js";
export { inverseRationalQuadraticSpline, rationalQuadraticSpline, type SplineOptions, type SplineValue } from "./spline.js";
export type { FusedKernel, Tensor, Variable } from "./tensor.js";
export { variable } from "./variable.js";
