import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { type EngineName, installKernelspec, uninstallKernelspec } from "galton-kernel";
import { EnvironmentError } from "./command.js";
import { packageDirectory } from "./package.js";
import { capture, findOnPath } from "./programs.js";

/** Kernelspecs that Galton installs: one for each engine. */
export const SPECS: Readonly<Record<EngineName, { readonly name: string; readonly displayName: string }>> = {
  typescript: { name: "galton", displayName: "TypeScript (Galton)" },
  tslab: { name: "galton-tslab", displayName: "TypeScript (Galton, tslab)" },
};

/**
 * Writes kernelspecs into a Jupyter data folder, the one that holds `kernels/`. A notebook whose own folder has no package
 * "galton" gets this one.
 *
 * @returns The folders written.
 */
export function installSpecs(dataDirectory: string, engines: readonly EngineName[] = ["typescript"]): string[] {
  return engines.map((engine) => installKernelspec({ dataDirectory, engine, ...SPECS[engine], fallbackDirectories: [packageDirectory] }));
}

/** Takes them away again. @returns The folders removed. */
export function uninstallSpecs(dataDirectory: string, engines: readonly EngineName[]): string[] {
  return engines.flatMap((engine) => uninstallKernelspec({ dataDirectory, name: SPECS[engine].name }) ?? []);
}

/** Data folder for `galton lab`: in its own environment, else in the cache, so that nobody's Jupyter is touched. */
export function ownDataDirectory(environment: string | undefined): string {
  if (environment) return join(environment, "share/jupyter");
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const checkout = createHash("sha256").update(packageDirectory).digest("hex").slice(0, 12);
  return join(cache, "galton", checkout, "share/jupyter");
}

/** The user's Jupyter data folder, by Jupyter's own rules. */
export function userDataDirectory(): string {
  if (process.env.JUPYTER_DATA_DIR) return process.env.JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library/Jupyter");
  if (process.platform === "win32") return join(process.env.APPDATA ?? join(homedir(), "AppData/Roaming"), "jupyter");
  return join(process.env.XDG_DATA_HOME || join(homedir(), ".local/share"), "jupyter");
}

/** Data folder of the active Python environment. @throws {EnvironmentError} When there is none. */
export function activeDataDirectory(): string {
  const prefix = process.env.VIRTUAL_ENV || process.env.CONDA_PREFIX || prefixOfPython();
  if (!prefix)
    throw new EnvironmentError("galton install: there is no active Python environment; activate one, or use --user or --prefix DIR.");
  return join(prefix, "share/jupyter");
}

function prefixOfPython(): string | undefined {
  const python = findOnPath("python3", "python");
  const { ok, stdout } = python ? capture(python, ["-c", "import sys; print(sys.prefix)"]) : { ok: false, stdout: "" };
  return ok ? stdout : undefined;
}

/** Kernelspecs of ours that Jupyter would find here, by path. */
export function installedSpecs(): string[] {
  const data = [...(process.env.JUPYTER_PATH ?? "").split(delimiter).filter(Boolean), userDataDirectory(), join(".venv", "share/jupyter")];
  if (process.env.VIRTUAL_ENV) data.push(join(process.env.VIRTUAL_ENV, "share/jupyter"));
  return data
    .flatMap((folder) => Object.values(SPECS).map(({ name }) => join(folder, "kernels", name)))
    .filter((folder) => existsSync(join(folder, "kernel.json")));
}
