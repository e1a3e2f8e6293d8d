/**
 * Images are [N, H, W, C]: channels last.
 *
 * @module
 */
import { DomainError } from "../../errors.js";
import { refuseShape, type Shape, showShape } from "../shape.js";
import { makeTensor, type Tensor, type Window } from "../tensor.js";

/** How a window moves over an image. */
export interface WindowOptions {
  /** Steps of the window, one number or [vertical, horizontal]; default 1 for convolutions, the window's size for pools. */
  readonly stride?: number | readonly [number, number];
  /** Zeros (for a maximum: nothing) around the image: a number, or "same" for a result of H / stride, W / stride rounded up; default 0. */
  readonly padding?: number | "same";
}

/**
 * Correlation of images with filters, as networks call convolution.
 *
 * result[n, i, j, o] = sum over h, w, c of image[n, i s + h - p, j s + w - p, c] filter[h, w, c, o]
 *
 * @param image - [N, H, W, C].
 * @param filter - [h, w, C, O].
 * @returns [N, H', W', O].
 * @throws {ShapeError} When the channels differ or the filter is larger than the padded image.
 */
export function convolution(image: Tensor, filter: Tensor, { stride = 1, padding = 0 }: WindowOptions = {}): Tensor {
  if (image.shape.length !== 4) throw refuseShape("convolution", "image", image.shape, "[N, H, W, C]");
  if (filter.shape.length !== 4 || filter.shape[2] !== image.shape[3]) {
    throw refuseShape("convolution", "filter", filter.shape, `[h, w, ${image.shape[3]}, O] for an image ${showShape(image.shape)}`);
  }
  const window = makeWindow("convolution", image.shape, { size: [filter.shape[0]!, filter.shape[1]!], stride, padding });
  return makeTensor(
    { name: "convolution", window },
    [image, filter],
    [image.shape[0]!, ...windowsOf(image.shape, window), filter.shape[3]!],
  );
}

/** The transpose of `convolution` in the image: gradient [N, H', W', O] and filter give [N, H, W, C]. */
export function convolutionImage(gradient: Tensor, filter: Tensor, { window, shape }: { window: Window; shape: Shape }): Tensor {
  return makeTensor({ name: "convolutionImage", window }, [gradient, filter], shape);
}

/** The transpose of `convolution` in the filter: image and gradient give [h, w, C, O]. */
export function convolutionFilter(image: Tensor, gradient: Tensor, { window, shape }: { window: Window; shape: Shape }): Tensor {
  return makeTensor({ name: "convolutionFilter", window }, [image, gradient], shape);
}

/** `convolution` with a window that is known. */
export function convolutionWith(image: Tensor, filter: Tensor, { window, shape }: { window: Window; shape: Shape }): Tensor {
  return makeTensor({ name: "convolution", window }, [image, filter], shape);
}

export interface MakeWindowOptions extends WindowOptions {
  readonly size: readonly [number, number];
}

export function makeWindow(where: string, image: Shape, { size, stride = size, padding = 0 }: MakeWindowOptions): Window {
  const steps: readonly [number, number] = typeof stride === "number" ? [stride, stride] : stride;
  for (const [name, pair] of Object.entries({ size, stride: steps })) {
    if (pair.some((n) => !(Number.isInteger(n) && n >= 1))) throw new DomainError(where, name, pair, "whole numbers of at least 1");
  }
  if (padding !== "same" && !(Number.isInteger(padding) && padding >= 0)) {
    throw new DomainError(where, "padding", padding, 'a whole number or "same"');
  }
  const around = (axis: 0 | 1): [number, number] => {
    if (padding !== "same") return [padding, padding];
    const length = image[1 + axis]!;
    const total = Math.max((Math.ceil(length / steps[axis]) - 1) * steps[axis] + size[axis] - length, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const [[top, bottom], [left, right]] = [around(0), around(1)];
  const window = { size, stride: steps, padding: { top, bottom, left, right } };
  if (windowsOf(image, window).some((n) => n < 1)) {
    throw refuseShape(where, "image", image, `an image of at least the window ${showShape(size)}, padding included`);
  }
  return window;
}

/** How many windows fit below and beside each other: H', W'. */
export function windowsOf(image: Shape, { size, stride, padding: { top, bottom, left, right } }: Window): [number, number] {
  return [
    Math.floor((image[1]! + top + bottom - size[0]) / stride[0]) + 1,
    Math.floor((image[2]! + left + right - size[1]) / stride[1]) + 1,
  ];
}
