import { DomainError } from "../../../errors.js";
import type { TensorFlow } from "./kernel.js";

/** Not written as literals, so that neither a compiler nor a bundler insists on packages that are optional. */
const PACKAGES = { node: "@tensorflow/tfjs-node", core: "@tensorflow/tfjs-core", cpu: "@tensorflow/tfjs-backend-cpu" } as const;

/**
 * TensorFlow.js as it is installed: `@tensorflow/tfjs-node` where it can be imported, else `@tensorflow/tfjs-core`.
 *
 * @throws {DomainError} When neither is installed.
 */
export async function loadTensorFlow(): Promise<TensorFlow> {
  const found = (await optional(PACKAGES.node)) ?? (await optional(PACKAGES.core));
  if (!found) throw missing(PACKAGES.core);
  return found as TensorFlow;
}

/** Sees to it that some TensorFlow.js backend is registered: the one in plain JavaScript if there is no other. */
export async function ensureBackend(tf: TensorFlow): Promise<void> {
  if (!tf.getBackend() && Object.keys(tf.engine().registryFactory).length === 0 && !(await optional(PACKAGES.cpu)))
    throw missing(PACKAGES.cpu);
  await tf.ready();
}

/** The module, or nothing when the package is not there; one that is there and fails to load says so itself. */
async function optional(name: string): Promise<object | undefined> {
  try {
    return (await import(/* @vite-ignore */ name)) as object;
  } catch (error) {
    if (isAbsent(error, name)) return undefined;
    throw error;
  }
}

/** Node, browsers and bundlers have a sentence each; a package that is there and lacks another quotes that one's name. */
function isAbsent(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    /cannot find|(could not|failed to) resolve/i.test(error.message) &&
    new RegExp(`["']${name}["']`).test(error.message)
  );
}

const missing = (name: string) =>
  new DomainError(
    "backend",
    "name",
    "tfjs",
    `${name} to be installed`,
    `npm install ${PACKAGES.core} ${PACKAGES.cpu}, or galton install tfjs`,
  );
