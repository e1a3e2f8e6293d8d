import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { EnvironmentError } from "../command.js";
import { packageDirectory } from "../package.js";

/** glibc's allocator as torch likes it best: it gains up to half. */
const ALLOCATOR = {
  MALLOC_MMAP_THRESHOLD_: "1073741824",
  MALLOC_TRIM_THRESHOLD_: "4294967296",
  MALLOC_TOP_PAD_: "67108864",
};

/** A Python with torch that measures when it is asked. */
export interface TorchPeer {
  readonly version: string;
  /** Microseconds of a step. */
  measure(name: string, threads: number, seconds: number): Promise<number>;
  close(): void;
}

/**
 * Starts python/bench_compute.py; it keeps what was measured last ready.
 *
 * @throws {EnvironmentError} When there is no such Python, or it has no torch.
 */
export async function startTorch(python: string): Promise<TorchPeer> {
  const env: NodeJS.ProcessEnv = { ...process.env, ...ALLOCATOR };
  // Settings for old libraries, which slow new ones.
  for (const name of ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]) delete env[name];
  const child = spawn(python, [join(packageDirectory, "python/bench_compute.py")], { env, stdio: ["pipe", "pipe", "pipe"] });
  // What is written to a process that has ended is answered by its end.
  child.stdin.on("error", () => undefined);
  await once(child, "spawn").catch((error: unknown) => {
    throw new EnvironmentError(
      `galton bench compute: --torch ${python} cannot be started: ${(error as Error).message}; expected a Python with torch`,
    );
  });
  const answers = listen(child, python);
  const { torch } = (await answers.next()).value as { torch: string };
  return {
    version: torch,
    async measure(name, threads, seconds) {
      child.stdin.write(`${JSON.stringify({ name, threads, seconds })}\n`);
      const { us, error } = (await answers.next()).value as { us?: number; error?: string };
      if (us === undefined) throw new EnvironmentError(`galton bench compute: torch failed on ${name}: ${error}`);
      return us;
    },
    close: () => void child.kill(),
  };
}

async function* listen(child: ChildProcess, python: string): AsyncGenerator<unknown, never> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  for await (const line of createInterface({ input: child.stdout! })) yield JSON.parse(line) as unknown;
  throw new EnvironmentError(
    `galton bench compute: ${python} ended: ${said.trim().split("\n").at(-1) ?? ""}; expected a Python with torch`,
  );
}
