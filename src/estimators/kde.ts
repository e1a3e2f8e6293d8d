/**
 * Likelihood from kernel densities: the density of one or two summary statistics, smoothed by a Gaussian at each simulated event.
 *
 *   p(x | theta) = (1 / n) sum_i prod_k N(x_k; s_ik, h_k)    at a node
 *
 * Between the nodes log p is linear in one parameter and bilinear in two (multilinear in more), then normalised by the trapezoidal rule. For
 * summaries that are continuous: integers need `histogram({ bins: integerBins() })`. A density that ends sharply is smeared over
 * its end by about h, and half of it is lost there; transform such a summary (to its logarithm, say) before.
 *
 * @module
 * @source Silverman 1986, "Density estimation for statistics and data analysis", equations 3.28, 3.30 (robust spread) and 4.14 (bandwidth)
 */
import type { Simulations } from "../data/simulations.js";
import { DomainError, ShapeError } from "../errors.js";
import { indexBelow, linspace } from "../numerics/axes.js";
import { columnOf, type Matrix, rowOf, toMatrix } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { momentsOf, quantileOf } from "../numerics/quantiles.js";
import { logSumExp, maximum } from "../numerics/sums.js";
import type { SimulatedDensity } from "./simulated-density.js";
import { assertOneOrTwoSummaries, type EventSummary, eventSummary } from "./summary.js";
import { blend, nodesAround, thetaGrid } from "./theta-grid.js";

/** Options of `kde`. */
export interface KdeOptions {
  /** Width h of the kernel: `"silverman"` (default) chooses it for each node; a number for all summaries or one for each, in their unit. Larger is smoother. */
  readonly bandwidth?: "silverman" | number | readonly number[];
  /** One or two summary statistics of an event; default its observables. */
  readonly summary?: EventSummary;
}

/** Kernel-density likelihood with its options set. */
export interface KdeMethod {
  /**
   * Takes simulations at a grid of thetas.
   *
   * @param simulations - Many events at each theta of a grid: simulations with repeated theta, or one set of simulations for each theta.
   * @returns The density, a function of x and theta. It keeps what it computed for a matrix of events, whose values must not be changed.
   * @throws {DomainError} When theta is continuous, the grid has holes or a summary does not vary; from `logProb` between nodes when the bandwidth is too narrow to normalise.
   * @throws {ShapeError} When there are more than two summaries, or not one bandwidth for each.
   */
  fit<Ranges extends ParameterRanges>(simulations: Simulations<Ranges> | readonly Simulations<Ranges>[]): SimulatedDensity<Ranges>;
}

/** The events of a node and the width of their kernels. */
interface Kernels {
  readonly rows: Matrix;
  readonly widths: Float64Array;
}

const MAX_QUADRATURE = 250_000;
/** Kernels are below e^-32 of their height this many widths away. */
const REACH = 8;

/**
 * Kernel-density likelihood on one or two continuous summary statistics.
 *
 * @param options - Bandwidth, summary statistics.
 * @returns A method with `fit`.
 * @throws {DomainError} When a bandwidth is not positive; from `fit` when theta is continuous or has holes, or a summary does not vary.
 * @throws {ShapeError} From `fit` when there are more than two summaries, or not one bandwidth for each.
 * @example
 * kde({ bandwidth: "silverman" }).fit(simulations).logProb([0.3], { mean: 0.1 });
 */
export function kde({ bandwidth = "silverman", summary }: KdeOptions = {}): KdeMethod {
  const given = bandwidth === "silverman" ? undefined : checkWidths(bandwidth);
  return {
    fit<Ranges extends ParameterRanges>(simulations: Simulations<Ranges> | readonly Simulations<Ranges>[]): SimulatedDensity<Ranges> {
      const grid = thetaGrid("kde", simulations);
      const summarise = eventSummary("kde", summary, grid.observables);
      const nodes = grid.events.map((events) => kernels(summarise(events), given));
      const places = once(() => quadrature(nodes));
      const normaliser = remember((node: number) => logTable(nodes[node]!, places().axes));
      // Log-likelihoods ask for the same events at many thetas: a node's log p is kept as long as the matrix of events is.
      const known = new WeakMap<Matrix, (node: number) => Float64Array>();
      const densitiesAt = (x: Matrix) => {
        const found = known.get(x) ?? remember((node: number) => logDensities(nodes[node]!, summarise(x)));
        known.set(x, found);
        return found;
      };
      return {
        parameters: grid.parameters,
        observables: grid.observables,
        logProb(x, theta: Theta<Ranges>) {
          const around = nodesAround("kde", theta, grid);
          const values = blend(around, densitiesAt(toMatrix("kde", "x", x, grid.observables.length)));
          const logNorm = around.length === 1 ? 0 : logSumExp(blend(around, normaliser)) + places().logCell;
          return values.map((value) => value - logNorm);
        },
      };
    },
  };
}

function checkWidths(bandwidth: number | readonly number[]): number | readonly number[] {
  for (const width of [bandwidth].flat() as number[]) {
    if (!(width > 0 && width < Infinity))
      throw new DomainError("kde", "bandwidth", width, 'a positive number in the unit of the summary, or "silverman"');
  }
  return bandwidth;
}

