import { type BackendName, backend } from "../../compute/index.js";
import { UsageError } from "../command.js";

/** A backend and how many threads it gets. */
export interface Engine {
  readonly name: BackendName;
  readonly threads: number;
}

const BACKENDS: readonly BackendName[] = ["native", "wasm", "reference", "tfjs"];
const USUAL = "native,wasm";

/**
 * What to measure on, from the command line.
 *
 * @param backends - Names with commas between; without, native and wasm, or wasm alone where native is not there.
 * @param threads - Numbers with commas between, of the native backend.
 */
export async function chooseEngines(backends: string | undefined, threads: string): Promise<Engine[]> {
  const counts = threads.split(",").map(toThreads);
  const names = (backends ?? USUAL).split(",").map(toBackend);
  const there = backends === undefined && !(await isThere("native")) ? names.filter((name) => name !== "native") : names;
  return there.flatMap((name) => (name === "native" ? counts : [1]).map((count) => ({ name, threads: count })));
}

async function isThere(name: BackendName): Promise<boolean> {
  try {
    await backend(name);
    return true;
  } catch (error) {
    console.error(`galton bench compute: without ${name}: ${(error as Error).message}`);
    return false;
  }
}

function toBackend(name: string): BackendName {
  const known = BACKENDS.find((backend) => backend === name);
  if (known) return known;
  throw new UsageError(
    `galton bench compute: --backends is ${JSON.stringify(name)}; expected some of ${BACKENDS.join(", ")}, with commas between`,
  );
}

function toThreads(text: string): number {
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 256) return threads;
  throw new UsageError(
    `galton bench compute: --threads is ${JSON.stringify(text)}; expected whole numbers from 1 to 256, with commas between`,
  );
}
