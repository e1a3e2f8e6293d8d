import { GaltonError } from "../errors.js";
import { platform } from "../platform/index.js";
import type { LineProgram } from "../platform/platform.js";

/** What a program said of a request: its answer, or why there is none. */
export type Reply = { readonly answer: Readonly<Record<string, unknown>> } | { readonly failure: string };

/** A run of a program. */
export interface PoolRun {
  /** The public function that asks. */
  readonly where: string;
  readonly command: readonly string[];
  readonly processes: number;
  /** Seconds for an answer. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Number of requests, and the fields of each but its id. */
  readonly count: number;
  readonly request: (id: number) => Readonly<Record<string, unknown>>;
  readonly onReply: (id: number, reply: Reply) => void;
}

/** A program that dies so often before its first answer is taken for broken. */
const HOPELESS = 5;

/** Puts all requests to a pool of processes; what fails is told as such, and its process restarted. */
export async function runPool(run: PoolRun): Promise<void> {
  const { startProgram } = platform;
  if (!startProgram) throw new GaltonError(`${run.where}: there are no programs in a browser; run it in Node`);
  const state = { next: 0, answered: 0, deaths: 0 };
  const running = new Set<LineProgram>();
  const stop = () => {
    for (const program of running) program.kill();
  };
  run.signal.addEventListener("abort", stop);
  const start = () => {
    const program = startProgram(run.command);
    running.add(program);
    return program;
  };
  try {
    await Promise.all(Array.from({ length: Math.min(run.processes, run.count) }, () => serve(run, state, { start, running })));
  } finally {
    run.signal.removeEventListener("abort", stop);
    stop();
  }
}

interface PoolState {
  next: number;
  answered: number;
  deaths: number;
}

async function serve(
  run: PoolRun,
  state: PoolState,
  { start, running }: { readonly start: () => LineProgram; readonly running: Set<LineProgram> },
): Promise<void> {
  let program: LineProgram | undefined;
  while (state.next < run.count && !run.signal.aborted) {
    const id = state.next++;
    program ??= start();
    const reply = await ask(program, { id, ...run.request(id) }, run.timeout);
    if (run.signal.aborted) return;
    if ("died" in reply) {
      running.delete(program);
      program.kill();
      program = undefined;
      if (reply.died && state.answered === 0 && ++state.deaths >= Math.min(HOPELESS, run.count)) throw hopeless(run, reply.failure);
    } else state.answered++;
    run.onReply(id, "died" in reply ? { failure: reply.failure } : reply);
  }
}

function hopeless({ where, command }: PoolRun, reason: string): GaltonError {
  return new GaltonError(
    `${where}: command ${JSON.stringify(command.join(" "))} gave no answer at all: ${reason}; run it by hand with one request`,
  );
}

/** One request and its answer; `died` when the process cannot be asked again: true when it ended, false when it was too slow. */
async function ask(
  program: LineProgram,
  request: { readonly id: number },
  timeout: number,
): Promise<Reply | { readonly died: boolean; readonly failure: string }> {
  program.send(JSON.stringify(request));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), 1000 * timeout);
  });
  const line = await Promise.race([program.next(), late]);
  clearTimeout(timer);
  if (line === "late") return { died: false, failure: `no answer within ${timeout} s` };
  if (line === undefined) return { died: true, failure: `the program ${program.ending()}` };
  return readAnswer(line, request.id);
}

function readAnswer(line: string, id: number): Reply {
  let answer: unknown;
  try {
    answer = JSON.parse(line);
  } catch {
    return { failure: `the program said ${JSON.stringify(line.slice(0, 80))}, which is no JSON` };
  }
  if (typeof answer !== "object" || answer === null) return { failure: `the program said ${line.slice(0, 80)}, which is no record` };
  const record = answer as Record<string, unknown>;
  if (record.id !== id) return { failure: `the program answered request ${String(record.id)} where ${id} was asked` };
  if (record.error !== undefined) return { failure: String(record.error) };
  return { answer: record };
}
