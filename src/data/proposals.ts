/**
 * What the parameters of simulations were drawn from. It travels with the simulations, so that no estimator takes draws of a proposal for
 * draws of the prior.
 *
 * @module
 */
import { DomainError, ShapeError } from "../errors.js";
import { isMatrix, type Matrix } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { joinedFailures } from "./failures.js";
import { takeRows } from "./mined-sample.js";
import { stacked } from "./sample-rows.js";
import type { DrawnFrom, RoundDraws, Simulations } from "./simulations.js";

/**
 * Marks simulations as drawn from a proposal, for loops over rounds of your own.
 *
 * `npe` then refuses them, `apt` corrects for it, and `nle` and the ratio estimators take them as they are.
 *
 * @param simulations - Of one round.
 * @param proposal - Its name and kind, the number of the round (default 1), and `logProb` `[N]` where it is known.
 * @returns The same simulations with `proposals`.
 * @throws {DomainError} When there is no name, the kind is unknown, the round no whole number from 1, or a `logProb` not finite.
 * @throws {ShapeError} When `logProb` has another length than the simulations.
 * @example
 * const events = simulationsFromArrays({ parameters: { a: [0, 1] }, observables: ["x"], theta: [[0.2], [0.4]], x: [[1], [2]] });
 * drawnFrom(events, { name: "a guess", kind: "other" }).proposals[0].rows; // 2
 */
export function drawnFrom<Ranges extends ParameterRanges>(
  simulations: Simulations<Ranges>,
  proposal: DrawnFrom & { readonly round?: number },
): Simulations<Ranges> & { readonly proposals: readonly RoundDraws[] } {
  assertSimulations("drawnFrom", "simulations", simulations);
  if (typeof proposal !== "object" || proposal === null)
    throw new DomainError("drawnFrom", "proposal", proposal, "a record with name and kind", 'write { name: "a guess", kind: "other" }');
  const { round = 1, ...drawn } = proposal;
  const { rows } = simulations.theta;
  const { name, kind, logProb } = drawn;
  if (typeof name !== "string" || name.trim() === "")
    throw new DomainError("drawnFrom", "name", name, "what theta was drawn from, in words", 'write e.g. "a guess"');
  if (!["prior", "truncated", "other"].includes(kind))
    throw new DomainError("drawnFrom", "kind", kind, '"prior", "truncated" or "other"', 'say "other" when in doubt');
  if (!(Number.isSafeInteger(round) && round >= 1)) throw new DomainError("drawnFrom", "round", round, "a whole number from 1");
  if (logProb !== undefined) assertLogProb(logProb, rows);
  return { ...simulations, proposals: [{ ...drawn, round, first: 0, rows, simulated: rows + simulations.failures.count }] };
}

/**
 * Simulations of several rounds as one, with what each was drawn from.
 *
 * @param parts - In the order of their rounds; those without `proposals` count as drawn from the prior.
 * @returns All events, one part behind the other; the seed is that of the first part when it is alone.
 * @throws {DomainError} When there is none, or simulators, parameters, their ranges or observables differ.
 * @example
 * const events = simulationsFromArrays({ parameters: { a: [0, 1] }, observables: ["x"], theta: [[0.2], [0.4]], x: [[1], [2]] });
 * joinSimulations([events, drawnFrom(events, { name: "a guess", kind: "other" })]).proposals.map(({ first }) => first); // 0, 2
 */
export function joinSimulations<Ranges extends ParameterRanges>(
  parts: readonly Simulations<Ranges>[],
): Simulations<Ranges> & { readonly proposals: readonly RoundDraws[] } {
  if (!Array.isArray(parts)) throw new DomainError("joinSimulations", "parts", parts, "a list", "write joinSimulations([a, b])");
  const [head, ...rest] = parts as readonly Simulations<Ranges>[];
  if (!head) throw new DomainError("joinSimulations", "parts", parts, "at least one");
  for (const [i, part] of parts.entries()) assertSimulations("joinSimulations", `parts[${i}]`, part);
  return rest.reduce(joined, marked(head));
}

/** Refuses what are no simulations, by the field that shows it: the events themselves fill no message. */
function assertSimulations(where: string, argument: string, given: Simulations): void {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new DomainError(where, argument, given, "simulations", "give what simulate or simulationsFromArrays returns, awaited");
  const missing = (["theta", "x"] as const).find((name) => !isMatrix(given[name]));
  if (missing !== undefined)
    throw new DomainError(
      where,
      `${argument}.${missing}`,
      given[missing],
      "a matrix of simulations",
      "give all of the simulations, awaited",
    );
  const field = (["parameters", "observables", "failures"] as const).find(
    (name) => typeof given[name] !== "object" || given[name] === null,
  );
  if (field !== undefined) throw new DomainError(where, `${argument}.${field}`, given[field], "the record that simulations have");
}

