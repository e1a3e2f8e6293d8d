import { type Shape, sizeOf } from "../../shape.js";
import type { Window } from "../../tensor.js";
import type { ReferenceKernel } from "../reference/kernel.js";
import * as pooling from "../reference/pooling.js";
import type { Call, TensorFlow, TfjsKernel, Values } from "./kernel.js";

type Image = import("@tensorflow/tfjs-core").Tensor4D;

// All windows are padded by hand and then taken as "valid": TensorFlow's own padding is not counted by its average pool,
// and puts the odd row of "same" where it likes.
const VALID = { pad: "valid", dataFormat: "NHWC" } as const;

export const convolution: TfjsKernel<"convolution"> = ({ tf, operation: { window }, inputs: [image, filter] }) =>
  tf.conv2d(padded(tf, image!, window), filter as Image, [...window.stride], "valid");

export const convolutionImage: TfjsKernel<"convolutionImage"> = ({ tf, operation: { window }, inputs: [gradient, filter], shape }) =>
  cut(tf, tf.conv2dTranspose(gradient as Image, filter as Image, paddedShape(shape, window), [...window.stride], "valid"), {
    window,
    shape,
  });

export const convolutionFilter: TfjsKernel<"convolutionFilter"> = ({ tf, operation: { window }, inputs: [image, dy], shape }) => {
  const attributes = { ...VALID, strides: [...window.stride], filterShape: [...shape] };
  return tf.engine().runKernel(tf.Conv2DBackpropFilter, { x: padded(tf, image!, window), dy: dy! }, attributes) as Values;
};

export const averagePool: TfjsKernel<"averagePool"> = ({ tf, operation: { window }, inputs: [image] }) =>
  tf.avgPool(padded(tf, image!, window), [...window.size], [...window.stride], "valid");

export const averagePoolSpread: TfjsKernel<"averagePoolSpread"> = ({ tf, operation: { window }, inputs: [dy], shape }) => {
  const attributes = { ...VALID, filterSize: [...window.size], strides: [...window.stride] };
  const around = tf.zeros(paddedShape(shape, window));
  return cut(tf, tf.engine().runKernel(tf.AvgPoolGrad, { dy: dy!, input: around }, attributes) as Image, { window, shape });
};

export const maxPoolPick: TfjsKernel<"maxPoolPick"> = (call) => {
  const { tf, operation, inputs } = call;
  const [image, values] = inputs as [Values, Values];
  if (image !== values) return onReference(call, pooling.maxPoolPick);
  return tf.maxPool(padded(tf, image, operation.window, -Infinity), [...operation.window.size], [...operation.window.stride], "valid");
};

/** TensorFlow does not say which of equals its gradient goes to. */
export const maxPoolSpread: TfjsKernel<"maxPoolSpread"> = (call) => onReference(call, pooling.maxPoolSpread);

/** Computes on the processor, with the reference backend's kernel. */
function onReference<Name extends "maxPoolPick" | "maxPoolSpread">(call: Call<Name>, kernel: ReferenceKernel<Name>): Values {
  const { tf, operation, inputs, shape } = call;
  const dense = inputs.map((values) => ({ shape: values.shape, values: Float64Array.from(values.dataSync()) }));
  return tf.tensor(Float32Array.from(kernel(operation, dense, shape)), [...shape], "float32");
}

function padded(tf: TensorFlow, image: Values, { padding }: Window, value = 0): Image {
  if (Object.values(padding).every((n) => n === 0)) return image as Image;
  const around: [number, number][] = [
    [0, 0],
    [padding.top, padding.bottom],
    [padding.left, padding.right],
    [0, 0],
  ];
  return tf.pad(image as Image, around, value);
}

function paddedShape([n, height, width, channels]: Shape, { padding }: Window): [number, number, number, number] {
  return [n!, height! + padding.top + padding.bottom, width! + padding.left + padding.right, channels!];
}

function cut(tf: TensorFlow, image: Image, { window, shape }: { readonly window: Window; readonly shape: Shape }): Values {
  return image.size === sizeOf(shape) ? image : tf.slice(image, [0, window.padding.top, window.padding.left, 0], [...shape]);
}
