import { describe, expect, it } from "vitest";
import { grad, input, mean, square, sum, type Tensor, tanh } from "../../src/compute/index.js";
import { ShapeError } from "../../src/errors.js";
import {
  type ActivationName,
  activationFunction,
  convolutionLayer,
  flatten,
  glorotUniform,
  heUniform,
  type Layer,
  linear,
  maskedLinear,
  mlp,
  residualMlp,
  sequential,
} from "../../src/nn/index.js";
import { fold, key, standardNormals } from "../../src/numerics/random.js";
import { compute, largestDifference } from "./compute.js";

const X = { shape: [4, 3], values: standardNormals(key(7), 12) };

/** y = x W + b, written out. */
function affine(x: ArrayLike<number>, { variables: [weight, bias] }: Layer, [inputs, outputs]: [number, number]): number[] {
  return Array.from({ length: (x.length / inputs) * outputs }, (_, at) => {
    const [n, j] = [Math.floor(at / outputs), at % outputs];
    let sum = bias?.initial[j] ?? 0;
    for (let i = 0; i < inputs; i++) sum += x[n * inputs + i]! * weight!.initial[i * outputs + j]!;
    return sum;
  });
}

describe("linear", () => {
  it.each([true, false])("is x W + b (bias %s)", (bias) => {
    const layer = linear({ inputs: 3, outputs: 2, bias }, key(1));
    expect(layer.variables.map(({ name, shape }) => [name, shape])).toEqual(
      [
        ["linear.weight", [3, 2]],
        ["linear.bias", [2]],
      ].slice(0, bias ? 2 : 1),
    );
    const { y } = compute(({ x }) => ({ y: layer.apply(x!) }), { x: X });
    expect(largestDifference(y!, affine(X.values, layer, [3, 2]))).toBeLessThan(1e-14);
  });

  it("takes any axes in front", () => {
    expect(linear({ inputs: 3, outputs: 2 }, key(1)).apply(input("x", [5, 4, 3])).shape).toEqual([5, 4, 2]);
  });

  it("starts the same from the same key alone", () => {
    const first = (seed: number) => linear({ inputs: 3, outputs: 2 }, key(seed)).variables.map(({ initial }) => Array.from(initial));
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });

  it("refuses sizes and inputs that do not fit", () => {
    expect(() => linear({ inputs: 0, outputs: 1 }, key(1))).toThrow(/linear: inputs is 0/);
    expect(() => linear({ inputs: 2, outputs: 1.5 }, key(1))).toThrow(/linear: outputs is 1.5/);
    expect(() => linear({ inputs: 2, outputs: 1 }, key(1)).apply(input("x", [4, 3]))).toThrow(ShapeError);
  });
});

describe("maskedLinear", () => {
  const mask = [1, 0, 0, 1, 1, 0];
  const layer = maskedLinear({ inputs: 3, outputs: 2, mask }, key(1));
  const [weight] = layer.variables;

  it("leaves out what the mask forbids, in value and gradient", () => {
    const { y, slope, jacobian } = compute(
      ({ x }) => {
        const y = layer.apply(x!);
        return { y, slope: grad(sum(square(y)), weight!.tensor), jacobian: grad(sum(square(y)), x!) };
      },
      { x: X },
    );
    const kept = { ...weight!, initial: weight!.initial.map((w, i) => w * mask[i]!) };
    const plain = affine(X.values, { ...layer, variables: [kept, layer.variables[1]!] }, [3, 2]);
    expect(largestDifference(y!, plain)).toBeLessThan(1e-14);
    expect(slope!.map((g) => (g === 0 ? 0 : 1))).toEqual(mask);
    const expected = Array.from({ length: 12 }, (_, at) => {
      const [n, i] = [Math.floor(at / 3), at % 3];
      return [0, 1].reduce((total, j) => total + 2 * plain[2 * n + j]! * kept.initial[2 * i + j]!, 0);
    });
    expect(largestDifference(jacobian!, expected)).toBeLessThan(1e-13);
  });

  it("refuses a mask of another size", () => {
    expect(() => maskedLinear({ inputs: 3, outputs: 2, mask: [1, 0] }, key(1))).toThrow(/maskedLinear: mask has shape \[2\]/);
  });
});

