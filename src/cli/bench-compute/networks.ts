import { add, concatenate, grad, maxPool, mean, mul, neg, relu, square, sub, sum } from "../../compute/index.js";
import { key, split } from "../../index.js";
import { convolutionLayer, flatten, type LayerLike, linear, mlp, resnet18, sequential } from "../../nn/index.js";
import { crossEntropy, trainingStep, type Workload } from "./workload.js";

/** Operations of a step of an MLP: each product forward, and backward once for the weights and once for what comes in. */
function mlpFlops(batch: number, sizes: readonly number[]): number {
  return sizes.slice(1).reduce((total, size, i) => total + 2 * batch * sizes[i]! * size * (i === 0 ? 2 : 3), 0);
}

/** 10 inputs, 3 hidden layers, one logit. */
export function mlpStep(hidden: number, activation: "relu" | "tanh", batch: number): Workload {
  return {
    name: `mlp-${hidden}-${activation}-b${batch}`,
    flops: mlpFlops(batch, [10, hidden, hidden, hidden, 1]),
    make() {
      const network = mlp({ inputs: 10, hidden: [hidden, hidden, hidden], outputs: 1, activation }, key(2));
      return trainingStep({
        inputs: { x: [batch, 10], y: [batch, 1] },
        variables: network.variables,
        loss: ({ x, y }, pass) => crossEntropy(network.apply(x!, pass), y!),
      });
    },
  };
}

/** ALICES: cross-entropy of s and the squared error of the score, which is a gradient inside the loss. */
export function alicesStep(batch: number): Workload {
  return {
    name: `alices-100-b${batch}`,
    // Twice an MLP's but for a part of the first layer: the score is a backward pass, and has one of its own.
    flops: 2 * mlpFlops(batch, [4, 100, 100, 100, 1]),
    make() {
      const network = mlp({ inputs: 4, hidden: [100, 100, 100], outputs: 1, activation: "tanh" }, key(3));
      return trainingStep({
        inputs: { x: [batch, 2], theta: [batch, 2], y: [batch, 1], s: [batch, 1], t: [batch, 2] },
        variables: network.variables,
        loss: ({ x, theta, y, s, t }, pass) => {
          const logRatio = network.apply(concatenate([x!, theta!]), pass);
          const score = grad(sum(logRatio), theta!);
          return add(crossEntropy(neg(logRatio), s!), mul(5, mean(mul(sub(1, y!), square(sub(t!, score))))));
        },
      });
    },
  };
}

/** Four convolutions 3 x 3 with 16, 32, 64, 64 channels, each with relu and a pool, then 128 units, one logit. */
export function cnn4Step(batch: number): Workload {
  const channels = [1, 16, 32, 64, 64];
  const convolutions = channels.slice(1).map((outputs, i) => 2 * batch * (64 >> i) ** 2 * 9 * channels[i]! * outputs * (i === 0 ? 2 : 3));
  return {
    name: `cnn4-b${batch}`,
    flops: convolutions.reduce((a, b) => a + b) + 3 * 2 * batch * (1024 * 128 + 128),
    make() {
      const keys = split(key(4), 6);
      const convolve = (i: number) => convolutionLayer({ inputs: channels[i]!, outputs: channels[i + 1]!, size: 3, padding: 1 }, keys[i]!);
      const blocks = [0, 1, 2, 3].flatMap((i): LayerLike[] => [convolve(i), relu, (x) => maxPool(x, 2)]);
      const head = [linear({ inputs: 1024, outputs: 128 }, keys[4]!), relu, linear({ inputs: 128, outputs: 1 }, keys[5]!)];
      const network = sequential([...blocks, flatten, ...head]);
      return trainingStep({
        inputs: { x: [batch, 64, 64, 1], y: [batch, 1] },
        variables: network.variables,
        loss: ({ x, y }, pass) => crossEntropy(network.apply(x!, pass), y!),
      });
    },
  };
}

/** ResNet-18 with one channel of 64 x 64 pixels and one logit. */
export function resnetStep(batch: number): Workload {
  return {
    name: `resnet18-b${batch}`,
    flops: 2 * batch * (2 * STEM + 3 * resnetMultiplications()),
    make() {
      const network = resnet18({ channels: 1, outputs: 1 }, key(5));
      return trainingStep({
        inputs: { x: [batch, 64, 64, 1], y: [batch, 1] },
        variables: network.variables,
        loss: ({ x, y }, pass) => crossEntropy(network.apply(x!, pass), y!),
      });
    },
  };
}

/** Multiplications of the stem's forward pass over one image. */
const STEM = 32 * 32 * 49 * 64;

/** Those of what follows: four stages of four convolutions with their skips, and the logit. */
function resnetMultiplications(): number {
  let total = 0;
  let before = 64;
  [64, 128, 256, 512].forEach((width, stage) => {
    const pixels = (16 >> stage) ** 2;
    total += pixels * 9 * (before * width + 3 * width * width) + (before === width ? 0 : pixels * before * width);
    before = width;
  });
  return total + 512;
}
