import type { ProposalKind, Simulations } from "../../data/simulations.js";
import { DomainError, ShapeError } from "../../errors.js";
import { columnOf, isMatrix, type Matrix } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { warn } from "../../platform/warn.js";
import { assertMatrix } from "../ratio/sample-checks.js";

/** Fewest simulations that a density takes: with fewer there is nothing to hold out and nothing to learn. */
export const FEWEST = 10;

/** Refuses what is no simulations, and options without a seed. */
export function assertFitArguments(where: string, simulations: unknown, options: unknown): void {
  const { x, parameters, observables } = (simulations ?? {}) as Partial<Simulations>;
  if (!isMatrix(x) || !isRecord(parameters) || !Array.isArray(observables)) {
    const expected = "simulations: theta, x, parameters and observables";
    throw new DomainError(where, "simulations", simulations, expected, "give what simulate, mine or simulationsFromArrays returns");
  }
  assertFitOptions(where, options);
}

/** Refuses options without a seed, and a signal that is none. */
export function assertFitOptions(where: string, options: unknown): void {
  if (!isRecord(options)) throw new DomainError(where, "options", options, "options with a seed, e.g. { seed: 1 }");
  const { seed, signal } = options;
  if (!(Number.isSafeInteger(seed) && (seed as number) >= 0))
    throw new DomainError(where, "seed", seed, "an integer from 0 to 2^53 - 1", "give one: the same seed gives the same bits");
  if (signal !== undefined && !(isRecord(signal) && typeof signal.aborted === "boolean"))
    throw new DomainError(where, "signal", signal, "an AbortSignal", "give controller.signal");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/**
 * Refuses simulations that no density can be learned from.
 *
 * @param learned - What the density is of; none of its columns may be constant.
 */
export function assertSimulations(where: string, { theta, x, parameters, observables }: Simulations, learned: "theta" | "x"): void {
  if (!isMatrix(theta)) throw new DomainError(where, "simulations.theta", theta, "a matrix { rows, columns, values: Float64Array }");
  if (theta.rows !== x.rows)
    throw new ShapeError(where, "simulations.theta", `[${theta.rows}, ${theta.columns}]`, `[${x.rows}, D], as many rows as x has`);
  if (x.rows < FEWEST)
    throw new ShapeError(where, "simulations.x", `[${x.rows}, ${x.columns}]`, `[N, L] with N at least ${FEWEST}`, "simulate more events");
  assertMatrix(where, "theta", theta);
  assertMatrix(where, "x", x);
  const names = { theta: Object.keys(parameters), x: observables };
  const given = { theta, x };
  for (const part of ["theta", "x"] as const) {
    const [{ rows, columns }, { length }] = [given[part], names[part]];
    if (columns === length) continue;
    throw new ShapeError(
      where,
      `simulations.${part}`,
      `[${rows}, ${columns}]`,
      `[N, ${length}], a column for each of ${names[part].join(", ")}`,
    );
  }
  const [fixed] = constantColumns(given[learned]);
  if (fixed !== undefined) {
    const advice =
      learned === "theta" ? "draw every parameter from the prior, or leave it out" : "leave that observable out: it tells nothing";
    throw new DomainError(
      where,
      `simulations.${learned}, column "${names[learned][fixed]}",`,
      "the same for all events",
      "values that vary",
      advice,
    );
  }
  const other = learned === "theta" ? "x" : "theta";
  const silent = constantColumns(given[other]);
  if (silent.length === given[other].columns) {
    throw new DomainError(where, `simulations.${other}`, "the same for all events", "values that vary", "there is nothing to condition on");
  }
  if (silent.length > 0) {
    const list = silent.map((j) => names[other][j]).join(", ");
    warn(`${where}: ${list} of simulations.${other} ${silent.length > 1 ? "are" : "is"} the same for all events and will tell nothing`);
  }
}

/** Numbers of the columns that are the same for all rows. */
export function constantColumns(matrix: Matrix): number[] {
  return Array.from({ length: matrix.columns }, (_, j) => j).filter((j) => {
    const column = columnOf(matrix, j);
    return column.every((value) => value === column[0]);
  });
}

/** The prior's support, the declared ranges where none is given; refuses what has none. */
export function supportOf<Ranges extends ParameterRanges>(
  where: string,
  prior: { readonly parameters: Ranges } | undefined,
  { parameters }: Simulations<Ranges>,
): Ranges {
  if (prior === undefined) return parameters;
  if (isRecord(prior?.parameters)) return prior.parameters;
  throw new DomainError(where, "prior", prior, "a prior, or { parameters } with its support", "make one, as uniform({ mu: [-2, 2] })");
}

/** Refuses a theta outside the support, and a support of other names. */
export function assertSupport(where: string, { theta, parameters }: Simulations, support: ParameterRanges): void {
  const [names, given] = [Object.keys(parameters), Object.keys(support)];
  if (names.join() !== given.join()) {
    throw new DomainError(where, "prior", given, `a prior over ${names.join(", ")}, as the simulations' parameters, in their order`);
  }
  for (let k = 0; k < theta.values.length; k++) {
    const [i, name] = [Math.floor(k / theta.columns), names[k % theta.columns]!];
    const [low, high] = support[name]!;
    const value = theta.values[k]!;
    if (value >= low && value <= high) continue;
    const advice = "give the prior that the simulations were drawn from";
    throw new DomainError(where, `simulations.theta[${i}].${name}`, value, `a number in the prior's support [${low}, ${high}]`, advice);
  }
}

/** Refuses simulations that were drawn from what the method takes for the prior though it is not. */
export function assertDrawnFrom(where: string, { proposals = [] }: Simulations, allowed: readonly ProposalKind[]): void {
  const wrong = proposals.find(({ kind, rows }) => rows > 0 && !allowed.includes(kind));
  if (!wrong) return;
  throw new DomainError(
    where,
    `simulations.proposals[${proposals.indexOf(wrong)}]`,
    wrong.name,
    allowed.length > 1 ? "the prior, whole or truncated" : "the prior",
    allowed.length > 1 || wrong.kind === "other"
      ? "use apt, which corrects for the proposal, or nle or a ratio estimator, which take any"
      : "use tsnpe, which takes the truncated prior, apt, which corrects for any proposal, or nle, which takes any",
  );
}
