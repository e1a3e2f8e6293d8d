/**
 * Convolutions and pools. Ours have channels last and ONNX's have them second, so each is put between two transpositions; runtimes
 * take those out again that meet.
 *
 * @module
 */
import type { Window } from "../../compute/tensor.js";
import { always, type Count } from "./count.js";
import type { Emit } from "./emit.js";
import type { OnnxGraph } from "./graph.js";
import { reshaped } from "./layout.js";
import { refuseTrace } from "./peers.js";

const channelsSecond = (graph: OnnxGraph, image: string) => graph.node("Transpose", [image], { perm: [0, 3, 1, 2] });
const channelsLast = (graph: OnnxGraph, image: string) => graph.node("Transpose", [image], { perm: [0, 2, 3, 1] });

/** [h, w, C, O] to [O, C, h, w]. */
const filterOf = (graph: OnnxGraph, filter: string) => graph.node("Transpose", [filter], { perm: [3, 2, 0, 1] });

const around = ({ padding: { top, left, bottom, right } }: Window) => [top, left, bottom, right];

const poolOf = (window: Window) => ({ kernel_shape: window.size, strides: window.stride, pads: around(window) });

export const convolution: Emit<"convolution"> = ({ operation: { window }, names: [image, filter] }, graph) => {
  const attributes = { strides: window.stride, pads: around(window) };
  return channelsLast(graph, graph.node("Conv", [channelsSecond(graph, image!), filterOf(graph, filter!)], attributes));
};

export const convolutionImage: Emit<"convolutionImage"> = ({ operation: { window }, names, from: [gradient], shape }, graph) => {
  const attributes = transposedOf(window, gradient!, shape);
  return channelsLast(graph, graph.node("ConvTranspose", [channelsSecond(graph, names[0]!), filterOf(graph, names[1]!)], attributes));
};

/** Settings of the transpose of a convolution; rows of the image that no window reached come back as `output_padding`. */
function transposedOf(window: Window, windows: readonly Count[], image: readonly Count[]) {
  const { top, bottom, left, right } = window.padding;
  const unreached = ([0, 1] as const).map((axis) => {
    const reached = window.stride[axis] * (lengthOf(windows[1 + axis]!) - 1) + window.size[axis];
    return lengthOf(image[1 + axis]!) + (axis === 0 ? top + bottom : left + right) - reached;
  });
  return { strides: window.stride, pads: around(window), output_padding: unreached };
}

/**
 * The filter's gradient is a correlation of the image with the result's gradient in which events play the part of channels and the
 * stride that of the dilation.
 */
export const convolutionFilter: Emit<"convolutionFilter"> = ({ operation: { window }, names: [image, gradient] }, graph) => {
  const eventsSecond = (value: string) => graph.node("Transpose", [value], { perm: [3, 0, 1, 2] });
  const attributes = { dilations: window.stride, pads: around(window) };
  const all = graph.node("Conv", [eventsSecond(image!), eventsSecond(gradient!)], attributes);
  const [zeros, sizes, axes] = [[0, 0], window.size, [2, 3]].map((values) => graph.ints(values.map(always)));
  const kept = graph.node("Slice", [all, zeros!, sizes!, axes!]);
  return graph.node("Transpose", [kept], { perm: [2, 3, 0, 1] });
};

export const averagePool: Emit<"averagePool"> = ({ operation: { window }, names: [image] }, graph) =>
  channelsLast(graph, graph.node("AveragePool", [channelsSecond(graph, image!)], { ...poolOf(window), count_include_pad: 1 }));

export const averagePoolSpread: Emit<"averagePoolSpread"> = ({ operation: { window }, names: [values], from: [pooled], shape }, graph) => {
  const channels = lengthOf(shape[3]!);
  const area = window.size[0] * window.size[1];
  const weights = graph.floats(new Float32Array(channels * area).fill(1 / area), [channels, 1, ...window.size]);
  const attributes = { ...transposedOf(window, pooled!, shape), group: channels };
  return channelsLast(graph, graph.node("ConvTranspose", [channelsSecond(graph, values!), weights], attributes));
};

export const maxPoolPick: Emit<"maxPoolPick"> = ({ operation: { window }, names: [image, values] }, graph) => {
  if (image === values) return channelsLast(graph, graph.node("MaxPool", [channelsSecond(graph, image!)], poolOf(window)));
  const flat = reshaped(graph, channelsSecond(graph, values!), [always(-1)]);
  return channelsLast(graph, graph.node("Gather", [flat, largest(graph, image!, window)], { axis: 0 }));
};

export const maxPoolSpread: Emit<"maxPoolSpread"> = ({ operation: { window }, names: [image, values], shape }, graph) => {
  const [n, height, width, channels] = shape as [Count, Count, Count, Count];
  const flat = (value: string) => reshaped(graph, value, [always(-1)]);
  const zeros = flat(graph.node("Expand", [graph.scalar(always(0)), graph.ints(shape)]));
  const inputs = [zeros, flat(largest(graph, image!, window)), flat(channelsSecond(graph, values!))];
  const spread = graph.node("ScatterElements", inputs, { axis: 0, reduction: "add" });
  return channelsLast(graph, reshaped(graph, spread, [n, channels, height, width]));
};

/** Where each window's largest value stands, counted through the image with its channels second. */
function largest(graph: OnnxGraph, image: string, window: Window): string {
  const attributes = poolOf(window);
  return graph.pair("MaxPool", [channelsSecond(graph, image)], { attributes, results: 2 })[1]!;
}

function lengthOf({ fixed, perEvent }: Count): number {
  if (perEvent === 0) return fixed;
  throw refuseTrace("differentiates windows over an image whose sides or channels rise with the number of events", {
    expected: "images of one size",
    advice: "keep the events on the first axis",
  });
}