describe("activations", () => {
  const CLOSED: Record<ActivationName, (x: number) => number> = {
    elu: (x) => (x < 0 ? Math.expm1(x) : x),
    gelu: (x) => x * 0.5 * (1 + erf(x / Math.SQRT2)),
    leakyRelu: (x) => (x < 0 ? x / 100 : x),
    relu: (x) => Math.max(x, 0),
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    silu: (x) => x / (1 + Math.exp(-x)),
    softplus: (x) => Math.log1p(Math.exp(x)),
    tanh: Math.tanh,
  };
  const points = [-3, -0.5, -0.01, 0.02, 0.7, 2.5];

  it.each(Object.keys(CLOSED) as ActivationName[])("%s has its closed form, and its slope by central differences", (name) => {
    const act = activationFunction("test", name);
    const { y, slope } = compute(({ x }) => ({ y: act(x!), slope: grad(sum(act(x!)), x!) }), { x: { shape: [6], values: points } });
    const closed = CLOSED[name];
    expect(largestDifference(y!, points.map(closed))).toBeLessThan(1e-7);
    const differences = points.map((x) => (closed(x + 1e-4) - closed(x - 1e-4)) / 2e-4);
    expect(largestDifference(slope!, differences)).toBeLessThan(2e-3 * 1e-3);
  });

  it("keeps elu finite far to the right", () => {
    const elu = activationFunction("test", "elu");
    const { slope } = compute(({ x }) => ({ slope: grad(sum(elu(x!)), x!) }), { x: { shape: [1], values: [1000] } });
    expect(slope).toEqual([1]);
  });

  it("refuses a name it does not know", () => {
    expect(() => mlp({ inputs: 1, hidden: [2], outputs: 1, activation: "rleu" as ActivationName }, key(1))).toThrow(
      /mlp: activation is "rleu"; expected a function or one of elu, gelu/,
    );
  });
});

it.each([
  { layer: linear({ inputs: 400, outputs: 900 }, key(1)), bound: 1 / 20 },
  { layer: convolutionLayer({ inputs: 16, outputs: 900, size: 5 }, key(1)), bound: 1 / 20 },
])("biases start spread over one over the root of what is summed, $bound", ({ layer, bound }) => {
  const sizes = layer.variables[1]!.initial.map(Math.abs);
  // The largest of 900 lies below 0.98 of the bound with probability 1e-8.
  expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.fround(bound));
  expect(Math.max(...sizes)).toBeGreaterThan(0.98 * bound);
});

/** Abramowitz, Stegun 7.1.5, enough terms for |x| < 3. */
function erf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

describe("mlp", () => {
  it("is layers with activations between and none behind", () => {
    const network = mlp({ inputs: 3, hidden: [5, 4], outputs: 2, activation: "tanh" }, key(1));
    expect(network.variables.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
      "mlp.0.weight 3,5",
      "mlp.0.bias 5",
      "mlp.1.weight 5,4",
      "mlp.1.bias 4",
      "mlp.2.weight 4,2",
      "mlp.2.bias 2",
    ]);
    const { y } = compute(({ x }) => ({ y: network.apply(x!) }), { x: X });
    const layer = (i: number) => ({ ...network, variables: network.variables.slice(2 * i, 2 * i + 2) });
    const first = affine(X.values, layer(0), [3, 5]).map(Math.tanh);
    const second = affine(first, layer(1), [5, 4]).map(Math.tanh);
    expect(largestDifference(y!, affine(second, layer(2), [4, 2]))).toBeLessThan(1e-13);
  });

  it.each([
    { activation: "relu", hidden: heUniform },
    { activation: "silu", hidden: heUniform },
    { activation: "tanh", hidden: glorotUniform },
  ] as const)("starts hidden layers as suits $activation, and the last by Glorot", ({ activation, hidden }) => {
    const [first, , last] = mlp({ inputs: 3, hidden: [5], outputs: 2, activation }, key(1)).variables;
    expect(first!.initial).toEqual(hidden(fold(fold(key(1), 0), 0), [3, 5]));
    expect(last!.initial).toEqual(glorotUniform(fold(fold(key(1), 1), 0), [5, 2]));
  });

  it("with no hidden layer is linear", () => {
    expect(mlp({ inputs: 3, hidden: [], outputs: 2 }, key(1)).variables).toHaveLength(2);
  });

  it("gives neighbouring layers different weights", () => {
    const [first, , second] = mlp({ inputs: 4, hidden: [4], outputs: 4 }, key(1)).variables;
    expect(first!.initial).not.toEqual(second!.initial);
  });

  it("refuses a bad width, by number", () => {
    expect(() => mlp({ inputs: 1, hidden: [10, 0], outputs: 1 }, key(1))).toThrow(/mlp: hidden\[1\] is 0/);
    expect(() => mlp({ inputs: 1, hidden: [10], outputs: 1, dropout: 1 }, key(1))).toThrow(/rate is 1/);
  });
});

