import { DomainError } from "../errors.js";
import { integrateBy } from "../numerics/gauss-legendre.js";
import type { Stream } from "../numerics/random.js";
import { findRoot } from "../numerics/roots.js";
import { type Distribution, ScalarDistribution } from "./distribution.js";
import { type IndependentPrior, independent } from "./independent.js";
import { type IntervalMeasure, intervalMeasure, RULE, type WithCdf } from "./interval-measure.js";
import type { Support } from "./support.js";

/** An interval; an end that is left out is that of the support. */
export interface TruncationInterval {
  /** Lower end; unit of x. Default the support's. */
  readonly low?: number;
  /** Upper end; unit of x. Default the support's. */
  readonly high?: number;
}

/** Above this probability of the interval, draws are repeated until one is inside: ten on average at the most. */
const OFTEN = 0.1;

/**
 * A continuous distribution cut to an interval.
 *
 * log p'(x) = log p(x) - log P(low <= x <= high),   low <= x <= high
 *
 * Far in a tail, where the distribution function underflows, the density is integrated relative to its value at the interval's end.
 *
 * @param distribution - A continuous distribution with a distribution function `cdf`: those of this library, or a truncated one.
 * @param interval - Where to cut.
 * @returns A distribution with scalar events.
 * @throws {DomainError} When the distribution is discrete or has no `cdf`, or the interval is empty or has no probability.
 * @example
 * truncated(normal(0, 1), { low: 0 }).mean; // 0.797884560802...
 */
export function truncated(distribution: Distribution, interval: TruncationInterval): Distribution;
/**
 * A prior of independent parameters cut to a box.
 *
 * @param prior - Independent parameters.
 * @param box - Range `[low, high]` of those parameters that are cut, by name.
 * @returns A prior over the same names.
 * @throws {DomainError} When a name is unknown, the parameters are not independent, or as for one distribution.
 * @example
 * truncated(independent({ slope: normal(0, 1), rate: gamma(2, 1) }), { slope: [-1, 1] }).parameters.slope; // -1, 1
 */
export function truncated<const Name extends string>(
  prior: IndependentPrior<Name>,
  box: { readonly [Parameter in Name]?: readonly [low: number, high: number] },
): IndependentPrior<Name>;
export function truncated(
  of: Distribution | IndependentPrior,
  where: TruncationInterval | Readonly<Record<string, readonly [number, number]>>,
): Distribution | IndependentPrior {
  return "logProb" in of && "names" in of
    ? truncatedPrior(of, where as Readonly<Record<string, readonly [number, number]>>)
    : cut(of, where as TruncationInterval, ["low", "high"]);
}

function truncatedPrior(prior: IndependentPrior, box: Readonly<Record<string, readonly [number, number]>>): IndependentPrior {
  if (!prior.marginals) {
    const advice = "the probability of a box has no closed form; write customPrior with the ratio of densities that you need";
    throw new DomainError("truncated", "prior.marginals", undefined, "a prior of independent parameters", advice);
  }
  for (const name of Object.keys(box)) {
    if (!prior.names.includes(name)) throw new DomainError("truncated", "box", name, `one of ${prior.names.join(", ")}`, "check the name");
  }
  const marginals = prior.names.map((name) => {
    const [range, marginal] = [box[name], prior.marginals[name]!];
    return [name, range ? cut(marginal, { low: range[0], high: range[1] }, [`box.${name}[0]`, `box.${name}[1]`]) : marginal] as const;
  });
  return independent(Object.fromEntries(marginals));
}

function cut(distribution: Distribution, interval: TruncationInterval, names: readonly [low: string, high: string]): Distribution {
  const { support } = distribution;
  assertContinuous(distribution);
  const { low = -Infinity, high = Infinity } = interval;
  if (Number.isNaN(low)) throw new DomainError("truncated", names[0], low, "a number");
  if (!(high > low)) throw new DomainError("truncated", names[1], high, `a number above ${low}`);
  if (low <= support.low && high >= support.high) return distribution;
  const inside = [Math.max(low, support.low), Math.min(high, support.high)] as const;
  const measure = inside[0] < inside[1] ? intervalMeasure(distribution, ...inside) : undefined;
  if (!measure || !(measure.logMass > -Infinity)) {
    const advice = `the distribution has mean ${distribution.mean} and support [${support.low}, ${support.high}]`;
    throw new DomainError("truncated", "interval", [String(low), String(high)], "an interval that has some probability", advice);
  }
  return new Truncated(distribution, inside, measure);
}

