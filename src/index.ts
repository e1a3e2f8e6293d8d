/**
 * Galton: likelihood-free inference in TypeScript. The table of everything public, grouped by layer.
 *
 * @module
 */

// Errors
export { DomainError, FormatError, GaltonError, MissingGoldError, NotConvergedError, ShapeError } from "./errors.js";

// Numerics
export type { Matrix, MatrixLike } from "./numerics/matrix.js";
export type { ParameterRanges, Theta } from "./numerics/parameters.js";

// Probability

// Data

// Simulators

// Estimators

// Inference

// Figures

// Platform
