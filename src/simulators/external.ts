import type { LabelledSample, MinedSample, MinedSampleWithScore } from "../data/mined-sample.js";
import { takeRows } from "../data/mined-sample.js";
import { selectEvents } from "../data/sample-rows.js";
import type { Simulations } from "../data/simulations.js";
import { DomainError, InterruptedError } from "../errors.js";
import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { type ParameterRanges, type Theta, toTheta } from "../numerics/parameters.js";
import { fold, type Key, key as makeKey, uniforms } from "../numerics/random.js";
import { notebook } from "../platform/notebook.js";
import { progress } from "../platform/progress.js";
import type { Prior } from "../probability/independent.js";
import { type Reply, runPool } from "./external-pool.js";
import { FailureList } from "./failure.js";
import { type Hypothesis, hypothesisRows } from "./hypothesis.js";
import { labelOf } from "./shard.js";
import { assertOptions } from "./simulator.js";

/** What an external program knows of its events: nothing but x, the joint log ratio, or the joint score as well. */
export type ExternalGold = "none" | "ratio" | "score";

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
  /** Seconds for an event before the process is killed and the event counted as failed; default 60. */
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

/** Children of an event's key. */
const [THETA1, SEED] = [1, 3];

/**
 * Simulates with an external program.
 *
 * Crashes, time-outs and answers that make no sense are counted in `failures` with their reason, and are never fatal; the result is the same for any
 * number of processes, as far as the program's own randomness comes from the seed it is given.
 *
 * @param program - The program.
 * @param options - theta or prior, number, seed.
 * @throws {DomainError} When an option is out of range.
 * @throws {GaltonError} When the program gives no answer at all.
 */
export async function simulateExternal<const Ranges extends ParameterRanges>(
  program: ExternalSimulator<Ranges>,
  options: ExternalRun & { readonly theta: Theta<Ranges> | Prior<keyof Ranges & string> },
): Promise<Simulations<Ranges>> {
  const where = "simulateExternal";
  assertProgram(where, program, options);
  const key = makeKey(options.seed);
  const { parameters, observables, name } = program;
  const theta = hypothesisRows({ where, argument: "theta" }, options.theta as Hypothesis<Ranges>, parameters)(
    key,
    0,
    rowsFor(program, options.n),
  );
  const run = new ExternalEvents(where, program, theta);
  const request = (id: number) => ({ seed: eventSeed(key, id), theta: toTheta(rowOf(theta, id), parameters) });
  const { done, interrupted } = await run.all(options, request, (answer, id) => run.keepX(answer, id));
  const { kept, failures } = run.outcome(done);
  const simulations = {
    simulator: name,
    parameters,
    observables,
    seed: options.seed,
    theta: takeRows(theta, kept),
    x: takeRows(run.x, kept),
    failures,
  };
  if (interrupted !== undefined) throw new InterruptedError(where, `${done.size} of ${options.n} events`, simulations, interrupted);
  return simulations;
}

/**
 * Mines an external program: as `mine`, with what the program itself knows of its events.
 *
 * @param program - The program; its `gold` says what it knows.
 * @param options - Hypotheses, number, seed.
 * @returns A sample with as much gold as the program gives; events 0, 2, 4, ... are drawn from theta0.
 * @throws {DomainError} When an option is out of range.
 * @throws {GaltonError} When the program gives no answer at all.
 */
export async function mineExternal<const Ranges extends ParameterRanges, const Gold extends ExternalGold = "none">(
  program: ExternalSimulator<Ranges, Gold>,
  options: ExternalRun & { readonly numerator: Hypothesis<Ranges>; readonly denominator: Hypothesis<Ranges> },
): Promise<ExternalSample<Ranges, Gold>> {
  const where = "mineExternal";
  assertProgram(where, program, options);
  const { parameters, observables, name, gold = "none" } = program;
  const { n, seed } = options;
  const key = makeKey(seed);
  const pointOf = (event: number) => Math.floor(event / 2);
  const theta0 = hypothesisRows({ where, argument: "numerator", pointOf }, options.numerator, parameters)(key, 0, rowsFor(program, n));
  const place = { where, argument: "denominator", child: THETA1, pointOf };
  const theta1 = hypothesisRows(place, options.denominator, parameters)(key, 0, rowsFor(program, n));
  const drawnAt = zeros(n, theta0.columns);
  for (let i = 0; i < n; i++) rowOf(drawnAt, i).set(rowOf(labelOf(i) === 0 ? theta0 : theta1, i));
  const run = new ExternalEvents(where, program, drawnAt);
  const [jointLogRatio, jointScore] = [new Float64Array(n), zeros(n, theta0.columns)];
  const record = (matrix: Matrix, id: number) => toTheta(rowOf(matrix, id), parameters);
  const request = (id: number) => ({
    seed: eventSeed(key, id),
    theta: record(drawnAt, id),
    numerator: record(theta0, id),
    denominator: record(theta1, id),
  });
  const { done, interrupted } = await run.all(options, request, (answer, id) => {
    const fault = run.keepX(answer, id);
    if (fault || gold === "none") return fault;
    if (!Number.isFinite(answer.jointLogRatio)) return `jointLogRatio is ${String(answer.jointLogRatio)}`;
    jointLogRatio[id] = answer.jointLogRatio as number;
    return gold === "score" ? keepScore(answer, rowOf(jointScore, id), Object.keys(parameters)) : undefined;
  });
  const { kept, failures } = run.outcome(done);
  const whole = {
    ...{ simulator: name, parameters, observables, seed, theta0, theta1, x: run.x, failures },
    label: Float64Array.from({ length: n }, (_, i) => labelOf(i)),
    ...(gold !== "none" && { jointLogRatio }),
    ...(gold === "score" && { jointScore }),
  };
  const sample = selectEvents(whole, kept) as ExternalSample<Ranges, Gold>;
  if (interrupted !== undefined) throw new InterruptedError(where, `${done.size} of ${n} events`, sample, interrupted);
  return sample;
}

