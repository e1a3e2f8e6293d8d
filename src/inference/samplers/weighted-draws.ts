import { DomainError, ShapeError } from "../../errors.js";
import { concatenated } from "../../numerics/concatenate.js";
import { isMatrix, type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { fold, type Key } from "../../numerics/random.js";
import { logSumExp } from "../../numerics/sums.js";
import { paretoShape } from "../posterior/pareto.js";
import type { Evaluated, Target } from "../posterior/target.js";
import { weightSize } from "./resampling.js";

/** An approximate posterior to draw from, such as a trained one at an observation. */
export interface Proposal {
  /** n independent points `[n, D]`. */
  sample(key: Key, n: number): Matrix;
  /** log q `[N]` at points `[N, D]`, normalised. */
  logProb(theta: Matrix): Float64Array;
}

/** A k above this says that averages over the weights cannot be relied upon. */
const MOST_SHAPE = 0.7;
const FEWEST_EFFECTIVE = 100;
const BLOCK = 4096;

/** Draws of a proposal with importance weights p(theta) L(theta) / q(theta), added batch by batch. */
export class WeightedDraws {
  private readonly parts: { readonly theta: Matrix; readonly logWeights: Float64Array; readonly logProb: Float64Array }[] = [];

  /** Without a proposal the draws are the prior's. */
  constructor(
    private readonly target: Target,
    private readonly proposal?: Proposal,
  ) {}

  /** Draws until `wanted` are there. */
  async draw(wanted: number, key: Key, progress: (part: number) => void): Promise<void> {
    const fromPrior = this.target.priorDraws(key);
    for (let block = 0, drawn = 0; drawn < wanted; block++) {
      const rows = Math.min(BLOCK, wanted - drawn);
      await this.target.eachPiece(this.proposal ? this.proposed(fold(key, block), rows) : fromPrior(rows), (piece) => this.add(piece));
      drawn += rows;
      progress(drawn / wanted);
    }
  }

  private proposed(key: Key, rows: number): Matrix {
    const theta = this.proposal!.sample(key, rows);
    if (isMatrix(theta) && theta.rows === rows && theta.columns === this.target.dimension) return theta;
    throw new ShapeError(
      "importance",
      "proposal.sample(key, n)",
      `[${theta?.rows}, ${theta?.columns}]`,
      `[${rows}, ${this.target.dimension}]`,
    );
  }

  private add({ theta, logPrior, logL }: Evaluated): true {
    const logProb = logPrior.map((value, i) => (logL[i]! > -Infinity ? value + logL[i]! : -Infinity));
    const logQ = this.proposal ? this.proposal.logProb(theta) : logPrior;
    const logWeights = logProb.map((value, i) => (value > -Infinity ? value - checkLogQ(logQ[i]!) : -Infinity));
    this.parts.push({ theta, logWeights, logProb });
    return true;
  }

  /** Number of draws. */
  get drawn(): number {
    return this.parts.reduce((total, { theta }) => total + theta.rows, 0);
  }

  /** log weights of all draws `[N]`. */
  get logWeights(): Float64Array {
    return concatenated(this.parts.map(({ logWeights }) => logWeights));
  }

  get logProb(): Float64Array {
    return concatenated(this.parts.map(({ logProb }) => logProb));
  }

  get theta(): Matrix {
    return { rows: this.drawn, columns: this.target.dimension, values: concatenated(this.parts.map(({ theta }) => theta.values)) };
  }

  /** The draws of some rows. */
  rows(rows: ArrayLike<number>): Matrix {
    const all = this.theta;
    const picked = zeros(rows.length, all.columns);
    for (let i = 0; i < rows.length; i++) rowOf(picked, i).set(rowOf(all, rows[i]!));
    return picked;
  }

  /** What the weights say: evidence, effective size, shape of the tail. */
  summary(): WeightSummary {
    const logWeights = this.logWeights;
    const size = weightSize(logWeights);
    const n = logWeights.length;
    return {
      size,
      efficiency: n > 0 ? size / n : 0,
      logEvidence: logSumExp(logWeights) - Math.log(n),
      // Relative error of the mean weight, sqrt( var w / N ) / mean w.
      logEvidenceError: size > 0 ? Math.sqrt(Math.max(0, 1 / size - 1 / n)) : Infinity,
      kHat: paretoShape(logWeights),
    };
  }
}

/** What importance weights say of a proposal. */
export interface WeightSummary {
  /** Effective number of the weighted draws. */
  readonly size: number;
  /** Effective number over number. */
  readonly efficiency: number;
  readonly logEvidence: number;
  readonly logEvidenceError: number;
  readonly kHat: number | undefined;
}

/** Says that a budget cut the draws short. */
export function missingNotes(drawn: number, wanted: number, of: string): string[] {
  return drawn < wanted ? [`stopped after ${drawn} of ${wanted} draws from ${of}`] : [];
}

/** Sentences on weights that cannot be relied upon. */
export function weightNotes({ size, kHat }: WeightSummary, drawn: number, of: string): string[] {
  if (drawn > 0 && size === 0) return [`none of ${drawn} draws from ${of} is possible`];
  const notes = [];
  if (size < FEWEST_EFFECTIVE && drawn > FEWEST_EFFECTIVE) {
    notes.push(`${drawn} weighted draws from ${of} are worth ${size.toFixed(1)}: the posterior is much narrower, or elsewhere`);
  }
  if (kHat !== undefined && kHat > MOST_SHAPE)
    notes.push(`the largest weights have Pareto k = ${kHat.toFixed(2)} > ${MOST_SHAPE}: ${of} misses part of the posterior`);
  return notes;
}

function checkLogQ(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new DomainError("importance", "proposal.logProb(theta)", value, "a finite number at the proposal's own draws");
}
