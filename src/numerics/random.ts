/**
 * Counter-based random numbers: a number is a function of (key, index) alone, so the same key gives the same numbers
 * in any order and on any number of workers. The generator is Threefry-2x32 with 20 rounds.
 *
 * Draws use the counters [0, 2^53), children of a key those with the top bit set, so a key may be drawn from and folded.
 *
 * @module
 * @source Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11, section 3.3
 */
import { DomainError } from "../errors.js";
import { standardNormalQuantile } from "./normal-quantile.js";
import { threefry } from "./threefry.js";

/** Names one sequence of random numbers; make it with `key`, and others from it with `fold` and `split`. Two 32-bit words. */
export interface Key {
  readonly high: number;
  readonly low: number;
}

/** Random numbers one after another, for code that cannot say beforehand how many it needs. */
export interface Stream {
  /** Uniform on the open interval (0, 1): an odd multiple of 2^-53. */
  uniform(): number;
  /** Normal with mean 0 and standard deviation 1. */
  normal(): number;
  /** Uniform on {0, ..., bound - 1}, without bias; `bound` is an integer in [1, 2^32]. */
  integer(bound: number): number;
  /** Goes to the first number of `key`, as if the stream were new. */
  restart(key: Key): void;
}

const CHILD = 0x8000_0000 | 0;
const TWO_32 = 2 ** 32;

/**
 * The key of a seed; different seeds give independent sequences.
 *
 * @param seed - Integer in [0, 2^53).
 * @returns The key.
 * @throws {DomainError} When `seed` is not such an integer.
 * @example
 * uniforms(key(1), 3); // the same three numbers on every machine
 */
export function key(seed: number): Key {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new DomainError("key", "seed", seed, "an integer from 0 to 2^53 - 1");
  return { high: Math.floor(seed / TWO_32) | 0, low: seed | 0 };
}

/**
 * The child of a key by number: independent of the key's own draws and of its other children.
 *
 * @param key - Parent.
 * @param index - Which child, an integer in [0, 2^53); e.g. the number of an event.
 * @returns The child.
 * @throws {DomainError} When `index` is not such an integer.
 */
export function fold(key: Key, index: number): Key {
  if (!(Number.isSafeInteger(index) && index >= 0)) throw new DomainError("fold", "index", index, "an integer from 0 to 2^53 - 1");
  const words = new Int32Array(2);
  threefry(words, key, Math.floor(index / TWO_32) | CHILD, index | 0);
  return { high: words[0]!, low: words[1]! };
}

/**
 * The first n children: `split(key, n)[i]` is `fold(key, i)`.
 *
 * @param key - Parent.
 * @param n - How many.
 * @returns Keys `[n]`.
 * @throws {DomainError} When `n` is not a whole number.
 */
export function split(key: Key, n: number): Key[] {
  assertCount("split", n);
  return Array.from({ length: n }, (_, index) => fold(key, index));
}

/**
 * Uniform numbers on the open interval (0, 1), as `stream(key).uniform()` gives them.
 *
 * @param key - Which numbers.
 * @param n - How many.
 * @returns Odd multiples of 2^-53, `[n]`.
 * @throws {DomainError} When `n` is not a whole number.
 */
export function uniforms(key: Key, n: number): Float64Array {
  assertCount("uniforms", n);
  const source = stream(key);
  return fill(new Float64Array(n), () => source.uniform());
}

/**
 * Normal numbers with mean 0 and standard deviation 1, by inversion: element i uses uniform i.
 *
 * @param key - Which numbers.
 * @param n - How many.
 * @returns `[n]`, within 8.3 of zero.
 * @throws {DomainError} When `n` is not a whole number.
 */
export function standardNormals(key: Key, n: number): Float64Array {
  assertCount("standardNormals", n);
  const source = stream(key);
  return fill(new Float64Array(n), () => source.normal());
}

/**
 * Integers uniform on {0, ..., bound - 1}, without bias.
 *
 * @param key - Which numbers.
 * @param n - How many.
 * @param bound - Number of different values, an integer in [1, 2^32].
 * @returns `[n]`.
 * @throws {DomainError} When `n` is not a whole number or `bound` not such an integer.
 */
export function integers(key: Key, n: number, bound: number): Uint32Array {
  assertCount("integers", n);
  if (!(Number.isInteger(bound) && bound >= 1 && bound <= TWO_32)) {
    throw new DomainError("integers", "bound", bound, "an integer from 1 to 2^32");
  }
  const source = stream(key);
  return fill(new Uint32Array(n), () => source.integer(bound));
}

/**
 * The numbers 0, ..., n - 1 in a random order, each order equally probable.
 *
 * @param key - Which order.
 * @param n - How many.
 * @returns `[n]`.
 * @throws {DomainError} When `n` is not a whole number.
 * @source Durstenfeld 1964, algorithm 235
 */
export function permutation(key: Key, n: number): Uint32Array {
  assertCount("permutation", n);
  const source = stream(key);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = source.integer(i + 1);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

/**
 * The numbers of a key one after another.
 *
 * @param key - Which numbers.
 * @returns A stream at the key's first number.
 */
export function stream(key: Key): Stream {
  return new ThreefryStream(key);
}

class ThreefryStream implements Stream {
  private readonly words = new Int32Array(2);
  private counterHigh = 0;
  private counterLow = 0;

  constructor(private key: Key) {}

  restart(key: Key): void {
    this.key = key;
    this.counterHigh = 0;
    this.counterLow = 0;
  }

  uniform(): number {
    this.advance();
    // 52 random bits m; (2 m + 1) 2^-53 is exact and neither 0 nor 1.
    const m = (this.words[0]! >>> 6) * 67108864 + (this.words[1]! >>> 6);
    return (m + 0.5) * 2 ** -52;
  }

  normal(): number {
    return standardNormalQuantile(this.uniform());
  }

  integer(bound: number): number {
    // Words at or above the largest multiple of bound are drawn again: without that small values would be favoured.
    const limit = TWO_32 - (TWO_32 % bound);
    for (;;) {
      this.advance();
      const word = this.words[0]! >>> 0;
      if (word < limit) return word % bound;
    }
  }

  private advance(): void {
    threefry(this.words, this.key, this.counterHigh, this.counterLow);
    this.counterLow = (this.counterLow + 1) | 0;
    if (this.counterLow === 0) this.counterHigh++;
  }
}

function fill<Numbers extends Float64Array | Uint32Array>(numbers: Numbers, draw: () => number): Numbers {
  for (let i = 0; i < numbers.length; i++) numbers[i] = draw();
  return numbers;
}

function assertCount(where: string, n: number): void {
  if (!(Number.isSafeInteger(n) && n >= 0)) throw new DomainError(where, "n", n, "a whole number");
}
