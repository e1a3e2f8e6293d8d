import { parseArgs } from "node:util";
import type { EngineName } from "../engine/index.js";
import { installKernelspec, uninstallKernelspec } from "./kernelspec.js";
import { dataDirectory, PlaceError } from "./places.js";

/** The command line asks for something that there is not. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const HELP = `galton-kernel: a TypeScript kernel for Jupyter

Usage: galton-kernel install [--user | --sys-prefix | --prefix DIR] [options]
       galton-kernel uninstall [--user | --sys-prefix | --prefix DIR] [--engine NAME] [--name NAME]
       galton-kernel [--engine NAME] [--fallback DIR]... CONNECTION_FILE      (what Jupyter runs)

  --user               the user's own Jupyter folder (default)
  --sys-prefix         the active Python environment
  --prefix DIR         DIR/share/jupyter
  --engine NAME        typescript (default), or tslab for people who come from it; needs npm install tslab@1.0.22
  --name NAME          name of the kernelspec; default galton-kernel, or galton-kernel-tslab
  --display-name NAME  name in Jupyter's launcher
  --fallback DIR       folder whose packages notebooks may import when theirs has none; may be repeated
  --help, --version`;

const DEFAULTS: Readonly<Record<EngineName, { readonly name: string; readonly displayName: string }>> = {
  typescript: { name: "galton-kernel", displayName: "TypeScript" },
  tslab: { name: "galton-kernel-tslab", displayName: "TypeScript (tslab)" },
};

const OPTIONS = {
  user: { type: "boolean" },
  "sys-prefix": { type: "boolean" },
  prefix: { type: "string" },
  engine: { type: "string", default: "typescript" },
  name: { type: "string" },
  "display-name": { type: "string" },
  fallback: { type: "string", multiple: true, default: [] as string[] },
  help: { type: "boolean" },
  version: { type: "boolean" },
} as const;

/** What the command line asks for. */
export type Request =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | {
      readonly kind: "kernel";
      readonly connectionFile: string;
      readonly engine: EngineName;
      readonly fallbackDirectories: readonly string[];
    }
  | { readonly kind: "done"; readonly message: string };

/**
 * Reads the command line; install and uninstall are done right here.
 *
 * @throws {UsageError} When it names no command, engine or option of ours.
 * @throws {PlaceError} When the place to install is not clear.
 */
export function runCommand(args: readonly string[]): Request {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };
  const { engine } = values;
  if (!isEngine(engine)) throw new UsageError(`galton-kernel: --engine is ${JSON.stringify(engine)}; expected typescript or tslab`);
  const [first, second] = positionals;
  if (first === undefined || second !== undefined)
    throw new UsageError(`galton-kernel: ${positionals.length} arguments; expected one; see --help`);
  const place = { name: values.name ?? DEFAULTS[engine].name };
  if (first === "install") {
    const displayName = values["display-name"] ?? DEFAULTS[engine].displayName;
    const folder = installKernelspec({
      ...place,
      dataDirectory: dataDirectory(values),
      engine,
      displayName,
      fallbackDirectories: values.fallback,
    });
    return { kind: "done", message: `Installed "${displayName}" in ${folder}` };
  }
  if (first === "uninstall") return uninstall(place.name, dataDirectory(values));
  return { kind: "kernel", connectionFile: first, engine, fallbackDirectories: values.fallback };
}

function uninstall(name: string, directory: string): Request {
  const folder = uninstallKernelspec({ dataDirectory: directory, name });
  if (folder === undefined)
    throw new PlaceError(`galton-kernel uninstall: there is no kernelspec ${name} in ${directory}; nothing was changed`);
  return { kind: "done", message: `Removed ${folder}` };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`galton-kernel: ${error.message}`);
    throw error;
  }
}

function isEngine(name: string): name is EngineName {
  return Object.hasOwn(DEFAULTS, name);
}
