/**
 * Approximate Bayesian computation by sequential Monte Carlo: a population of parameters moves from the prior to the posterior through
 * tolerances that fall by themselves, so that simulations are spent near where the data sets resemble the observed one.
 *
 *   population t:  u' ~ w(t-1), u ~ N(u', 2 C(t-1)), x' ~ p(x' | theta(u)), kept when d(s(x'), s(x)) <= tolerance(t)
 *   w(t)(u) = p(u) / sum_j w_j(t-1) N(u; u_j, 2 C(t-1)),   tolerance(t) = quantile of the distances of population t-1
 *
 * Every population is one of the posterior at its tolerance, up to importance weights; it needs the prior's density.
 *
 * @module
 * @source Beaumont et al. 2009, Biometrika 96, 983; Toni et al. 2009, J. R. Soc. Interface 6, 187; Del Moral et al. 2012, Stat. Comput. 22, 1009; Prangle 2017, Bayesian Analysis 12, 289
 */
import { DomainError, InterruptedError, NotConvergedError } from "../../errors.js";
import type { MatrixLike } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { fold, type Key, key, type Stream, stream } from "../../numerics/random.js";
import { effectiveSize } from "../../numerics/weighted.js";
import { notebook } from "../../platform/notebook.js";
import { distanceTo } from "../distance.js";
import { stackRows } from "../summary.js";
import { adjust } from "./adjustment.js";
import { assertCount, type DataSets, dataSetsLike } from "./data-sets.js";
import { type Particle, type Point, Population, UnboundedPrior } from "./population.js";
import { type Accepted, abcPosterior } from "./posterior.js";
import { SmcLimits, type SmcStop } from "./smc-limits.js";
import { type AbcRound, type AbcSmcOptions, type AbcSmcPosterior, type AbcSmcRequest, smcRequest, smcSettings } from "./smc-options.js";
import { nextStep } from "./smc-schedule.js";

/** ABC by sequential Monte Carlo with its options set. */
export interface AbcSmc {
  /**
   * Moves a population from the prior to the posterior until a rule ends it.
   *
   * @param observed - Observed events `[n, L]`.
   * @param request - Prior, simulator, size of the population, budget, seed.
   * @returns The last whole population, with the tolerances on the way and why it ended.
   * @throws {NotConvergedError} When the seconds were over before the first population was whole, or the last one cannot be adjusted; `best` is it without.
   * @throws {InterruptedError} When it was interrupted before the first population was whole.
   */
  sample<Ranges extends ParameterRanges>(observed: MatrixLike, request: AbcSmcRequest<Ranges>): Promise<AbcSmcPosterior<Ranges>>;
}

/**
 * ABC by sequential Monte Carlo with tolerances that adapt.
 *
 * @param options - Distance, summaries, how fast the tolerance falls, when to stop, adjustment.
 * @returns The method.
 * @throws {DomainError} When an option is outside its range, the observation has NaN, a summary has no spread, the prior has no density, or the budget is below n.
 * @throws {ShapeError} When observed and simulated events differ in shape.
 * @example
 * const posterior = await abcSmc({ distance: scaled(), minAcceptance: 0.05 }).sample(observed, { prior, simulate, n: 500, budget: 50_000, seed: 1 });
 * posterior.rounds.map(({ tolerance }) => tolerance);
 */
export function abcSmc(options: AbcSmcOptions): AbcSmc {
  const settings = smcSettings(options);
  return { sample: (observed, request) => new SmcRun(observed, settings, smcRequest(request)).run() };
}

/** How one population is proposed and accepted. */
interface Round {
  readonly index: number;
  /** A point, or undefined where the prior has no density. */
  readonly propose: (source: Stream) => Point | undefined;
  readonly measure: (summary: Float64Array) => number;
  readonly tolerance: number;
}

/** What came of it: `stopped` says that the population is not whole. */
interface Proposed {
  readonly particles: readonly Particle[];
  /** Summaries of all data sets, accepted or not. */
  readonly summaries: readonly Float64Array[];
  readonly stopped: SmcStop | undefined;
}

/** After this many proposals in turn where the prior has no density, the kernel no longer finds the prior. */
const MOST_IMPOSSIBLE = 10_000;

class SmcRun<Ranges extends ParameterRanges> {
  private readonly data: DataSets;
  private readonly prior: UnboundedPrior<Ranges>;
  private readonly limits: SmcLimits;
  private readonly rounds: AbcRound[] = [];
  private readonly root: Key;

  constructor(
    observed: MatrixLike,
    private readonly settings: ReturnType<typeof smcSettings>,
    private readonly request: ReturnType<typeof smcRequest<Ranges>>,
  ) {
    this.data = dataSetsLike("abcSmc", observed, { ...request, ...settings });
    // As in `adjust`: a constant, a slope for each summary, and one to spare.
    if (settings.adjustment !== "none") assertCount("abcSmc", "n", request.n, this.data.target.length + 2);
    this.prior = new UnboundedPrior(request.prior);
    this.root = key(request.seed);
    this.limits = new SmcLimits({ ...request, signal: request.signal ?? notebook()?.interrupt });
  }

