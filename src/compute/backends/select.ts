import { DomainError } from "../../errors.js";
import type { Backend, BackendName } from "./backend.js";
import { nativeBackend } from "./native/native.js";
import { referenceBackend } from "./reference/reference.js";
import { tfjsBackend } from "./tfjs/tfjs.js";
import { wasmBackend } from "./wasm/wasm.js";

/** How a backend is made. */
export interface BackendOptions {
  /** Threads that share the work; default 1. The native backend alone has several. Results do not depend on it. */
  readonly threads?: number;
  /** Of the native backend: "avx512", "avx2" or "baseline"; default: the newest that the processor has. */
  readonly instructionSet?: string;
}

/**
 * Makes a backend.
 *
 * - `"native"`: kernels compiled for this processor; where the addon was built (`galton doctor` says).
 * - `"wasm"`: the same kernels in WebAssembly; everywhere.
 * - `"reference"`: float64, plain loops, slow; what the others are tested against.
 * - `"tfjs"`: TensorFlow.js, where it is installed.
 * - `"auto"`: native, else wasm.
 *
 * @throws {DomainError} When the backend is unknown or not there, or `threads` is no whole number from 1 to 256.
 * @example
 * const engine = await backend("auto", { threads: 2 });
 */
export async function backend(name: BackendName | "auto" = "auto", { threads = 1, instructionSet }: BackendOptions = {}): Promise<Backend> {
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 256)) {
    throw new DomainError("backend", "threads", threads, "a whole number from 1 to 256");
  }
  switch (name) {
    case "auto": {
      const native = nativeBackend({ threads, ...(instructionSet && { instructionSet }) });
      return "missing" in native ? wasmBackend() : native;
    }
    case "native": {
      const native = nativeBackend({ threads, ...(instructionSet && { instructionSet }) });
      if ("missing" in native) throw new DomainError("backend", "name", name, "a backend that is there", native.missing);
      return native;
    }
    case "wasm":
      return wasmBackend();
    case "reference":
      return referenceBackend();
    case "tfjs":
      return tfjsBackend();
    default:
      throw new DomainError("backend", "name", name, '"auto", "native", "wasm", "reference" or "tfjs"');
  }
}
