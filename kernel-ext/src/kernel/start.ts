import { randomUUID } from "node:crypto";
import { readConnection } from "../connection/connection.js";
import type { Engine, EngineOptions } from "../engine/engine.js";
import type { EngineName } from "../engine/index.js";
import { GLOBALS } from "../session/globals.js";
import { historyFolder, openHistory } from "../session/history.js";
import { kernelInfo } from "../session/kernel-info.js";
import { guardProcess } from "../session/process-guard.js";
import { Session } from "../session/session.js";
import { Shared, type ToMain } from "./link.js";
import { SocketLink } from "./socket-link.js";
import { makeTerminable } from "./terminable.js";

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
  const link = new SocketLink({ connection: readConnection(connectionFile), session: id, info }, shared);
  const warn = (text: string) => void originalStderr(`galton-kernel: ${text}\n`);
  const originalStderr = process.stderr.write.bind(process.stderr);
  link.onEnd((code, error) => {
    if (error) warn(error.message);
    exit(code);
  });
  const engine = await makeEngine(name, { directory: process.cwd(), fallbackDirectories, globals: GLOBALS });
  const session = new Session({
    engine,
    info,
    id,
    send: (message) => link.post(message),
    text: link.text,
    ask: (request) => link.ask(request),
    history: openHistory(historyFolder(), warn),
    guard: shared,
  });
  guardProcess(session);
  makeTerminable();
  process.on("SIGINT", () => session.interrupt());
  process.on("SIGTERM", () => link.tell({ kind: "stop" }));
  link.onMessage((message) => take(message, { session, link, shared }));
  shared.enter();
  void engine.warm().finally(shared.leave);
}

function take(message: ToMain, { session, link, shared }: { session: Session; link: SocketLink; shared: Shared }): void {
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
      void session.close().finally(() => link.tell({ kind: "closed" }));
  }
}

function interrupt(serial: number, session: Session, shared: Shared): void {
  session.interrupt();
  // Not here: a chain of ticks that lives on would starve what sends the reply. Only a thread that is back at its event loop is free.
  setImmediate(() => shared.acknowledge(serial));
}
