import type { Message } from "../wire/messages.js";
import type { Publisher } from "./publisher.js";

/** A reply's content; undefined for messages that have none. */
export type Reply = object | undefined;

/**
 * One request from its arrival to `idle`. `finish` may be called by the handler, or by an interrupt that cut the
 * handler off; the first call counts, so that each request gets exactly one busy, one reply, one idle.
 */
export class Flight {
  readonly request: Message;
  /** Milliseconds of the clock that all threads share. */
  readonly received: number;
  readonly landed: Promise<Reply>;
  #land: (reply: Reply) => void = () => {};
  #finished = false;
  #started = Infinity;
  readonly #publisher: Publisher;
  readonly #replyType: string | undefined;

  constructor(
    request: Message,
    parts: { readonly publisher: Publisher; readonly replyType: string | undefined; readonly received: number },
  ) {
    this.request = request;
    this.received = parts.received;
    this.#publisher = parts.publisher;
    this.#replyType = parts.replyType;
    this.landed = new Promise((resolve) => {
      this.#land = resolve;
    });
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** When it began to run, on the shared clock; Infinity before. */
  get started(): number {
    return this.#started;
  }

  start(): void {
    this.#started = clock();
    this.#publisher.status("busy", this.request);
  }

  finish(reply: Reply): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#replyType !== undefined && reply !== undefined) this.#publisher.reply(this.request, this.#replyType, reply);
    this.#publisher.flush();
    this.#publisher.status("idle", this.request);
    this.#land(reply);
  }
}

/** Milliseconds of a clock that all threads of the process share. */
export function clock(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