function assertLogProb(logProb: Float64Array, rows: number): void {
  if (!(logProb instanceof Float64Array)) throw new DomainError("drawnFrom", "logProb", logProb, "a Float64Array [N]");
  if (logProb.length !== rows) throw new ShapeError("drawnFrom", "logProb", `[${logProb.length}]`, `[${rows}], one for each event`);
  const bad = logProb.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new DomainError("drawnFrom", `logProb[${bad}]`, logProb[bad], "a finite number", "a point that was drawn has a density above 0");
}

type Marked<Ranges extends ParameterRanges> = Simulations<Ranges> & { readonly proposals: readonly RoundDraws[] };

function marked<Ranges extends ParameterRanges>(simulations: Simulations<Ranges>): Marked<Ranges> {
  const { proposals } = simulations;
  return proposals ? { ...simulations, proposals } : drawnFrom(simulations, { name: "prior", kind: "prior" });
}

function joined<Ranges extends ParameterRanges>(first: Marked<Ranges>, next: Simulations<Ranges>): Marked<Ranges> {
  assertSame(first, next);
  const { proposals, theta, x, failures } = marked(next);
  const [last, low] = [first.proposals.at(-1)?.round ?? 0, proposals[0]?.round ?? 1];
  const later = Math.max(0, last + 1 - low);
  return {
    ...first,
    seed: undefined,
    theta: stacked(first.theta, theta),
    x: stacked(first.x, x),
    failures: joinedFailures(first.failures, failures),
    proposals: [
      ...first.proposals,
      ...proposals.map((draws) => ({ ...draws, round: draws.round + later, first: draws.first + first.theta.rows })),
    ],
  };
}

const RANGES_ADVICE = "simulate all parts with the same ranges";

function assertSame(first: Simulations, next: Simulations): void {
  const names = (simulations: Simulations) => ({
    simulator: simulations.simulator,
    parameters: Object.keys(simulations.parameters).join(", "),
    observables: simulations.observables.join(", "),
  });
  const [own, given] = [names(first), names(next)];
  for (const what of ["simulator", "parameters", "observables"] as const) {
    if (own[what] === given[what]) continue;
    throw new DomainError("joinSimulations", `parts' ${what}`, given[what], `${own[what]}, as in the first part`);
  }
  for (const [name, [low, high]] of Object.entries(first.parameters)) {
    const range = next.parameters[name]!;
    if (range[0] === low && range[1] === high) continue;
    throw new DomainError("joinSimulations", `parts' parameters.${name}`, range, `[${low}, ${high}], as in the first part`, RANGES_ADVICE);
  }
}

/** Some of the events, by rising number, with what they were drawn from. */
export function selectSimulations<Ranges extends ParameterRanges>(
  simulations: Simulations<Ranges>,
  rows: ArrayLike<number>,
): Simulations<Ranges> {
  const { theta, x, proposals, ...rest } = simulations;
  const taken = { ...rest, theta: takeRows(theta, rows), x: takeRows(x, rows) };
  if (!proposals) return taken;
  const chosen = Array.from(rows);
  const within = ({ first, rows: count }: RoundDraws) => chosen.filter((row) => row >= first && row < first + count);
  const places = proposals.map(within);
  const starts = places.map((_, k) => places.slice(0, k).reduce((total, { length }) => total + length, 0));
  return {
    ...taken,
    proposals: proposals.map((draws, k) => ({
      ...draws,
      first: starts[k]!,
      rows: places[k]!.length,
      ...(draws.logProb && { logProb: Float64Array.from(places[k]!, (row) => draws.logProb![row - draws.first]!) }),
    })),
  };
}

/** Parameters of one round with its name: what `plotSimulations` takes. */
export interface RoundPoints {
  /** `[n, D]`. */
  readonly theta: Matrix;
  /** "round 1", "round 2", ... */
  readonly label: string;
}

/**
 * The parameters of each round, for `plotSimulations`.
 *
 * @param simulations - Of one or several rounds.
 * @returns One for each round that has events.
 * @throws {DomainError} When they are no simulations.
 * @example
 * const events = simulationsFromArrays({ parameters: { a: [0, 1] }, observables: ["x"], theta: [[0.2], [0.4]], x: [[1], [2]] });
 * thetaByRound(joinSimulations([events, events])).length; // 2
 */
export function thetaByRound(simulations: Simulations): RoundPoints[] {
  assertSimulations("thetaByRound", "simulations", simulations);
  const { theta, proposals } = marked(simulations);
  return proposals
    .filter(({ rows }) => rows > 0)
    .map(({ round, first, rows }) => {
      const values = theta.values.slice(first * theta.columns, (first + rows) * theta.columns);
      return { theta: { rows, columns: theta.columns, values }, label: `round ${round}` };
    });
}