  async run(): Promise<AbcSmcPosterior<Ranges>> {
    try {
      return await this.populations();
    } finally {
      this.limits.end();
    }
  }

  private async populations(): Promise<AbcSmcPosterior<Ranges>> {
    const drawn = await this.round({ index: 0, propose: (source) => this.drawn(source), measure: () => 0, tolerance: Infinity });
    if (drawn.stopped) throw this.nothingYet(drawn);
    let measure = this.measureFor(drawn.summaries);
    const particles = drawn.particles.map((particle) => ({ ...particle, distance: measure(particle.summary) }));
    let population = Population.first(particles);
    let tolerance = particles.reduce((most, { distance }) => Math.max(most, distance), 0);
    this.record(population, tolerance, drawn);
    for (let index = 1; ; index++) {
      const next = nextStep(population, { ...this.settings, measure });
      if (next.stop) return this.posterior(population, tolerance, next.stop);
      const parents = population;
      const done = await this.round({ index, propose: (source) => this.moved(parents, source), measure, tolerance: next.tolerance });
      if (done.stopped) return this.posterior(population, tolerance, done.stopped);
      [population, tolerance] = [parents.next(done.particles), next.tolerance];
      this.record(population, tolerance, done);
      measure = this.measureFor(done.summaries, measure);
    }
  }

  /** Proposes and simulates until n are accepted or a limit says stop. */
  private async round({ index, propose, measure, tolerance }: Round): Promise<Proposed> {
    const { n } = this.request;
    const [particles, summaries]: [Particle[], Float64Array[]] = [[], []];
    const root = fold(this.root, index);
    const most = index === 0 ? n : n / this.settings.minAcceptance;
    let impossible = 0;
    for (let attempt = 0; particles.length < n; attempt++) {
      const exhausted = summaries.length >= most || impossible >= MOST_IMPOSSIBLE;
      const stopped = exhausted ? "acceptance" : await this.limits.stopped();
      if (stopped) return { particles, summaries, stopped };
      const source = stream(fold(root, attempt));
      const point = propose(source);
      impossible = point ? 0 : impossible + 1;
      if (!point) continue;
      const summary = await this.data.simulate(point.theta, source);
      this.limits.count();
      summaries.push(summary);
      const distance = measure(summary);
      if (distance <= tolerance) particles.push({ ...point, summary, distance });
    }
    return { particles, summaries, stopped: undefined };
  }

  private drawn(source: Stream): Point {
    const point = this.prior.draw(source);
    if (point.logPrior > -Infinity) return point;
    throw new DomainError("abcSmc", `prior.logProb at its own draw [${point.theta}]`, point.logPrior, "a finite number", "make both agree");
  }

  private moved(parents: Population, source: Stream): Point | undefined {
    const point = this.prior.at(parents.move(source));
    return point.logPrior > -Infinity ? point : undefined;
  }

  /** The distance from the observed summaries, with scales of these; the one before where these have no spread left, as with discrete data. */
  private measureFor(summaries: readonly Float64Array[], before?: (summary: Float64Array) => number): (summary: Float64Array) => number {
    try {
      return distanceTo("abcSmc", this.data.target, { distance: this.settings.distance, summaries: stackRows(summaries) });
    } catch (error) {
      if (before && error instanceof DomainError) return before;
      throw error;
    }
  }

  private record({ weights }: Population, tolerance: number, { summaries }: Proposed): void {
    const simulated = summaries.length;
    this.rounds.push({ tolerance, simulated, acceptanceRate: weights.length / simulated, ess: effectiveSize(weights) });
  }

  private posterior(population: Population, tolerance: number, stopped: SmcStop): AbcSmcPosterior<Ranges> {
    const { parameters } = this.request.prior;
    const setting = { where: "abcSmc", parameters, target: this.data.target, tolerance };
    const finish = (points: Accepted) => ({
      ...abcPosterior(parameters, points, { tolerance, simulated: this.limits.simulated }),
      rounds: this.rounds,
      stopped,
    });
    try {
      return finish(adjust(population.accepted, this.settings.adjustment, setting));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const reason = `the adjustment failed (${error.message})`;
      throw new NotConvergedError("abcSmc", reason, finish(population.accepted), "error.best is the posterior without it");
    }
  }

  private nothingYet({ particles, stopped }: Proposed): InterruptedError<undefined> | NotConvergedError<undefined> {
    const state = `${particles.length} of the first population's ${this.request.n} data sets`;
    if (stopped === "interrupt") return new InterruptedError("abcSmc", state, undefined, this.limits.reason, "start again");
    const reason = `the ${this.request.seconds} seconds were over after ${state}`;
    return new NotConvergedError("abcSmc", reason, undefined, "give it more seconds or a smaller n");
  }
}
