import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { dataDirectory, type EngineName, installKernelspec, uninstallKernelspec } from "galton-kernel";
import { packageDirectory } from "./package.js";

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

/** Kernelspecs of ours that Jupyter would find here, by path. */
export function installedSpecs(): string[] {
  const data = [
    ...(process.env.JUPYTER_PATH ?? "").split(delimiter).filter(Boolean),
    dataDirectory({ user: true }),
    join(".venv", "share/jupyter"),
  ];
  if (process.env.VIRTUAL_ENV) data.push(join(process.env.VIRTUAL_ENV, "share/jupyter"));
  return data
    .flatMap((folder) => Object.values(SPECS).map(({ name }) => join(folder, "kernels", name)))
    .filter((folder) => existsSync(join(folder, "kernel.json")));
}
