import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** What a finished program left. */
export interface ProgramResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Path of a program on PATH, or undefined. */
export function findOnPath(...names: readonly string[]): string | undefined {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const found = endings.map((ending) => join(folder, name + ending)).find(existsSync);
      if (found) return found;
    }
  }
  return undefined;
}

export interface CaptureOptions {
  /** After how many seconds it is ended; default 60. */
  readonly seconds?: number;
  /** Folder to run in; default: this one. */
  readonly cwd?: string;
}

/** Runs a program to its end, quietly. */
export function capture(program: string, args: readonly string[], { seconds = 60, cwd }: CaptureOptions = {}): ProgramResult {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: seconds * 1000,
    // A compiler's warnings may be many, and beyond this the program is ended.
    maxBuffer: 2 ** 26,
    ...(cwd !== undefined && { cwd }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { ok: status === 0, stdout: (stdout ?? "").trim(), stderr: (stderr ?? "").trim() || (error?.message ?? "") };
}
