import { describe, expect, it } from "vitest";
import { buildAddon } from "../../src/compute/backends/native/build.js";
import {
  add,
  type Backend,
  backend,
  concatenate,
  exp,
  grad,
  log,
  maxPool,
  mean,
  mul,
  neg,
  program,
  relu,
  sigmoid,
  sliceAxis,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
} from "../../src/compute/index.js";
import { adam, convolutionLayer, flatten, type Layer, linear, maskedLinear, mlp, sequential } from "../../src/nn/index.js";
import { key, split, standardNormals } from "../../src/numerics/random.js";

interface Workload {
  readonly name: string;
  readonly shapes: { readonly x: readonly number[]; readonly y: readonly number[] };
  make(): { readonly layers: readonly Layer[]; loss(x: Tensor, y: Tensor): Tensor };
}

const crossEntropy = (logit: Tensor, y: Tensor): Tensor => mean(sub(softplus(logit), mul(sigmoid(y), logit)));

const WORKLOADS: readonly Workload[] = [
  {
    name: "an MLP",
    shapes: { x: [70, 5], y: [70, 1] },
    make() {
      const network = mlp({ inputs: 5, hidden: [30, 30], outputs: 1, activation: "tanh" }, key(1));
      return { layers: [network], loss: (x, y) => crossEntropy(network.apply(x), y) };
    },
  },
  {
    name: "a masked autoregressive flow",
    shapes: { x: [64, 2], y: [64, 1] },
    make() {
      // One block on (x0, x1) given y: hidden units of degree 0 see y, those of degree 1 x0 too; x0 hears the first, x1 both.
      const keys = split(key(2), 3);
      const degrees = Array.from({ length: 20 }, (_, i) => i % 2);
      const first = maskedLinear(
        { inputs: 3, outputs: 20, mask: [1, 3, 0].flatMap((d) => degrees.map((h) => (h >= d ? 1 : 0))) },
        keys[0]!,
      );
      const last = maskedLinear(
        { inputs: 20, outputs: 4, mask: degrees.flatMap((h) => [1, 1, 2, 2].map((d) => (d > h ? 1 : 0))) },
        keys[1]!,
      );
      const loss = (x: Tensor, y: Tensor) => {
        const raw = last.apply(tanh(first.apply(concatenate([x, y]))));
        const shift = concatenate([sliceAxis(raw, 1, { start: 0, end: 1 }), sliceAxis(raw, 1, { start: 2, end: 3 })]);
        const scale = add(sigmoid(concatenate([sliceAxis(raw, 1, { start: 1, end: 2 }), sliceAxis(raw, 1, { start: 3, end: 4 })])), 0.1);
        const z = add(mul(x, scale), shift);
        return neg(mean(sub(sum(log(scale), { axis: 1 }), mul(0.5, sum(square(z), { axis: 1 })))));
      };
      return { layers: [first, last], loss };
    },
  },
  {
    name: "a convolutional network",
    shapes: { x: [9, 12, 12, 1], y: [9, 1] },
    make() {
      const keys = split(key(3), 3);
      const network = sequential([
        convolutionLayer({ inputs: 1, outputs: 6, size: 3, padding: "same" }, keys[0]!),
        relu,
        (x) => maxPool(x, 2),
        convolutionLayer({ inputs: 6, outputs: 7, size: 3, stride: 2 }, keys[1]!),
        relu,
        flatten,
        linear({ inputs: 2 * 2 * 7, outputs: 1 }, keys[2]!),
      ]);
      return { layers: [network], loss: (x, y) => crossEntropy(network.apply(x), y) };
    },
  },
  {
    name: "a loss that contains a gradient",
    shapes: { x: [50, 3], y: [50, 3] },
    make() {
      const network = mlp({ inputs: 3, hidden: [20, 20], outputs: 1, activation: "tanh" }, key(4));
      const loss = (x: Tensor, y: Tensor) => {
        const logRatio = network.apply(x);
        const score = grad(sum(logRatio), x);
        return add(mean(exp(mul(0.1, logRatio))), mul(2, mean(square(sub(y, score)))));
      };
      return { layers: [network], loss };
    },
  },
];

const STEPS = 40;

/** The loss of each step of training from the same first weights on the same data. */
function losses(engine: Backend, { shapes, make }: Workload): number[] {
  const { layers, loss } = make();
  const variables = layers.flatMap((layer) => layer.variables);
  const optimiser = adam({ learningRate: 3e-3 }).init(variables);
  const step = program(engine, ["x", "y"], ({ x, y }) => {
    const value = loss(x, y);
    return {
      outputs: { value },
      updates: optimiser.update(
        grad(
          value,
          variables.map(({ tensor }) => tensor),
        ),
      ),
    };
  });
  const executable = step.at(shapes);
  for (const [label, seed] of [
    ["x", 5],
    ["y", 6],
  ] as const) {
    const room = executable.input(label);
    room.set(standardNormals(key(seed), room.length));
  }
  return Array.from({ length: STEPS }, () => {
    executable.run();
    return executable.output("value")[0]!;
  });
}

const built = buildAddon();
const ENGINES = [
  { name: "native", skip: "reason" in built },
  { name: "wasm", skip: false },
] as const;

describe.each(ENGINES)("training on $name", ({ name, skip }) => {
  it.skipIf(skip).each(WORKLOADS)("$name goes as in float64", async (workload) => {
    const exact = losses(await backend("reference"), workload);
    const actual = losses(await backend(name), workload);
    expect(exact.at(-1)!).toBeLessThan(exact[0]! - 0.01);
    // Adam divides by the root of tiny second moments, so rounding grows from step to step; a thousand units after forty.
    for (const [step, value] of exact.entries()) {
      expect(Math.abs(actual[step]! - value), `step ${step}`).toBeLessThan(2 ** -24 * 1000 * (1 + Math.abs(value)));
    }
  });
});
