import { beforeAll, describe, expect, test } from "vitest";
import {
  apt,
  key,
  type LikelihoodEstimator,
  maf,
  NotConvergedError,
  nle,
  normal,
  npe,
  type PosteriorEstimator,
  type Simulations,
  scandal,
  simulate,
  simulator,
  snl,
  tsnpe,
  uniform,
} from "../../src/index.js";

/** A parameter that is called as a property of lists must not make a record look like one. */
const RANGES = { length: [-2, 2], b: [-2, 2] } as const;
const line = simulator({ name: "line", parameters: RANGES, observables: ["x", "y"] }, (theta, sample) => [
  sample("x", normal(theta.length + theta.b, 0.5)),
  sample("y", normal(theta.b, 1)),
]);
const POINT = { length: 0.5, b: 0.2 };
const matrix = (rows: number, columns: number, count = rows * columns) => ({ rows, columns, values: new Float64Array(count) });

let posterior: PosteriorEstimator<typeof line.parameters>;
let likelihood: LikelihoodEstimator<typeof line.parameters>;
let simulations: Simulations<typeof line.parameters>;
beforeAll(async () => {
  simulations = await simulate(line, { prior: uniform(RANGES), n: 100, seed: 1 });
  const flow = maf({ transforms: 1, hidden: [5] });
  posterior = await npe({ flow }).fit(simulations, { seed: 1, epochs: 1, verdict: false });
  likelihood = await nle({ flow }).fit(simulations, { seed: 1, epochs: 1, verdict: false });
});

type Case = readonly [what: string, ask: () => unknown, message: string];
const refuses = (cases: readonly Case[]) =>
  test.each(cases)("%s", (_, ask, message) => {
    expect(ask).toThrow(message);
  });
const wrong = <Value>(value: unknown) => value as Value & never;

