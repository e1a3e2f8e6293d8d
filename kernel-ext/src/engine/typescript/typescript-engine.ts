import { setImmediate as nextTurn } from "node:timers/promises";
import type { Completion, Engine, EngineOptions, ExecuteRequest, ExecuteResult, Inspection, IsComplete } from "../engine.js";
import { inMacrotask } from "../macrotask.js";
import { nameAndMessage } from "../thrown.js";
import { type CompiledCell, compileCell } from "./compile.js";
import { completeCell } from "./complete.js";
import { type Importer, makeImporter } from "./importer.js";
import { inspectCell } from "./inspect.js";
import { isCompleteCode } from "./is-complete.js";
import { type Language, makeLanguage } from "./language.js";
import { defaultCacheDirectory, type LoadedTypeScript, loadTypeScript, typescriptVersion } from "./load.js";
import { type LocalModules, type LocalModulesOptions, makeLocalModules } from "./local-modules.js";
import { HOISTED } from "./names.js";
import { cellFilename, InterruptedError, makeRunningCell, type RunningCell, runScript, type State, unlink } from "./run.js";
import { makeScope, type Scope } from "./scope.js";
import { openTracebacks, type Tracebacks } from "./traceback.js";

/** Makes the engine on stock TypeScript; the compiler is loaded by `warm` or on first use. */
export function makeTypeScriptEngine(options: EngineOptions): Engine {
  return new TypeScriptEngine(options);
}

/** Small cells that use what cells use: values, classes, generics, imports, awaits. */
const WARMING = [
  "",
  "const a = [1, 2].map((x) => x + 1); a",
  "import { join } from 'node:path';\nclass C<T> { constructor(readonly t: T) {} }\nconsole.log(await Promise.resolve(new C(join('a', 'b'))));",
];

interface Running {
  readonly cell: RunningCell;
  readonly finish: (result: ExecuteResult) => void;
}

class TypeScriptEngine implements Engine {
  readonly languageVersion = typescriptVersion();
  readonly name = `typescript ${this.languageVersion}`;
  readonly #options: EngineOptions;
  readonly #scope: Scope = makeScope();
  readonly #tracebacks: Tracebacks = openTracebacks();
  readonly #modules: LocalModules;
  readonly #importer: Importer;
  #loaded: LoadedTypeScript | undefined;
  #language: Language | undefined;
  #state: State = Object.create(null) as State;
  #cells = 0;
  #warm = false;
  #running: Running | undefined;
  #unwritten: (() => void) | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    const directories = [options.directory, ...options.fallbackDirectories] as const;
    const onModule: LocalModulesOptions["onModule"] = (url, module) => this.#tracebacks.addModule(url, module);
    this.#modules = makeLocalModules({ directories, language: () => this.#ready(), onModule });
    this.#importer = makeImporter({ directories, modules: this.#modules });
  }

  async execute({ code, cell: count, onRun }: ExecuteRequest): Promise<ExecuteResult> {
    const language = this.#ready();
    const compiled = compileCell(language, code, this.#scope);
    if (!("javascript" in compiled)) return { status: "diagnostics", diagnostics: compiled };
    return this.#run(compiled, count, onRun);
  }

  async #run(compiled: CompiledCell, count: number, onRun?: () => void): Promise<ExecuteResult> {
    const id = ++this.#cells;
    const { directory } = this.#options;
    const filename = cellFilename(directory, id);
    const lineStarts = this.#ready().program().file.getLineStarts();
    this.#tracebacks.add(filename, {
      count,
      sourceMap: compiled.sourceMap,
      toUser: (line, column) => compiled.text.framePlace((lineStarts[line] ?? 0) + column),
    });
    const names = compiled.text.declared.map(({ name }) => name);
    const old = new Set(names.filter((name) => name in this.#state));
    unlink(this.#state, old);
    const options = { directory, filename, state: this.#state, importer: this.#importer };
    const cell = makeRunningCell(options);
    const result = await new Promise<ExecuteResult>((finish) => {
      this.#running = { cell, finish };
      inMacrotask(() => {
        onRun?.();
        runScript(compiled.javascript, cell.runtime, options).then(
          () => finish(resultOf(cell)),
          (error: unknown) => finish(this.#failure(error)),
        );
      });
    });
    this.#running = undefined;
    this.#keep(id, compiled, { cell, old, whole: result.status === "ok" });
    return result;
  }

  #failure(error: unknown): ExecuteResult {
    return { status: "error", error, ...nameAndMessage(error), traceback: this.#tracebacks.lines(error) };
  }

  /** Makes visible what the cell declared, as far as it came. */
  #keep(id: number, compiled: CompiledCell, { cell, old, whole }: { cell: RunningCell; old: ReadonlySet<string>; whole: boolean }): void {
    const { declared, augments } = compiled.text;
    const kept = declared.filter(({ name, kind, statement }) => {
      return whole || HOISTED.has(kind) || statement <= cell.done() || cell.linked.has(name) || (!old.has(name) && name in this.#state);
    });
    if (kept.length === 0 && !augments) return;
    this.#scope.add(id, kept);
    if (augments) this.#scope.always(id);
    this.#unwritten = () => {
      this.#unwritten = undefined;
      const { text, extension } = compiled.declarations();
      this.#ready().addCell(id, text, extension);
    };
    setImmediate(() => this.#unwritten?.());
  }

  async complete(code: string, offset: number): Promise<Completion> {
    const { fallbackDirectories } = this.#options;
    return completeCell(this.#ready(), { code, offset }, { scope: this.#scope, fallbackDirectories });
  }

  async inspect(code: string, offset: number, detail: 0 | 1): Promise<Inspection> {
    return inspectCell(this.#ready(), { code, offset, detail }, this.#scope);
  }

  isComplete(code: string): IsComplete {
    return isCompleteCode(this.#ready().ts, code);
  }

  interrupt(): void {
    const running = this.#running;
    running?.cell.stop();
    running?.finish(this.#failure(new InterruptedError("the cell was interrupted")));
  }

  reset(): void {
    this.interrupt();
    this.#unwritten = undefined;
    this.#scope.clear();
    this.#language?.forgetCells();
    this.#state = Object.create(null) as State;
  }

  async warm(): Promise<void> {
    if (this.#warm) return;
    this.#warm = true;
    await nextTurn();
    const language = this.#ready();
    await language.parseAhead();
    for (const code of WARMING) {
      await nextTurn();
      // A cell that came first has warmed the compiler itself.
      if (this.#cells > 0) return;
      compileCell(language, code, this.#scope);
    }
    completeCell(language, { code: "[].", offset: 3 }, { scope: this.#scope, fallbackDirectories: [] });
    this.#loaded?.keep();
  }

  async close(): Promise<void> {
    // What the last cell declared is wanted by nobody any more, and its writer would find the service gone.
    this.#unwritten = undefined;
    this.#tracebacks.close();
    this.#modules.close();
    this.#language?.service.dispose();
  }

  #ready(): Language {
    this.#loaded ??= loadTypeScript(this.#options.cacheDirectory ?? defaultCacheDirectory());
    this.#language ??= makeLanguage(this.#loaded.ts, this.#options);
    this.#unwritten?.();
    return this.#language;
  }
}

function resultOf({ runtime: { value } }: RunningCell): ExecuteResult {
  return { status: "ok", value, hasValue: value !== undefined };
}
