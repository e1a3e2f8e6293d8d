import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import { folderFor, isMissing, missingMessage } from "../packages.js";
import type { LocalModules } from "./local-modules.js";

type DynamicImport = (specifier: string) => Promise<object>;

export interface Importer {
  /** What `import` of a cell does at run time, from the notebook's folder. */
  import(specifier: string, names: readonly string[]): Promise<object>;
  /** URL of what `import` of that specifier would load. */
  resolve(specifier: string): string;
  /** `require` as cells see it. */
  readonly require: NodeJS.Require;
}

export interface ImporterOptions {
  /** The notebook's folder, then those where its packages may also be. */
  readonly directories: readonly [string, ...string[]];
  readonly modules: LocalModules;
}

class MissingPackageError extends Error {
  override readonly name = "Error";
  readonly code = "ERR_MODULE_NOT_FOUND";
}

/** File in whose name a folder's imports are made; it need not exist. */
const REFERRER = "cell.js";

export function makeImporter({ directories, modules }: ImporterOptions): Importer {
  const [directory] = directories;
  const importFrom = new Map([[directory, compileImport(directory)]]);
  const importerOf = (folder: string): DynamicImport => {
    const known = importFrom.get(folder) ?? compileImport(folder);
    importFrom.set(folder, known);
    return known;
  };
  return {
    async import(specifier, names) {
      const folder = folderFor(specifier, directories);
      if (isJson(specifier)) return jsonNamespace(createRequire(join(folder, REFERRER)).resolve(specifier));
      const url = isBuiltin(specifier) ? undefined : modules.urlFor(specifier);
      if (!url && isMissing(specifier, directories)) throw new MissingPackageError(missingMessage(specifier, directory));
      try {
        return withNames(await importerOf(folder)(url ?? specifier), names);
      } catch (error) {
        modules.forgetFailures();
        throw error;
      }
    },
    resolve(specifier) {
      const found = createRequire(join(folderFor(specifier, directories), REFERRER)).resolve(specifier);
      return isAbsolute(found) ? pathToFileURL(found).href : found;
    },
    require: createRequire(join(directory, REFERRER)),
  };
}

/** An `import()` that resolves from `folder`: Node takes the script's file name as the importing module. */
function compileImport(folder: string): DynamicImport {
  const script = new Script("(specifier) => import(specifier)", {
    filename: join(folder, REFERRER),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const load = script.runInThisContext() as DynamicImport;
  withoutExperimentalWarning(() => void load("node:module"));
  return load;
}

/** Node says once that the loader constant is experimental, which is our choice and not the user's. */
function withoutExperimentalWarning(act: () => void): void {
  const emitWarning = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: [NodeJS.EmitWarningOptions?]) => {
    if ((rest[0] as unknown) !== "ExperimentalWarning") emitWarning.call(process, warning, ...rest);
  }) as typeof emitWarning;
  try {
    act();
  } finally {
    process.emitWarning = emitWarning;
  }
}

const isJson = (specifier: string): boolean => specifier.endsWith(".json") && !/^[a-z]+:/.test(specifier);

/** JSON is read each time, so that an edited file counts. */
function jsonNamespace(file: string): object {
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  return { ...(typeof value === "object" ? value : {}), default: value };
}

/** Named exports of CommonJS modules that Node's lexer did not see are taken from `module.exports`. */
function withNames(namespace: object, names: readonly string[]): object {
  const missing = names.filter((name) => !(name in namespace));
  const whole: unknown = "default" in namespace ? namespace.default : undefined;
  if (missing.length === 0 || whole === null || (typeof whole !== "object" && typeof whole !== "function")) return namespace;
  const added = missing.map((name) => [name, { enumerable: true, get: () => (whole as Record<string, unknown>)[name] }] as const);
  return Object.create(namespace, Object.fromEntries(added)) as object;
}
