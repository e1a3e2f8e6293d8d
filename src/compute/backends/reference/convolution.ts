import { sizeOf } from "../../shape.js";
import type { ReferenceKernel } from "./kernel.js";
import { tapsOf } from "./windows.js";

export const convolution: ReferenceKernel<"convolution"> = ({ window }, [image, filter], shape) => {
  const result = new Float64Array(sizeOf(shape));
  const [channels, outputs] = filter!.shape.slice(2) as [number, number];
  for (const { pixel, patch, tap } of tapsOf(window, image!.shape, shape)) {
    for (let c = 0; c < channels; c++) {
      for (let o = 0; o < outputs; o++) {
        result[patch * outputs + o]! += image!.values[pixel * channels + c]! * filter!.values[(tap * channels + c) * outputs + o]!;
      }
    }
  }
  return result;
};

export const convolutionImage: ReferenceKernel<"convolutionImage"> = ({ window }, [gradient, filter], shape) => {
  const result = new Float64Array(sizeOf(shape));
  const [channels, outputs] = filter!.shape.slice(2) as [number, number];
  for (const { pixel, patch, tap } of tapsOf(window, shape, gradient!.shape)) {
    for (let c = 0; c < channels; c++) {
      for (let o = 0; o < outputs; o++) {
        result[pixel * channels + c]! += gradient!.values[patch * outputs + o]! * filter!.values[(tap * channels + c) * outputs + o]!;
      }
    }
  }
  return result;
};

export const convolutionFilter: ReferenceKernel<"convolutionFilter"> = ({ window }, [image, gradient], shape) => {
  const result = new Float64Array(sizeOf(shape));
  const [channels, outputs] = shape.slice(2) as [number, number];
  for (const { pixel, patch, tap } of tapsOf(window, image!.shape, gradient!.shape)) {
    for (let c = 0; c < channels; c++) {
      for (let o = 0; o < outputs; o++) {
        result[(tap * channels + c) * outputs + o]! += image!.values[pixel * channels + c]! * gradient!.values[patch * outputs + o]!;
      }
    }
  }
  return result;
};
