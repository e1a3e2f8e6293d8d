/**
 * Embeddings: what a network makes of an observation before a flow is conditioned on it.
 *
 * @module
 * @source DeepSet: Zaheer et al. 2017, arXiv:1703.06114, theorem 2
 */
import { maxPool, mean, relu, reshape } from "../compute/index.js";
import { DomainError, ShapeError } from "../errors.js";
import {
  type ActivationName,
  composed,
  convolutionLayer,
  flatten,
  type Layer,
  type LayerLike,
  linear,
  mlp,
  sequential,
} from "../nn/index.js";
import { fold, type Key } from "../numerics/random.js";
import type { FlowSettings } from "./flow.js";
import { assertHidden, assertWhole } from "./options.js";

/** A family of embedding networks: what `npe` takes as `embedding`. */
export interface Embedding {
  /** In lower case, e.g. "deep-set". */
  readonly name: string;
  /** All that makes it, as plain data: what a file keeps. */
  readonly settings: FlowSettings;
  /** E, columns of what it gives. */
  readonly outputs: number;
  /** Every so many columns the same quantity comes again (an element of a set, a pixel), and is standardised alike. */
  period(inputs: number): number;
  /** A network from `[B, inputs]` to `[B, E]`. @throws {ShapeError} Where such inputs do not fit. */
  make(inputs: number, key: Key): Layer;
}

/** What an embedding by a perceptron is. */
export interface MlpEmbeddingOptions {
  /** Units of each hidden layer; default [50, 50]. */
  readonly hidden?: readonly number[];
  /** E, numbers that it gives; default 20. */
  readonly outputs?: number;
  /** Default "relu"; a smooth one where the estimate is differentiated in its condition. */
  readonly activation?: ActivationName;
}

/**
 * A perceptron that sums an observation up in fewer numbers.
 *
 * @param options - Sizes.
 * @throws {DomainError} When a size is no whole number from 1.
 * @example
 * mlpEmbedding({ outputs: 8 }).outputs; // 8
 */
export function mlpEmbedding({ hidden = [50, 50], outputs = 20, activation = "relu" }: MlpEmbeddingOptions = {}): Embedding {
  assertHidden("mlpEmbedding", hidden);
  assertWhole("mlpEmbedding", "outputs", outputs);
  return {
    name: "mlp",
    settings: { hidden, outputs, activation },
    outputs,
    period: (inputs) => inputs,
    make: (inputs, key) => mlp({ inputs, hidden, outputs, activation, name: "embedding" }, key),
  };
}

/** What an embedding of sets is. */
export interface DeepSetOptions extends MlpEmbeddingOptions {
  /** Elements of a set, n: an observation is n times as many numbers as an element, element by element. */
  readonly elements: number;
}

/**
 * For observations that are sets of independent, identically distributed elements: h(x) = rho(mean_i phi(x_i)), which their order does not change.
 *
 * @param options - Number of elements; sizes of phi and rho.
 * @throws {DomainError} When a size is no whole number from 1.
 * @throws {ShapeError} From a fit, when the observables are not `elements` times as many as an element has.
 * @example
 * deepSet({ elements: 4, outputs: 10 }).name; // "deep-set"
 */
export function deepSet({ elements, hidden = [50, 50], outputs = 20, activation = "relu" }: DeepSetOptions): Embedding {
  assertWhole("deepSet", "elements", elements);
  assertHidden("deepSet", hidden);
  assertWhole("deepSet", "outputs", outputs);
  const period = (inputs: number) => {
    if (inputs % elements !== 0) throw new ShapeError("deepSet", "x", `[N, ${inputs}]`, `[N, ${elements} * K], K numbers for each element`);
    return inputs / elements;
  };
  return {
    name: "deep-set",
    settings: { elements, hidden, outputs, activation },
    outputs,
    period,
    make(inputs, key) {
      const each = period(inputs);
      const width = hidden.at(-1)!;
      const phi = mlp({ inputs: each, hidden, outputs: width, activation, name: "embedding.phi" }, fold(key, 0));
      const rho = mlp({ inputs: width, hidden, outputs, activation, name: "embedding.rho" }, fold(key, 1));
      return composed([phi, rho], (x, pass) => {
        const B = x.shape[0]!;
        const of = phi.apply(reshape(x, [B * elements, each]), pass);
        return rho.apply(mean(reshape(of, [B, elements, width]), { axis: 1 }), pass);
      });
    },
  };
}

/** What an embedding of images is. */
export interface CnnEmbeddingOptions {
  /** Height and width in pixels: an observation is height times width numbers (times channels, which run fastest), row by row. */
  readonly height: number;
  readonly width: number;
  /** Channels of a pixel; default 1. */
  readonly channels?: number;
  /** Filters of each 3 x 3 convolution, after which the image is halved; default [8, 16]. */
  readonly filters?: readonly number[];
  /** E, numbers that it gives; default 20. */
  readonly outputs?: number;
}

/**
 * For observations that are images: 3 x 3 convolutions, each followed by relu and the maximum of 2 x 2 pixels, and a linear layer.
 *
 * @param options - Size of the image, filters.
 * @throws {DomainError} When a size is no whole number from 1, or the image is too small to be halved so often.
 * @throws {ShapeError} From a fit, when the observables are not height times width times channels.
 * @example
 * cnnEmbedding({ height: 8, width: 8, filters: [4] }).name; // "cnn"
 */
export function cnnEmbedding({ height, width, channels = 1, filters = [8, 16], outputs = 20 }: CnnEmbeddingOptions): Embedding {
  for (const [name, value] of Object.entries({ height, width, channels, outputs })) assertWhole("cnnEmbedding", name, value);
  assertHidden("cnnEmbedding", filters);
  const [rows, columns] = [height, width].map((side) => Math.floor(side / 2 ** filters.length)) as [number, number];
  if (rows < 1 || columns < 1) {
    throw new DomainError("cnnEmbedding", "filters", filters, `at most ${Math.floor(Math.log2(Math.min(height, width)))} of them`);
  }
  const inputs = height * width * channels;
  return {
    name: "cnn",
    settings: { height, width, channels, filters, outputs },
    outputs,
    period: () => channels,
    make(given, key) {
      if (given !== inputs) throw new ShapeError("cnnEmbedding", "x", `[N, ${given}]`, `[N, ${height} * ${width} * ${channels}]`);
      const widths = [channels, ...filters];
      const blocks = filters.flatMap((filter, i): LayerLike[] => [
        convolutionLayer({ inputs: widths[i]!, outputs: filter, size: 3, padding: 1, name: `embedding.${i}` }, fold(key, i)),
        relu,
        (x) => maxPool(x, 2),
      ]);
      const last = linear({ inputs: rows * columns * filters.at(-1)!, outputs, name: "embedding.last" }, fold(key, filters.length));
      return sequential([(x) => reshape(x, [x.shape[0]!, height, width, channels]), ...blocks, flatten, last]);
    },
  };
}
