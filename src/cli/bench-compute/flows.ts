import {
  add,
  broadcastTo,
  constant,
  gather,
  log,
  mean,
  mul,
  neg,
  rationalQuadraticSpline,
  relu,
  reshape,
  sigmoid,
  sliceAxis,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
} from "../../compute/index.js";
import { key, permutation, split } from "../../index.js";
import { linear, maskedLinear } from "../../nn/index.js";
import { trainingStep, type Workload } from "./workload.js";

const BLOCKS = 5;
const HIDDEN = 50;

interface Kind {
  readonly name: string;
  readonly perDimension: number;
  activation(x: Tensor): Tensor;
  /** y and log |dy/dx| of each dimension, [batch, D], from parameters [batch, D, perDimension]. */
  transform(x: Tensor, parameters: Tensor): { readonly y: Tensor; readonly logSlope: Tensor };
}

const MAF: Kind = {
  name: "maf",
  perDimension: 2,
  activation: tanh,
  transform(x, parameters) {
    const part = (i: number) => reshape(sliceAxis(parameters, -1, { start: i, end: i + 1 }), x.shape);
    const scale = add(sigmoid(add(part(1), 2)), 1e-3);
    return { y: add(mul(x, scale), part(0)), logSlope: log(scale) };
  },
};

const NSF: Kind = { name: "nsf", perDimension: 29, activation: relu, transform: (x, parameters) => rationalQuadraticSpline(x, parameters) };

/** Autoregressive flow of five blocks: a masked network of 2 x 50 units each, -log p of the data given a context. */
function flowStep(kind: Kind, { dimensions, context, batch }: { dimensions: number; context: number; batch: number }): Workload {
  const products = [dimensions * HIDDEN, context * HIDDEN, HIDDEN * HIDDEN, HIDDEN * kind.perDimension * dimensions];
  return {
    name: `${kind.name}-${dimensions}-${context}-b${batch}`,
    flops: BLOCKS * 3 * 2 * batch * products.reduce((a, b) => a + b),
    prepare(backend) {
      const blocks = split(key(6), BLOCKS).map((blockKey) => makeBlock(kind, { dimensions, context }, blockKey));
      return trainingStep(backend, {
        inputs: { x: [batch, dimensions], c: [batch, context] },
        variables: blocks.flatMap((block) => block.variables),
        learningRate: 5e-4,
        clip: 5,
        loss: ({ x, c }) => {
          let z = x!;
          const logDets = blocks.map((block) => {
            const { y, logSlope } = block.apply(z, c!);
            z = y;
            return sum(logSlope, { axis: 1 });
          });
          const logBase = sub(mul(-0.5, sum(square(z), { axis: 1 })), 0.5 * Math.log(2 * Math.PI) * dimensions);
          return neg(mean(logDets.reduce((total, logDet) => add(total, logDet), logBase)));
        },
      });
    },
  };
}

type BlockSizes = { readonly dimensions: number; readonly context: number };

function makeBlock(kind: Kind, { dimensions, context }: BlockSizes, blockKey: ReturnType<typeof key>) {
  const keys = split(blockKey, 5);
  const inputDegrees = Array.from({ length: dimensions }, (_, i) => i + 1);
  const degrees = Array.from({ length: HIDDEN }, (_, i) => (i % Math.max(1, dimensions - 1)) + Math.min(1, dimensions - 1));
  const outputDegrees = inputDegrees.flatMap((degree) => new Array<number>(kind.perDimension).fill(degree));
  const mask = (from: readonly number[], to: readonly number[], sees: (a: number, b: number) => boolean) =>
    from.flatMap((a) => to.map((b) => (sees(a, b) ? 1 : 0)));
  const outputs = kind.perDimension * dimensions;
  const first = maskedLinear({ inputs: dimensions, outputs: HIDDEN, mask: mask(inputDegrees, degrees, (a, b) => b >= a) }, keys[0]!);
  const given = linear({ inputs: context, outputs: HIDDEN }, keys[1]!);
  const second = maskedLinear({ inputs: HIDDEN, outputs: HIDDEN, mask: mask(degrees, degrees, (a, b) => b >= a) }, keys[2]!);
  const last = maskedLinear({ inputs: HIDDEN, outputs, mask: mask(degrees, outputDegrees, (a, b) => b > a) }, keys[3]!);
  const order = constant(permutation(keys[4]!, dimensions), [1, dimensions]);
  return {
    variables: [first, given, second, last].flatMap((layer) => layer.variables),
    apply(x: Tensor, c: Tensor) {
      const ordered = gather(x, broadcastTo(order, x.shape));
      const hidden = kind.activation(add(first.apply(ordered), given.apply(c)));
      const parameters = last.apply(kind.activation(second.apply(hidden)));
      return kind.transform(ordered, reshape(parameters, [x.shape[0]!, dimensions, kind.perDimension]));
    },
  };
}

/** The flows of the benchmark. */
export const flowSteps = (): Workload[] =>
  [MAF, NSF].flatMap((kind) =>
    [
      { dimensions: 5, context: 2 },
      { dimensions: 2, context: 5 },
    ].flatMap((sizes) => [128, 1024].map((batch) => flowStep(kind, { ...sizes, batch }))),
  );
