import type { FusedKernel, Tensor } from "../../../src/compute/index.js";
import * as compute from "../../../src/compute/index.js";
import type { Case } from "./case.js";

/** Kernels no backend has: each is computed as composed. */
const plain: FusedKernel = { name: "test-plain", attributes: [2], compose: ([a, b]) => compute.add(compute.tanh(a!), compute.mul(b!, b!)) };
const withGradient: FusedKernel = {
  ...plain,
  name: "test-gradient",
  gradient: {
    name: "test-gradient-gradient",
    attributes: [],
    compose: ([a, b, g]) =>
      compute.concatenate(
        [compute.mul(g!, compute.sub(1, compute.square(compute.tanh(a!)))), compute.mul(g!, compute.mul(2, b!))].map((t) =>
          compute.reshape(t, [-1]),
        ),
      ),
  },
};

const network = (x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor): Tensor =>
  compute.matmul(compute.tanh(compute.add(compute.matmul(x, w1), b1)), w2);

const networkCase = (name: string, build: (...inputs: [Tensor, Tensor, Tensor, Tensor]) => Tensor): Case => ({
  name,
  sample(draw) {
    const [n, d, h] = draw.positive(3) as [number, number, number];
    const rows = draw.variant === "empty" ? 0 : n;
    return {
      inputs: [draw.normal([rows, d]), draw.within([d, h], -0.5, 0.5), draw.normal([h]), draw.within([h, 1], -0.5, 0.5)],
      build: (x, w1, b1, w2) => build(x!, w1!, b1!, w2!),
    };
  },
});

const normalisation = (name: string, trained: boolean): Case => ({
  name,
  sample(draw) {
    // At least 2 values a channel: the variance of one is 0, and its derivatives 1 / epsilon^1.5.
    const shape = [draw.integer(2, 4), 2, draw.integer(1, 3), draw.integer(draw.variant === "empty" ? 0 : 1, 5)];
    const channels = [shape[3]!];
    const moments = [draw.normal(channels), draw.within(channels, 0.5, 2)];
    return {
      inputs: [draw.normal(shape), draw.normal(channels), draw.normal(channels), ...(trained ? [] : moments)],
      build: (a, scale, shift, mean, variance) =>
        compute.batchNorm(a!, trained ? compute.batchMoments(a!) : { mean: mean!, variance: variance! }, {
          scale: scale!,
          shift: shift!,
          ...(trained && { epsilon: 0.1 }),
        }),
    };
  },
});

/** Off the knots, where the second derivative has none of its jumps; beyond the bound too, where all is the identity. */
const spline = (name: string, part: "logSlope" | "y"): Case => ({
  name,
  sample(draw) {
    const shape = draw.lengths(2);
    return {
      inputs: [draw.within(shape, -2.5, 2.5), draw.normal([...shape, 11])],
      build: (x, parameters) => compute.rationalQuadraticSpline(x!, parameters!, { bins: 4, bound: 2 })[part],
    };
  },
});

export const COMPOSED: readonly Case[] = [
  spline("a spline's value", "y"),
  spline("a spline's log slope", "logSlope"),
  networkCase("a network", network),
  networkCase("a cross entropy of a network", (...inputs) => compute.sum(compute.softplus(network(...inputs)))),
  networkCase("the input gradient of a network", (x, ...weights) => compute.grad(compute.sum(network(x, ...weights)), x)),
  networkCase("a loss that contains a gradient", (x, ...weights) => {
    const logits = network(x, ...weights);
    return compute.add(compute.sum(compute.square(compute.grad(compute.sum(logits), x))), compute.sum(compute.square(logits)));
  }),
  normalisation("batchNorm of the batch's moments", true),
  normalisation("batchNorm of running moments", false),
  ...[plain, withGradient].map(
    (kernel): Case => ({
      name: `fused ${kernel.name}`,
      sample(draw) {
        const shape = draw.lengths(2);
        return { inputs: [draw.normal(shape), draw.normal(shape)], build: (a, b) => compute.fused(kernel, [compute.square(a!), b!]) };
      },
    }),
  ),
];