/** The events of a run as they come. */
class ExternalEvents {
  readonly x: Matrix;
  private readonly failures: FailureList;

  constructor(
    private readonly where: string,
    private readonly program: ExternalSimulator,
    private readonly theta: Matrix,
  ) {
    this.x = zeros(theta.rows, program.observables.length);
    this.failures = new FailureList(where, program.parameters);
  }

  /** Asks for all events; `keep` says what is wrong with an answer. */
  async all(
    { n, signal: given }: ExternalRun,
    request: (id: number) => Readonly<Record<string, unknown>>,
    keep: (answer: Readonly<Record<string, unknown>>, id: number) => string | undefined,
  ): Promise<{ readonly done: ReadonlySet<number>; readonly interrupted: unknown }> {
    const { where, program, theta } = this;
    const signal = given ?? notebook()?.interrupt ?? new AbortController().signal;
    const shown = progress(`${where} ${program.name}`, n, "events");
    const done = new Set<number>();
    const onReply = (id: number, reply: Reply) => {
      const fault = "failure" in reply ? reply.failure : keep(reply.answer, id);
      if (fault !== undefined) this.failures.add([{ event: id, theta: [...rowOf(theta, id)], reason: fault }]);
      done.add(id);
      shown.update(done.size);
    };
    const { command, processes = 2, timeout = 60 } = program;
    try {
      await runPool({ where, command, processes, timeout, signal, count: n, request, onReply });
    } finally {
      shown.end();
    }
    return { done, interrupted: signal.aborted && done.size < n ? (signal.reason ?? "aborted") : undefined };
  }

  /** Takes x of an answer, or says what is wrong with it. */
  keepX({ x }: Readonly<Record<string, unknown>>, id: number): string | undefined {
    const { length } = this.program.observables;
    if (!Array.isArray(x) || x.length !== length) return `x is ${JSON.stringify(x)?.slice(0, 80)}, and not ${length} numbers`;
    const bad = x.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) return `x.${this.program.observables[bad]} is ${String(x[bad])}`;
    rowOf(this.x, id).set(x as number[]);
    return undefined;
  }

  /** Events that are whole, and those that failed. */
  outcome(done: ReadonlySet<number>) {
    const failures = this.failures.below(Number.POSITIVE_INFINITY);
    this.failures.warn(failures, done.size);
    const failed = new Set(this.failures.eventsBelow(Number.POSITIVE_INFINITY));
    const kept = Uint32Array.from(done)
      .filter((id) => !failed.has(id))
      .sort();
    return { kept, failures };
  }
}

function keepScore({ jointScore }: Readonly<Record<string, unknown>>, row: Float64Array, names: readonly string[]): string | undefined {
  for (const [j, name] of names.entries()) {
    const value = (jointScore as Readonly<Record<string, unknown>> | undefined)?.[name];
    if (!Number.isFinite(value)) return `jointScore.${name} is ${String(value)}`;
    row[j] = value as number;
  }
  return undefined;
}

function rowsFor({ parameters }: ExternalSimulator, n: number): Matrix {
  return zeros(n, Object.keys(parameters).length);
}

function eventSeed(key: Key, event: number): number {
  return Math.floor(uniforms(fold(fold(key, event), SEED), 1)[0]! * 2 ** 53);
}

function assertProgram(where: string, program: ExternalSimulator, { n }: ExternalRun): void {
  assertOptions(where, program as Parameters<typeof assertOptions>[1]);
  const { command, processes = 2, timeout = 60, gold = "none" } = program;
  if (!(Array.isArray(command) && command.length > 0))
    throw new DomainError(where, "command", command, 'the program and its arguments, ["python3", "sim.py"]');
  if (!(Number.isSafeInteger(processes) && processes >= 1)) throw new DomainError(where, "processes", processes, "a whole number from 1");
  if (!(timeout > 0 && timeout < Infinity)) throw new DomainError(where, "timeout", timeout, "a number of seconds above 0");
  if (!["none", "ratio", "score"].includes(gold)) throw new DomainError(where, "gold", gold, '"none", "ratio" or "score"');
  if (!(Number.isSafeInteger(n) && n >= 1)) throw new DomainError(where, "n", n, "a positive integer");
}
