/**
 * Likelihood from histograms: the density of one or two summary statistics, counted at each theta of a grid.
 *
 *   p(x | theta) = (n_b + pseudoCount) / (n + B pseudoCount) / volume_b    at a node, for x in bin b of B
 *
 * Between the nodes log p is linear in one parameter and bilinear in two (multilinear in more), then normalised over the bins.
 * A linear log p moves a peak smoothly from node to node, where a linear p would fade one peak out and another in.
 *
 * @module
 * @source Diggle, Gratton 1984, Journal of the Royal Statistical Society B 46, 193 (likelihoods from simulated densities)
 */
import type { Simulations } from "../data/simulations.js";
import { DomainError, ShapeError } from "../errors.js";
import { indexBelow } from "../numerics/axes.js";
import { columnOf, type Matrix, rowOf, toMatrix } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { logSumExp } from "../numerics/sums.js";
import { type Binning, equalWidth } from "./binning.js";
import type { SimulatedDensity } from "./simulated-density.js";
import { assertOneOrTwoSummaries, type EventSummary, eventSummary } from "./summary.js";
import { blend, nodesAround, type ThetaGrid, thetaGrid } from "./theta-grid.js";

/** Options of `histogram`. */
export interface HistogramEstimatorOptions {
  /** Number of bins of equal width, a binning, or one of these for each summary; default 20. More bins see more structure and are noisier. */
  readonly bins?: number | Binning | readonly (number | Binning)[];
  /** Added to the count of each bin, in events; default 0.5. Zero makes empty bins impossible (log p = -Infinity); larger flattens. */
  readonly pseudoCount?: number;
  /** One or two summary statistics of an event; default its observables. */
  readonly summary?: EventSummary;
}

/** What `histogram` fits. */
export interface HistogramDensity<Ranges extends ParameterRanges = ParameterRanges> extends SimulatedDensity<Ranges> {
  /** Edges `[B + 1]` of the bins of each summary. An event outside all bins has log p = -Infinity. */
  readonly edges: readonly Float64Array[];
  /** Probability of each bin at theta, in row-major order: the last summary runs fastest. */
  probabilities(theta: Theta<Ranges>): Float64Array;
}

/** Histogram likelihood with its options set. */
export interface HistogramMethod {
  /**
   * Counts simulations at a grid of thetas.
   *
   * @param simulations - Many events at each theta of a grid: simulations with repeated theta, or one set of simulations for each theta.
   * @returns The density, a function of x and theta.
   * @throws {DomainError} When theta is continuous or the grid has holes.
   * @throws {ShapeError} When there are more than two summaries, or not one binning for each.
   */
  fit<Ranges extends ParameterRanges>(simulations: Simulations<Ranges> | readonly Simulations<Ranges>[]): HistogramDensity<Ranges>;
}

const MAX_BINS = 1_000_000;

/**
 * Histogram likelihood on one or two summary statistics.
 *
 * What the summaries leave out of x is lost; use a neural estimator where one or two do not say enough.
 *
 * @param options - Bins, pseudo-count, summary statistics.
 * @returns A method with `fit`.
 * @throws {DomainError} When `bins` or `pseudoCount` is out of range; from `fit` when theta is continuous or has holes.
 * @throws {ShapeError} From `fit` when there are more than two summaries, or not one binning for each.
 * @example
 * const density = histogram({ bins: integerBins(0, 31) }).fit(simulations);
 * density.logProb([15], { slope: -0.8 });
 */
export function histogram({ bins = 20, pseudoCount = 0.5, summary }: HistogramEstimatorOptions = {}): HistogramMethod {
  if (!(pseudoCount >= 0 && pseudoCount < Infinity))
    throw new DomainError("histogram", "pseudoCount", pseudoCount, "a number of events, zero or more");
  const binnings = Array.isArray(bins) ? bins.map(toBinning) : toBinning(bins as number | Binning);
  return {
    fit<Ranges extends ParameterRanges>(simulations: Simulations<Ranges> | readonly Simulations<Ranges>[]): HistogramDensity<Ranges> {
      const grid = thetaGrid("histogram", simulations);
      const summarise = eventSummary("histogram", summary, grid.observables);
      const summaries = grid.events.map(summarise);
      const edges = chooseEdges(binnings, summaries);
      const tables = summaries.map((rows) => logMasses(rows, edges, pseudoCount));
      return density(grid, { edges, tables, summarise });
    },
  };
}

