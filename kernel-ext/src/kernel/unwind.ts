import { UNWIND } from "./link.js";

interface UncaughtHandler {
  _fatalException?(error: unknown): boolean;
}

/**
 * Puts in place what the socket thread calls right before it terminates this thread's JavaScript.
 *
 * AsyncLocalStorage makes Node keep a stack of async ids; termination skips the code that takes them off again, and Node
 * aborts the process when it finds the stack uneven. Its own handler of uncaught exceptions clears that stack, so we
 * let it handle one that nobody sees.
 */
export function installUnwind(): void {
  Reflect.defineProperty(process, Symbol.for(UNWIND), { value: clearAsyncStack });
}

function clearAsyncStack(): void {
  const { _fatalException } = process as UncaughtHandler;
  if (!_fatalException || process.hasUncaughtExceptionCaptureCallback()) return;
  process.setUncaughtExceptionCaptureCallback(() => {});
  _fatalException.call(process, new Error("unwinding"));
  process.setUncaughtExceptionCaptureCallback(null);
}
