import { randomUUID } from "node:crypto";
import type { CommInfoReply, JsonObject, Message } from "../wire/messages.js";
import type { Cell, Context, Contexts } from "./context.js";
import type { Publisher } from "./publisher.js";
import { record } from "./request-content.js";
import type { UserCode } from "./user-code.js";

/** What arrives on a comm. */
export interface CommMessage {
  readonly data: JsonObject;
  readonly metadata: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

export interface CommParts {
  readonly metadata?: JsonObject;
  readonly buffers?: readonly Uint8Array[];
}

type Listener = (message: CommMessage) => unknown;

/** One two-way channel between an object here and its counterpart in the front end. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: JsonObject, parts?: CommParts): void;
  close(data?: JsonObject, parts?: CommParts): void;
  onMessage(listener: Listener): void;
  onClose(listener: Listener): void;
}

export type OpenListener = (comm: Comm, message: CommMessage) => unknown;

/** What the kernel offers to widget libraries. */
export interface CommHost {
  /** Calls `onOpen` for each comm that the front end opens on this target. */
  registerTarget(name: string, onOpen: OpenListener): void;
  unregisterTarget(name: string): void;
  open(target: string, data?: JsonObject, parts?: CommParts & { readonly id?: string }): Comm;
}

/** A listener and the cell that installed it: what the listener prints belongs there. */
interface Bound<Call> {
  readonly call: Call;
  readonly cell: Cell | undefined;
}

interface OpenComm {
  readonly comm: Comm;
  readonly messages: Bound<Listener>[];
  readonly closings: Bound<Listener>[];
}

export interface CommsParts {
  readonly publisher: Publisher;
  readonly contexts: Contexts;
  readonly userCode: UserCode;
  /** On whose behalf code runs now. */
  current(): Context | undefined;
  /** Shows an error of a listener. */
  report(error: unknown, cell: Cell | undefined): void;
}

/** The open comms and the targets; both ends of the protocol's comm_* messages. */
export class Comms implements CommHost {
  readonly #targets = new Map<string, Bound<OpenListener>>();
  readonly #open = new Map<string, OpenComm>();
  readonly #parts: CommsParts;

  constructor(parts: CommsParts) {
    this.#parts = parts;
  }

  registerTarget(name: string, onOpen: OpenListener): void {
    this.#targets.set(name, { call: onOpen, cell: this.#parts.current()?.cell });
  }

  unregisterTarget(name: string): void {
    this.#targets.delete(name);
  }

  open(target: string, data: JsonObject = {}, parts: CommParts & { readonly id?: string } = {}): Comm {
    const { id = randomUUID() } = parts;
    const comm = this.#add(id, target);
    this.#say("comm_open", { comm_id: id, target_name: target, data }, parts);
    return comm;
  }

  /** The comms of one target, or all of them. */
  info(target: string | undefined): CommInfoReply {
    const chosen = [...this.#open.values()].filter(({ comm }) => target === undefined || comm.target === target);
    return { status: "ok", comms: Object.fromEntries(chosen.map(({ comm }) => [comm.id, { target_name: comm.target }])) };
  }

  async handleOpen(request: Message): Promise<void> {
    const { id, target } = names(request);
    const bound = this.#targets.get(target);
    if (!bound) return this.#say("comm_close", { comm_id: id, data: {} });
    const comm = this.#add(id, target);
    const opened = await this.#call(bound, request, (listener) => listener(comm, toCommMessage(request)));
    if (!opened) comm.close();
  }

  async handleMessage(request: Message): Promise<void> {
    await earlierListeners();
    const open = this.#open.get(names(request).id);
    for (const bound of open?.messages ?? []) await this.#call(bound, request, (listener) => listener(toCommMessage(request)));
  }

  async handleClose(request: Message): Promise<void> {
    await earlierListeners();
    const { id } = names(request);
    const open = this.#open.get(id);
    this.#open.delete(id);
    for (const bound of open?.closings ?? []) await this.#call(bound, request, (listener) => listener(toCommMessage(request)));
  }

  #add(id: string, target: string): Comm {
    const messages: Bound<Listener>[] = [];
    const closings: Bound<Listener>[] = [];
    const comm: Comm = {
      id,
      target,
      send: (data, parts = {}) => this.#say("comm_msg", { comm_id: id, data }, parts),
      close: (data = {}, parts = {}) => {
        if (this.#open.delete(id)) this.#say("comm_close", { comm_id: id, data }, parts);
      },
      onMessage: (call) => void messages.push({ call, cell: this.#parts.current()?.cell }),
      onClose: (call) => void closings.push({ call, cell: this.#parts.current()?.cell }),
    };
    this.#open.set(id, { comm, messages, closings });
    return comm;
  }

  #say(type: string, content: object, { metadata, buffers }: CommParts = {}): void {
    this.#parts.publisher.broadcast(type, content, { parent: this.#parts.current()?.request, metadata, buffers });
  }

  /** Whether the listener came to its end. */
  async #call<Call>({ call, cell }: Bound<Call>, request: Message, invoke: (call: Call) => unknown): Promise<boolean> {
    try {
      const ended = await this.#parts.userCode.run({ request, cell }, () => invoke(call));
      return !ended.interrupted;
    } catch (error) {
      this.#parts.report(error, cell);
      return false;
    }
  }
}

/**
 * Listeners start in a macrotask of their own, in the order of their requests. Who looks one up has to wait as long: the listener
 * of an open that came right before installs those that the message behind it is for.
 */
function earlierListeners(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function names({ content }: Message): { readonly id: string; readonly target: string } {
  return { id: String(content.comm_id ?? ""), target: String(content.target_name ?? "") };
}

function toCommMessage({ content, metadata, buffers }: Message): CommMessage {
  return { data: record(content, "data"), metadata, buffers };
}
