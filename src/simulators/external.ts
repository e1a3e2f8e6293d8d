import { joinedFailures } from "../data/failures.js";
import type { LabelledSample, MinedSample, MinedSampleWithScore } from "../data/mined-sample.js";
import { takeRows } from "../data/mined-sample.js";
import { appendEvents, selectEvents, stacked } from "../data/sample-rows.js";
import type { Simulations } from "../data/simulations.js";
import { DomainError } from "../errors.js";
import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, toTheta } from "../numerics/parameters.js";
import { key as makeKey } from "../numerics/random.js";
import type { Prior } from "../probability/independent.js";
import { type Answer, askEvents, eventSeed, orInterrupted } from "./external-events.js";
import { type ExternalGold, emptyGold, type Gold, keepGold } from "./external-gold.js";
import { emptyRows, type Hypothesis, hypothesisRows } from "./hypothesis.js";
import { resumedAt } from "./resume.js";
import { labelOf } from "./shard.js";
import { assertOptions } from "./simulator.js";

export type { ExternalGold } from "./external-gold.js";

/** A program in any language that simulates: parameters in, observations and gold out, as lines of JSON; see docs/mined-files.md. */
export interface ExternalSimulator<Ranges extends ParameterRanges = ParameterRanges, Gold extends ExternalGold = ExternalGold> {
  readonly name: string;
  readonly parameters: Ranges;
  readonly observables: readonly string[];
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** What it knows; default "none". */
  readonly gold?: Gold;
  /** Number of processes; default 2. */
  readonly processes?: number;
  /** Seconds for an event, and for the program to start, before it is killed and the event counted as failed; default 60. */
  readonly timeout?: number;
}

/** How an external program is run. */
export interface ExternalRun {
  /** Number of events. */
  readonly n: number;
  /** Each event gets a seed of its own, made from this one: an integer in [0, 2^53). */
  readonly seed: number;
  /** Ends the run, with an InterruptedError that carries what was done; default the notebook's interrupt. */
  readonly signal?: AbortSignal;
}

/** What a program of this gold gives. */
export type ExternalSample<Ranges extends ParameterRanges, Gold extends ExternalGold> = Gold extends "score"
  ? MinedSampleWithScore<Ranges>
  : Gold extends "ratio"
    ? MinedSample<Ranges>
    : LabelledSample<Ranges>;

/** What to simulate: at given parameters, or with each event's theta drawn from a prior. */
export type ExternalSimulateOptions<Ranges extends ParameterRanges = ParameterRanges> = ExternalRun & {
  /** What an interrupted run with these options left. */
  readonly resume?: Simulations<Ranges>;
} & (
    | { readonly theta: Hypothesis<Ranges>; readonly prior?: never }
    | { readonly prior: Prior<keyof Ranges & string>; readonly theta?: never }
  );

/** What to mine: `n` events in all, half from each hypothesis. */
export interface ExternalMineOptions<Ranges extends ParameterRanges = ParameterRanges> extends ExternalRun {
  /** theta0: a point, points in turn, a prior or a sampler from which each event draws its own. */
  readonly numerator: Hypothesis<Ranges>;
  /** theta1, the same. */
  readonly denominator: Hypothesis<Ranges>;
  /** What an interrupted run with these options left. */
  readonly resume?: LabelledSample<Ranges>;
}

/** Child of an event's key from which theta1 is drawn, as in `mine`. */
const THETA1 = 1;