function toBinning(bins: number | Binning): Binning {
  if (typeof bins === "function") return bins;
  if (!(Number.isSafeInteger(bins) && bins >= 1))
    throw new DomainError("histogram", "bins", bins, "a whole number from 1, or a binning", "pass e.g. 20 or equalProbability(20)");
  return equalWidth(bins);
}

function chooseEdges(binnings: Binning | readonly Binning[], summaries: readonly Matrix[]): Float64Array[] {
  const count = summaries[0]!.columns;
  assertOneOrTwoSummaries("histogram", count);
  if (typeof binnings !== "function" && binnings.length !== count)
    throw new ShapeError("histogram", "bins", `[${binnings.length}]`, `[${count}], one for each summary`);
  const edges = Array.from({ length: count }, (_, k) => {
    const pooled = Float64Array.from(summaries.flatMap((rows) => Array.from(columnOf(rows, k))));
    return (typeof binnings === "function" ? binnings : binnings[k]!)(pooled);
  });
  const cells = edges.reduce((product, { length }) => product * (length - 1), 1);
  if (cells > MAX_BINS) throw new DomainError("histogram", "bins", `${cells} in all`, `at most ${MAX_BINS}`, "use fewer bins");
  return edges;
}

/** Bin of a row in row-major order; -1 outside. The last bin includes its upper edge. */
function binOf(row: ArrayLike<number>, edges: readonly Float64Array[]): number {
  let place = 0;
  for (let k = 0; k < edges.length; k++) {
    const count = edges[k]!.length - 1;
    const i = row[k] === edges[k]![count] ? count - 1 : indexBelow(edges[k]!, row[k]!);
    if (i < 0 || i >= count) return -1;
    place = place * count + i;
  }
  return place;
}

function logMasses(rows: Matrix, edges: readonly Float64Array[], pseudoCount: number): Float64Array {
  const counts = new Float64Array(edges.reduce((product, { length }) => product * (length - 1), 1)).fill(pseudoCount);
  let total = counts.length * pseudoCount;
  for (let i = 0; i < rows.rows; i++) {
    const bin = binOf(rowOf(rows, i), edges);
    // Events outside given edges are part of the sample, so that p is the density of x, not of x given that it is inside.
    total++;
    if (bin >= 0) counts[bin]!++;
  }
  return counts.map((count) => Math.log(count / total));
}

function logVolume(bin: number, edges: readonly Float64Array[]): number {
  let rest = bin;
  let total = 0;
  for (let k = edges.length - 1; k >= 0; k--) {
    const count = edges[k]!.length - 1;
    const i = rest % count;
    total += Math.log(edges[k]![i + 1]! - edges[k]![i]!);
    rest = (rest - i) / count;
  }
  return total;
}

function density<Ranges extends ParameterRanges>(
  grid: ThetaGrid<Ranges>,
  { edges, tables, summarise }: { edges: readonly Float64Array[]; tables: readonly Float64Array[]; summarise: (x: Matrix) => Matrix },
): HistogramDensity<Ranges> {
  const covered = tables.map((table) => Float64Array.of(logSumExp(table)));
  const at = (theta: Theta<Ranges>): Float64Array => {
    const around = nodesAround("histogram", theta, grid);
    const blended = blend(around, (node) => tables[node]!);
    // Between nodes the probability inside the bins is the blend of the nodes' own, one where the bins cover all events.
    const surplus = logSumExp(blended) - blend(around, (node) => covered[node]!)[0]!;
    return surplus === -Infinity ? blended : blended.map((value) => value - surplus);
  };
  return {
    parameters: grid.parameters,
    observables: grid.observables,
    edges,
    probabilities: (theta) => at(theta).map(Math.exp),
    logProb(x, theta) {
      const table = at(theta);
      const rows = summarise(toMatrix("histogram", "x", x, grid.observables.length));
      return Float64Array.from({ length: rows.rows }, (_, i) => {
        const bin = binOf(rowOf(rows, i), edges);
        return bin < 0 ? -Infinity : table[bin]! - logVolume(bin, edges);
      });
    },
  };
}
