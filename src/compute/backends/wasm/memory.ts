import { DomainError } from "../../../errors.js";
import type { WasmMemory } from "./api.js";

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65536;
/** Arrays begin at multiples of this, in bytes. */
const LINE = 64;
/** 32-bit addresses reach this far. */
const MOST_PAGES = 65536;

interface Gap {
  readonly start: number;
  readonly end: number;
}

/** Hands out pieces of a module's memory; freed pieces are used again. */
export class LinearMemory {
  readonly memory: WasmMemory;
  readonly #mostPages: number;
  /** Free places in order, no two touching. */
  #gaps: Gap[];
  #view: Float32Array;

  /**
   * @param memory - The module's.
   * @param start - First byte that the module does not use itself.
   * @param mostPages - Pages it may grow to.
   */
  constructor(memory: WasmMemory, start: number, mostPages = MOST_PAGES) {
    this.memory = memory;
    this.#mostPages = mostPages;
    this.#gaps = [{ start: upTo(start), end: memory.buffer.byteLength }];
    this.#view = new Float32Array(memory.buffer);
  }

  /** All of the memory; another object after it has grown. */
  get floats(): Float32Array {
    if (this.#view.buffer !== this.memory.buffer) this.#view = new Float32Array(this.memory.buffer);
    return this.#view;
  }

  /** Address of that many bytes, and a line more to read beyond their end. */
  allocate(bytes: number): number {
    const size = upTo(bytes) + LINE;
    const at = this.#gaps.findIndex(({ start, end }) => end - start >= size);
    if (at < 0) {
      this.#grow(size);
      return this.allocate(bytes);
    }
    const { start, end } = this.#gaps[at]!;
    this.#gaps.splice(at, 1, ...(end - start > size ? [{ start: start + size, end }] : []));
    return start;
  }

  free(address: number, bytes: number): void {
    this.#release({ start: address, end: address + upTo(bytes) + LINE });
  }

  #grow(bytes: number): void {
    const pages = this.memory.buffer.byteLength / PAGE;
    const last = this.#gaps.at(-1) ?? { start: 0, end: 0 };
    const free = last.end === this.memory.buffer.byteLength ? last.end - last.start : 0;
    const wanted = Math.ceil((bytes - free) / PAGE);
    if (pages + wanted > this.#mostPages) {
      const advice = "use the native backend, smaller batches, or dispose programs that are done";
      throw new DomainError(
        "wasm",
        "memory",
        `${((pages + wanted) * PAGE) / 2 ** 20} MB`,
        `at most ${(this.#mostPages * PAGE) / 2 ** 20} MB`,
        advice,
      );
    }
    // Half as much again spares growing often; the exact need where that is too much.
    const generous = Math.min(Math.max(wanted, pages >> 1), this.#mostPages - pages);
    const start = this.memory.buffer.byteLength;
    try {
      this.memory.grow(generous);
    } catch (refused) {
      if (!(refused instanceof RangeError)) throw refused;
      throw new DomainError(
        "wasm",
        "memory",
        `${((pages + generous) * PAGE) / 2 ** 20} MB`,
        "no more than the machine gives",
        "close other programs",
      );
    }
    this.#release({ start, end: this.memory.buffer.byteLength });
  }

  #release(gap: Gap): void {
    const at = this.#gaps.findIndex(({ start }) => start > gap.start);
    const place = at < 0 ? this.#gaps.length : at;
    const [before, after] = [this.#gaps[place - 1], this.#gaps[place]];
    const start = before?.end === gap.start ? before.start : gap.start;
    const end = after?.start === gap.end ? after.end : gap.end;
    const first = start === gap.start ? place : place - 1;
    this.#gaps.splice(first, place - first + (end === gap.end ? 0 : 1), { start, end });
  }
}

const upTo = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;
