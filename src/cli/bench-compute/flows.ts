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
  readonly perDimension: number;
  activation(x: Tensor): Tensor;
  /** y and log |dy/dx| of each dimension, [batch, D], from parameters [batch, D, perDimension]. */
  transform(x: Tensor, parameters: Tensor): { readonly y: Tensor; readonly logSlope: Tensor };
}

const MAF: Kind = {
  perDimension: 2,
  activation: tanh,
  transform(x, parameters) {
    const part = (i: number) => reshape(sliceAxis(parameters, -1, { start: i, end: i + 1 }), x.shape);
    const scale = add(sigmoid(add(part(1), 2)), 1e-3);
    return { y: add(mul(x, scale), part(0)), logSlope: log(scale) };
  },
};

const NSF: Kind = { perDimension: 29, activation: relu, transform: (x, parameters) => rationalQuadraticSpline(x, parameters) };

/** Autoregressive flow of five blocks: a masked network of 2 x 50 units each, -log p of the data given a context. */
export function flowStep(of: "maf" | "nsf", { dimensions, context, batch }: FlowSizes): Workload {
  const kind = { maf: MAF, nsf: NSF }[of];
  const [data, inner] = [context * HIDDEN, HIDDEN * HIDDEN + HIDDEN * kind.perDimension * dimensions];
  const entries = (2 + 3 * (BLOCKS - 1)) * dimensions * HIDDEN;
  return {
    name: `${of}-${dimensions}-${context}-b${batch}`,
    // Masked products count in full, as both engines compute them.
    flops: 2 * batch * (entries + BLOCKS * (2 * data + 3 * inner)),
    make() {
      const orders = flowOrders(dimensions);
      const blocks = split(key(6), BLOCKS).map((blockKey, i) => makeBlock(kind, { dimensions, context, order: orders[i]! }, blockKey));
      return trainingStep({
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

/** Order of the dimensions in each block, at random. */
export const flowOrders = (dimensions: number): number[][] =>
  split(key(7), BLOCKS).map((blockKey) => [...permutation(blockKey, dimensions)]);

interface FlowSizes {
  readonly dimensions: number;
  readonly context: number;
  readonly batch: number;
}

type BlockSizes = Omit<FlowSizes, "batch"> & { readonly order: readonly number[] };

function makeBlock(kind: Kind, { dimensions, context, order }: BlockSizes, blockKey: ReturnType<typeof key>) {
  const keys = split(blockKey, 4);
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
  const columns = constant(order, [1, dimensions]);
  return {
    variables: [first, given, second, last].flatMap((layer) => layer.variables),
    apply(x: Tensor, c: Tensor) {
      const ordered = gather(x, broadcastTo(columns, x.shape));
      const hidden = kind.activation(add(first.apply(ordered), given.apply(c)));
      const parameters = last.apply(kind.activation(second.apply(hidden)));
      return kind.transform(ordered, reshape(parameters, [x.shape[0]!, dimensions, kind.perDimension]));
    },
  };
}
