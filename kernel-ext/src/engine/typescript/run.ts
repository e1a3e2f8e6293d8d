import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import type { Importer } from "./importer.js";

/** Values of all cells by name; cells read and write it directly, so that closures see later assignments. */
export type State = Record<string, unknown>;

/** What emitted code calls; see `lower.ts`. */
export interface CellRuntime {
  /** The last expression's value. */
  value: unknown;
  readonly meta: Readonly<Record<string, unknown>>;
  import(specifier: string, names?: readonly string[]): Promise<object>;
  /** An imported name, which follows its module's own variable. */
  link(name: string, descriptor: PropertyDescriptor): void;
  /** The statement of that index is done; throws in a cell that was interrupted. */
  passed(statement: number): void;
}

export interface RunningCell {
  readonly runtime: CellRuntime;
  /** Index of the last statement that is done. */
  readonly done: () => number;
  readonly linked: ReadonlySet<string>;
  stop(): void;
}

export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

export interface RunOptions {
  readonly directory: string;
  readonly filename: string;
  readonly state: State;
  readonly importer: Importer;
}

export function makeRunningCell({ directory, filename, state, importer }: RunOptions): RunningCell {
  let done = -1;
  let stopped = false;
  const linked = new Set<string>();
  const goOn = () => {
    if (stopped) throw new InterruptedError("the cell was interrupted");
  };
  const runtime: CellRuntime = {
    value: undefined,
    meta: { url: pathToFileURL(filename).href, filename, dirname: directory, resolve: (specifier: string) => importer.resolve(specifier) },
    async import(specifier, names = []) {
      const namespace = await importer.import(String(specifier), names);
      goOn();
      return namespace;
    },
    link(name, descriptor) {
      linked.add(name);
      Object.defineProperty(state, name, { ...descriptor, configurable: true });
    },
    passed(statement) {
      done = statement;
      goOn();
    },
  };
  const stop = () => {
    stopped = true;
  };
  return { runtime, done: () => done, linked, stop };
}

/** Makes plain values of those names of `state` that follow a module, so that they can be assigned anew. */
export function unlink(state: State, names: Iterable<string>): void {
  for (const name of names) {
    if (Object.getOwnPropertyDescriptor(state, name)?.get) {
      Object.defineProperty(state, name, { value: state[name], writable: true, enumerable: true, configurable: true });
    }
  }
}

const PARAMETERS = "exports, require, module, __filename, __dirname, __cell";
const OPENING = `(async function (${PARAMETERS}) {`;

/** Compiles emitted CommonJS and runs it; the promise settles when the cell's last statement has. */
export async function runScript(
  javascript: string,
  runtime: CellRuntime,
  { directory, filename, state, importer }: RunOptions,
): Promise<void> {
  const script = new Script(`${OPENING}${javascript}\n})`, {
    filename,
    columnOffset: -OPENING.length,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const run = script.runInThisContext() as (...values: unknown[]) => Promise<void>;
  return run.call(undefined, state, importer.require, { exports: state }, filename, directory, runtime);
}

export const cellFilename = (directory: string, cell: number): string => join(directory, `__cell_${cell}.js`);
