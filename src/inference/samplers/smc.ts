import { fold } from "../../numerics/random.js";
import { logSumExp } from "../../numerics/sums.js";
import { varianceOf } from "../posterior/rank-normalised.js";
import { type Target, tempered } from "../posterior/target.js";
import { checkCount } from "./chain-options.js";
import { FirstDraws, type Points } from "./first-draws.js";
import type { Outcome, Sampler, SamplerRun, SamplerSettings } from "./sampler.js";
import { Tempering } from "./tempering.js";
import { Trace } from "./trace.js";

/** Options of `smc`. */
export interface SmcOptions {
  /** Independent repetitions, among which the particles are divided; default 4. R-hat and the error of the evidence come from their spread. */
  readonly repetitions?: number;
  /** Rounds of two jumps and a slice sweep of each particle at each temperature; default 2. More cost more and forget more. */
  readonly sweeps?: number;
  /** Draws from the prior with which a repetition begins; default 2500, or the number of particles if that is larger. */
  readonly starts?: number;
}

/**
 * Sequential Monte Carlo: particles go from the prior to the posterior through tempered likelihoods. It gives the evidence, and copes with several modes.
 *
 * p_b(theta) ~ p(theta) L(theta)^b,   0 = b_0 < b_1 < ... = 1;   Z = prod_k mean w_k,   w_k = L^(b_k - b_(k-1))
 *
 * Each step is as large as leaves half of the particles effective; particles are resampled and moved by slice sampling.
 *
 * @param options - Repetitions, sweeps.
 * @returns A sampler for `posterior(...).sample`.
 * @throws {DomainError} When an option is not a number of the kind its documentation says.
 * @source Del Moral, Doucet, Jasra 2006, J. R. Statist. Soc. B 68, 411; steps: Jasra, Stephens, Doucet, Tsagaris 2011
 * @example
 * smc({ repetitions: 8 }).name; // "smc"
 */
export function smc({ repetitions = 4, sweeps = 2, starts = 2500 }: SmcOptions = {}): Sampler {
  checkCount("smc", "repetitions", repetitions);
  checkCount("smc", "sweeps", sweeps);
  checkCount("smc", "starts", starts);
  return { name: "smc", start: (target, settings) => new SmcRun(target, settings, { repetitions, sweeps, starts }) };
}

class SmcRun implements SamplerRun {
  private readonly finished: { readonly points: Points; readonly logEvidence: number }[] = [];
  private readonly particles: number;
  private first: FirstDraws;
  private tempering: Tempering | undefined;

  constructor(
    private readonly target: Target,
    private readonly settings: SamplerSettings,
    private readonly options: Required<SmcOptions>,
  ) {
    this.particles = Math.max(10, Math.ceil(settings.n / options.repetitions));
    this.first = new FirstDraws(target);
  }

  async run(): Promise<void> {
    const { particles } = this;
    const { repetitions, sweeps, starts } = this.options;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const key = fold(this.settings.key, repetition);
      this.first = new FirstDraws(this.target);
      const first = await this.first.draw(Math.max(starts, particles), fold(key, 0));
      this.tempering = new Tempering(this.target, { particles, sweeps, least: particles / 2, key: fold(key, 1) });
      const points = await this.tempering.run(first);
      const logPossible = Math.log(this.first.possible / this.first.drawn);
      this.finished.push({ points, logEvidence: this.tempering.logEvidence + logPossible });
      this.settings.progress((repetition + 1) / repetitions);
    }
  }

  outcome(): Outcome {
    const { target, finished } = this;
    const { n } = this.settings;
    const trace = new Trace(Math.max(1, finished.length), this.particles, target.dimension);
    const densities = finished.map(({ points }) => tempered(target.logBase(points.u), points.logL, 1));
    for (let k = 0; finished.length > 0 && k < this.particles; k++) {
      const rows = finished.flatMap(({ points }) => Array.from(points.u.values.subarray(k * target.dimension, (k + 1) * target.dimension)));
      const u = { rows: finished.length, columns: target.dimension, values: Float64Array.from(rows) };
      trace.add(
        u,
        Float64Array.from(densities, (density) => density[k]!),
      );
    }
    const outcome = trace.outcome(target, n);
    return {
      ...outcome,
      chains: finished.length,
      ...this.evidence(),
      notes: [...this.first.notes(), ...this.unfinished(), ...outcome.notes],
    };
  }

  /** log of the mean of the repetitions' evidences, and its relative error from their spread. */
  private evidence(): Pick<Outcome, "logEvidence" | "logEvidenceError"> {
    const logs = this.finished.map(({ logEvidence }) => logEvidence);
    if (logs.length === 0) return {};
    const logEvidence = logSumExp(logs) - Math.log(logs.length);
    if (logs.length === 1) return { logEvidence };
    const relative = logs.map((log) => Math.exp(log - logEvidence));
    return { logEvidence, logEvidenceError: Math.sqrt(varianceOf(relative) / logs.length) };
  }

  private unfinished(): string[] {
    const { repetitions } = this.options;
    if (this.finished.length === repetitions || this.first.possible === 0) return [];
    const beta = this.tempering?.beta ?? 0;
    return [`stopped after ${this.finished.length} of ${repetitions} repetitions, at likelihood to the power ${beta.toPrecision(2)}`];
  }
}
