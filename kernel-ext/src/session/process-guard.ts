import type { Session } from "./session.js";

/** User code asked the process to exit. */
export class ExitRefused extends Error {
  override readonly name = "ExitRefused";
}

/**
 * Keeps user code from ending the process: errors that nothing caught are shown at the cell they came from, and
 * process.exit throws.
 *
 * @returns Puts everything back.
 */
export function guardProcess(session: Session): () => void {
  const { exit, abort } = process;
  const onRejection = (reason: unknown, promise: Promise<unknown>) => session.reportError(reason, session.contextOf(promise));
  const onException = (error: unknown) => session.reportError(error);
  Object.assign(process, { exit: refuse("exit"), abort: refuse("abort") });
  process.on("unhandledRejection", onRejection);
  process.on("uncaughtException", onException);
  return () => {
    Object.assign(process, { exit, abort });
    process.off("unhandledRejection", onRejection);
    process.off("uncaughtException", onException);
  };
}

function refuse(name: string): (code?: unknown) => never {
  return (code) => {
    throw new ExitRefused(`process.${name}(${code ?? ""}): the notebook's kernel keeps running; shut it down from Jupyter to end it`);
  };
}
