/**
 * What the thread of user code and the thread of sockets tell each other.
 *
 * @module
 */
import type { MessagePort } from "node:worker_threads";
import type { Connection } from "../connection/connection.js";
import type { StreamName } from "../session/streams.js";
import type { Packed } from "../wire/frames.js";
import type { KernelInfo, Message } from "../wire/messages.js";

export type ToMain =
  /** `received` on the clock of process.hrtime, ms. */
  | { readonly kind: "request"; readonly message: Message; readonly received: number }
  | { readonly kind: "interrupt"; readonly serial: number }
  /** The running JavaScript was ended. */
  | { readonly kind: "terminated"; readonly serial: number; readonly when: number }
  | { readonly kind: "shutdown" };

export type ToSockets =
  | { readonly kind: "send"; readonly packed: Packed }
  /** Where text of this number is shown. */
  | { readonly kind: "place"; readonly place: number; readonly request: Message | undefined }
  | { readonly kind: "text"; readonly place: number; readonly name: StreamName; readonly text: string }
  /** Everything here is closed. */
  | { readonly kind: "closed" }
  /** Please shut down. */
  | { readonly kind: "stop" };

/** What the socket thread is started with. */
export interface SocketThreadData {
  readonly connection: Connection;
  readonly session: string;
  readonly info: KernelInfo;
  /** Requests and answers. */
  readonly link: MessagePort;
  /** Lines of input, read synchronously. */
  readonly input: MessagePort;
  readonly shared: SharedArrayBuffer;
  /** Process whose end ends the kernel. */
  readonly parent: number | undefined;
}

/** Key on `process` of the function that ends the main thread's JavaScript. */
export const TERMINATE = "jupyter.kernel.terminate";

const ACKNOWLEDGED = 0;
const GUARDED = 1;
const INPUT = 2;
const UNDER_WAY = 3;
const SLOTS = 4;

/** Messages under way at which the main thread waits for the socket thread, which else would drown in them. */
const LIMIT = 1000;

/** Few numbers that both threads see at once, even while one of them spins. */
export class Shared {
  readonly buffer: SharedArrayBuffer;
  readonly #slots: Int32Array;

  constructor(buffer = new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#slots = new Int32Array(buffer);
  }

  /** Main: interrupts up to this one have been seen. */
  acknowledge(serial: number): void {
    Atomics.store(this.#slots, ACKNOWLEDGED, serial);
  }

  get acknowledged(): number {
    return Atomics.load(this.#slots, ACKNOWLEDGED);
  }

  /** Main: the kernel's own code begins; it must not be cut short. */
  readonly enter = (): void => void Atomics.add(this.#slots, GUARDED, 1);

  readonly leave = (): void => void Atomics.sub(this.#slots, GUARDED, 1);

  get guarded(): boolean {
    return Atomics.load(this.#slots, GUARDED) > 0;
  }

  /** Main: one more message is under way; blocks while there are too many. */
  sent(): void {
    let under = Atomics.add(this.#slots, UNDER_WAY, 1) + 1;
    while (under > LIMIT) {
      Atomics.wait(this.#slots, UNDER_WAY, under);
      under = Atomics.load(this.#slots, UNDER_WAY);
    }
  }

  /** Sockets: one message less. */
  taken(): void {
    if (Atomics.sub(this.#slots, UNDER_WAY, 1) > LIMIT / 2) Atomics.notify(this.#slots, UNDER_WAY);
  }

  /** Main: forgets earlier input. */
  expectInput(): void {
    Atomics.store(this.#slots, INPUT, 0);
  }

  /** Main: blocks until input has come. */
  awaitInput(): void {
    Atomics.wait(this.#slots, INPUT, 0);
  }

  /** Sockets: input has come. */
  notifyInput(): void {
    Atomics.store(this.#slots, INPUT, 1);
    Atomics.notify(this.#slots, INPUT);
  }
}
