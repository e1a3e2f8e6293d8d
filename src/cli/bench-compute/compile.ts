import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { EnvironmentError } from "../command.js";
import { packageDirectory } from "../package.js";
import type { Engine } from "./engines.js";
import { type ComputeRow, median, rounded } from "./row.js";
import { COMPILED } from "./workloads.js";

/** Rows of compilation by name, without those that are not asked for. */
export function compilations(only: string): { readonly name: string; readonly others: readonly number[] }[] {
  return Object.entries(COMPILED)
    .filter(([name]) => only === "" || (only.startsWith("compile") && `compile-${name}`.includes(only)))
    .map(([name, others]) => ({ name, others }));
}

/** Time from a trace to a program that can run: the first of a process, and then for other numbers of rows. */
export function* measureCompile(
  chosen: ReturnType<typeof compilations>,
  { engines, rounds }: { readonly engines: readonly Engine[]; readonly rounds: number },
): Generator<ComputeRow> {
  for (const backend of new Set(engines.map(({ name }) => name))) {
    for (const { name, others } of chosen) {
      const times = Array.from({ length: rounds }, () => compileOnce(name, backend, others));
      for (const [i, suffix] of ["", ...others.map((rows) => `-then-b${rows}`)].entries()) {
        const us = times.map((time) => 1000 * time[i]!);
        const row = { name: `compile-${name}${suffix}`, backend, threads: 1 };
        yield rounded({ ...row, us: median(us), min: Math.min(...us), max: Math.max(...us) });
      }
    }
  }
}

function compileOnce(name: string, backend: string, others: readonly number[]): number[] {
  const script = join(packageDirectory, "dist/cli/bench-compute/compile-once.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, name, backend, ...others.map(String)], { encoding: "utf8" });
  if (status !== 0) throw new EnvironmentError(`galton bench compute: compiling ${name} failed: ${stderr.trim().split("\n").at(-1)}`);
  return JSON.parse(stdout) as number[];
}
