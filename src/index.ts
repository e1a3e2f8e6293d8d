/**
 * Galton: likelihood-free inference in TypeScript. The table of everything public, grouped by layer.
 *
 * @module
 */

// Errors
export { DomainError, FormatError, GaltonError, MissingGoldError, NotConvergedError, ShapeError } from "./errors.js";
export { logGamma } from "./numerics/log-gamma.js";
// Numerics
export type { Matrix, MatrixLike } from "./numerics/matrix.js";
export { standardNormalQuantile } from "./numerics/normal-quantile.js";
export type { ParameterRanges, Theta } from "./numerics/parameters.js";
export { fold, integers, type Key, key, permutation, type Stream, split, standardNormals, stream, uniforms } from "./numerics/random.js";

// Probability
export { bernoulli } from "./probability/bernoulli.js";
export { categorical } from "./probability/categorical.js";
export type { Distribution } from "./probability/distribution.js";
export { exponential } from "./probability/exponential.js";
export { gamma } from "./probability/gamma.js";
export { type IndependentPrior, independent, type Prior } from "./probability/independent.js";
export { logNormal } from "./probability/log-normal.js";
export { normal } from "./probability/normal.js";
export { poisson } from "./probability/poisson.js";
export type { Support } from "./probability/support.js";
export { uniform } from "./probability/uniform.js";

// Data

// Simulators

// Estimators

// Inference

// Figures
export { overlay, type PanelOptions, panels } from "./figures/compose.js";
export { contours } from "./figures/contours.js";
export { type CurveSeries, type PlotOptions, plotCurve } from "./figures/curve.js";
export { Figure, renderSvg } from "./figures/figure.js";
export { type HistogramOptions, type HistogramSeries, plotHistogram } from "./figures/histogram.js";
export { plotLikelihood } from "./figures/likelihood.js";
export type { AxisOptions, FigureOptions } from "./figures/options.js";
export type { RegionLike, RegionOptions } from "./figures/region.js";
export { plotScatter, type ScatterOptions, type ScatterSeries } from "./figures/scatter.js";
export type { VegaLiteSpec } from "./figures/spec.js";

// Platform
export { DISPLAY, type MimeBundle } from "./platform/notebook.js";
