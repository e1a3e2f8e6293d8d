import { MessageChannel } from "node:worker_threads";

/**
 * Runs `work` from the event loop with nothing of ours above it on the stack, in the caller's asynchronous context.
 *
 * The work may be terminated, without catch or finally, and must leave nothing uneven behind. An immediate would: what
 * waits in the same queue of immediates is lost or run for ever. A message port's callback is called by native code
 * alone; one that is made here carries the context of AsyncLocalStorage from here.
 */
export function inMacrotask(work: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.once("message", () => {
    port1.close();
    work();
  });
  port2.postMessage(null);
}
