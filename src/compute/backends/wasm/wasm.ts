import { platform } from "../../../platform/index.js";
import type { Backend } from "../backend.js";
import { type Block, type LoadedProgram, type Machine, type Placed, plannedBackend } from "../planned.js";
import { type WasmMemory, wasm } from "./api.js";
import { LinearMemory } from "./memory.js";
import { RELAXED, SIMD } from "./modules.js";

/** What kernels/wasm.cc exports. */
interface Exports {
  readonly memory: WasmMemory;
  readonly __heap_base: { readonly value: number };
  scratchBytes(): number;
  run(words: number, count: number, buffers: number, arrays: number, scratch: number): void;
}

export interface WasmOptions {
  /** False uses no relaxed multiply-add even where there is one: the same bits on every machine. */
  readonly relaxed?: boolean;
  /** Bytes that the memory may grow to; default 4 GiB, the most that there is. */
  readonly mostBytes?: number;
}

/** The WebAssembly backend: one thread, in Node, browsers and workers alike. */
export async function wasmBackend({ relaxed = true, mostBytes = 2 ** 32 }: WasmOptions = {}): Promise<Backend> {
  const fast = decode(RELAXED);
  if (relaxed && !wasm.validate(fast)) platform.readyWasm();
  const bytes = relaxed && wasm.validate(fast) ? fast : decode(SIMD);
  const { instance } = await wasm.instantiate(bytes, {});
  return plannedBackend(new WasmMachine(instance.exports as unknown as Exports, mostBytes));
}

class WasmMachine implements Machine {
  readonly name = "wasm";
  readonly threads = 1;
  readonly #exports: Exports;
  readonly #memory: LinearMemory;
  readonly #scratch: number;
  /** Frees what nothing refers to any more. */
  readonly #collected = new FinalizationRegistry<readonly [address: number, bytes: number]>((piece) => this.#memory.free(...piece));

  constructor(exports: Exports, mostBytes: number) {
    this.#exports = exports;
    this.#memory = new LinearMemory(exports.memory, exports.__heap_base.value, Math.floor(mostBytes / 65536));
    this.#scratch = this.#memory.allocate(exports.scratchBytes());
  }

  allocate(elements: number): WasmBlock {
    const bytes = elements * 4;
    const address = this.#memory.allocate(bytes);
    const block = new WasmBlock(this.#memory, { address, elements }, () => {
      this.#collected.unregister(block);
      this.#memory.free(address, bytes);
    });
    block.values.fill(0);
    this.#collected.register(block, [address, bytes], block);
    return block;
  }

  load(words: Int32Array, arrays: readonly Placed[]): LoadedProgram {
    const code = this.allocate(words.length);
    const table = this.allocate(arrays.length);
    new Int32Array(this.#memory.memory.buffer, code.address, words.length).set(words);
    const addresses = new Uint32Array(this.#memory.memory.buffer, table.address, arrays.length);
    arrays.forEach(({ block, offset }, i) => {
      addresses[i] = (block as WasmBlock).address + 4 * offset;
    });
    return new WasmProgram({ code, table, arrays }, () =>
      this.#exports.run(code.address, words.length, table.address, arrays.length, this.#scratch),
    );
  }
}

class WasmProgram implements LoadedProgram {
  constructor(
    /** The module keeps their addresses only, so they live as long as this. */
    readonly kept: { readonly code: Block; readonly table: Block; readonly arrays: readonly Placed[] },
    readonly run: () => void,
  ) {}

  free(): void {
    this.kept.code.free();
    this.kept.table.free();
  }
}

class WasmBlock implements Block {
  readonly address: number;
  readonly #elements: number;
  readonly #memory: LinearMemory;
  readonly free: () => void;

  constructor(memory: LinearMemory, { address, elements }: { readonly address: number; readonly elements: number }, free: () => void) {
    this.#memory = memory;
    this.address = address;
    this.#elements = elements;
    this.free = free;
  }

  get values(): Float32Array {
    return this.#memory.floats.subarray(this.address / 4, this.address / 4 + this.#elements);
  }
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  return Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}
