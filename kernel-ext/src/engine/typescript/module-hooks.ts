import { register } from "node:module";
import { MessageChannel, type MessagePort } from "node:worker_threads";

/** Where a specifier leads: to a served module, to Node's resolution from another place, or nowhere. */
export type Target = { readonly url: string } | { readonly parentURL: string } | { readonly missing: string };

/** A module that Node is to load from us instead of the disk. */
export interface ServedModule {
  readonly url: string;
  readonly source: string;
  /** The file's own text when it is JSON, for imports with an attribute. */
  readonly json?: string;
  readonly imports: readonly (readonly [specifier: string, to: Target])[];
}

export interface ModuleHooks {
  serve(modules: readonly ServedModule[]): void;
  close(): void;
}

/**
 * Runs in Node's loader thread. It takes what was sent before each call, so that it never waits for the main thread:
 * that may itself be waiting, in `import.meta.resolve`, for the loader.
 */
const HOOKS = `
import { receiveMessageOnPort } from "node:worker_threads";
const served = new Map();
let port;
export function initialize(data) {
  port = data.port;
  port.unref();
}
function receive() {
  for (let m = receiveMessageOnPort(port); m; m = receiveMessageOnPort(port))
    for (const each of m.message) served.set(each.url, { ...each, imports: new Map(each.imports) });
}
export async function resolve(specifier, context, nextResolve) {
  receive();
  if (served.has(specifier)) return { url: specifier, shortCircuit: true };
  const to = served.get(context.parentURL)?.imports.get(specifier);
  if (to?.missing) throw Object.assign(new Error(to.missing), { code: "ERR_MODULE_NOT_FOUND" });
  if (to?.url) return { url: to.url, shortCircuit: true, importAttributes: context.importAttributes };
  return nextResolve(specifier, to ? { ...context, parentURL: to.parentURL } : context);
}
export async function load(url, context, nextLoad) {
  receive();
  const found = served.get(url);
  if (!found) return nextLoad(url, context);
  if (context.importAttributes?.type === "json") return { format: "json", source: found.json, shortCircuit: true };
  return { format: "module", source: found.source, shortCircuit: true };
}
`;

/** Starts the hooks; Node keeps them for the life of the process, idle after `close`. */
export function startModuleHooks(): ModuleHooks {
  const { port1, port2 }: { port1: MessagePort; port2: MessagePort } = new MessageChannel();
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { data: { port: port2 }, transferList: [port2] });
  port1.unref();
  return { serve: (modules) => port1.postMessage(modules), close: () => port1.close() };
}