describe("a posterior refuses", () => {
  const each = "[2], one number for each of x, y";
  refuses([
    ["an observation too long", () => posterior.at([1, 2, 3]), `npe.at: x has shape [3]; expected ${each}`],
    ["one too short", () => posterior.at([1]), `npe.at: x has shape [1]; expected ${each}`],
    ["an empty one", () => posterior.at([]), `npe.at: x has shape [0]; expected ${each}`],
    ["a typed one too long", () => posterior.at(new Float32Array(3)), `npe.at: x has shape [3]; expected ${each}`],
    ["a row too long", () => posterior.at([[1, 2, 3]]), `npe.at: x has shape [3]; expected ${each}`],
    ["a matrix too wide", () => posterior.at(matrix(1, 3)), "npe.at: x has shape [1, 3]; expected [N, 2]"],
    ["a matrix of too few values", () => posterior.at(matrix(1, 2, 1)), "npe.at: x has shape [1, 2] with 1 values; expected 2 values"],
    ["two observations", () => posterior.at(matrix(2, 2)), "npe.at: x has shape [2, 2]; expected [2], one observation; call at for each"],
    ["nothing", () => posterior.at(wrong(undefined)), `npe.at: x is undefined; expected numbers ${each}`],
    ["a number", () => posterior.at(wrong(3)), `npe.at: x is 3; expected numbers ${each}`],
    ["a text", () => posterior.at(wrong("12")), `npe.at: x is "12"; expected numbers ${each}`],
    ["a record", () => posterior.at(wrong({ x: 1, y: 2 })), `npe.at: x is {"x":1,"y":2}; expected numbers ${each}`],
    ["texts", () => posterior.at(wrong(["1", "2"])), 'npe.at: x[0] is "1"; expected a number or a row of numbers'],
    ["a NaN", () => posterior.at([1, Number.NaN]), "npe.at: x[0][1] is NaN; expected a finite number"],
    ["a theta too long", () => posterior.at([1, 2]).logProb([[1, 2, 3]]), "npe.logProb: theta[0] has shape [3]; expected [2]"],
    [
      "no theta",
      () => posterior.at([1, 2]).logProb(wrong(undefined)),
      "npe.logProb: theta is undefined; expected { length, b }, 2 numbers by name",
    ],
    [
      "half a theta",
      () => posterior.at([1, 2]).logProb(wrong({ b: 1 })),
      "npe.logProb: theta.length is undefined; expected a finite number",
    ],
    [
      "another name",
      () => posterior.at([1, 2]).logProb(wrong({ ...POINT, c: 1 })),
      "npe.logProb: theta.c is 1; expected one of the parameters length, b",
    ],
    [
      "an infinite theta",
      () => posterior.at([1, 2]).logProb({ ...POINT, b: Infinity }),
      "npe.logProb: theta.b is Infinity; expected a finite number",
    ],
    ["a seed for a key", () => posterior.at([1, 2]).sample(wrong(5), 10), "npe.sample: key is 5; expected a key; make one by key(seed)"],
    ["half a draw", () => posterior.at([1, 2]).sample(key(5), 0.5), "npe.sample: n is 0.5; expected a whole number of at least 0"],
    [
      "other rows of x",
      () => posterior.logProb(matrix(3, 2), matrix(2, 2)),
      "npe.logProb: x has shape [2, 2]; expected [3, 2], as many rows as theta has",
    ],
    ["x too wide", () => posterior.logProb(matrix(3, 2), matrix(3, 3)), "npe.logProb: x has shape [3, 3]; expected [N, 2]"],
    ["no x", () => posterior.members(matrix(3, 2), wrong(undefined)), "npe.members: x is undefined; expected numbers [N, 2]"],
  ]);

  test("nothing that is right: one observation for all, in each of its forms", () => {
    const thetas = [
      [0.5, 0.2],
      [-1, 1],
    ];
    const expected = posterior.logProb(thetas, [[1, 2]]);
    expect(posterior.logProb(thetas, [1, 2])).toEqual(expected);
    expect(posterior.at([1, 2]).logProb(thetas)).toEqual(expected);
    expect(posterior.at(new Float32Array([1, 2])).logProb(thetas)).toEqual(expected);
    expect(posterior.at({ ...matrix(1, 2), values: Float64Array.of(1, 2) }).logProb(thetas)).toEqual(expected);
    expect(posterior.at([1, 2]).logProb(POINT)[0]).toBe(posterior.at([1, 2]).logProb([[0.5, 0.2]])[0]);
    expect(posterior.at([1, 2]).logProb({ ...POINT, b: 3 })).toEqual(Float64Array.of(-Infinity));
  });
});

describe("a likelihood refuses", () => {
  refuses([
    ["a list for theta", () => likelihood.at(wrong([1, 2, 3])), "nle.at: theta has shape [3]; expected { length, b }, 2 numbers by name"],
    ["no theta", () => likelihood.at(wrong(undefined)), "nle.at: theta is undefined; expected { length, b }, 2 numbers by name"],
    ["a number", () => likelihood.logProb([[1, 2]], wrong(3)), "nle.logProb: theta is 3; expected { length, b }"],
    ["half a theta", () => likelihood.at(wrong({ b: 1 })), "nle.at: theta.length is undefined; expected a number in [-2, 2]"],
    ["another name", () => likelihood.at(wrong({ ...POINT, c: 1 })), "nle.at: theta.c is 1; expected one of the parameters length, b"],
    ["theta outside", () => likelihood.score([[1, 2]], { ...POINT, b: 3 }), "nle.score: theta.b is 3; expected a number in [-2, 2]"],
    ["a long event", () => likelihood.logProb([[1, 2, 3]], POINT), "nle.logProb: x[0] has shape [3]; expected [2]"],
    ["no events", () => likelihood.logProb(wrong(undefined), POINT), "nle.logProb: x is undefined; expected numbers [N, 2]"],
    ["a NaN", () => likelihood.logProb([[1, Number.NaN]], POINT), "nle.logProb: x[0][1] is NaN"],
    ["a wide matrix", () => likelihood.logProbs(matrix(4, 3), matrix(2, 2)), "nle.logProbs: x has shape [4, 3]; expected [N, 2]"],
    ["wide thetas", () => likelihood.logProbs(matrix(4, 2), matrix(2, 3)), "nle.logProbs: thetas has shape [2, 3]; expected [N, 2]"],
    [
      "lists",
      () => likelihood.members(wrong([[1, 2]]), matrix(2, 2)),
      "nle.members: x is [[1,2]]; expected a matrix { rows, columns, values",
    ],
    [
      "weights of other events",
      () => likelihood.gradients(matrix(4, 2), matrix(2, 2), new Float64Array(3)),
      "nle.gradients: weights has shape [3]; expected [4]",
    ],
    ["events of the emulator", () => likelihood.at(POINT).logProb([1]), "nle.logProb: x[0] has shape [1]; expected [2]"],
    ["a seed for a key", () => likelihood.at(POINT).sample(wrong(5), 10), "nle.sample: key is 5; expected a key"],
  ]);
});

