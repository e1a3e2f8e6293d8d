import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { EnvironmentError } from "./command.js";
import { packageDirectory } from "./package.js";

/** glibc's allocator as torch likes it best: it gains up to half. */
const ALLOCATOR = {
  MALLOC_MMAP_THRESHOLD_: "1073741824",
  MALLOC_TRIM_THRESHOLD_: "4294967296",
  MALLOC_TOP_PAD_: "67108864",
};

/** How messages name the peer. */
export interface PeerWords {
  /** The option that gave the Python. */
  readonly option: string;
  /** What the Python must have. */
  readonly library: string;
}

const TORCH: PeerWords = { option: "--torch", library: "torch" };

/** A Python with torch that answers questions, one at a time. */
export interface TorchPeer {
  readonly version: string;
  /** Sends a request as a line of JSON; the answer's own. */
  ask(request: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

/**
 * Starts a script of python/ that first says { torch: version } and then answers each line.
 *
 * @param where - The command, for messages.
 * @param python - The Python.
 * @param script - Name of the script.
 * @param words - The option and the library, for messages; default torch by `--torch`.
 * @throws {EnvironmentError} When there is no such Python, or it has no torch; from `ask` when the script says { error }.
 */
export async function startTorch(where: string, python: string, script: string, words: PeerWords = TORCH): Promise<TorchPeer> {
  const env: NodeJS.ProcessEnv = { ...process.env, ...ALLOCATOR };
  // Settings for old libraries, which slow new ones.
  for (const name of ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]) delete env[name];
  const child = spawn(python, [join(packageDirectory, "python", script)], { env, stdio: ["pipe", "pipe", "pipe"] });
  // What is written to a process that has ended is answered by its end.
  child.stdin.on("error", () => undefined);
  await once(child, "spawn").catch((error: unknown) => {
    const reason = (error as Error).message;
    throw new EnvironmentError(`${where}: ${words.option} ${python} cannot be started: ${reason}; expected a Python with ${words.library}`);
  });
  const answers = listen(child, where, { python, library: words.library });
  const { torch } = (await answers.next()).value as { torch: string };
  return {
    version: torch,
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = (await answers.next()).value as Record<string, unknown>;
      if ("error" in answer) throw new EnvironmentError(`${where}: ${words.library} failed on ${JSON.stringify(request)}: ${answer.error}`);
      return answer;
    },
    close: () => void child.kill(),
  };
}

async function* listen(
  child: ChildProcess,
  where: string,
  { python, library }: { readonly python: string; readonly library: string },
): AsyncGenerator<unknown, never> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  for await (const line of createInterface({ input: child.stdout! })) yield JSON.parse(line) as unknown;
  throw new EnvironmentError(`${where}: ${python} ended: ${said.trim().split("\n").at(-1) ?? ""}; expected a Python with ${library}`);
}
