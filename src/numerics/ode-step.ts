/**
 * One step of the Dormand-Prince pair: fifth order, with a fourth-order estimate of its error and a fourth-order interpolant.
 *
 * @module
 * @source Dormand, Prince 1980, J. Comp. Appl. Math. 6, 19; Hairer, Nørsett, Wanner 1993, "Solving ordinary differential equations I", sections II.5 and II.6
 */

/** The right-hand side of y' = f(t, y): reads y `[D]` and writes the slopes into `slope` `[D]`, so that nothing is allocated. */
export type OdeFunction = (t: number, y: Float64Array, slope: Float64Array) => void;

/** What is allowed for the error of a step, per component: absoluteTolerance + relativeTolerance |y|. */
export interface OdeTolerances {
  readonly relativeTolerance: number;
  readonly absoluteTolerance: number;
}

/** The state of an integration and its next step. */
export class DormandPrince {
  /** State at t `[D]`. */
  y: Float64Array;
  /** State at t + h after `attempt` `[D]`. */
  next: Float64Array;
  /** Slope at t `[D]`. */
  k1: Float64Array;
  /** Slope at t + h after `attempt` `[D]`: the first slope of the step after it. */
  k7: Float64Array;
  evaluations = 0;
  private readonly inner: Float64Array;
  private readonly k2: Float64Array;
  private readonly k3: Float64Array;
  private readonly k4: Float64Array;
  private readonly k5: Float64Array;
  private readonly k6: Float64Array;

  /**
   * @param f - Right-hand side.
   * @param initial - State `[D]`; it is copied.
   * @param tolerances - For the error norm.
   */
  constructor(
    private readonly f: OdeFunction,
    initial: ArrayLike<number>,
    private readonly tolerances: OdeTolerances,
  ) {
    const vector = () => new Float64Array(initial.length);
    this.y = Float64Array.from(initial);
    [this.next, this.k1, this.k7, this.inner] = [vector(), vector(), vector(), vector()];
    [this.k2, this.k3, this.k4, this.k5, this.k6] = [vector(), vector(), vector(), vector(), vector()];
  }

  /** Evaluates the slope at t, before the first step. */
  begin(t: number): void {
    this.slope(t, this.y, this.k1);
  }

  /** Tries the step from t to t + h: the root mean square of its error in units of what is allowed, NaN where a slope is. */
  attempt(t: number, h: number): number {
    this.firstStages(t, h);
    this.lastStages(t, h);
    return this.errorNorm(h);
  }

  /** Makes the end of the step the state. */
  accept(): void {
    [this.y, this.next] = [this.next, this.y];
    [this.k1, this.k7] = [this.k7, this.k1];
  }

  /** State at t + part h, for part in [0, 1], after `attempt` and before `accept`, into `out` from `offset` on. */
  interpolate(part: number, h: number, out: Float64Array, offset: number): void {
    const { y, next, k1, k3, k4, k5, k6, k7 } = this;
    const rest = 1 - part;
    for (let d = 0; d < y.length; d++) {
      const rise = next[d]! - y[d]!;
      const bend = h * k1[d]! - rise;
      const twist = rise - h * k7[d]! - bend;
      const last =
        (-12715105075 / 11282082432) * k1[d]! +
        (87487479700 / 32700410799) * k3[d]! -
        (10690763975 / 1880347072) * k4[d]! +
        (701980252875 / 199316789632) * k5[d]! -
        (1453857185 / 822651844) * k6[d]! +
        (69997945 / 29380423) * k7[d]!;
      out[offset + d] = y[d]! + part * (rise + rest * (bend + part * (twist + rest * h * last)));
    }
  }

