import { parseArgs } from "node:util";
import { dataDirectory, type EngineName } from "galton-kernel";
import { buildAddon } from "../compute/backends/native/build.js";
import { type Command, EnvironmentError, UsageError } from "./command.js";
import { installTfjs } from "./install-tfjs.js";
import { installSpecs, SPECS, uninstallSpecs } from "./kernelspecs.js";

const WHERE = `  --user         the user's own Jupyter folder
  --sys-prefix   the active Python environment
  --prefix DIR   DIR/share/jupyter

  --engine NAME  typescript (default) or tslab`;

const INSTALL_HELP = `galton install: makes the TypeScript kernel known to Jupyter

Usage: galton install (--user | --sys-prefix | --prefix DIR) [--engine NAME]
       galton install native
       galton install tfjs [--folder DIR]

${WHERE}
                 (tslab is for people who come from it; it needs npm install tslab@1.0.22)

  native         compiles the compute engine's addon with the C++ compiler that is here; without it networks
                 train in WebAssembly, which is slower

  tfjs           puts @tensorflow/tfjs-node in place (linux on x64; pip and a C++ compiler; 950 MB, about half a minute), on which
                 backend("tfjs") then runs; in DIR, default: the user's cache`;

const UNINSTALL_HELP = `galton uninstall: takes the TypeScript kernel away from Jupyter

Usage: galton uninstall (--user | --sys-prefix | --prefix DIR) [--engine NAME]

${WHERE}`;

/** `galton install`. */
export const install: Command = {
  name: "install",
  summary: "makes the TypeScript kernel known to Jupyter",
  help: INSTALL_HELP,
  run: runInstall,
};

/** `galton uninstall`. */
export const uninstall: Command = { name: "uninstall", summary: "takes it away again", help: UNINSTALL_HELP, run: runUninstall };

async function runInstall(args: readonly string[]): Promise<number> {
  if (args[0] === "tfjs") return installTfjs(args.slice(1));
  if (args[0] === "native") return installNative(args.slice(1));
  const { dataDirectory, engine } = parse("galton install", args);
  for (const folder of installSpecs(dataDirectory, [engine])) console.log(`Installed "${SPECS[engine].displayName}" in ${folder}`);
  return 0;
}

function installNative(rest: readonly string[]): number {
  if (rest.length > 0) throw new UsageError(`galton install native: ${rest.join(" ")} was given; expected nothing more`);
  const result = buildAddon();
  if ("reason" in result) throw new EnvironmentError(`galton install native: ${result.reason}`);
  console.log(`${result.built ? "Compiled" : "Already there:"} ${result.file}`);
  return 0;
}

async function runUninstall(args: readonly string[]): Promise<number> {
  const { dataDirectory, engine } = parse("galton uninstall", args);
  const removed = uninstallSpecs(dataDirectory, [engine]);
  if (removed.length === 0)
    throw new EnvironmentError(`galton uninstall: there is no kernelspec ${SPECS[engine].name} in ${dataDirectory}; nothing was changed.`);
  for (const folder of removed) console.log(`Removed ${folder}`);
  return 0;
}

function parse(command: string, args: readonly string[]): { dataDirectory: string; engine: EngineName } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      user: { type: "boolean" },
      "sys-prefix": { type: "boolean" },
      prefix: { type: "string" },
      engine: { type: "string", default: "typescript" },
    },
  });
  const { user, "sys-prefix": sysPrefix, prefix, engine } = values;
  if (!(engine in SPECS)) throw new UsageError(`${command}: --engine is ${JSON.stringify(engine)}; expected typescript or tslab`);
  const places = [user, sysPrefix, prefix].filter((place) => place !== undefined).length;
  if (places !== 1) throw new UsageError(`${command}: ${places} places were given; expected one of --user, --sys-prefix and --prefix DIR`);
  return { dataDirectory: dataDirectory(values, command), engine: engine as EngineName };
}
