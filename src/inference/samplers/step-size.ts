/** Below this an acceptance probability says no more. */
const LEAST_ACCEPTANCE = 1e-3;

/** Harmonic mean of the chains' acceptance probabilities: the chains in the sharpest bends set the step. */
export function harmonicMean(acceptances: readonly number[]): number {
  return acceptances.length / acceptances.reduce((total, value) => total + 1 / Math.max(value, LEAST_ACCEPTANCE), 0);
}

/** Step size of a leapfrog integrator, learnt from acceptance probabilities. */
export class StepSize {
  private logStep: number;
  private logAverage = 0;
  private errors = 0;
  private count = 0;
  private readonly centre: number;

  /**
   * Dual averaging towards an acceptance probability.
   *
   * log e_(t+1) = mu - sqrt(t) / gamma  sum_s (delta - a_s) / (t + t0),   averaged with weights t^-kappa
   *
   * @param first - Step size to begin with.
   * @param wanted - delta, the acceptance probability wanted.
   * @source Hoffman, Gelman 2014 (arXiv 1111.4246), section 3.2 and algorithm 5
   */
  constructor(
    first: number,
    private readonly wanted: number,
  ) {
    this.logStep = Math.log(first);
    this.centre = Math.log(10 * first);
  }

  get value(): number {
    return Math.exp(this.logStep);
  }

  /** Takes the acceptance probability of the last sweep. */
  learn(acceptance: number): void {
    const t = ++this.count;
    const share = 1 / (t + 10);
    this.errors = (1 - share) * this.errors + share * (this.wanted - acceptance);
    this.logStep = this.centre - (Math.sqrt(t) / 0.05) * this.errors;
    const weight = t ** -0.75;
    this.logAverage = weight * this.logStep + (1 - weight) * this.logAverage;
  }

  /** Takes the average for good. */
  freeze(): void {
    if (this.count > 0) this.logStep = this.logAverage;
  }
}
