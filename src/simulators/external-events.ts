import type { Failures } from "../data/failures.js";
import { InterruptedError } from "../errors.js";
import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { fold, type Key, uniforms } from "../numerics/random.js";
import { notebook } from "../platform/notebook.js";
import { progress } from "../platform/progress.js";
import type { Reply } from "./external-answer.js";
import { runPool } from "./external-pool.js";
import { FailureList, reportFailures } from "./failure.js";

/** The program whose events are asked for. */
export interface Asked {
  readonly name: string;
  readonly parameters: ParameterRanges;
  readonly observables: readonly string[];
  readonly command: readonly string[];
  readonly processes?: number;
  readonly timeout?: number;
}

/** Fields of an answer. */
export type Answer = Readonly<Record<string, unknown>>;

/** What is asked of a program. */
export interface Questions {
  /** The public function that asks. */
  readonly where: string;
  /** Parameters that each event is drawn at `[N, D]`. */
  readonly theta: Matrix;
  /** Number of the first event; those before it are there already. */
  readonly from: number;
  readonly signal: AbortSignal | undefined;
  /** The fields of a request but its id. */
  readonly request: (event: number) => Answer;
  /** Takes what an answer has besides x, or says what is wrong with it. */
  readonly keep: (answer: Answer, event: number) => string | undefined;
}

/** What came of the questions. */
export interface ExternalEvents {
  /** `[N, L]`; zero where there is no event. */
  readonly x: Matrix;
  /** Events up to here are done. */
  readonly done: number;
  /** Numbers of those that gave an event, rising. */
  readonly kept: Uint32Array;
  readonly failures: Failures;
  /** The signal's reason; undefined when all was done. */
  readonly interrupted: unknown;
}

/** Child of an event's key from which the program's seed is made. */
const SEED = 3;

/** The seed of an event: a whole number below 2^52, its own. */
export function eventSeed(key: Key, event: number): number {
  // A uniform number is (m + 0.5) 2^-52.
  return Math.floor(uniforms(fold(fold(key, event), SEED), 1)[0]! * 2 ** 52);
}

/**
 * Puts all questions to a program and collects the answers in the order of their numbers.
 *
 * @throws {GaltonError} When the program gives no answer.
 */
export async function askEvents(program: Asked, questions: Questions): Promise<ExternalEvents> {
  const { where, theta, from, request } = questions;
  const signal = questions.signal ?? notebook()?.interrupt ?? new AbortController().signal;
  const { name, parameters, observables, command, processes = 2, timeout = 60 } = program;
  const [n, x, failed] = [theta.rows, zeros(theta.rows, observables.length), new FailureList(parameters)];
  const shown = progress(`${where} ${name}`, n, "events");
  const seen = new Uint8Array(n).fill(1, 0, from);
  let answered = from;
  const onReply = (event: number, reply: Reply) => {
    const fault =
      "failure" in reply ? reply.failure : (keepX(reply.answer, rowOf(x, event), observables) ?? questions.keep(reply.answer, event));
    if (fault !== undefined) failed.add([{ event, theta: [...rowOf(theta, event)], reason: fault }]);
    seen[event] = 1;
    shown.update(++answered);
  };
  try {
    await runPool({ where, command, processes, timeout, signal, from, to: n, request, onReply });
  } finally {
    shown.end();
  }
  const done = answered === n ? n : seen.indexOf(0);
  const failures = failed.below(done);
  const without = new Set(failed.eventsBelow(done));
  const kept = Uint32Array.from({ length: done - from }, (_, i) => from + i).filter((event) => !without.has(event));
  return { x, done, kept, failures, interrupted: done === n ? undefined : (signal.reason ?? "aborted") };
}

/** Takes x of an answer, or says what is wrong with it. */
function keepX({ x }: Answer, row: Float64Array, observables: readonly string[]): string | undefined {
  const { length } = observables;
  if (!Array.isArray(x) || x.length !== length) return `x is ${JSON.stringify(x)?.slice(0, 80)}; expected ${length} numbers`;
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) return `x.${observables[bad]} is ${JSON.stringify(x[bad])}; expected a finite number`;
  row.set(x as number[]);
  return undefined;
}

/** The result of a run, or the error that carries what an interrupted one left. */
export function orInterrupted<Result extends { readonly failures: Failures }>(
  where: string,
  { done, interrupted }: ExternalEvents,
  n: number,
  result: Result,
): Result {
  if (interrupted !== undefined) throw new InterruptedError(where, `${done} of ${n} events`, result, interrupted);
  reportFailures(where, result.failures, n);
  return result;
}