/**
 * Simulates with an external program.
 *
 * Crashes, time-outs and answers that make no sense are counted in `failures` with their reason, and are not fatal; the result is the same for any
 * number of processes, as far as the program's own randomness comes from the seed that it is given.
 *
 * @param program - The program.
 * @param options - theta or prior, number, seed.
 * @returns theta `[N, D]` and x `[N, L]` in the order of the events' numbers.
 * @throws {DomainError} When an option is out of range, or `resume` of another run.
 * @throws {GaltonError} When the program gives no answer at all, or no event.
 * @throws {InterruptedError} When interrupted; `partial` holds the events done, and goes into `resume`.
 * @example
 * const script = `
 * const lines = require("node:readline").createInterface({ input: process.stdin });
 * lines.on("line", (line) => { const { id, theta } = JSON.parse(line); console.log(JSON.stringify({ id, x: [2 * theta.a] })); });`;
 * const twice = { name: "twice", parameters: { a: [0, 9] }, observables: ["x"], command: [process.execPath, "-e", script] } as const;
 * const { x } = await simulateExternal(twice, { theta: { a: 3 }, n: 2, seed: 1 });
 * x.values; // 6, 6
 */
export async function simulateExternal<const Ranges extends ParameterRanges>(
  program: ExternalSimulator<Ranges>,
  options: ExternalSimulateOptions<Ranges>,
): Promise<Simulations<Ranges>> {
  const where = "simulateExternal";
  assertProgram(where, program, options);
  const { parameters, observables, name: simulator } = program;
  const { n, seed, signal, resume } = options;
  const run = { simulator, parameters, observables, seed };
  const key = makeKey(seed);
  const place = { where, argument: options.prior ? "prior" : "theta" };
  const hypothesis = (options.prior ?? options.theta) as Hypothesis<Ranges>;
  const theta = hypothesisRows(place, hypothesis, parameters)(key, 0, emptyRows(n, parameters));
  const from = resume ? firstMissing(where, resume, { own: identity(run), n, thetas: [theta] }) : 0;
  const request = (event: number) => ({ seed: eventSeed(key, event), theta: toTheta(rowOf(theta, event), parameters) });
  const events = await askEvents(program, { where, theta, from, signal, request, keep: () => undefined });
  const { kept, failures } = events;
  const rest: Simulations<Ranges> = { ...run, theta: takeRows(theta, kept), x: takeRows(events.x, kept), failures };
  return orInterrupted(where, events, n, resume ? joined(resume, rest) : rest);
}

function joined<Ranges extends ParameterRanges>(first: Simulations<Ranges>, rest: Simulations<Ranges>): Simulations<Ranges> {
  const theta = stacked(first.theta, rest.theta);
  return { ...rest, theta, x: stacked(first.x, rest.x), failures: joinedFailures(first.failures, rest.failures) };
}

/**
 * Mines an external program: as `mine`, with what the program itself knows of its events.
 *
 * @param program - The program; its `gold` says what it knows.
 * @param options - Hypotheses, number, seed.
 * @returns A sample with as much gold as the program gives, in the order of the events' numbers; events 0, 2, 4, ... are drawn from theta0.
 * @throws {DomainError} When an option is out of range, or `resume` of another run.
 * @throws {GaltonError} When the program gives no answer at all, or no event.
 * @throws {InterruptedError} When interrupted; `partial` is the sample of the events done, and goes into `resume`.
 */
export async function mineExternal<const Ranges extends ParameterRanges, const Gold extends ExternalGold = "none">(
  program: ExternalSimulator<Ranges, Gold>,
  options: ExternalMineOptions<Ranges>,
): Promise<ExternalSample<Ranges, Gold>> {
  const where = "mineExternal";
  assertProgram(where, program, options);
  const { parameters, observables, name: simulator } = program;
  const { n, seed, signal, resume } = options;
  const { theta0, theta1, ...questions } = hypothesesOf(program, options);
  const gold = emptyGold(program, n);
  const run = { simulator, parameters, observables, seed, theta0, theta1, ...gold };
  const from = resume ? firstMissing(where, resume, { own: identity(run), n, thetas: [theta0, theta1] }) : 0;
  const names = Object.keys(parameters);
  const keep = (answer: Answer, event: number) => keepGold(gold, answer, { event, names });
  const events = await askEvents(program, { where, from, signal, ...questions, keep });
  const label = Float64Array.from({ length: n }, (_, event) => labelOf(event));
  const rest = selectEvents({ ...run, x: events.x, label, failures: events.failures }, events.kept);
  const sample = resume ? { ...appendEvents(resume, rest), failures: joinedFailures(resume.failures, rest.failures) } : rest;
  return orInterrupted(where, events, n, sample as ExternalSample<Ranges, Gold>);
}