describe("residualMlp", () => {
  it("starts as a linear map, for its blocks start as the identity", () => {
    const network = residualMlp({ inputs: 3, width: 6, blocks: 2, outputs: 2 }, key(1));
    const { y } = compute(({ x }) => ({ y: network.apply(x!) }), { x: X });
    const ends = {
      first: { ...network, variables: network.variables.slice(0, 2) },
      last: { ...network, variables: network.variables.slice(-2) },
    };
    expect(largestDifference(y!, affine(affine(X.values, ends.first, [3, 6]), ends.last, [6, 2]))).toBeLessThan(1e-13);
  });

  it("reaches every variable but those behind the zeros with its first gradient", () => {
    const network = residualMlp({ inputs: 3, width: 6, blocks: 1, outputs: 2, normalise: true }, key(1));
    const slopes = compute(
      ({ x }) =>
        Object.fromEntries(
          grad(
            mean(square(network.apply(x!))),
            network.variables.map(({ tensor }) => tensor),
          ).map((slope, i) => [network.variables[i]!.name, slope]),
        ),
      { x: X },
    );
    const reached = Object.keys(slopes).filter((name) => slopes[name]!.some((g) => g !== 0));
    const ends = ["first.weight", "first.bias", "0.out.weight", "0.out.bias", "last.weight", "last.bias"];
    expect(reached).toEqual(ends.map((name) => `residualMlp.${name}`));
  });

  it("refuses a bad size", () => {
    expect(() => residualMlp({ inputs: 1, width: 0, blocks: 1, outputs: 1 }, key(1))).toThrow(/residualMlp: width is 0/);
    expect(() => residualMlp({ inputs: 1, width: 1, blocks: -1, outputs: 1 }, key(1))).toThrow(/residualMlp: blocks is -1/);
  });
});

it("sequential joins layers and plain functions, in order", () => {
  const [a, b] = [linear({ inputs: 3, outputs: 5, name: "a" }, key(1)), linear({ inputs: 5, outputs: 1, name: "b" }, key(2))];
  const network = sequential([a, tanh, b]);
  expect(network.variables).toEqual([...a.variables, ...b.variables]);
  const { y, z } = compute(({ x }) => ({ y: network.apply(x!), z: b.apply(tanh(a.apply(x!))) }), { x: X });
  expect(y).toEqual(z);
});

it("a convolutional layer slides its filters, and flatten makes rows of images", () => {
  const layer = convolutionLayer({ inputs: 2, outputs: 3, size: [2, 1], stride: 1 }, key(1));
  const [filter, bias] = layer.variables;
  expect([filter!.shape, bias!.shape]).toEqual([[2, 1, 2, 3], [3]]);
  const image = { shape: [1, 3, 2, 2], values: standardNormals(key(8), 12) };
  const { y } = compute(({ x }) => ({ y: flatten(layer.apply(x!)) }), { x: image });
  const expected = Array.from({ length: 12 }, (_, at) => {
    const [i, j, o] = [Math.floor(at / 6), Math.floor(at / 3) % 2, at % 3];
    let total = bias!.initial[o]!;
    for (const h of [0, 1])
      for (const c of [0, 1]) total += image.values[((i + h) * 2 + j) * 2 + c]! * filter!.initial[(h * 2 + c) * 3 + o]!;
    return total;
  });
  expect(largestDifference(y!, expected)).toBeLessThan(1e-13);
  expect(flatten(input("x", [0, 3, 2]) as Tensor).shape).toEqual([0, 6]);
  expect(() => convolutionLayer({ inputs: 1, outputs: 1, size: 0 }, key(1))).toThrow(/convolutionLayer: size\[0\] is 0/);
});
