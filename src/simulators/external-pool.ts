import { GaltonError } from "../errors.js";
import { platform } from "../platform/index.js";
import type { LineProgram } from "../platform/platform.js";
import { type Reply, readAnswer } from "./external-answer.js";

/** A run of a program. */
export interface PoolRun {
  /** The public function that asks. */
  readonly where: string;
  readonly command: readonly string[];
  readonly processes: number;
  /** Seconds for an answer. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Number of the first request, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** The fields of a request but its id. */
  readonly request: (id: number) => Readonly<Record<string, unknown>>;
  readonly onReply: (id: number, reply: Reply) => void;
}

/** Requests without a word that can be understood, after which a program is taken for broken. */
const HOPELESS = 10;
/** No line, for a line may say anything. */
const LATE = Symbol("late");

interface PoolState {
  next: number;
  /** Whether the program has answered anything, be it with an error. */
  understood: boolean;
  lost: number;
  /** Whether the run was aborted, or has failed. */
  stopped: boolean;
}

/**
 * Puts all requests to a pool of processes. What fails is told as such and its process replaced; what a process that had other requests before breaks
 * at is asked again of a fresh one, so that a request fails for what it is, and not for what came before it.
 *
 * @throws {GaltonError} When the program never answers, with the last of its error stream.
 */
export async function runPool(run: PoolRun): Promise<void> {
  const { startProgram } = platform;
  if (!startProgram) throw new GaltonError(`${run.where}: there are no programs in a browser; run it in Node`);
  const state: PoolState = { next: run.from, understood: false, lost: 0, stopped: false };
  const seats = Array.from({ length: Math.min(run.processes, run.to - run.from) }, () => {
    return new Seat(() => startProgram(run.command), run.timeout);
  });
  const stop = () => {
    state.stopped = true;
    for (const seat of seats) seat.end();
  };
  run.signal.addEventListener("abort", stop);
  try {
    if (!run.signal.aborted) await Promise.all(seats.map((seat) => serve(run, state, seat)));
  } finally {
    run.signal.removeEventListener("abort", stop);
    stop();
  }
}

async function serve(run: PoolRun, state: PoolState, seat: Seat): Promise<void> {
  while (state.next < run.to && !state.stopped) {
    const id = state.next++;
    const request = { id, ...run.request(id) };
    const { used } = seat;
    let reply = await seat.ask(request);
    if (used && isLost(reply) === "broken" && !state.stopped) reply = await seat.ask(request);
    if (state.stopped) return;
    if (isLost(reply) === undefined) state.understood = true;
    else if (!state.understood && ++state.lost >= Math.min(HOPELESS, run.to - run.from)) throw hopeless(run, reply);
    run.onReply(id, reply);
  }
}

function isLost(reply: Reply): "broken" | "late" | undefined {
  return "lost" in reply ? reply.lost : undefined;
}

function hopeless({ where, command }: PoolRun, reply: Reply): GaltonError {
  const reason = "failure" in reply ? reply.failure : "";
  const advice =
    isLost(reply) === "late" ? "give it a longer timeout, or run it by hand with one request" : "run it by hand with one request";
  return new GaltonError(`${where}: command ${JSON.stringify(command.join(" "))} gave no answer at all: ${reason}; ${advice}`);
}

/** A place in the pool: a process, or its successor when it cannot be asked again. */
class Seat {
  private program: LineProgram | undefined;

  constructor(
    private readonly start: () => LineProgram,
    private readonly timeout: number,
  ) {}

  /** Whether the process has had requests before. */
  get used(): boolean {
    return this.program !== undefined;
  }

  /** One request and its answer. */
  async ask(request: { readonly id: number }): Promise<Reply> {
    this.program ??= this.start();
    const reply = await ask(this.program, request, this.timeout);
    if (isLost(reply)) this.end();
    return reply;
  }

  end(): void {
    this.program?.kill();
    this.program = undefined;
  }
}

async function ask(program: LineProgram, request: { readonly id: number }, timeout: number): Promise<Reply> {
  program.send(JSON.stringify(request));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), 1000 * timeout);
  });
  const line = await Promise.race([program.next(), late]);
  clearTimeout(timer);
  if (line === LATE) return { failure: `no answer within ${timeout} s`, lost: "late" };
  if (line === undefined) return { failure: `the program ${program.ending()}`, lost: "broken" };
  return readAnswer(line, request.id);
}
