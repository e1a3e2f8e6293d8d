import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { add, type Backend, constant, grad, mul, program, square, sub, sum, variable } from "../../src/compute/index.js";
import {
  type AdamWOptions,
  adam,
  adamW,
  clipByGlobalNorm,
  clipByValue,
  type GradientMap,
  globalNorm,
  type Optimiser,
  type SgdOptions,
  sgd,
} from "../../src/nn/index.js";
import { compute, largestDifference } from "./compute.js";

/** The loss of all tests here is the sum of curvature / 2 (p - goal)^2, with two variables of different shapes. */
const CURVATURE = [1, 0.2, 3, 0.5, 2];
const GOAL = [1, -2, 0.5, 3, 0];
const START = [0.3, 1, -1, 0.2, 2];
const slopes = (p: readonly number[]) => p.map((value, i) => CURVATURE[i]! * (value - GOAL[i]!));

interface Problem {
  /** Takes a step; the values after it. */
  step(factor?: number): number[];
  readonly traces: () => number;
}

function problem(optimiser: Optimiser, backend: Backend = referenceBackend()): Problem {
  const variables = [variable("a", [3], START.slice(0, 3)), variable("b", [1, 2], START.slice(3))];
  const state = optimiser.init(variables);
  let traces = 0;
  const made = program(backend, ["factor"], ({ factor }) => {
    traces++;
    const parts = variables.map(({ tensor, shape }, i) => {
      const [from, to] = [3 * i, 3 + 2 * i];
      return sum(mul(constant(CURVATURE.slice(from, to), shape), square(sub(tensor, constant(GOAL.slice(from, to), shape)))));
    });
    const loss = mul(
      0.5,
      parts.reduce((total, part) => add(total, part)),
    );
    const gradients = grad(
      loss,
      variables.map(({ tensor }) => tensor),
    );
    return { outputs: { loss }, updates: state.update(gradients, factor) };
  });
  return {
    step(factor = 1) {
      made.run({ factor: { shape: [], values: [factor] } });
      return variables.flatMap((one) => Array.from(backend.read(one)));
    },
    traces: () => traces,
  };
}

