/**
 * The probability that a continuous distribution has inside an interval, cut into cells that follow its mass. By the distribution function
 * where that keeps its digits; by quadrature of the density, in units of its largest value, where it does not: far in a tail, where it
 * underflows, and in an interval so narrow that the difference of two values of it cancels.
 *
 * @module
 */
import { gaussLegendre, integrateBy } from "../numerics/gauss-legendre.js";
import { findRoot } from "../numerics/roots.js";
import type { Distribution } from "./distribution.js";

/** A distribution whose distribution function is known. */
export type WithCdf = Distribution & Required<Pick<Distribution, "cdf" | "survival">>;

/** The part of a distribution inside an interval. */
export interface IntervalMeasure {
  /** Logarithm of the probability of the interval; -Infinity when it has none that numbers can hold. */
  readonly logMass: number;
  /** Ends of the cells, rising; outside of them there is no probability that matters. */
  readonly edges: readonly number[];
  /** Part of the interval's probability that lies between two points. */
  between(a: number, b: number): number;
}

export const RULE = gaussLegendre(16);
/** Differences of the distribution function below this part of its values have lost digits that the quadrature keeps. */
const CANCELLED = 1e-3;
/** Below this the distribution function's tails lose digits to underflow. */
const UNDERFLOW = 1e-290;
/** Parts of 4^-27, 5e-17, are below rounding of the whole. */
const LEVELS = 27;
/** A density e^-40 = 4e-18 of its largest value is below rounding of the whole. */
const DROP = 40;
const CELLS = 64;

/** Measures [low, high], inside the support, of which one end at least is finite. */
export function intervalMeasure(law: WithCdf, low: number, high: number): IntervalMeasure {
  const { mass, from } = differenceOfCdf(law, low, high);
  return mass > Math.max(UNDERFLOW, CANCELLED * from) ? byCdf(law, [low, high], mass) : byQuadrature(law, [low, high]);
}

/** P(a < x < b) from the smaller tails, and the larger value that went into the difference. */
function differenceOfCdf(law: WithCdf, a: number, b: number): { readonly mass: number; readonly from: number } {
  const below = law.cdf(b);
  if (below <= 0.5) return { mass: below - law.cdf(a), from: below };
  const above = law.survival(a);
  if (above <= 0.5) return { mass: above - law.survival(b), from: above };
  return { mass: 1 - law.cdf(a) - law.survival(b), from: 1 };
}

function byCdf(law: WithCdf, [low, high]: readonly [number, number], mass: number): IntervalMeasure {
  const between = (a: number, b: number) => Math.max(0, differenceOfCdf(law, a, b).mass) / mass;
  const parts = Array.from({ length: LEVELS }, (_, k) => 4 ** (k - LEVELS));
  const [inner, outer] = [(x: number) => between(low, x), (x: number) => between(x, high)];
  const start = low > -Infinity ? low : reach(high, -1, (x) => inner(x) < parts[0]!);
  const end = high < Infinity ? high : reach(low, 1, (x) => outer(x) < parts[0]!);
  const rising = parts.map((part) => crossing((x) => inner(x) - part, start, end));
  const falling = parts.map((part) => crossing((x) => part - outer(x), start, end)).reverse();
  return { logMass: Math.log(mass), edges: distinct([start, ...rising, ...falling, end]), between };
}

function byQuadrature(law: WithCdf, [low, high]: readonly [number, number]): IntervalMeasure {
  const downward = law.logProb(low) >= law.logProb(high);
  const [anchor, end] = downward ? [low, high] : [high, low];
  const peak = law.logProb(anchor);
  const last = whereDropped((x) => peak - law.logProb(x) - DROP, anchor, end);
  const [start, stop] = [Math.min(anchor, last), Math.max(anchor, last)];
  const edges = distinct(Array.from({ length: CELLS + 1 }, (_, k) => (k < CELLS ? start + (k / CELLS) * (stop - start) : stop)));
  const density = (x: number) => Math.exp(law.logProb(x) - peak);
  const integral = (a: number, b: number) => (b > a ? integrateBy(RULE, density, [a, b]) : 0);
  const total = edges.reduce((sum, edge, k) => (k === 0 ? 0 : sum + integral(edges[k - 1]!, edge)), 0);
  const within = (x: number) => Math.min(stop, Math.max(start, x));
  const between = (a: number, b: number) => acrossCells(edges, [within(a), within(b)], integral) / total;
  return { logMass: peak + Math.log(total), edges, between };
}

/** Sum of the integrals over the cells' parts between a and b. */
function acrossCells(edges: readonly number[], [a, b]: readonly [number, number], integral: (a: number, b: number) => number): number {
  let total = 0;
  for (let k = 1; k < edges.length; k++) total += integral(Math.max(a, edges[k - 1]!), Math.min(b, edges[k]!));
  return total;
}

/** Where a density that falls from the anchor towards the end has dropped far enough; the end when it never does. */
function whereDropped(excess: (x: number) => number, anchor: number, end: number): number {
  const direction = end > anchor ? 1 : -1;
  const far = Number.isFinite(end) ? end : reach(anchor, direction, (x) => excess(x) > 0);
  return excess(far) > 0 ? crossing(excess, anchor, far) : far;
}

/** The first point, at distances that double from the anchor, for which something holds. */
function reach(anchor: number, direction: 1 | -1, holds: (x: number) => boolean): number {
  let step = Math.max(Math.abs(anchor) * 2 ** -50, Number.MIN_VALUE);
  while (!holds(anchor + direction * step) && step < Number.MAX_VALUE / 2) step *= 2;
  return anchor + direction * step;
}

/** A zero of a rising function; an end when rounding leaves no change of sign. */
function crossing(f: (x: number) => number, a: number, b: number): number {
  if (!(f(a) < 0)) return a;
  return f(b) > 0 ? findRoot(f, [a, b]) : b;
}

function distinct(rising: readonly number[]): number[] {
  return rising.filter((edge, k) => k === 0 || edge > rising[k - 1]!);
}
