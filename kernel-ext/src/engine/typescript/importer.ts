import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import { folderFor } from "./packages.js";

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
  readonly directory: string;
  readonly fallbackDirectories: readonly string[];
}

export function makeImporter({ directory, fallbackDirectories }: ImporterOptions): Importer {
  const folders = [directory, ...fallbackDirectories] as [string, ...string[]];
  const importFrom = new Map<string, DynamicImport>();
  const importerOf = (folder: string): DynamicImport => {
    const known = importFrom.get(folder) ?? compileImport(folder);
    importFrom.set(folder, known);
    return known;
  };
  return {
    async import(specifier, names) {
      const folder = folderFor(specifier, folders);
      if (isJson(specifier)) return jsonNamespace(createRequire(join(folder, "cell.js")).resolve(specifier));
      return withNames(await importerOf(folder)(specifier), names);
    },
    resolve(specifier) {
      const found = createRequire(join(folderFor(specifier, folders), "cell.js")).resolve(specifier);
      return isAbsolute(found) ? pathToFileURL(found).href : found;
    },
    require: createRequire(join(directory, "cell.js")),
  };
}

/** An `import()` that resolves from `folder`: Node takes the script's file name as the importing module. */
function compileImport(folder: string): DynamicImport {
  const script = new Script("(specifier) => import(specifier)", {
    filename: join(folder, "cell.js"),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext() as DynamicImport;
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
