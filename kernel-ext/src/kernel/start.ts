import { randomUUID } from "node:crypto";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { readConnection } from "../connection/connection.js";
import type { Engine, EngineOptions } from "../engine/engine.js";
import { GLOBALS } from "../session/globals.js";
import { historyFolder, openHistory } from "../session/history.js";
import type { EngineName } from "../session/kernel-info.js";
import { kernelInfo } from "../session/kernel-info.js";
import { guardProcess } from "../session/process-guard.js";
import { Session } from "../session/session.js";
import type { Ask } from "../session/stdin.js";
import { pack } from "../wire/frames.js";
import type { Message } from "../wire/messages.js";
import { Shared, type SocketThreadData, type ToMain, type ToSockets } from "./link.js";
import { parentFromEnvironment } from "./orphan.js";
import { installUnwind } from "./unwind.js";

export interface KernelOptions {
  readonly connectionFile: string;
  readonly engine: EngineName;
  readonly fallbackDirectories: readonly string[];
  /** Loads the engine; called once the socket thread is on its way. */
  makeEngine(name: EngineName, options: EngineOptions): Promise<Engine>;
}

/**
 * Runs a kernel in this process until it is shut down: sockets in a thread of their own, user code here.
 *
 * The sockets bind and answer kernel_info while the engine is still loading; requests wait in the link meanwhile.
 */
export async function startKernel({ connectionFile, engine: name, fallbackDirectories, makeEngine }: KernelOptions): Promise<void> {
  const exit = process.exit.bind(process);
  const id = randomUUID();
  const info = kernelInfo(name);
  const shared = new Shared();
  const { worker, link, input } = startSockets({ connection: readConnection(connectionFile), session: id, info, shared: shared.buffer });
  const warn = (text: string) => void originalStderr(`galton-kernel: ${text}\n`);
  const originalStderr = process.stderr.write.bind(process.stderr);
  worker.once("error", (error) => {
    warn((error as Error).message);
    exit(1);
  });
  worker.once("exit", (code) => exit(code));
  const engine = await makeEngine(name, { directory: process.cwd(), fallbackDirectories, globals: GLOBALS });
  const send = (message: Message) => post(link, message);
  const session = new Session({
    engine,
    info,
    id,
    send,
    ask: makeAsk({ send, input, shared }),
    history: openHistory(historyFolder(), warn),
    guard: shared,
  });
  guardProcess(session);
  installUnwind();
  process.on("SIGINT", () => session.interrupt());
  process.on("SIGTERM", () => tell(link, { kind: "stop" }));
  link.on("message", (message: ToMain) => take(message, { session, link, shared }));
  shared.enter();
  void engine.warm().finally(shared.leave);
}

function startSockets(data: Omit<SocketThreadData, "link" | "input" | "parent">): {
  worker: Worker;
  link: MessagePort;
  input: MessagePort;
} {
  const link = new MessageChannel();
  const input = new MessageChannel();
  const workerData: SocketThreadData = { ...data, link: link.port2, input: input.port2, parent: parentFromEnvironment(process.env) };
  // Streams of its own: what the socket thread says is for the terminal, not for the notebook.
  const options = { workerData, transferList: [link.port2, input.port2], stdout: true, stderr: true };
  const worker = new Worker(new URL("./worker.js", import.meta.url), options);
  return { worker, link: link.port1, input: input.port1 };
}

function take(message: ToMain, { session, link, shared }: { session: Session; link: MessagePort; shared: Shared }): void {
  switch (message.kind) {
    case "request":
      void session.receive(message.message, message.received);
      break;
    case "interrupt":
      interrupt(message.serial, session, shared);
      break;
    case "terminated":
      // The question itself may have been what was ended.
      if (shared.acknowledged < message.serial) interrupt(message.serial, session, shared);
      session.settleLost(message.when);
      break;
    case "shutdown":
      void session.close().finally(() => tell(link, { kind: "closed" }));
  }
}

function interrupt(serial: number, session: Session, shared: Shared): void {
  shared.acknowledge(serial);
  session.interrupt();
}

function tell(link: MessagePort, message: ToSockets): void {
  link.postMessage(message);
}

/** Buffers are copied and the copies moved: the sender keeps its own. */
function post(link: MessagePort, message: Message): void {
  const packed = pack(message);
  const buffers = packed.buffers.map((buffer) => new Uint8Array(buffer));
  const sent: ToSockets = { kind: "send", packed: { ...packed, buffers } };
  link.postMessage(
    sent,
    buffers.map(({ buffer }) => buffer),
  );
}

interface AskParts {
  readonly send: (message: Message) => void;
  readonly input: MessagePort;
  readonly shared: Shared;
}

/** Blocks this thread until the socket thread has a line; an interrupt wakes it by termination. */
function makeAsk({ send, input, shared }: AskParts): Ask {
  return (request) => {
    shared.expectInput();
    while (receiveMessageOnPort(input));
    send(request);
    shared.awaitInput();
    return (receiveMessageOnPort(input)?.message as string | null | undefined) ?? null;
  };
}