/** SGD as Sutskever et al. and torch define it, one number at a time. */
function* plainSgd({ learningRate = 0.01, momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions): Plain {
  let p = START.map(Math.fround);
  const v = p.map(() => 0);
  let factor = yield p;
  for (;;) {
    const g = slopes(p).map((slope, i) => slope + weightDecay * p[i]!);
    p = p.map((value, i) => {
      v[i] = momentum * v[i]! + g[i]!;
      return value - (learningRate as number) * factor * (nesterov ? g[i]! + momentum * v[i]! : v[i]!);
    });
    factor = yield p;
  }
}

/** Adam and AdamW by the letter of their papers, with powers of beta. */
function* plainAdam({ learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamWOptions): Plain {
  let p = START.map(Math.fround);
  const [m, v] = [p.map(() => 0), p.map(() => 0)];
  let factor = yield p;
  for (let t = 1; ; t++) {
    const rate = (learningRate as number) * factor;
    const g = slopes(p);
    p = p.map((value, i) => {
      m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
      v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2;
      const [mHat, vHat] = [m[i]! / (1 - beta1 ** t), v[i]! / (1 - beta2 ** t)];
      return value - rate * weightDecay * value - (rate * mHat) / (Math.sqrt(vHat) + epsilon);
    });
    factor = yield p;
  }
}

type Plain = Generator<number[], never, number>;

interface Case {
  readonly name: string;
  readonly optimiser: Optimiser;
  readonly plain: Plain;
}

const SGD: readonly SgdOptions[] = [
  { learningRate: 0.1 },
  { learningRate: 0.1, weightDecay: 0.3 },
  { learningRate: 0.1, momentum: 0.8 },
  { learningRate: 0.1, momentum: 0.8, nesterov: true },
  { learningRate: 0.1, momentum: 0.8, nesterov: true, weightDecay: 0.3 },
];
const ADAM: readonly AdamWOptions[] = [
  { learningRate: 0.1 },
  { learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.1 },
  { learningRate: 0.1, beta1: 0 },
];
const ADAM_W: readonly AdamWOptions[] = [...ADAM, { learningRate: 0.1, weightDecay: 0.5 }];

const show = (options: object) => JSON.stringify(options);
const CASES: readonly Case[] = [
  ...SGD.map((options) => ({ name: `sgd ${show(options)}`, optimiser: sgd(options), plain: plainSgd(options) as Plain })),
  ...ADAM.map((options) => ({ name: `adam ${show(options)}`, optimiser: adam(options), plain: plainAdam(options) as Plain })),
  ...ADAM_W.map((options) => ({
    name: `adamW ${show(options)}`,
    optimiser: adamW(options),
    plain: plainAdam({ weightDecay: 0.01, ...options }) as Plain,
  })),
];

describe("against the same written out in float64", () => {
  it.each(CASES)("$name", ({ optimiser, plain }) => {
    const { step } = problem(optimiser);
    plain.next(1);
    for (let t = 0; t < 25; t++) {
      const factor = 1 / (1 + t);
      expect(largestDifference(step(factor), plain.next(factor).value)).toBeLessThan(1e-10);
    }
  });
});

describe("in closed form", () => {
  it("gradient descent on a parabola shrinks the distance by 1 - a k at each step", () => {
    const { step } = problem(sgd({ learningRate: 0.25 }));
    for (let t = 1; t <= 30; t++) {
      const expected = START.map((p, i) => GOAL[i]! + (Math.fround(p) - GOAL[i]!) * (1 - 0.25 * CURVATURE[i]!) ** t);
      expect(largestDifference(step(), expected)).toBeLessThan(1e-12);
    }
  });

  it("Adam's first step is the learning rate against the gradient's sign", () => {
    const after = problem(adam({ learningRate: 0.01 })).step();
    const expected = START.map((p, i) => Math.fround(p) - 0.01 * Math.sign(slopes(START)[i]!));
    expect(largestDifference(after, expected)).toBeLessThan(1e-8);
  });

  it("AdamW with no gradient multiplies by 1 - a w", () => {
    const backend = referenceBackend();
    const p = variable("p", [2], [1, -2]);
    const state = adamW({ learningRate: 0.5, weightDecay: 0.25 }).init([p]);
    const made = program(backend, [], () => ({ outputs: {}, updates: state.update([constant([0, 0])]) }));
    for (let t = 1; t <= 3; t++) {
      made.run({});
      expect(largestDifference(backend.read(p), [(1 - 0.125) ** t, -2 * (1 - 0.125) ** t])).toBeLessThan(1e-14);
    }
  });
});

it.each([
  { name: "sgd", optimiser: sgd({ learningRate: 0.3 }) },
  { name: "momentum", optimiser: sgd({ learningRate: 0.2, momentum: 0.7 }) },
  { name: "nesterov", optimiser: sgd({ learningRate: 0.2, momentum: 0.7, nesterov: true }) },
  { name: "adam", optimiser: adam({ learningRate: 0.1 }) },
])("$name reaches the minimum", ({ optimiser }) => {
  const { step } = problem(optimiser);
  for (let t = 0; t < 600; t++) step();
  expect(largestDifference(step(), GOAL)).toBeLessThan(1e-6);
});

it("Adam's bias correction keeps its digits in float32", () => {
  const backend = referenceBackend({ precision: "float32" });
  const p = variable("p", [], [0]);
  const state = adam({ learningRate: 1, epsilon: 1e-30 }).init([p]);
  const made = program(backend, [], () => ({ outputs: {}, updates: state.update([constant(1)]) }));
  // A constant gradient makes every step 1; 1 - 0.999^t as a difference would be off by 3e-5 at first.
  for (let t = 1; t <= 300; t++) {
    made.run({});
    expect(Math.abs(backend.read(p)[0]! / -t - 1)).toBeLessThan(16 * 2 ** -24);
  }
});

it("a learning rate in a variable changes with no new trace", () => {
  const [backend, rate] = [referenceBackend(), variable("rate", [], [0.1])];
  const { step, traces } = problem(sgd({ learningRate: rate.tensor }), backend);
  const first = step();
  expect(
    largestDifference(
      first,
      START.map((p, i) => p - 0.1 * slopes(START)[i]!),
    ),
  ).toBeLessThan(1e-6);
  backend.write(rate, [0]);
  expect([step(), traces()]).toEqual([first, 1]);
});

describe("clipping", () => {
  const gradients = [
    [3, 0],
    [0, -4, 12],
  ];
  const clipped = (clip: GradientMap, given: number[][] = gradients) =>
    Object.values(
      compute(() => {
        const parts = clip(given.map((values) => constant(values)));
        return Object.fromEntries([...parts, globalNorm(parts)].map((part, i) => [`${i}`, part]));
      }),
    );

  it("shortens all gradients together to the norm", () => {
    const [a, b, norm] = clipped(clipByGlobalNorm(6.5));
    expect([a, b, norm]).toEqual([[1.5, 0], [0, -2, 6], [6.5]]);
  });

  it("leaves shorter ones and zeros as they are", () => {
    expect(clipped(clipByGlobalNorm(14))).toEqual([...gradients, [13]]);
    expect(clipped(clipByGlobalNorm(1), [[0, 0]])).toEqual([[0, 0], [0]]);
  });

  it("by value moves each number into the interval", () => {
    expect(clipped(clipByValue(3.5)).slice(0, 2)).toEqual([
      [3, 0],
      [0, -3.5, 3.5],
    ]);
  });
});

it.each([
  { make: () => sgd({ learningRate: 0 }), message: /sgd: learningRate is 0; expected a finite number above 0/ },
  { make: () => sgd({ momentum: 1 }), message: /sgd: momentum is 1/ },
  { make: () => sgd({ weightDecay: -1 }), message: /sgd: weightDecay is -1/ },
  { make: () => sgd({ nesterov: true }), message: /sgd: nesterov is true/ },
  { make: () => adam({ learningRate: Number.NaN }), message: /adam: learningRate is NaN/ },
  { make: () => adam({ beta1: 1 }), message: /adam: beta1 is 1/ },
  { make: () => adamW({ beta2: -0.1 }), message: /adamW: beta2 is -0.1/ },
  { make: () => adamW({ epsilon: 0 }), message: /adamW: epsilon is 0/ },
  { make: () => adamW({ weightDecay: -1 }), message: /adamW: weightDecay is -1/ },
  { make: () => clipByGlobalNorm(0), message: /clipByGlobalNorm: limit is 0/ },
  { make: () => clipByValue(-1), message: /clipByValue: limit is -1/ },
])("refuses $message", ({ make, message }) => expect(make).toThrow(message));
