import { type Shape, sizeOf } from "../../shape.js";
import type { Window } from "../../tensor.js";
import type { Dense, ReferenceKernel } from "./kernel.js";
import { tapsOf } from "./windows.js";

export const maxPoolPick: ReferenceKernel<"maxPoolPick"> = ({ window }, [image, values], shape) =>
  Float64Array.from(largest(window, image!, shape), (place) => values!.values[place]!);

export const maxPoolSpread: ReferenceKernel<"maxPoolSpread"> = ({ window }, [image, values], shape) => {
  const result = new Float64Array(sizeOf(shape));
  largest(window, image!, values!.shape).forEach((place, i) => {
    result[place]! += values!.values[i]!;
  });
  return result;
};

/** Where each window's channels are largest in the image; a NaN counts as larger than all. */
function largest(window: Window, image: Dense, pooled: Shape): Int32Array {
  const channels = pooled[3]!;
  const places = new Int32Array(sizeOf(pooled)).fill(-1);
  for (const { pixel, patch } of tapsOf(window, image.shape, pooled)) {
    for (let c = 0; c < channels; c++) {
      const [best, value] = [image.values[places[patch * channels + c]!], image.values[pixel * channels + c]!];
      const larger = best === undefined || value > best || (Number.isNaN(value) && !Number.isNaN(best));
      if (larger) places[patch * channels + c] = pixel * channels + c;
    }
  }
  return places;
}

export const averagePool: ReferenceKernel<"averagePool"> = ({ window }, [image], shape) => {
  const [result, channels, area] = [new Float64Array(sizeOf(shape)), shape[3]!, window.size[0] * window.size[1]];
  for (const { pixel, patch } of tapsOf(window, image!.shape, shape)) {
    for (let c = 0; c < channels; c++) result[patch * channels + c]! += image!.values[pixel * channels + c]! / area;
  }
  return result;
};

export const averagePoolSpread: ReferenceKernel<"averagePoolSpread"> = ({ window }, [values], shape) => {
  const [result, channels, area] = [new Float64Array(sizeOf(shape)), shape[3]!, window.size[0] * window.size[1]];
  for (const { pixel, patch } of tapsOf(window, shape, values!.shape)) {
    for (let c = 0; c < channels; c++) result[pixel * channels + c]! += values!.values[patch * channels + c]! / area;
  }
  return result;
};
