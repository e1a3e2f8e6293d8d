import type { AsyncLocalStorage } from "node:async_hooks";
import type { Message } from "../wire/messages.js";

/** One execute request from the start of its code on; late outputs find their place through it. */
export interface Cell {
  readonly request: Message;
  readonly count: number;
  /** Nothing is shown. */
  readonly silent: boolean;
  readonly allowStdin: boolean;
  /** Aborted when the cell is interrupted. */
  readonly abort: AbortController;
  /** Displays whose bundle is still being made; the reply waits for them. */
  readonly pending: Set<Promise<void>>;
}

/** On whose behalf code runs; follows asynchronous work. */
export interface Context {
  /** Parent of comm messages and input requests. */
  readonly request: Message;
  /** Cell that shows the output; undefined before the first cell. */
  readonly cell: Cell | undefined;
}

export type Contexts = AsyncLocalStorage<Context>;
