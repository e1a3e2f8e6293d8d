import type { WindowOptions } from "../../../src/compute/index.js";
import * as compute from "../../../src/compute/index.js";
import type { Draw } from "../draw.js";
import type { Case } from "./case.js";

const { averagePool, maxPool } = compute;

const FILTERS: readonly { readonly size: readonly [number, number]; readonly options: WindowOptions }[] = [
  { size: [3, 3], options: {} },
  { size: [3, 3], options: { padding: 1 } },
  { size: [3, 3], options: { padding: "same" } },
  { size: [3, 3], options: { padding: "same", stride: 2 } },
  { size: [1, 1], options: { stride: 2 } },
  { size: [1, 1], options: {} },
  { size: [2, 3], options: { padding: 2, stride: [2, 1] } },
  { size: [2, 1], options: { padding: "same", stride: [1, 3] } },
  { size: [4, 4], options: { padding: 3, stride: 3 } },
];

const POOLS: readonly { readonly size: number | readonly [number, number]; readonly options: WindowOptions }[] = [
  { size: 2, options: {} },
  { size: 3, options: { stride: 2, padding: 1 } },
  { size: 3, options: { stride: 1, padding: "same" } },
  { size: [1, 2], options: { stride: [2, 1] } },
  { size: [2, 3], options: { padding: "same" } },
];

/** [N, H, W, C] with sides that every window above fits in; only N and C can be 0. */
function imageShape(draw: Draw): [number, number, number, number] {
  const [batch, channels] = draw.lengths(2) as [number, number];
  const side = draw.variant === "large" ? 10 : 5;
  return [Math.min(batch, 3), draw.integer(4, side), draw.integer(4, side + 2), Math.min(channels, draw.variant === "large" ? 17 : 3)];
}

const named = (options: WindowOptions) =>
  Object.entries(options)
    .map(([name, value]) => `, ${name} ${value}`)
    .join("");

export const WINDOW: readonly Case[] = [
  ...FILTERS.map(
    ({ size, options }): Case => ({
      name: `convolution ${size.join(" x ")}${named(options)}`,
      sample(draw) {
        const [image, outputs] = [imageShape(draw), draw.integer(draw.variant === "empty" ? 0 : 1, draw.variant === "large" ? 18 : 4)];
        return {
          inputs: [draw.normal(image), draw.normal([...size, image[3], outputs])],
          build: (a, filter) => compute.convolution(a!, filter!, options),
        };
      },
    }),
  ),
  ...POOLS.flatMap(({ size, options }): Case[] => [
    {
      name: `maxPool ${size}${named(options)}`,
      sample: (draw) => ({ inputs: [draw.distinct(imageShape(draw))], build: (a) => compute.maxPool(compute.mul(a!, 0.5), size, options) }),
    },
    {
      name: `averagePool ${size}${named(options)}`,
      sample: (draw) => ({ inputs: [draw.normal(imageShape(draw))], build: (a) => compute.averagePool(compute.square(a!), size, options) }),
    },
  ]),
  {
    name: "maxPool after a smooth map",
    sample: (draw) => ({ inputs: [draw.distinct(imageShape(draw))], build: (a) => compute.maxPool(compute.tanh(compute.mul(a!, 0.1)), 2) }),
  },
  // Squared, so that what the second derivative meets depends on the image through the gradient too.
  {
    name: "convolution, squared",
    sample(draw) {
      const image = imageShape(draw);
      return {
        inputs: [draw.normal(image), draw.normal([3, 2, image[3], 2])],
        build: (a, filter) => compute.square(compute.convolution(a!, filter!, { padding: 1, stride: 2 })),
      };
    },
  },
  ...Object.entries({ averagePool, maxPool }).map(
    ([name, pool]): Case => ({
      name: `${name}, squared`,
      sample: (draw) => ({
        inputs: [draw.distinct(imageShape(draw))],
        build: (a) => compute.square(pool(compute.mul(a!, 0.5), 3, { stride: 2, padding: 1 })),
      }),
    }),
  ),
];
