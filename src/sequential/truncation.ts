/**
 * The prior within the region of highest density of a trained posterior q:
 *
 *   p~(theta) ~ p(theta) [ log q(theta) >= tau ],   tau: the quantile epsilon of log q at draws of q
 *
 * @module
 * @source Deistler, Goncalves, Macke 2022, arXiv:2210.04815, algorithms 1-3
 */
import { stacked } from "../data/sample-rows.js";
import { NotConvergedError } from "../errors.js";
import { type Matrix, zeros } from "../numerics/matrix.js";
import { fold, type Key, uniforms } from "../numerics/random.js";
import { rowsAt } from "../numerics/weighted.js";
import type { Prior } from "../probability/independent.js";
import { Budget } from "./budget.js";
import { densityOf } from "./density-of.js";
import type { DrawLimits, ProposalDraws } from "./method.js";
import { heaviest } from "./weighted-choice.js";

/** A density that can be drawn from, such as a trained posterior at an observation. */
export interface TruncatingDensity {
  sample(key: Key, n: number): Matrix;
  logProb(theta: Matrix): Float64Array;
}

/** What a truncated prior is made of. */
export interface TruncationParts {
  readonly prior: Prior;
  readonly density: TruncatingDensity;
  /** Part of the density's mass that is cut off. */
  readonly epsilon: number;
  /** For the draws that fix the threshold. */
  readonly key: Key;
}

/** Draws that lie below the threshold on average: it is known within a third. */
const BELOW = 10;
const FEWEST_DRAWS = 10_000;
const MOST_DRAWS = 1_000_000;
const BLOCK = 8192;
/** Draws of the prior before rejection is given up, and the rate of acceptance below which it is. */
const PATIENCE = 4 * BLOCK;
const LEAST_RATE = 1 / 256;
/** Candidates for each draw by importance. */
const CANDIDATES = 64;

/** A prior that is cut to where a posterior is. */
export class TruncatedPrior {
  private known: number | undefined;

  constructor(private readonly parts: TruncationParts) {}

  /** tau, the least log density within the region. */
  get threshold(): number {
    this.known ??= thresholdOf(this.parts);
    return this.known;
  }

  /** Whether each row of `[N, D]` lies within the region. */
  contains(theta: Matrix): boolean[] {
    return Array.from(this.parts.density.logProb(theta), (value) => value >= this.threshold);
  }

  /** n draws: of the prior, rejected outside the region; where too few of them lie within, of the posterior, chosen by importance. */
  async sample(key: Key, n: number, limits?: DrawLimits): Promise<ProposalDraws> {
    const budget = new Budget(limits);
    const found = await this.rejected(fold(key, 0), n, budget);
    if (found.theta.rows === n) return { ...found.theta, notes: [] };
    const theta = await this.chosen(fold(key, 1), n, budget);
    const note = `the truncated prior holds ${found.theta.rows} of ${found.tried} draws of the prior: drawn from the posterior by importance instead`;
    return { ...theta, notes: [note] };
  }

  private async rejected(key: Key, n: number, budget: Budget): Promise<{ readonly theta: Matrix; readonly tried: number }> {
    let theta = zeros(0, this.parts.prior.names.length);
    for (let block = 0; theta.rows < n; block++) {
      const tried = block * BLOCK;
      if (tried >= PATIENCE && theta.rows < LEAST_RATE * tried) return { theta, tried };
      await budget.check();
      theta = stacked(theta, this.inside(this.parts.prior.sample(fold(key, block), BLOCK)));
    }
    return { theta: firstRows(theta, n), tried: 0 };
  }

  /** Importance without repetition: n of many draws of q within the region, by the weights p / q. */
  private async chosen(key: Key, n: number, budget: Budget): Promise<Matrix> {
    const { prior, density } = this.parts;
    const logPrior = densityOf(prior) ?? ((theta: Matrix) => new Float64Array(theta.rows));
    let pool = zeros(0, prior.names.length);
    const blocks = Math.ceil((CANDIDATES * n) / BLOCK);
    for (let block = 0; block < blocks; block++) {
      await budget.check();
      pool = stacked(pool, this.inside(density.sample(fold(key, block), BLOCK)));
    }
    const logQ = density.logProb(pool);
    const rows = heaviest(
      logPrior(pool).map((value, i) => value - logQ[i]!),
      n,
      uniforms(fold(key, blocks), pool.rows),
    );
    if (rows.length === n) return rowsAt(pool, rows);
    const reason = `${rows.length} of ${n} draws of the truncated prior were found among ${blocks * BLOCK} of the posterior`;
    throw new NotConvergedError("sample", reason, rowsAt(pool, rows), "train on more simulations, or use apt or snl");
  }

  private inside(theta: Matrix): Matrix {
    const within = this.contains(theta);
    return rowsAt(
      theta,
      Array.from({ length: theta.rows }, (_, i) => i).filter((i) => within[i]),
    );
  }
}

function thresholdOf({ density, epsilon, key }: TruncationParts): number {
  const n = Math.min(MOST_DRAWS, Math.max(FEWEST_DRAWS, Math.ceil(BELOW / epsilon)));
  const values = density.logProb(density.sample(key, n)).sort();
  return values[Math.floor(epsilon * n)]!;
}

function firstRows(theta: Matrix, n: number): Matrix {
  return { rows: n, columns: theta.columns, values: theta.values.slice(0, n * theta.columns) };
}
