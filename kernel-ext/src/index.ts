/**
 * A TypeScript kernel for Jupyter, and its parts for programs that run notebooks themselves.
 *
 * @example
 * const engine = await makeEngine("typescript", { directory: process.cwd(), fallbackDirectories: [], globals: GLOBALS });
 * const session = new Session({ engine, info: kernelInfo("typescript"), send: (message) => show(message) });
 * const reply = await session.request("execute_request", { code: "1 + 1" });
 * await session.close();
 *
 * @module
 */
export type {
  Completion,
  Diagnostic,
  Engine,
  EngineOptions,
  ExecuteRequest,
  ExecuteResult,
  Inspection,
  IsComplete,
} from "./engine/engine.js";
export { type EngineName, makeEngine } from "./engine/index.js";
export {
  installKernelspec,
  KernelspecError,
  type KernelspecOptions,
  type KernelspecPlace,
  kernelspec,
  uninstallKernelspec,
} from "./install/kernelspec.js";
export { dataDirectory, PlaceError, type PlaceFlags } from "./install/places.js";
export type { Comm, CommHost, CommMessage, CommParts, OpenListener } from "./session/comms.js";
export { GLOBALS } from "./session/globals.js";
export { type Entry, type History, historyFolder, openHistory } from "./session/history.js";
export { type DisplayHandle, type DisplayOptions, NOTEBOOK, type NotebookHost, type PromptOptions } from "./session/host.js";
export { kernelInfo } from "./session/kernel-info.js";
export { ExitRefused, guardProcess } from "./session/process-guard.js";
export { Session, type SessionOptions } from "./session/session.js";
export { type Ask, StdinError } from "./session/stdin.js";
export type {
  ExecuteReply,
  Header,
  JsonObject,
  KernelInfo,
  Message,
  ReplyContents,
  RequestType,
} from "./wire/messages.js";
