import { setTimeout as sleep } from "node:timers/promises";
import { Reply, Router, XPublisher } from "zeromq";
import { address, type Connection, type SocketName } from "../connection/connection.js";

export type Frames = (Uint8Array | string)[];

/** An address of the connection file cannot be bound. */
export class BindError extends Error {
  override readonly name = "BindError";
}

export interface Sockets {
  readonly shell: Router;
  readonly control: Router;
  readonly stdin: Router;
  readonly iopub: XPublisher;
  readonly heartbeat: Reply;
}

/** How long unsent messages are kept when the sockets close, ms. */
const LINGER = 1000;
/** How long a message waits for its receiver to connect, and how often it tries, ms. */
const PATIENCE = 10_000;
const RETRY = 10;
/** No limit: a slow subscriber must not lose output. */
const UNLIMITED = 0;

/** Binds the five sockets of a kernel. */
export async function bindSockets(connection: Connection): Promise<Sockets> {
  const options = { linger: LINGER, sendHighWaterMark: UNLIMITED, receiveHighWaterMark: UNLIMITED };
  const sockets: Sockets = {
    shell: new Router({ ...options, handover: true }),
    control: new Router({ ...options, handover: true }),
    // A front end's stdin may connect after the shell on which its cell came; unless mandatory, the question would be lost unseen.
    stdin: new Router({ ...options, handover: true, mandatory: true }),
    // Every subscription is reported, repeated ones too: each new subscriber is owed its welcome.
    iopub: new XPublisher({ linger: LINGER, sendHighWaterMark: UNLIMITED, verbosity: "allSubs" }),
    heartbeat: new Reply({ linger: 0 }),
  };
  for (const name of Object.keys(sockets) as SocketName[]) await bind(sockets[name], address(connection, name));
  return sockets;
}

export function closeSockets(sockets: Sockets): void {
  for (const socket of Object.values(sockets)) socket.close();
}

async function bind(socket: { bind(address: string): Promise<void> }, where: string): Promise<void> {
  try {
    await socket.bind(where);
  } catch (error) {
    throw new BindError(
      `bindSockets: ${where} cannot be bound (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}); expected a free address`,
    );
  }
}

/**
 * Sends in order. zeromq answers most sends at once but, after some hundreds in a row, waits for the socket and
 * refuses a second send meanwhile: so one send at a time, the rest queues here.
 */
export class Outbox {
  readonly #socket: { send(frames: Frames): Promise<void> };
  #queue: Frames[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;

  constructor(socket: { send(frames: Frames): Promise<void> }) {
    this.#socket = socket;
  }

  put(frames: Frames): void {
    if (this.#closed) return;
    this.#queue.push(frames);
    this.#draining ??= this.#drain();
  }

  /** Takes nothing more; resolves when all that was taken is handed to the socket. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      for (const frames of batch) await this.#send(frames);
    }
    this.#draining = undefined;
  }

  /** Tries again while nobody is connected under the receiver's identity; in the end the message is dropped. */
  async #send(frames: Frames): Promise<void> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      try {
        return await this.#socket.send(frames);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EHOSTUNREACH") throw error;
        if (this.#closed || Date.now() > end) return;
      }
      await sleep(RETRY);
    }
  }
}
