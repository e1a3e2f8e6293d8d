import type { Shape } from "../../shape.js";
import type { Window } from "../../tensor.js";

/** A window's place and what it looks at; pixels and patches are rows of channels, counted over the batch. */
export interface Tap {
  readonly pixel: number;
  readonly patch: number;
  /** Position inside the window, row-major. */
  readonly tap: number;
}

/** Every pixel of every window that lies inside the image, window by window. */
export function* tapsOf({ size, stride, padding }: Window, image: Shape, result: Shape): Generator<Tap> {
  const [batch, height, width] = image as [number, number, number];
  const [, down, across] = result as [number, number, number];
  for (let patch = 0; patch < batch * down * across; patch++) {
    const n = Math.floor(patch / (down * across));
    const top = (Math.floor(patch / across) % down) * stride[0] - padding.top;
    const left = (patch % across) * stride[1] - padding.left;
    for (let tap = 0; tap < size[0] * size[1]; tap++) {
      const [y, x] = [top + Math.floor(tap / size[1]), left + (tap % size[1])];
      if (y >= 0 && y < height && x >= 0 && x < width) yield { pixel: (n * height + y) * width + x, patch, tap };
    }
  }
}