describe("a fit refuses", () => {
  const METHODS = { npe: npe(), nle: nle(), scandal: scandal(), apt: apt(), tsnpe: tsnpe(), snl: snl() };
  type Fit = (simulations: unknown, options?: unknown) => Promise<unknown>;
  const whole = "expected simulations: theta, x, parameters and observables";

  test.each(Object.entries(METHODS))("by %s what is no simulations, and options without a seed", async (given, method) => {
    const [name, train] = [given === "snl" ? "nle" : given, method.fit as Fit];
    const options = { seed: 1, prior: uniform(RANGES) };
    await expect(train(undefined, options)).rejects.toThrow(`${name}.fit: simulations is undefined; ${whole}`);
    await expect(train([[1, 2]], options)).rejects.toThrow(`${name}.fit: simulations is [[1,2]]; ${whole}`);
    await expect(train(simulations, { ...options, seed: undefined })).rejects.toThrow(
      `${name}.fit: seed is undefined; expected an integer`,
    );
    await expect(train(simulations, { ...options, signal: new AbortController() })).rejects.toThrow(`${name}.fit: signal is`);
    await expect(train(simulations)).rejects.toThrow(`${name}.fit: ${given === "snl" ? "seed" : "options"} is undefined`);
  });

  test("columns without names, and a prior that is none", async () => {
    const train = npe().fit as Fit;
    await expect(train({ ...simulations, observables: ["x"] }, { seed: 1 })).rejects.toThrow(
      "npe.fit: simulations.x has shape [100, 2]; expected [N, 1], a column for each of x",
    );
    await expect(train({ ...simulations, parameters: { b: [-2, 2] } }, { seed: 1 })).rejects.toThrow(
      "npe.fit: simulations.theta has shape [100, 2]; expected [N, 1], a column for each of b",
    );
    await expect(train({ ...simulations, theta: [[1]] }, { seed: 1 })).rejects.toThrow(
      "npe.fit: simulations.theta is [[1]]; expected a matrix",
    );
    for (const prior of ["uniform", null, { length: [-2, 2], b: [-2, 2] }])
      await expect(train(simulations, { seed: 1, prior })).rejects.toThrow(
        `npe.fit: prior is ${JSON.stringify(prior)}; expected a prior, or { parameters }`,
      );
    await expect((apt().fit as Fit)(simulations, { seed: 1 })).rejects.toThrow(
      "apt.fit: prior is undefined; expected a prior with a density",
    );
  });
});

describe("so far away that float32 ends", () => {
  test("a density is 0, not NaN, and so is its slope", () => {
    for (const x of [1e39, -1e100, 1e300]) {
      expect(likelihood.logProb([[x, 0]], POINT)).toEqual(Float64Array.of(-Infinity));
      expect(likelihood.score([[x, 0]], POINT).values).toEqual(new Float64Array(2));
    }
  });

  test("there are no draws, and it says so", () => {
    const ask = () => posterior.at([1e300, 0]).sample(key(1), 5);
    expect(ask).toThrow(NotConvergedError);
    expect(ask).toThrow("sample: draws given this context are NaN; it lies too far from what was trained on");
  });
});