function assertContinuous(distribution: Distribution): asserts distribution is WithCdf {
  if (distribution.support.discrete) {
    throw new DomainError("truncated", "distribution", "discrete", "a continuous distribution", "use categorical with the values to keep");
  }
  if (!(distribution.cdf && distribution.survival)) {
    const advice = "give it cdf(x) and survival(x) = 1 - cdf(x)";
    throw new DomainError("truncated", "distribution.cdf", distribution.cdf, "a distribution function", advice);
  }
}

class Truncated extends ScalarDistribution {
  readonly support: Support;
  private known?: { readonly mean: number; readonly variance: number };
  private cumulative?: Float64Array;

  constructor(
    private readonly parent: WithCdf,
    private readonly ends: readonly [low: number, high: number],
    private readonly measure: IntervalMeasure,
  ) {
    super();
    this.support = { discrete: false, low: ends[0], high: ends[1] };
  }

  get mean(): number {
    return this.moments().mean;
  }

  get variance(): number {
    return this.moments().variance;
  }

  logProb(x: number): number {
    return x >= this.ends[0] && x <= this.ends[1] ? this.parent.logProb(x) - this.measure.logMass : -Infinity;
  }

  cdf(x: number): number {
    if (!(x > this.ends[0])) return 0;
    return x < this.ends[1] ? Math.min(1, this.measure.between(this.ends[0], x)) : 1;
  }

  survival(x: number): number {
    if (!(x > this.ends[0])) return 1;
    return x < this.ends[1] ? Math.min(1, this.measure.between(x, this.ends[1])) : 0;
  }

  draw(source: Stream): number {
    if (this.measure.logMass < Math.log(OFTEN)) return this.quantile(source.uniform());
    for (;;) {
      const x = this.parent.draw(source);
      if (x >= this.ends[0] && x <= this.ends[1]) return x;
    }
  }

  /** The x up to which lies the part p of the probability, within its cell. */
  private quantile(p: number): number {
    const { edges, between } = this.measure;
    this.cumulative ??= cumulativeMass(this.measure);
    const target = p * this.cumulative.at(-1)!;
    const cell = Math.max(
      1,
      this.cumulative.findIndex((mass) => mass >= target),
    );
    const rest = target - this.cumulative[cell - 1]!;
    const [from, to] = [edges[cell - 1]!, edges[cell]!];
    const excess = (x: number) => between(from, x) - rest;
    if (excess(to) <= 0) return to;
    return excess(from) >= 0 ? from : findRoot(excess, [from, to]);
  }

  private moments(): { readonly mean: number; readonly variance: number } {
    this.known ??= momentsOf(this.measure, (x) => this.logProb(x));
    return this.known;
  }
}

function cumulativeMass({ edges, between }: IntervalMeasure): Float64Array {
  const cumulative = new Float64Array(edges.length);
  for (let k = 1; k < edges.length; k++) cumulative[k] = cumulative[k - 1]! + between(edges[k - 1]!, edges[k]!);
  return cumulative;
}

/** Mean and variance: the cells' masses times the averages inside them, so that a singular density in the first cell costs nothing. */
function momentsOf({ edges, between }: IntervalMeasure, logProb: (x: number) => number) {
  const cells = edges.slice(1).map((to, k) => {
    const from = edges[k]!;
    const density = (x: number) => Math.exp(logProb(x));
    const total = integrateBy(RULE, density, [from, to]);
    const average = (of: (x: number) => number) =>
      total > 0 ? integrateBy(RULE, (x) => density(x) * of(x), [from, to]) / total : of(from);
    return { mass: between(from, to), average };
  });
  const expectation = (of: (x: number) => number) =>
    cells.reduce((sum, { mass, average }) => sum + mass * average(of), 0) / cells.reduce((sum, { mass }) => sum + mass, 0);
  const origin = edges[0]!;
  const mean = origin + expectation((x) => x - origin);
  return { mean, variance: expectation((x) => (x - mean) ** 2) };
}
