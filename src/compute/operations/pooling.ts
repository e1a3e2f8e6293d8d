import { DomainError } from "../../errors.js";
import { refuseShape, type Shape } from "../shape.js";
import { makeTensor, type Tensor, type Window } from "../tensor.js";
import { makeWindow, type WindowOptions, windowsOf } from "./convolution.js";

/** A window's sides, one number for a square. */
export type WindowSize = number | readonly [number, number];

/**
 * Largest value in each window; its gradient goes to the first of equals.
 *
 * @param image - [N, H, W, C].
 * @param size - Sides of the window.
 * @returns [N, H', W', C].
 * @throws {DomainError} When a window could lie in the padding alone.
 */
export function maxPool(image: Tensor, size: WindowSize, options: WindowOptions = {}): Tensor {
  const { window, shape } = pooled("maxPool", image, { size, options });
  const { padding } = window;
  if (Math.max(padding.top, padding.bottom) >= window.size[0] || Math.max(padding.left, padding.right) >= window.size[1]) {
    throw new DomainError(
      "maxPool",
      "padding",
      options.padding,
      `less than the window ${window.size.join(" x ")}, so that each holds a pixel`,
    );
  }
  return maxPoolPick(image, image, { window, shape });
}

/** Mean of each window, padding counted as zeros. Shapes as in `maxPool`. */
export function averagePool(image: Tensor, size: WindowSize, options: WindowOptions = {}): Tensor {
  const { window, shape } = pooled("averagePool", image, { size, options });
  return makeTensor({ name: "averagePool", window }, [image], shape);
}

interface Pooled {
  readonly window: Window;
  /** Of the result. */
  readonly shape: Shape;
}

/** Of each window the value where the image is largest. */
export function maxPoolPick(image: Tensor, values: Tensor, { window, shape }: Pooled): Tensor {
  return makeTensor({ name: "maxPoolPick", window }, [image, values], shape);
}

/** The transpose of `maxPoolPick` in the values. */
export function maxPoolSpread(image: Tensor, values: Tensor, window: Window): Tensor {
  return makeTensor({ name: "maxPoolSpread", window }, [image, values], image.shape);
}

export function averagePoolWith(image: Tensor, { window, shape }: Pooled): Tensor {
  return makeTensor({ name: "averagePool", window }, [image], shape);
}

/** The transpose of `averagePool`. */
export function averagePoolSpread(values: Tensor, { window, shape }: Pooled): Tensor {
  return makeTensor({ name: "averagePoolSpread", window }, [values], shape);
}

function pooled(where: string, image: Tensor, { size, options }: { size: WindowSize; options: WindowOptions }): Pooled {
  if (image.shape.length !== 4) throw refuseShape(where, "image", image.shape, "[N, H, W, C]");
  const sides: readonly [number, number] = typeof size === "number" ? [size, size] : size;
  const window = makeWindow(where, image.shape, { size: sides, ...options });
  return { window, shape: [image.shape[0]!, ...windowsOf(image.shape, window), image.shape[3]!] };
}
