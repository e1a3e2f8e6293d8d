import type { Backend } from "../backend.js";
import { type Block, type LoadedProgram, type Machine, plannedBackend } from "../planned.js";
import { type Addon, loadAddon } from "./addon.js";

export interface NativeOptions {
  readonly threads: number;
  /** "avx512", "avx2" or "baseline"; default: the newest that the processor has. */
  readonly instructionSet?: string;
}

/** The addon's backend, or why there is none. */
export function nativeBackend(options: NativeOptions): Backend | { readonly missing: string } {
  const loaded = loadAddon();
  return "missing" in loaded ? loaded : plannedBackend(makeMachine(loaded.addon, options));
}

/** Elements of a cache line, and the most that may be read beyond an array's end. */
const LINE = 16;

function makeMachine(addon: Addon, { threads, instructionSet = "" }: NativeOptions): Machine {
  const machine = addon.make(threads, instructionSet);
  return {
    name: "native",
    threads,
    allocate: (elements) => allocate(addon, elements),
    load(words, arrays) {
      const program = addon.load(
        machine,
        words,
        arrays.map(({ block, offset, size }) => block.values.subarray(offset, offset + size)),
      );
      return new NativeProgram(addon, program, [machine, ...arrays]);
    },
  };
}

/** The arrays are JavaScript's own, so its collector frees them. */
function allocate(addon: Addon, elements: number): Block {
  const room = new Float32Array(elements + 2 * LINE);
  const start = addon.skip(room);
  return { values: room.subarray(start, start + elements), free: () => undefined };
}

class NativeProgram implements LoadedProgram {
  constructor(
    readonly addon: Addon,
    readonly program: object,
    /** The addon keeps their addresses only, so they live as long as this. */
    readonly kept: readonly object[],
  ) {}

  run(): void {
    this.addon.run(this.program);
  }

  profile(nanoseconds: Float64Array): void {
    this.addon.profile(this.program, nanoseconds);
  }

  free(): void {}
}
