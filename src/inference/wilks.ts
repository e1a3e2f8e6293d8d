import { chiSquareQuantile } from "../numerics/special.js";

/** How probabilities become heights of the test statistic; `wilks()` makes one. */
export interface ConfidenceMethod {
  /** The method's name, as legends show it. */
  readonly name: string;
  /** What it assumes, in one sentence. */
  readonly note: string;
  /**
   * Height below which the test statistic lies with that probability at the true theta.
   *
   * @param probability - In (0, 1).
   * @param degreesOfFreedom - Number of parameters, D.
   */
  threshold(probability: number, degreesOfFreedom: number): number | Promise<number>;
}

/**
 * Confidence regions from the asymptotic distribution of the likelihood ratio.
 *
 * -2 log( L(theta) / L(thetaHat) ) follows a chi-square distribution with D degrees of freedom at the true theta, for many events. With one
 * parameter 68.27 % is at 1, 95.45 % at 4; with two at 2.2958 and 6.1801. Wrong for few events, at the end of a range, and where
 * parameters are not identified; use toys (Neyman) there.
 *
 * @returns The method for `confidenceRegion`.
 * @source Wilks 1938, Annals of Mathematical Statistics 9, 60; Cowan, Cranmer, Gross, Vitells 2010, arXiv:1007.1727, section 3.1
 * @example
 * wilks().threshold(0.95, 1); // 3.8414588206941236
 */
export function wilks(): ConfidenceMethod {
  return {
    name: "wilks",
    note: "asymptotic: -2 log λ taken as chi-square with one degree of freedom for each parameter",
    threshold: chiSquareQuantile,
  };
}
