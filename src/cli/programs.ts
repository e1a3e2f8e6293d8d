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

/** Runs a program to its end, quietly. */
export function capture(program: string, args: readonly string[], timeoutSeconds = 60): ProgramResult {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: timeoutSeconds * 1000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { ok: status === 0, stdout: (stdout ?? "").trim(), stderr: (stderr ?? "").trim() || (error?.message ?? "") };
}
