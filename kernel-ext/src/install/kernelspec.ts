import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineName } from "../engine/index.js";

const MAIN = new URL("../main.js", import.meta.url);
const LOGOS = new URL("../../logo/", import.meta.url);

/** What is written into a kernelspec. */
export interface KernelspecOptions {
  /** Name shown in Jupyter's launcher. */
  readonly displayName: string;
  readonly engine: EngineName;
  /** Folders whose packages notebooks may import when their own folder has none of that name. */
  readonly fallbackDirectories?: readonly string[];
}

/** Where a kernelspec goes. */
export interface KernelspecPlace {
  /** Jupyter data folder: the one that holds `kernels/`. */
  readonly dataDirectory: string;
  /** Name of the kernelspec: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
}

/** A kernelspec's name is none that Jupyter would find. */
export class KernelspecError extends Error {
  override readonly name = "KernelspecError";
}

/** Content of kernel.json: this very Node, this very package. */
export function kernelspec({ displayName, engine, fallbackDirectories = [] }: KernelspecOptions): Record<string, unknown> {
  const fallbacks = fallbackDirectories.flatMap((directory) => ["--fallback", directory]);
  return {
    argv: [process.execPath, fileURLToPath(MAIN), "--engine", engine, ...fallbacks, "{connection_file}"],
    display_name: displayName,
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/**
 * Makes the kernel known to Jupyter. Each file is written aside and moved into place, kernel.json last, so that Jupyter
 * never sees half a kernelspec.
 *
 * @returns The folder written.
 * @throws {KernelspecError} When the name is not one that Jupyter accepts.
 */
export function installKernelspec({ dataDirectory, name, ...options }: KernelspecOptions & KernelspecPlace): string {
  const folder = kernelspecFolder(dataDirectory, name);
  mkdirSync(folder, { recursive: true });
  for (const logo of readdirSync(LOGOS)) moveInto(join(folder, logo), (aside) => copyFileSync(new URL(logo, LOGOS), aside));
  const json = `${JSON.stringify(kernelspec(options), null, 2)}\n`;
  moveInto(join(folder, "kernel.json"), (aside) => writeFileSync(aside, json));
  return folder;
}

/**
 * Takes a kernelspec away.
 *
 * @returns The folder removed, or undefined when there was none.
 * @throws {KernelspecError} When the name is not one that Jupyter accepts.
 */
export function uninstallKernelspec({ dataDirectory, name }: KernelspecPlace): string | undefined {
  const folder = kernelspecFolder(dataDirectory, name);
  if (!existsSync(join(folder, "kernel.json"))) return undefined;
  rmSync(folder, { recursive: true });
  return folder;
}

function kernelspecFolder(dataDirectory: string, name: string): string {
  if (/^[a-z0-9][a-z0-9._-]*$/i.test(name)) return join(dataDirectory, "kernels", name);
  throw new KernelspecError(`installKernelspec: name is ${JSON.stringify(name)}; expected letters, digits, ".", "_" and "-"`);
}

function moveInto(file: string, write: (aside: string) => void): void {
  const aside = `${file}.${process.pid}.tmp`;
  write(aside);
  renameSync(aside, file);
}
