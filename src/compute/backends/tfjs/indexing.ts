import { sizeOf } from "../../shape.js";
import type { TensorFlow, TfjsKernel, Values } from "./kernel.js";

export const gather: TfjsKernel<"gather"> = ({ tf, inputs: [values, index], shape }) => {
  const places = flatPlaces(tf, index!, values!.shape.at(-1)!);
  return tf.reshape(tf.gather(tf.reshape(values!, [-1]), places), [...shape]);
};

export const scatter: TfjsKernel<"scatter"> = ({ tf, inputs: [values, index], shape }) => {
  const places = tf.reshape(flatPlaces(tf, index!, shape.at(-1)!), [-1, 1]);
  return tf.reshape(tf.scatterND(places, tf.reshape(values!, [-1]), [sizeOf(shape)]), [...shape]);
};

/** Row-major places in an array with rows of `length`, for indices of each row; clamped before and after NaN and fractions are cut off. */
function flatPlaces(tf: TensorFlow, index: Values, length: number): Values {
  const perRow = index.shape.at(-1)!;
  const near = tf.cast(tf.clipByValue(index, 0, length - 1), "int32");
  const inside = tf.minimum(tf.maximum(near, tf.scalar(0, "int32")), tf.scalar(length - 1, "int32"));
  const starts = Int32Array.from({ length: index.size }, (_, i) => Math.floor(i / perRow) * length);
  return tf.add(tf.reshape(inside, [-1]), tf.tensor(starts, [index.size], "int32"));
}
