import type { Engine, ExecuteResult } from "../engine/engine.js";
import type { ErrorContent, ExecuteReply, ExpressionResult, JsonObject, Message } from "../wire/messages.js";
import { type Bundle, toBundle } from "./bundle.js";
import type { Cell } from "./context.js";
import { errorContent, failureContent, INTERRUPTED } from "./errors.js";
import type { History } from "./history.js";
import type { Publisher } from "./publisher.js";
import { field, record } from "./request-content.js";
import type { Ended, UserCode } from "./user-code.js";

/** While the kernel's own code runs, an interrupt must wait: cutting a compiler short would break it. */
export interface Guard {
  enter(): void;
  leave(): void;
}

export interface ExecuteParts {
  readonly engine: Engine;
  readonly publisher: Publisher;
  readonly userCode: UserCode;
  readonly history: History;
  readonly guard: Guard;
  /** Makes this cell the one that late output goes to, until the next one begins. */
  begin(cell: Cell): void;
  /** Ends what an interrupted cell left running elsewhere. */
  interrupted(cell: Cell): void;
}

/** How a cell's code came out: something to show, nothing to show, or an error. */
type Outcome = { readonly shown: Bundle | undefined } | { readonly error: ErrorContent };

/** execute_request: input, outputs, result or error on iopub; then the reply. */
export class Executor {
  readonly #parts: ExecuteParts;
  #count = 0;

  constructor(parts: ExecuteParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#count;
  }

  async execute(request: Message): Promise<ExecuteReply> {
    const { publisher, history } = this.#parts;
    const code = field(request.content, "code", "string");
    const silent = field(request.content, "silent", "boolean", false);
    const store = !silent && field(request.content, "store_history", "boolean", true);
    if (store) this.#count++;
    const cell = this.#begin(request, silent);
    publisher.output(cell, "execute_input", { code, execution_count: cell.count });
    if (store) history.input(cell.count, code);
    const outcome = await this.#outcome(code, cell);
    if ("error" in outcome) return this.#fail(cell, outcome.error);
    if (outcome.shown) this.#show(cell, outcome.shown, store);
    return this.#succeed(request, cell);
  }

  #begin(request: Message, silent: boolean): Cell {
    const allowStdin = field(request.content, "allow_stdin", "boolean", false);
    const cell: Cell = { request, count: this.#count, silent, allowStdin, abort: new AbortController(), pending: new Set() };
    this.#parts.begin(cell);
    return cell;
  }

  async #outcome(code: string, cell: Cell): Promise<Outcome> {
    const ran = await this.#run(code, cell);
    if (ran.interrupted) return this.#interrupted(cell);
    const result = ran.value;
    if (result.status !== "ok") return { error: failureContent(result, { code, count: cell.count }) };
    const shown = await this.#bundle(cell, result);
    return shown === "interrupted" ? this.#interrupted(cell) : shown;
  }

  async #run(code: string, cell: Cell): Promise<Ended<ExecuteResult>> {
    const { engine, userCode, guard } = this.#parts;
    const leave = once(guard.leave);
    guard.enter();
    try {
      return await userCode.run({ request: cell.request, cell }, () => engine.execute({ code, cell: cell.count, onRun: leave }));
    } finally {
      leave();
    }
  }

  /** The value's bundle, once every display of the cell is out. */
  async #bundle(cell: Cell, result: ExecuteResult & { readonly status: "ok" }): Promise<Outcome | "interrupted"> {
    const wanted = result.hasValue && result.value !== undefined && !cell.silent;
    if (!wanted && cell.pending.size === 0) return { shown: undefined };
    try {
      const ended = await this.#parts.userCode.run({ request: cell.request, cell }, async () => {
        await Promise.all(cell.pending);
        return wanted ? await toBundle(result.value) : undefined;
      });
      return ended.interrupted ? "interrupted" : { shown: ended.value };
    } catch (error) {
      return { error: errorContent(error) };
    }
  }

  #interrupted(cell: Cell): Outcome {
    this.#parts.interrupted(cell);
    this.#parts.engine.interrupt();
    cell.abort.abort();
    return { error: INTERRUPTED };
  }

  #fail(cell: Cell, error: ErrorContent): ExecuteReply {
    this.#parts.publisher.output(cell, "error", error);
    return { status: "error", execution_count: cell.count, ...error };
  }

  #show(cell: Cell, { data, metadata }: Bundle, store: boolean): void {
    this.#parts.publisher.output(cell, "execute_result", { execution_count: cell.count, data, metadata });
    const text = data["text/plain"];
    if (store && typeof text === "string") this.#parts.history.output(cell.count, text);
  }

  async #succeed(request: Message, cell: Cell): Promise<ExecuteReply> {
    const results: Record<string, ExpressionResult> = {};
    for (const [name, code] of Object.entries(record(request.content, "user_expressions"))) {
      results[name] = await this.#evaluate(String(code), cell);
    }
    return { status: "ok", execution_count: cell.count, user_expressions: results, payload: [] };
  }

  async #evaluate(code: string, cell: Cell): Promise<ExpressionResult> {
    const outcome = await this.#outcome(code, { ...cell, silent: false });
    if ("error" in outcome) return { status: "error", ...outcome.error };
    const { data, metadata } = outcome.shown ?? { data: {}, metadata: {} as JsonObject };
    return { status: "ok", data, metadata };
  }
}

function once(call: () => void): () => void {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    call();
  };
}
