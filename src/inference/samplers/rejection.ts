import { rowOf, zeros } from "../../numerics/matrix.js";
import { fold, type Stream, stream } from "../../numerics/random.js";
import type { Evaluated, Target } from "../posterior/target.js";
import { checkCount } from "./chain-options.js";
import type { Outcome, Sampler, SamplerRun, SamplerSettings } from "./sampler.js";

/** Options of `rejection`. */
export interface RejectionOptions {
  /** Draws from the prior at most; default ten million. */
  readonly draws?: number;
}

const MOST_DRAWS = 10_000_000;
const BLOCK = 4096;
/** A bound from fewer accepted draws than this may still rise much. */
const FEWEST_SURE = 100;

/**
 * Rejection sampling from the prior: independent, exact draws, where the posterior is not much narrower than the prior.
 *
 * accept theta ~ p(theta) when u < L(theta) / max L,   u ~ U(0, 1)
 *
 * The largest likelihood is that of the draws themselves; each draw keeps its u, so that a larger one found late rejects again what came before. The part of the
 * posterior above the bound of the last draw is cut, which is of the order of one draw.
 *
 * @param options - Most draws.
 * @returns A sampler for `posterior(...).sample`.
 * @throws {DomainError} When `draws` is not a number of draws.
 * @source von Neumann 1951
 * @example
 * rejection().name; // "rejection"
 */
export function rejection({ draws = MOST_DRAWS }: RejectionOptions = {}): Sampler {
  checkCount("rejection", "draws", draws);
  return { name: "rejection", start: (target, settings) => new RejectionRun(target, settings, draws) };
}

/** A draw that the bound so far accepts. */
interface Candidate {
  readonly theta: Float64Array;
  readonly logL: number;
  readonly logProb: number;
  readonly logU: number;
}

class RejectionRun implements SamplerRun {
  private kept: Candidate[] = [];
  private drawn = 0;
  private bound = -Infinity;
  /** Sums of L / bound and of its square over all draws. */
  private sum = 0;
  private squares = 0;
  private readonly source: Stream;

  constructor(
    private readonly target: Target,
    private readonly settings: SamplerSettings,
    private readonly most: number,
  ) {
    this.source = stream(fold(settings.key, 1));
  }

  async run(): Promise<void> {
    const next = this.target.priorDraws(fold(this.settings.key, 0));
    while (this.wanting) await this.target.eachPiece(next(Math.min(BLOCK, this.most - this.drawn)), (piece) => this.add(piece));
  }

  private get wanting(): boolean {
    return this.kept.length < this.settings.n && this.drawn < this.most;
  }

  private add({ theta, logPrior, logL }: Evaluated): boolean {
    this.drawn += theta.rows;
    this.raise(Math.max(...logL));
    for (let i = 0; i < theta.rows; i++) {
      const logU = Math.log(this.source.uniform());
      const ratio = Math.exp(logL[i]! - this.bound);
      if (!(logL[i]! > -Infinity)) continue;
      this.sum += ratio;
      this.squares += ratio * ratio;
      const candidate = { theta: rowOf(theta, i), logL: logL[i]!, logProb: logL[i]! + logPrior[i]!, logU };
      if (logU < logL[i]! - this.bound) this.kept.push(candidate);
    }
    this.settings.progress(Math.min(1, this.kept.length / this.settings.n));
    return this.wanting;
  }

  private raise(logL: number): void {
    if (!(logL > this.bound)) return;
    const shrink = Math.exp(this.bound - logL);
    this.sum *= shrink;
    this.squares *= shrink * shrink;
    this.bound = logL;
    this.kept = this.kept.filter((candidate) => candidate.logU < candidate.logL - logL);
  }

  outcome(): Outcome {
    const accepted = this.kept.slice(0, this.settings.n);
    const theta = zeros(accepted.length, this.target.dimension);
    accepted.forEach((candidate, i) => {
      rowOf(theta, i).set(candidate.theta);
    });
    const mean = this.sum / this.drawn;
    const evidence = {
      logEvidence: this.bound + Math.log(mean),
      logEvidenceError: Math.sqrt(Math.max(0, this.squares / this.drawn - mean * mean) / this.drawn) / mean,
    };
    return {
      theta,
      logProb: Float64Array.from(accepted, ({ logProb }) => logProb),
      chains: 1,
      ess: new Float64Array(this.target.dimension).fill(accepted.length),
      ...(mean > 0 ? evidence : {}),
      notes: this.notes(accepted.length),
    };
  }

  private notes(accepted: number): string[] {
    const { drawn } = this;
    const { n } = this.settings;
    if (drawn === 0) return [];
    if (this.bound === -Infinity)
      return [`logL is -Infinity, or has no value, at all ${drawn} draws from the prior: check the observation, or narrow the prior`];
    const rate = `${accepted} of ${n} draws after ${drawn} from the prior: the likelihood accepts ${((100 * this.kept.length) / drawn).toPrecision(2)}%`;
    const short = accepted < n ? [`${rate}; use slice() or smc()`] : [];
    return this.kept.length < Math.min(n, FEWEST_SURE) ? [...short, "with so few draws the largest likelihood is not known well"] : short;
  }
}
