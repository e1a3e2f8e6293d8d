import { Session } from "node:inspector";
import { TERMINATE } from "./link.js";

interface UncaughtHandler {
  _fatalException?(error: unknown): boolean;
}

/**
 * Puts in place what the socket thread has this thread call, in the midst of whatever it runs, to end its JavaScript.
 *
 * V8 ends it at its next look at the stack's limit, which the caller's last statement must not reach first. Once the stack is
 * unwound, and before Node goes on, the answer to the request comes here. AsyncLocalStorage makes Node keep a stack of
 * async ids; termination skips the code that takes them off again, and Node aborts the process when it finds the stack
 * uneven. To clear it earlier would not do: what runs until the stack's limit is looked at may put more on it.
 */
export function makeTerminable(): void {
  const session = new Session();
  session.connect();
  const terminate = () => session.post("Runtime.terminateExecution", (failure) => failure ?? clearAsyncStack());
  Reflect.defineProperty(process, Symbol.for(TERMINATE), { value: terminate });
}

/** Node's own handler of uncaught exceptions clears the stack of async ids, so we let it handle one that nobody sees. */
function clearAsyncStack(): void {
  const { _fatalException } = process as UncaughtHandler;
  if (!_fatalException || process.hasUncaughtExceptionCaptureCallback()) return;
  process.setUncaughtExceptionCaptureCallback(() => {});
  _fatalException.call(process, new Error("unwinding"));
  process.setUncaughtExceptionCaptureCallback(null);
}
