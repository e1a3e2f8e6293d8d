import type { Simulations } from "../data/simulations.js";
import { DomainError, ShapeError } from "../errors.js";
import { corners, indexBelow } from "../numerics/axes.js";
import { columnOf, type Matrix, rowOf } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toRow } from "../numerics/parameters.js";
import { stackRows } from "./summary.js";

/** Simulations at the nodes of a product grid of parameters. */
export interface ThetaGrid<Ranges extends ParameterRanges = ParameterRanges> {
  /** Ranges that the nodes span: nothing is known outside. */
  readonly parameters: Ranges;
  readonly observables: readonly string[];
  /** Values of each parameter, rising. */
  readonly axes: readonly Float64Array[];
  /** Events `[n, L]` of each node, in row-major order. */
  readonly events: readonly Matrix[];
}

/** Events that a node needs at least. */
const FEWEST = 10;

/**
 * Sorts simulations by theta.
 *
 * @param where - Function that asks, for the message.
 * @param simulations - Simulations, or several of the same simulator.
 * @returns The nodes' values and their events.
 * @throws {DomainError} When theta is continuous, a node is missing or has too few events, or the simulations are of different kinds.
 */
export function thetaGrid<Ranges extends ParameterRanges>(
  where: string,
  simulations: Simulations<Ranges> | readonly Simulations<Ranges>[],
): ThetaGrid<Ranges> {
  const parts: readonly Simulations<Ranges>[] = "theta" in simulations ? [simulations] : simulations;
  const { parameters, observables } = checkKinds(where, parts);
  const rows = gather(parts);
  const names = Object.keys(parameters);
  const axes = names.map((_, d) => risingValues(parts, d));
  const nodes = axes.reduce((product, axis) => product * axis.length, 1);
  const different = new Set(rows.map(({ theta }) => theta.join())).size;
  if (different * FEWEST > rows.length) {
    throw new DomainError(
      where,
      "simulations.theta",
      `${different} different values in ${rows.length} rows`,
      `values with at least ${FEWEST} events each`,
      "simulate many events at each theta of a grid, not at thetas drawn from a prior",
    );
  }
  if (different < nodes)
    throw new DomainError(
      where,
      "simulations.theta",
      `${different} different values`,
      `all ${nodes} nodes of the grid ${axes.map((axis) => axis.length).join(" x ")}`,
      "simulate at every combination of the parameters' values",
    );
  const byNode = Array.from({ length: nodes }, (): Float64Array[] => []);
  for (const { theta, x } of rows) byNode[axes.reduce((place, axis, d) => place * axis.length + indexBelow(axis, theta[d]!), 0)]!.push(x);
  const few = byNode.findIndex((events) => events.length < FEWEST);
  if (few >= 0)
    throw new DomainError(
      where,
      `simulations at node ${few}`,
      `${byNode[few]!.length} events`,
      `at least ${FEWEST}`,
      "simulate more events at each theta",
    );
  const spanned = Object.fromEntries(names.map((name, d) => [name, [axes[d]![0]!, axes[d]!.at(-1)!] as const]));
  return { parameters: spanned as unknown as Ranges, observables, axes, events: byNode.map((events) => stackRows(events)) };
}

function checkKinds<Ranges extends ParameterRanges>(where: string, parts: readonly Simulations<Ranges>[]): Simulations<Ranges> {
  const first = parts[0];
  if (!first) throw new ShapeError(where, "simulations", "[0]", "at least one set of simulations");
  parts.forEach(({ parameters, observables, x }, i) => {
    if (Object.keys(parameters).join() !== Object.keys(first.parameters).join() || observables.join() !== first.observables.join()) {
      throw new DomainError(
        where,
        `simulations[${i}]`,
        { parameters: Object.keys(parameters), observables },
        "the parameters and observables of the first one",
      );
    }
    const bad = x.values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new DomainError(
        where,
        `simulations[${i}].x[${Math.floor(bad / x.columns)}][${bad % x.columns}]`,
        x.values[bad],
        "a finite number",
      );
  });
  return first;
}

function gather(parts: readonly Simulations[]): { theta: Float64Array; x: Float64Array }[] {
  return parts.flatMap(({ theta, x }) => Array.from({ length: x.rows }, (_, i) => ({ theta: rowOf(theta, i), x: rowOf(x, i) })));
}

function risingValues(parts: readonly Simulations[], column: number): Float64Array {
  const values = new Set<number>();
  for (const { theta } of parts) for (const value of columnOf(theta, column)) values.add(value);
  return Float64Array.from(values).sort();
}

/** Nodes next to theta with their weights; refuses theta outside the grid. */
export function nodesAround<Ranges extends ParameterRanges>(where: string, theta: Theta<Ranges>, { axes, parameters }: ThetaGrid<Ranges>) {
  return corners(axes, toRow(where, "theta", theta, parameters));
}

/**
 * log p between the nodes: the weighted average of the nodes' log p, not yet normalised.
 *
 * @param around - Nodes and weights.
 * @param table - log p of a node at M places.
 * @returns `[M]`.
 */
export function blend(
  around: readonly { readonly place: number; readonly weight: number }[],
  table: (node: number) => Float64Array,
): Float64Array {
  const [first, ...others] = around.map(({ place, weight }) => table(place).map((value) => weight * value));
  return others.reduce((sum, part) => sum.map((value, i) => value + part[i]!), first!);
}
