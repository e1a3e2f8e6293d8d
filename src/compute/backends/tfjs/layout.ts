import type { TfjsKernel } from "./kernel.js";

export const same: TfjsKernel<"stop"> = ({ inputs: [a] }) => a!;

export const reshape: TfjsKernel<"reshape"> = ({ tf, inputs: [a], shape }) => tf.reshape(a!, [...shape]);

export const broadcast: TfjsKernel<"broadcast"> = ({ tf, inputs: [a], shape }) => tf.broadcastTo(a!, [...shape]);

export const transpose: TfjsKernel<"transpose"> = ({ tf, operation: { permutation }, inputs: [a] }) => tf.transpose(a!, [...permutation]);

export const slice: TfjsKernel<"slice"> = ({ tf, operation: { starts }, inputs: [a], shape }) => tf.slice(a!, [...starts], [...shape]);

export const pad: TfjsKernel<"pad"> = ({ tf, operation: { before }, inputs: [a], shape }) =>
  tf.pad(
    a!,
    before.map((start, axis): [number, number] => [start, shape[axis]! - start - a!.shape[axis]!]),
  );

export const concatenate: TfjsKernel<"concatenate"> = ({ tf, operation: { axis }, inputs }) =>
  inputs.length === 1 ? inputs[0]! : tf.concat([...inputs], axis);
