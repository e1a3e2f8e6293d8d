import { DomainError } from "../../errors.js";
import { columnOf, type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../../numerics/parameters.js";
import { momentsOf, quantileOf } from "../../numerics/quantiles.js";
import { type Key, stream } from "../../numerics/random.js";
import { DISPLAY, type MimeBundle } from "../../platform/notebook.js";
import type { Outcome } from "../samplers/sampler.js";
import type { StopReason } from "./budget.js";
import { htmlTable, textTable } from "./table.js";

/** What a run cost and how it ended. */
export interface RunReport {
  readonly sampler: string;
  readonly evaluations: number;
  readonly seconds: number;
  readonly stopped: StopReason;
  readonly diagnosis: readonly string[];
}

/** Draws from a posterior, all of one weight, with how well they represent it; what `posterior(...).sample` returns. */
export class PosteriorSamples<Ranges extends ParameterRanges = ParameterRanges> {
  /** Names of the parameters `[D]`, in the order of theta's columns. */
  readonly names: readonly (keyof Ranges & string)[];
  /** Draws `[M, D]`; fewer than asked for, none perhaps, when a budget was used up. */
  readonly theta: Matrix;
  /** log L(theta) + log p(theta) of each draw `[M]`, not normalised. */
  readonly logProb: Float64Array;
  /** Rank-normalised split R-hat of each parameter; undefined where draws are independent (`importance`, `rejection`) or too few to tell. */
  readonly rHat: Theta<Ranges> | undefined;
  /** Effective number of independent draws of each parameter. */
  readonly ess: Theta<Ranges>;
  /** Effective number of independent draws for the 5% and 95% quantiles; undefined where draws are independent. */
  readonly essTail: Theta<Ranges> | undefined;
  /** Number of chains; 1 for independent draws. */
  readonly chains: number;
  /** log of the integral of likelihood times prior, from `smc`, `importance` and `rejection`. */
  readonly logEvidence: number | undefined;
  /** Standard error of `logEvidence`. */
  readonly logEvidenceError: number | undefined;
  /** Name of the sampler. */
  readonly sampler: string;
  /** Evaluations of the log-likelihood. */
  readonly evaluations: number;
  readonly seconds: number;
  /** Why it ended: "done", or the budget that was used up, or "stuck". */
  readonly stopped: StopReason;
  /** Sentences on what is not well, empty when all is: which chain, which region, NaN at which theta. */
  readonly diagnosis: readonly string[];

  /**
   * @param parameters - Range of each parameter by name.
   * @param outcome - The sampler's draws.
   * @param report - What the run cost and how it ended.
   */
  constructor(
    readonly parameters: Ranges,
    outcome: Outcome,
    report: RunReport,
  ) {
    this.names = Object.keys(parameters);
    this.theta = outcome.theta;
    this.logProb = outcome.logProb;
    this.rHat = outcome.rHat && this.named(outcome.rHat);
    this.ess = this.named(outcome.ess);
    this.essTail = outcome.essTail && this.named(outcome.essTail);
    this.chains = outcome.chains;
    this.logEvidence = outcome.logEvidence;
    this.logEvidenceError = outcome.logEvidenceError;
    this.sampler = report.sampler;
    this.evaluations = report.evaluations;
    this.seconds = report.seconds;
    this.stopped = report.stopped;
    this.diagnosis = report.diagnosis;
  }

  /** Average of each parameter. */
  get mean(): Theta<Ranges> {
    return this.ofColumns("mean", (column) => momentsOf(column).mean);
  }

  /** Standard deviation of each parameter. */
  get std(): Theta<Ranges> {
    return this.ofColumns("std", (column) => momentsOf(column).std);
  }

  /**
   * Quantile of each parameter by itself.
   *
   * @param p - Probability from 0 to 1.
   * @returns By name.
   * @throws {DomainError} When p is no probability, or there are no draws.
   */
  quantile(p: number): Theta<Ranges> {
    if (!(p >= 0 && p <= 1)) throw new DomainError("quantile", "p", p, "a probability from 0 to 1");
    return this.ofColumns("quantile", (column) => quantileOf(column, p));
  }

  /**
   * Draws among the draws, with replacement.
   *
   * @param key - Which.
   * @param n - How many.
   * @returns `[n, D]`.
   * @throws {DomainError} When n is not a whole number, or there are no draws.
   */
  sample(key: Key, n: number): Matrix {
    if (!(Number.isSafeInteger(n) && n >= 0)) throw new DomainError("sample", "n", n, "a whole number");
    this.assertSome("sample");
    const source = stream(key);
    const rows = zeros(n, this.theta.columns);
    for (let i = 0; i < n; i++) rowOf(rows, i).set(rowOf(this.theta, source.integer(this.theta.rows)));
    return rows;
  }

  /** @returns The summary as a table of text. */
  toString(): string {
    return [this.headline, textTable(this.cells), ...this.diagnosis].join("\n");
  }

  /** How a notebook shows it. */
  [DISPLAY](): MimeBundle {
    return { "text/html": htmlTable(this.headline, this.cells, this.diagnosis), "text/plain": this.toString() };
  }

  private get headline(): string {
    const ended = this.stopped === "done" ? "" : `, stopped: ${this.stopped}`;
    return `${this.theta.rows} draws by ${this.sampler}, ${this.evaluations} evaluations, ${this.seconds.toFixed(1)} s${ended}`;
  }

  private get cells(): string[][] {
    const head = ["", "mean", "std", "5%", "95%", "R-hat", "ESS"];
    if (this.theta.rows === 0) return [head];
    const [mean, std, low, high] = [this.mean, this.std, this.quantile(0.05), this.quantile(0.95)];
    const rows = this.names.map((name) => [
      name,
      ...[mean, std, low, high].map((theta) => theta[name].toPrecision(4)),
      this.rHat ? this.rHat[name].toFixed(3) : "",
      this.ess[name].toFixed(0),
    ]);
    return [head, ...rows];
  }

  private ofColumns(where: string, of: (column: Float64Array) => number): Theta<Ranges> {
    this.assertSome(where);
    return this.named(this.names.map((_, d) => of(columnOf(this.theta, d))));
  }

  private assertSome(where: string): void {
    if (this.theta.rows > 0) return;
    throw new DomainError(where, "number of draws", 0, "at least one", this.diagnosis[0] ?? "give the sampler a larger budget");
  }

  private named(row: ArrayLike<number>): Theta<Ranges> {
    return toTheta(row, this.parameters) as Theta<Ranges>;
  }
}
