import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Cell } from "../session/context.js";
import type { TextSink } from "../session/streams.js";
import { pack } from "../wire/frames.js";
import type { Message } from "../wire/messages.js";
import type { Shared, SocketThreadData, ToMain, ToSockets } from "./link.js";
import { parentFromEnvironment } from "./orphan.js";

/** The main thread's end of the link: starts the socket thread and talks to it. */
export class SocketLink {
  /** Hands each piece of text over at once: the other thread batches it, with a clock that also runs while this one spins. */
  readonly text: TextSink<Cell | undefined> = {
    write: (cell, name, text) => this.tell({ kind: "text", place: this.#place(cell), name, text }),
    flush() {},
  };
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #input: MessagePort;
  readonly #shared: Shared;
  readonly #places = new WeakMap<Cell, number>();
  #placed = 0;

  constructor(data: Omit<SocketThreadData, "link" | "input" | "parent" | "shared">, shared: Shared) {
    const link = new MessageChannel();
    const input = new MessageChannel();
    this.#port = link.port1;
    this.#input = input.port1;
    this.#shared = shared;
    const rest = { link: link.port2, input: input.port2, shared: shared.buffer, parent: parentFromEnvironment(process.env) };
    const workerData: SocketThreadData = { ...data, ...rest };
    // Streams of its own: what the socket thread says is for the terminal, not for the notebook.
    const options = { workerData, transferList: [link.port2, input.port2], stdout: true, stderr: true };
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), options);
  }

  /** Messages wait until this is called. */
  onMessage(take: (message: ToMain) => void): void {
    this.#port.on("message", take);
  }

  onEnd(listen: (code: number, error?: Error) => void): void {
    this.#worker.once("error", (error) => listen(1, error as Error));
    this.#worker.once("exit", (code) => listen(code));
  }

  /** The message is under way before it is counted: an interrupt between the two must not lose room for ever. */
  tell(message: ToSockets, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
    this.#shared.sent();
  }

  /** Buffers are copied and the copies moved: the sender keeps its own. */
  post(message: Message): void {
    const packed = pack(message);
    const buffers = packed.buffers.map((buffer) => new Uint8Array(buffer));
    this.tell(
      { kind: "send", packed: { ...packed, buffers } },
      buffers.map(({ buffer }) => buffer),
    );
  }

  /** Blocks this thread until the socket thread has a line; an interrupt wakes it by termination. */
  ask(request: Message): string | null {
    this.#shared.expectInput();
    while (receiveMessageOnPort(this.#input));
    this.post(request);
    this.#shared.awaitInput();
    return (receiveMessageOnPort(this.#input)?.message as string | null | undefined) ?? null;
  }

  #place(cell: Cell | undefined): number {
    if (!cell) return 0;
    const known = this.#places.get(cell);
    if (known !== undefined) return known;
    const place = ++this.#placed;
    this.#places.set(cell, place);
    this.tell({ kind: "place", place, request: { ...cell.request, buffers: [], content: {} } });
    return place;
  }
}
