import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import type typescript from "typescript";

/** The compiler's module object, loaded late. */
export type TypeScript = typeof typescript;

export interface LoadedTypeScript {
  readonly ts: TypeScript;
  /** Keeps V8's code cache for the next start; does nothing when this start was served from it. */
  readonly keep: () => void;
}

const require = createRequire(import.meta.url);

/** Version of the compiler that would be loaded, from its package file. */
export function typescriptVersion(): string {
  return (require("typescript/package.json") as { version: string }).version;
}

/** Folder for the code cache, by the platform's custom. */
export function defaultCacheDirectory(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "galton-kernel", "cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "galton-kernel");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "galton-kernel");
}

/** Loads TypeScript through V8's code cache; a cache that is absent, foreign or damaged costs time only. */
export function loadTypeScript(cacheDirectory: string): LoadedTypeScript {
  const filename = require.resolve("typescript");
  const cacheFile = join(cacheDirectory, `typescript-${typescriptVersion()}-v8-${process.versions.v8}-${process.arch}.bin`);
  const cachedData = readIfPresent(cacheFile);
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, "utf8")}\n})`;
  const script = new Script(wrapped, { filename, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, filename, dirname(filename));
  const served = cachedData !== undefined && script.cachedDataRejected === false;
  return { ts: module.exports as TypeScript, keep: () => served || writeAtomically(cacheFile, script.createCachedData()) };
}

function readIfPresent(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (absent) {
    if (isFileError(absent)) return undefined;
    throw absent;
  }
}

function writeAtomically(file: string, data: Buffer): void {
  const temporary = `${file}.${randomUUID()}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, data);
    renameSync(temporary, file);
  } catch (unwritable) {
    if (!isFileError(unwritable)) throw unwritable;
    if (existsSync(temporary)) rmSync(temporary);
  }
}

const isFileError = (error: unknown): boolean => error instanceof Error && "syscall" in error;
