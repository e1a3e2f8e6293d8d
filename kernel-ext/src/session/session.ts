/**
 * A notebook session: requests in, replies and outputs out, on whatever carries messages.
 *
 * Execute requests run one after the other. Everything else is answered at once, even while a cell awaits, because a
 * front end waits for the answer to one widget update before it sends the next.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { Engine } from "../engine/engine.js";
import { type Envelope, makeEnvelope } from "../wire/envelope.js";
import {
  isRequestType,
  type JsonObject,
  type KernelInfo,
  type Message,
  REPLY_TYPES,
  type ReplyContents,
  type RequestType,
} from "../wire/messages.js";
import { Comms } from "./comms.js";
import { type CapturedConsole, captureConsole } from "./console.js";
import type { Cell, Context } from "./context.js";
import { type Answer, Dispatcher } from "./dispatcher.js";
import { errorContent } from "./errors.js";
import { Executor, type Guard } from "./execute.js";
import { type Handlers, makeHandlers } from "./handlers.js";
import { type History, openHistory } from "./history.js";
import { makeGlobals, makeHost, NOTEBOOK, type NotebookHost } from "./host.js";
import { Publisher } from "./publisher.js";
import { type Ask, makePrompt } from "./stdin.js";
import type { TextSink } from "./streams.js";
import { unknownAnswer } from "./unsupported.js";
import { UserCode } from "./user-code.js";
import { CellWorkers } from "./workers.js";

/** What a session is made of. */
export interface SessionOptions {
  readonly engine: Engine;
  /** What kernel_info answers. */
  readonly info: KernelInfo;
  /** Takes each message; must copy or serialise it before it returns, for its content may change later. */
  send(message: Message): void;
  /** Takes printed text in place of `send`, where another thread can batch it; batched here when absent. */
  readonly text?: TextSink<Cell | undefined>;
  /** Reads a line of input; absent where there is nobody to ask. */
  readonly ask?: Ask | undefined;
  /** Default: kept in memory. */
  readonly history?: History;
  /** Told when the kernel's own code must not be cut short. */
  readonly guard?: Guard;
  /** Session id in message headers; made up when absent. */
  readonly id?: string;
}

const NO_GUARD: Guard = { enter() {}, leave() {} };

/** Owns the process's console, standard streams and notebook globals from its making until `close`. */
export class Session {
  /** What stands under `Symbol.for("jupyter.notebook")`. */
  readonly host: NotebookHost;
  readonly #contexts = new AsyncLocalStorage<Context>();
  readonly #userCode = new UserCode(this.#contexts);
  readonly #workers = new CellWorkers(this.#contexts);
  readonly #engine: Engine;
  readonly #publisher: Publisher;
  readonly #dispatcher: Dispatcher;
  readonly #handlers: Handlers;
  readonly #console: CapturedConsole;
  readonly #globals: Record<PropertyKey, unknown>;
  readonly #envelope: Envelope;
  #latest: Context | undefined;

  /** @param options - Engine, sink and what else the session is made of. */
  constructor(options: SessionOptions) {
    const { engine, info, send, text, ask, history = openHistory(":memory:"), guard = NO_GUARD, id = randomUUID() } = options;
    const publisher = new Publisher(send, id, text);
    const current = () => this.#current();
    const currentCell = () => this.#current()?.cell;
    const report = (error: unknown, cell: Cell | undefined) => this.#report(error, cell);
    const comms = new Comms({ publisher, contexts: this.#contexts, userCode: this.#userCode, current, report });
    const executor = new Executor({
      engine,
      publisher,
      userCode: this.#userCode,
      history,
      guard,
      begin: (cell) => this.#begin(cell),
      interrupted: (cell) => this.#workers.terminate(cell),
    });
    const hostParts = { publisher, comms, currentCell, prompt: makePrompt({ publisher, ask, current }), report };
    this.#engine = engine;
    this.#publisher = publisher;
    this.#dispatcher = new Dispatcher(publisher);
    this.#envelope = makeEnvelope(id, "r");
    this.host = makeHost(hostParts);
    this.#globals = { [NOTEBOOK]: this.host, ...makeGlobals(this.host, hostParts) };
    this.#handlers = makeHandlers({ engine, info, history, guard, executor, comms, interrupt: () => this.interrupt() });
    this.#console = captureConsole({
      write: (name, text) => publisher.stream(currentCell(), name, text),
      clear: () => this.host.clearOutput(),
    });
    Object.assign(globalThis, this.#globals);
  }

  /**
   * Takes a request; what it causes goes to `send`.
   *
   * @param received - When it arrived, on the clock of `process.hrtime`, ms; now when absent.
   * @returns The content of the reply once the request is done; undefined for messages without one.
   */
  async receive(request: Message, received?: number): Promise<object | undefined> {
    const answer = this.#answer(request);
    return answer && (await this.#dispatcher.accept(request, answer, received));
  }

  /**
   * Makes a request from here: how a program runs cells without any transport.
   *
   * @example
   * await session.request("execute_request", { code: "1 + 1" });
   */
  async request<Type extends RequestType>(type: Type, content: JsonObject): Promise<ReplyContents[Type]> {
    return (await this.receive(this.#envelope("shell", type, content))) as ReplyContents[Type];
  }

  /** Ends the running cell and every waiting listener; state is kept. */
  interrupt(): void {
    this.#userCode.interrupt();
  }

  /**
   * To be called after the running JavaScript was terminated from another thread: answers what was cut off with it.
   *
   * @param when - When that was, on the clock of `process.hrtime`, ms.
   */
  settleLost(when: number): void {
    this.#dispatcher.settleLost(when);
  }

  /** Shows an error that no cell caught, at the cell it came from. */
  reportError(error: unknown, context: Context | undefined = this.#current()): void {
    this.#report(error, context?.cell);
  }

  /** On whose behalf the given resource (a promise) was made, as far as Node tells. */
  contextOf(resource: object): Context | undefined {
    const key = (this.#contexts as { readonly kResourceStore?: symbol }).kResourceStore;
    return (key && (resource as Record<symbol, Context | undefined>)[key]) ?? this.#current();
  }

  /** Gives the console and the globals back and closes the engine. */
  async close(): Promise<void> {
    this.#publisher.flush();
    this.#console.restore();
    this.#workers.close();
    for (const key of Reflect.ownKeys(this.#globals)) Reflect.deleteProperty(globalThis, key);
    await this.#engine.close();
  }

  #answer(request: Message): Answer | undefined {
    const type = request.header.msg_type;
    if (!isRequestType(type)) return unknownAnswer(request);
    const handle = () => this.#contexts.run({ request, cell: this.#latest?.cell }, () => this.#handlers[type](request));
    return { type: REPLY_TYPES[type], queued: type === "execute_request", handle };
  }

  #current(): Context | undefined {
    return this.#contexts.getStore() ?? this.#latest;
  }

  #begin(cell: Cell): void {
    this.#latest = { request: cell.request, cell };
    this.#console.closeGroups();
  }

  #report(error: unknown, cell: Cell | undefined): void {
    this.#publisher.output(cell, "error", errorContent(error));
  }
}
