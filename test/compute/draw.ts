import type { Shape } from "../../src/compute/index.js";
import { type Key, type Stream, stream } from "../../src/numerics/random.js";

/** What kind of shapes a sample of a case has. */
export type Variant = "empty" | "large" | "odd" | "one";

/** What an input of a case is given. */
export interface Given {
  readonly shape: Shape;
  /** Exact in float32, so that every backend sees the same numbers. */
  readonly values: Float64Array;
  /** Whether the result depends on it smoothly around these values. */
  readonly smooth: boolean;
}

const LENGTHS: Record<Variant, readonly number[]> = { empty: [2, 3, 5], large: [17, 24, 31, 33], odd: [2, 3, 5, 7], one: [1, 3, 4] };

/** Shapes and values for one sample of a case; the same key gives the same. */
export class Draw {
  readonly #stream: Stream;

  constructor(
    key: Key,
    readonly variant: Variant,
  ) {
    this.#stream = stream(key);
  }

  /** A whole number in [low, high]. */
  integer(low: number, high: number): number {
    return low + this.#stream.integer(high - low + 1);
  }

  /** Lengths of that many axes; of the variants "empty" and "one", some axis has length 0 or 1. */
  lengths(count: number): number[] {
    const lengths = this.positive(count);
    if (count > 0 && this.variant === "empty") lengths[this.integer(0, count - 1)] = 0;
    return lengths;
  }

  /** The same, without length 0; of more than two axes, only two are large. */
  positive(count: number): number[] {
    const lengths = Array.from({ length: count }, (_, axis) =>
      this.#pick(LENGTHS[axis < 2 ? this.variant : this.variant === "one" ? "one" : "odd"]),
    );
    if (count > 0 && this.variant === "one") lengths[this.integer(0, count - 1)] = 1;
    return lengths;
  }

  /** Standard normal numbers. */
  normal(shape: Shape): Given {
    return this.#given(shape, () => this.#stream.normal());
  }

  /** Uniform numbers in [low, high]. */
  within(shape: Shape, low: number, high: number): Given {
    return this.#given(shape, () => low + (high - low) * this.#stream.uniform());
  }

  /** Numbers no two of which are closer than 1/16, none of which is closer than 1/40 to a multiple of 1/16; `shift` moves them. */
  distinct(shape: Shape, shift = 1 / 40): Given {
    const count = shape.reduce((size, length) => size * length, 1);
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    let next = 0;
    return this.#given(shape, () => (order[next++]! - Math.floor(count / 2)) / 16 + shift);
  }

  /** Whole numbers in [low, high], through which nothing is differentiated. */
  whole(shape: Shape, low: number, high: number): Given {
    return { ...this.#given(shape, () => this.integer(low, high)), smooth: false };
  }

  #pick(among: readonly number[]): number {
    return among[this.#stream.integer(among.length)]!;
  }

  #given(shape: Shape, value: () => number): Given {
    const size = shape.reduce((product, length) => product * length, 1);
    return { shape, values: Float64Array.from({ length: size }, () => Math.fround(value())), smooth: true };
  }
}
