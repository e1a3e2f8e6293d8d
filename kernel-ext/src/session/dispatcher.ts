import type { Message } from "../wire/messages.js";
import { errorContent, INTERRUPTED } from "./errors.js";
import { clock, Flight, type Reply } from "./flight.js";
import type { Publisher } from "./publisher.js";

export interface Answer {
  /** Type of the reply; undefined for messages without one. */
  readonly type: string | undefined;
  /** Runs alone and in order, as execute requests do. */
  readonly queued: boolean;
  handle(): Reply | Promise<Reply>;
}

/** Decides when each request runs and sees to it that each ends, whatever happens to its handler. */
export class Dispatcher {
  readonly #publisher: Publisher;
  readonly #flying = new Set<Flight>();
  readonly #queue: { readonly flight: Flight; readonly answer: Answer }[] = [];
  #running: Flight | undefined;
  #abortedUntil = 0;

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  /** @param received - When the request arrived, on the shared clock. */
  accept(request: Message, answer: Answer, received = clock()): Promise<Reply> {
    const flight = new Flight(request, { publisher: this.#publisher, replyType: answer.type, received });
    if (answer.queued) {
      this.#queue.push({ flight, answer });
      this.#next();
    } else this.#start(flight, answer);
    return flight.landed;
  }

  /** The running JavaScript was ended at `when`: requests whose handlers went with it get their reply from here. */
  settleLost(when: number): void {
    const lost = [...this.#flying].filter(({ started }) => started < when);
    setImmediate(() => {
      for (const flight of lost) this.#finish(flight, { status: "error", ...INTERRUPTED });
    });
  }

  #start(flight: Flight, { handle }: Answer): void {
    this.#flying.add(flight);
    flight.start();
    Promise.resolve()
      .then(handle)
      .then(
        (reply) => this.#finish(flight, reply),
        (error: unknown) => this.#finish(flight, { status: "error", ...errorContent(error) }),
      );
  }

  #finish(flight: Flight, reply: Reply): void {
    this.#flying.delete(flight);
    if (flight.finished) return;
    if (stopsTheQueue(flight.request, reply)) this.#abortedUntil = clock();
    flight.finish(reply);
    if (flight !== this.#running) return;
    this.#running = undefined;
    this.#next();
  }

  #next(): void {
    while (!this.#running) {
      const next = this.#queue.shift();
      if (!next) return;
      if (next.flight.received < this.#abortedUntil) abort(next.flight);
      else {
        this.#running = next.flight;
        this.#start(next.flight, next.answer);
      }
    }
  }
}

/** Requests that had arrived before another one failed are not run. */
function abort(flight: Flight): void {
  flight.start();
  flight.finish({ status: "aborted" });
}

function stopsTheQueue({ header, content }: Message, reply: Reply): boolean {
  const failed = (reply as { readonly status?: unknown } | undefined)?.status === "error";
  return failed && header.msg_type === "execute_request" && content.stop_on_error !== false;
}