/** theta0, theta1 and the requests of a run. */
function hypothesesOf<Ranges extends ParameterRanges>(
  { parameters }: ExternalSimulator<Ranges>,
  { n, seed, numerator, denominator }: ExternalMineOptions<Ranges>,
) {
  const key = makeKey(seed);
  // Of lists of points all pairs come in turn, each with one event of each label.
  const pair = (event: number) => Math.floor(event / 2);
  const points = Array.isArray(numerator) ? numerator.length : 1;
  const places = [
    { where: "mineExternal", argument: "numerator", pointOf: pair },
    { where: "mineExternal", argument: "denominator", child: THETA1, pointOf: (event: number) => Math.floor(pair(event) / points) },
  ] as const;
  const theta0 = hypothesisRows(places[0], numerator, parameters)(key, 0, emptyRows(n, parameters));
  const theta1 = hypothesisRows(places[1], denominator, parameters)(key, 0, emptyRows(n, parameters));
  const theta = zeros(n, theta0.columns);
  for (let event = 0; event < n; event++) rowOf(theta, event).set(rowOf(labelOf(event) === 0 ? theta0 : theta1, event));
  const record = (matrix: Matrix, event: number) => toTheta(rowOf(matrix, event), parameters);
  const request = (event: number) => ({
    seed: eventSeed(key, event),
    theta: record(theta, event),
    numerator: record(theta0, event),
    denominator: record(theta1, event),
  });
  return { theta0, theta1, theta, request };
}

/** Number of the first event that is not there yet; refuses what is of another run. */
function firstMissing(
  where: string,
  resume: (LabelledSample | Simulations) & Partial<MinedSample>,
  { own, n, thetas }: { readonly own: ReturnType<typeof identity>; readonly n: number; readonly thetas: readonly Matrix[] },
): number {
  const found = "theta" in resume ? [resume.theta] : [resume.theta0, resume.theta1];
  const planned = (start: number, count: number) => thetas.map((theta) => rowsFrom(theta, start, count));
  return resumedAt(where, resume, n, { own, theirs: identity(resume), found, planned });
}

function identity(run: Pick<Simulations, "observables" | "seed" | "simulator"> & Gold) {
  const { simulator, observables, seed, jointLogRatio, jointScore } = run;
  const gold = { jointLogRatio: jointLogRatio !== undefined, jointScore: jointScore !== undefined };
  return { simulator, observables: observables.join(), seed, ...gold };
}

function rowsFrom({ columns, values }: Matrix, start: number, count: number): Matrix {
  return { rows: count, columns, values: values.subarray(start * columns, (start + count) * columns) };
}

/** Seconds that a timer can count: 2^31 ms. */
const LONGEST = 2_000_000;

function assertProgram(where: string, program: ExternalSimulator, { n }: ExternalRun): void {
  assertOptions(where, program as Parameters<typeof assertOptions>[1]);
  const { command, processes = 2, timeout = 60, gold = "none" } = program;
  if (!(Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === "string")))
    throw new DomainError(where, "command", command, 'the program and its arguments, ["python3", "sim.py"]');
  if (!(Number.isSafeInteger(processes) && processes >= 1)) throw new DomainError(where, "processes", processes, "a whole number from 1");
  if (!(timeout > 0 && timeout <= LONGEST))
    throw new DomainError(where, "timeout", timeout, `a number of seconds above 0, at most ${LONGEST}`);
  if (!["none", "ratio", "score"].includes(gold)) throw new DomainError(where, "gold", gold, '"none", "ratio" or "score"');
  if (!(Number.isSafeInteger(n) && n >= 1)) throw new DomainError(where, "n", n, "a positive integer");
}