  /** A first step that neither jumps over the solution nor creeps along it: Hairer's rule, of the size of y / y'. */
  firstStep(t: number, span: number): number {
    const { y, k1, k2, inner } = this;
    const [size, speed] = [this.norm(y), this.norm(k1)];
    const guess = Math.min(span, size < 1e-5 || speed < 1e-5 ? 1e-6 : (0.01 * size) / speed);
    for (let d = 0; d < y.length; d++) inner[d] = y[d]! + guess * k1[d]!;
    this.slope(t + guess, inner, k2);
    for (let d = 0; d < y.length; d++) inner[d] = k2[d]! - k1[d]!;
    const bend = Math.max(this.norm(inner) / guess, speed);
    const step = bend <= 1e-15 ? Math.max(1e-6, guess * 1e-3) : (0.01 / bend) ** 0.2;
    // A slope that is NaN at the guess says nothing about the size: the step control begins from the guess.
    return Number.isFinite(step) ? Math.min(100 * guess, step, span) : guess;
  }

  private firstStages(t: number, h: number): void {
    const { y, inner, k1, k2, k3, k4, k5 } = this;
    const D = y.length;
    for (let d = 0; d < D; d++) inner[d] = y[d]! + h * (1 / 5) * k1[d]!;
    this.slope(t + h / 5, inner, k2);
    for (let d = 0; d < D; d++) inner[d] = y[d]! + h * ((3 / 40) * k1[d]! + (9 / 40) * k2[d]!);
    this.slope(t + 0.3 * h, inner, k3);
    for (let d = 0; d < D; d++) inner[d] = y[d]! + h * ((44 / 45) * k1[d]! - (56 / 15) * k2[d]! + (32 / 9) * k3[d]!);
    this.slope(t + 0.8 * h, inner, k4);
    for (let d = 0; d < D; d++) {
      inner[d] = y[d]! + h * ((19372 / 6561) * k1[d]! - (25360 / 2187) * k2[d]! + (64448 / 6561) * k3[d]! - (212 / 729) * k4[d]!);
    }
    this.slope(t + (8 / 9) * h, inner, k5);
  }

  private lastStages(t: number, h: number): void {
    const { y, next, inner, k1, k2, k3, k4, k5, k6, k7 } = this;
    const D = y.length;
    for (let d = 0; d < D; d++) {
      const early = (9017 / 3168) * k1[d]! - (355 / 33) * k2[d]! + (46732 / 5247) * k3[d]!;
      inner[d] = y[d]! + h * (early + (49 / 176) * k4[d]! - (5103 / 18656) * k5[d]!);
    }
    this.slope(t + h, inner, k6);
    for (let d = 0; d < D; d++) {
      const early = (35 / 384) * k1[d]! + (500 / 1113) * k3[d]! + (125 / 192) * k4[d]!;
      next[d] = y[d]! + h * (early - (2187 / 6784) * k5[d]! + (11 / 84) * k6[d]!);
    }
    this.slope(t + h, next, k7);
  }

  private errorNorm(h: number): number {
    const { y, next, k1, k3, k4, k5, k6, k7 } = this;
    const { relativeTolerance, absoluteTolerance } = this.tolerances;
    let sum = 0;
    for (let d = 0; d < y.length; d++) {
      const early = (71 / 57600) * k1[d]! - (71 / 16695) * k3[d]! + (71 / 1920) * k4[d]!;
      const error = early - (17253 / 339200) * k5[d]! + (22 / 525) * k6[d]! - (1 / 40) * k7[d]!;
      const allowed = absoluteTolerance + relativeTolerance * Math.max(Math.abs(y[d]!), Math.abs(next[d]!));
      sum += ((h * error) / allowed) ** 2;
    }
    return Math.sqrt(sum / y.length);
  }

  private norm(vector: Float64Array): number {
    const { relativeTolerance, absoluteTolerance } = this.tolerances;
    let sum = 0;
    for (let d = 0; d < vector.length; d++) sum += (vector[d]! / (absoluteTolerance + relativeTolerance * Math.abs(this.y[d]!))) ** 2;
    return Math.sqrt(sum / vector.length);
  }

  private slope(t: number, y: Float64Array, out: Float64Array): void {
    this.evaluations++;
    this.f(t, y, out);
  }
}