function kernels(rows: Matrix, given: number | readonly number[] | undefined): Kernels {
  assertOneOrTwoSummaries("kde", rows.columns);
  if (typeof given === "object" && given.length !== rows.columns)
    throw new ShapeError("kde", "bandwidth", `[${given.length}]`, `[${rows.columns}], one for each summary`);
  const widths = Float64Array.from({ length: rows.columns }, (_, k) =>
    typeof given === "object" ? given[k]! : (given ?? silverman(rows, k)),
  );
  return { rows, widths };
}

/** h_k = spread_k (4 / ((K + 2) n))^(1 / (K + 4)), the best width for normal data. */
function silverman(rows: Matrix, k: number): number {
  const values = columnOf(rows, k);
  const { std } = momentsOf(values);
  const interquartile = (quantileOf(values, 0.75) - quantileOf(values, 0.25)) / 1.349;
  const spread = interquartile > 0 ? Math.min(std, interquartile) : std;
  if (!(spread > 0))
    throw new DomainError("kde", `summary[${k}]'s spread`, spread, "a positive number", "leave that summary out, or give a bandwidth");
  return spread * (4 / ((rows.columns + 2) * rows.rows)) ** (1 / (rows.columns + 4));
}

/** log p of a node at each of the places `[M, K]`. */
function logDensities(node: Kernels, places: Matrix): Float64Array {
  const logFactor = Math.log(node.rows.rows) + node.widths.reduce((total, width) => total + Math.log(width * Math.sqrt(2 * Math.PI)), 0);
  return Float64Array.from({ length: places.rows }, (_, i) => logKernelSum(node, rowOf(places, i)) - logFactor);
}

/** log sum_i exp(-q_i) with q_i half the squared distance in widths; far from all events through the nearest, so that it stays finite. */
function logKernelSum({ rows, widths }: Kernels, place: Float64Array): number {
  const halfSquares = new Float64Array(rows.rows);
  let nearest = Infinity;
  for (let i = 0; i < rows.rows; i++) {
    let q = 0;
    for (let k = 0; k < widths.length; k++) q += 0.5 * ((place[k]! - rows.values[i * rows.columns + k]!) / widths[k]!) ** 2;
    halfSquares[i] = q;
    if (q < nearest) nearest = q;
  }
  let sum = 0;
  for (let i = 0; i < rows.rows; i++) if (halfSquares[i]! - nearest < 40) sum += Math.exp(nearest - halfSquares[i]!);
  return Math.log(sum) - nearest;
}

/** Axes that cover all kernels, half the narrowest width apart: for Gaussians the trapezoidal rule then errs by less than 1e-30. */
function quadrature(nodes: readonly Kernels[]): { axes: readonly Float64Array[]; logCell: number } {
  const axes = Array.from(nodes[0]!.widths, (_, k) => {
    const columns = nodes.map(({ rows }) => columnOf(rows, k));
    const reach = REACH * maximum(nodes.map(({ widths }) => widths[k]!));
    const low = -maximum(columns.map((column) => maximum(column.map((value) => -value)))) - reach;
    const high = maximum(columns.map(maximum)) + reach;
    const narrowest = -maximum(nodes.map(({ widths }) => -widths[k]!));
    return Math.ceil((2 * (high - low)) / narrowest) < MAX_QUADRATURE
      ? linspace(low, high, Math.ceil((2 * (high - low)) / narrowest) + 1)
      : tooNarrow();
  });
  if (axes.reduce((product, axis) => product * axis.length, 1) > MAX_QUADRATURE) tooNarrow();
  return { axes, logCell: axes.reduce((total, axis) => total + Math.log(axis[1]! - axis[0]!), 0) };
}

function tooNarrow(): never {
  throw new DomainError(
    "kde",
    "bandwidth",
    "too narrow to normalise between nodes",
    `at most ${MAX_QUADRATURE} half widths in the extent of the summaries`,
    "widen it, or transform a summary with long tails",
  );
}

/** log p of a node at the places of a product grid, by adding each event's kernel to the places near it; -Infinity far from all. */
function logTable({ rows, widths }: Kernels, axes: readonly Float64Array[]): Float64Array {
  const [first, second = Float64Array.of(0)] = axes as [Float64Array, Float64Array?];
  const table = new Float64Array(first.length * second.length);
  for (let i = 0; i < rows.rows; i++) {
    const row = rowOf(rows, i);
    const along = near(first, row[0]!, widths[0]!);
    const across = axes.length === 1 ? { from: 0, values: [1] } : near(second, row[1]!, widths[1]!);
    along.values.forEach((a, m) => {
      const start = (along.from + m) * second.length + across.from;
      for (let n = 0; n < across.values.length; n++) table[start + n]! += a * across.values[n]!;
    });
  }
  return table.map((value) => Math.log(value / rows.rows));
}

/** Values of a kernel at the nodes of an axis within its reach. */
function near(axis: Float64Array, centre: number, width: number): { from: number; values: number[] } {
  const from = Math.max(0, indexBelow(axis, centre - REACH * width) + 1);
  const values: number[] = [];
  const height = 1 / (width * Math.sqrt(2 * Math.PI));
  for (let i = from; i < axis.length && axis[i]! <= centre + REACH * width; i++)
    values.push(height * Math.exp(-0.5 * ((axis[i]! - centre) / width) ** 2));
  return { from, values };
}

function remember(compute: (node: number) => Float64Array): (node: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  return (node) => {
    const found = known.get(node) ?? compute(node);
    known.set(node, found);
    return found;
  };
}

function once<Value>(compute: () => Value): () => Value {
  let known: { value: Value } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
