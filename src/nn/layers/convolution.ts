import { add, convolution, type Tensor, variable, type WindowOptions } from "../../compute/index.js";
import { fold, type Key } from "../../numerics/random.js";
import { assertWhole } from "../checks.js";
import { heUniform, type Initialisation, uniformWithin } from "../initialisation.js";
import type { Layer } from "./layer.js";

/** What a convolutional layer is. */
export interface ConvolutionLayerOptions extends WindowOptions {
  /** Channels of what comes in, C. */
  readonly inputs: number;
  /** Channels of what goes out, O. */
  readonly outputs: number;
  /** Sides of the filters, one number for a square. */
  readonly size: number | readonly [height: number, width: number];
  /** Whether a bias is added; default true. Leave it out before batch normalisation, which would take it off again. */
  readonly bias?: boolean;
  /** First filters; default `heUniform`. */
  readonly initialisation?: Initialisation;
  /** Names its variables; default "convolution". */
  readonly name?: string;
}

/**
 * Convolution of images with trained filters, stored as [h, w, C, O]; channels come last.
 *
 * @param options - See `ConvolutionLayerOptions`.
 * @param key - Which first values.
 * @returns A layer from [N, H, W, C] to [N, H', W', O].
 * @throws {DomainError} When a size is no whole number of at least 1; at tracing when stride or padding are none.
 * @throws {ShapeError} At tracing, when the filter is larger than the padded image.
 * @example
 * const network = sequential([
 *   convolutionLayer({ inputs: 1, outputs: 16, size: 3, padding: 1 }, key(1)), relu, (x) => maxPool(x, 2), flatten,
 *   linear({ inputs: 16 * 32 * 32, outputs: 1 }, key(2)),
 * ]);
 * network.apply(images); // [N, 64, 64, 1] to [N, 1]
 */
export function convolutionLayer(options: ConvolutionLayerOptions, key: Key): Layer {
  const { inputs, outputs, size, bias = true, initialisation = heUniform, name = "convolution", ...window } = options;
  const [height, width] = typeof size === "number" ? [size, size] : size;
  for (const [argument, value] of Object.entries({ inputs, outputs, "size[0]": height, "size[1]": width })) {
    assertWhole("convolutionLayer", argument, value);
  }
  const shape = [height, width, inputs, outputs];
  const filter = variable(`${name}.filter`, shape, initialisation(fold(key, 0), shape));
  const moved = (x: Tensor) => convolution(x, filter.tensor, window);
  if (!bias) return { variables: [filter], state: [], apply: moved };
  const bound = 1 / Math.sqrt(height * width * inputs);
  const shift = variable(`${name}.bias`, [outputs], uniformWithin(bound)(fold(key, 1), [outputs]));
  return { variables: [filter, shift], state: [], apply: (x) => add(moved(x), shift.tensor) };
}
