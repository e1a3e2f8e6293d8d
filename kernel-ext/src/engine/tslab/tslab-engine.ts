import { inspect } from "node:util";
import type { Completion, Diagnostic, Engine, EngineOptions, ExecuteRequest, ExecuteResult, Inspection, IsComplete } from "../engine.js";
import { inMacrotask } from "../macrotask.js";
import { nameAndMessage } from "../thrown.js";
import { addFallbacks } from "./fallback-require.js";
import { type Overlay, overlayFiles } from "./overlay.js";
import { type Converters, type Executor, isStuck, loadTslab, type QuickInfo, type Tslab } from "./tslab.js";

/**
 * Makes the engine on tslab's converter and executor, for people who come from tslab.
 *
 * @throws {Error} When tslab is not installed.
 */
export function makeTslabEngine(options: EngineOptions): Engine {
  return new TslabEngine(loadTslab(options.directory), options);
}

const DIAGNOSTIC_FORMAT = "%s%d:%d - %s";

interface Heard {
  value?: unknown;
  error?: { readonly thrown: unknown };
  readonly diagnostics: Diagnostic[];
}

class TslabEngine implements Engine {
  readonly name: string;
  readonly languageVersion: string;
  readonly #tslab: Tslab;
  readonly #options: EngineOptions;
  readonly #overlay: Overlay;
  readonly #removeFallbacks: () => void;
  #converters: Converters | undefined;
  #executor: Executor | undefined;
  #heard: Heard = { diagnostics: [] };
  #finish: ((result: ExecuteResult) => void) | undefined;

  constructor(tslab: Tslab, options: EngineOptions) {
    this.#tslab = tslab;
    this.#options = options;
    this.name = `tslab ${tslab.version}`;
    this.languageVersion = tslab.compiler.version;
    this.#overlay = overlayFiles(tslab.compiler.sys, options);
    this.#removeFallbacks = addFallbacks(options);
  }

  execute({ code, onRun }: ExecuteRequest): Promise<ExecuteResult> {
    return new Promise((finish) => {
      this.#finish = finish;
      inMacrotask(() => {
        // By now an interrupted cell before this one has said its last.
        this.#heard = { diagnostics: [] };
        onRun?.();
        this.#executeHealing(code).then(
          (ok) => finish(this.#result(ok)),
          (error: unknown) => finish(failure(error)),
        );
      });
    });
  }

  /** Compiles with a new converter when the old one is stuck or has old files; the executor keeps the state. */
  async #executeHealing(code: string): Promise<boolean> {
    if (this.#overlay.takeChanges()) this.#renewConverter();
    try {
      return await this.#ready().execute(code);
    } catch (error) {
      if (!isStuck(error)) throw error;
      this.#renewConverter();
      return this.#ready().execute(code);
    }
  }

  #result(ok: boolean): ExecuteResult {
    const { diagnostics, error, value } = this.#heard;
    if (diagnostics.length > 0) return { status: "diagnostics", diagnostics };
    if (error || !ok) return failure(error?.thrown);
    return { status: "ok", value, hasValue: value !== undefined };
  }

  async complete(code: string, offset: number): Promise<Completion> {
    const { candidates, start, end } = this.#healing((executor) => executor.complete(code, offset));
    return { matches: candidates.map((text) => ({ text, kind: "" })), start, end };
  }

  async inspect(code: string, offset: number): Promise<Inspection> {
    const info = this.#healing((executor) => executor.inspect(code, offset) ?? executor.inspect(code, Math.max(0, offset - 1)));
    return info
      ? { found: true, signature: join(info.displayParts), documentation: documentation(info) }
      : { found: false, signature: "", documentation: "" };
  }

  isComplete(code: string): IsComplete {
    const { completed, indent = "" } = this.#tslab.converter.isCompleteCode(code);
    return completed ? { status: "complete" } : { status: "incomplete", indent };
  }

  interrupt(): void {
    this.#executor?.interrupt();
    this.#finish?.({
      status: "error",
      error: undefined,
      name: "InterruptedError",
      message: "the cell was interrupted",
      traceback: ["InterruptedError: the cell was interrupted"],
    });
  }

  reset(): void {
    this.#executor?.reset();
  }

  async warm(): Promise<void> {
    this.#healing((executor) => executor.complete("", 0));
  }

  async close(): Promise<void> {
    this.#executor?.close();
    this.#removeFallbacks();
    this.#overlay.remove();
  }

  #healing<T>(act: (executor: Executor) => T): T {
    try {
      return act(this.#ready());
    } catch (error) {
      if (!isStuck(error)) throw error;
      this.#renewConverter();
      return act(this.#ready());
    }
  }

  #renewConverter(): void {
    if (!this.#converters) return;
    this.#converters.node.close();
    this.#converters.node = this.#tslab.converter.createConverter();
  }

  #ready(): Executor {
    if (this.#executor) return this.#executor;
    const node = this.#tslab.converter.createConverter();
    const converters: Converters = { node, browser: node, close: () => converters.node.close() };
    this.#converters = converters;
    this.#executor = this.#tslab.executor.createExecutor(this.#options.directory, converters, {
      log: (value) => {
        this.#heard.value = value;
      },
      error: (first, ...rest) => this.#hearError(first, rest),
    });
    return this.#executor;
  }

  /** tslab reports diagnostics by a format string and what was thrown as it is. */
  #hearError(first: unknown, [file, line, column, message]: readonly unknown[]): void {
    if (first !== DIAGNOSTIC_FORMAT) {
      this.#heard.error = { thrown: first };
      return;
    }
    const prefix = file === "" ? "" : String(file);
    this.#heard.diagnostics.push({ line: Number(line), column: Number(column), message: `${prefix}${String(message)}` });
  }
}

function failure(error: unknown): ExecuteResult {
  const traceback = error instanceof Error && error.stack ? error.stack.split("\n") : [`Uncaught ${inspect(error)}`];
  return { status: "error", error, ...nameAndMessage(error), traceback };
}

const join = (parts: readonly { readonly text: string }[] = []): string => parts.map(({ text }) => text).join("");

function documentation({ documentation: parts, tags = [] }: QuickInfo): string {
  return [join(parts), ...tags.map(({ name, text }) => `*@${name}* ${join(text)}`)].filter((part) => part !== "").join("\n\n");
}
