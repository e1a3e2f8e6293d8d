/**
 * A ratio that knows how the density depends on theta: a polynomial with fixed monomials,
 *
 *   p(x given theta) = sum_k m_k(theta) q_k(x),   so that   r(x given theta) = sum_c w_c(theta) r_c(x)   with   w(theta) = m(theta) M^-1
 *
 * r_c is the ratio at basis point c and M_ck = m_k(theta_c). The network sees x alone and learns log r_c; theta enters exactly.
 *
 * @module
 * @source Brehmer, Cranmer, Louppe, Pavez 2018, arXiv:1805.00020, section III.D.4 (morphing-aware estimators)
 */
import { add, constant, exp, log, matmul, max, mul, sliceAxis, sum, type Tensor } from "../../compute/index.js";
import { DomainError, ShapeError } from "../../errors.js";
import { inverse } from "../../numerics/linear-solve.js";
import { type Matrix, zeros } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../../numerics/parameters.js";
import type { Standardiser } from "../../numerics/standardiser.js";
import type { Head } from "./head.js";

/** Density polynomial in theta: its monomials, and as many points at which the network learns the ratio. */
export interface Morphing {
  /** Exponents `[C, D]` of the monomials, e.g. `[[0], [1]]` for a density linear in one parameter. */
  readonly powers: readonly (readonly number[])[];
  /** C points at which the monomials are linearly independent; well spread over the range where the estimator is used. */
  readonly basis: readonly Theta[];
}

/** Least sum of weighted ratios: weights may be negative, and a sum below this says that the network has not learned the density. */
const FLOOR = 1e-6;

/**
 * The head of a morphing-aware network.
 *
 * @throws {ShapeError} When powers and basis differ in number, or a monomial has not one exponent for each parameter.
 * @throws {DomainError} When an exponent is no whole number, or the points do not determine the polynomial.
 */
export function morphingHead(
  where: string,
  morphing: Morphing,
  { parameters, theta0 }: { readonly parameters: ParameterRanges; readonly theta0: Standardiser },
): Head {
  const inverted = inverse(where, "morphing.basis at morphing.powers", assertMorphing(where, morphing, parameters));
  const C = morphing.powers.length;
  return {
    outputs: C,
    seesTheta: false,
    logRatio(outputs, theta) {
      const raw = add(mul(theta!, constant(theta0.scale)), constant(theta0.mean));
      const weights = matmul(monomials(raw, morphing.powers), constant(inverted.values, [C, C]));
      return log(max(sum(mul(weights, exp(outputs)), { axis: -1 }), FLOOR));
    },
  };
}

function assertMorphing(where: string, { powers, basis }: Morphing, parameters: ParameterRanges): Matrix {
  const D = Object.keys(parameters).length;
  if (powers.length === 0 || powers.length !== basis.length) {
    throw new ShapeError(where, "morphing.basis", `[${basis.length}]`, `[${powers.length}], one point for each monomial, at least one`);
  }
  powers.forEach((exponents, k) => {
    if (exponents.length !== D) throw new ShapeError(where, `morphing.powers[${k}]`, `[${exponents.length}]`, `[${D}]`);
    const bad = exponents.find((power) => !(Number.isSafeInteger(power) && power >= 0));
    if (bad !== undefined) throw new DomainError(where, `morphing.powers[${k}]`, bad, "whole numbers from 0");
  });
  const matrix = zeros(basis.length, powers.length);
  basis.forEach((theta, c) => {
    const row = toRow(where, `morphing.basis[${c}]`, theta, parameters);
    powers.forEach((exponents, k) => {
      matrix.values[c * powers.length + k] = exponents.reduce((product, power, d) => product * row[d]! ** power, 1);
    });
  });
  return matrix;
}

/** `[B, D]` to `[B, C]`, as the sum over k of each monomial in its own column. */
function monomials(theta: Tensor, powers: Morphing["powers"]): Tensor {
  const columns = powers[0]!.map((_, d) => sliceAxis(theta, 1, { start: d, end: d + 1 }));
  return powers
    .map((exponents, k) => {
      const factors = exponents.flatMap((power, d) => Array.from({ length: power }, () => columns[d]!));
      return mul(factors.reduce(mul, constant(1)), constant(powers.map((_, other) => (other === k ? 1 : 0))));
    })
    .reduce((total, part) => add(total, part));
}
