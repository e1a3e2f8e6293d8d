import { describe, expect, it } from "vitest";
import { expectedCoverage } from "../../src/diagnostics/expected-coverage.js";
import { lC2st } from "../../src/diagnostics/l-c2st.js";
import { simulationBasedCalibration } from "../../src/diagnostics/simulation-based-calibration.js";
import { tarp } from "../../src/diagnostics/tarp.js";
import { DomainError, ShapeError } from "../../src/index.js";
import { gaussianLinear } from "./fixtures/gaussian-linear.js";

const { posterior, simulator, prior } = gaussianLinear(1);
const own = posterior();
const options = { prior, x: [0], n: 2, draws: 5, seed: 1 };

type Call = (...given: unknown[]) => Promise<unknown>;
const checks = Object.entries({ simulationBasedCalibration, expectedCoverage, tarp, lC2st } as unknown as Record<string, Call>);

// Wrong calls that all checks of a posterior refuse alike; the message goes on behind the name of the check.
const WRONG = [
  { what: "no options", given: [own, simulator], message: "options is undefined; expected a record of options, with prior" },
  { what: "a list of options", given: [own, simulator, [1]], message: "options is [1]" },
  { what: "no seed", given: [own, simulator, { ...options, seed: undefined }], message: "seed is undefined; expected an integer" },
  { what: "no prior", given: [own, simulator, { ...options, prior: undefined }], message: "prior is undefined; expected a prior that" },
  {
    what: "ranges as prior",
    given: [own, simulator, { ...options, prior: { mu: [0, 1] } }],
    message: 'prior is {"mu":[0,1]}; expected a prior',
  },
  {
    what: "no posterior",
    given: [undefined, simulator, options],
    message: "posterior is undefined; expected an estimator of the posterior",
  },
  {
    what: "one posterior",
    given: [own.at([0]), simulator, options],
    message: "posterior.at is undefined; expected a function of x; give the",
  },
  { what: "a promise", given: [Promise.resolve(own), simulator, options], message: "posterior.at is undefined; expected a function of x" },
  { what: "a bare at", given: [{ at: own.at }, simulator, options], message: "posterior.parameters is undefined" },
  { what: "a function as simulator", given: [own, () => [1], options], message: "simulator is a function; expected a simulator with" },
  { what: "no simulator", given: [own, undefined, options], message: "simulator is undefined; expected a simulator with" },
  { what: "a number as signal", given: [own, simulator, { ...options, signal: 1 }], message: "signal is 1; expected an AbortSignal" },
];

describe.each(checks)("%s", (name, check) => {
  it.each(WRONG)("refuses $what", async ({ given, message }) => {
    const run = check(...given);
    await expect(run).rejects.toThrow(DomainError);
    await expect(run).rejects.toThrow(`${name}: ${message}`);
  });

  it.each([{ alpha: 2 }, { alpha: 0 }, { alpha: "0.1" }])("refuses %o in its own name", async (change) => {
    await expect(check(own, simulator, { ...options, ...change })).rejects.toThrow(`${name}: alpha is ${JSON.stringify(change.alpha)}`);
  });
});

describe("what a check is given by functions", () => {
  it.each([
    { what: "a text", reference: "x", error: DomainError, message: 'tarp: reference is "x"; expected a function' },
    { what: "a promise", reference: async () => [0], error: DomainError, message: "tarp: reference(x, key) is {}; expected a point [1]" },
    { what: "two numbers", reference: () => [0, 1], error: ShapeError, message: "tarp: reference(x, key) has shape [2]; expected [1]" },
    { what: "NaN", reference: () => [Number.NaN], error: DomainError, message: "tarp: reference(x, key)[0] is NaN" },
  ])("refuses $what as reference", async ({ reference, error, message }) => {
    const run = tarp(own, simulator, { ...options, reference: reference as () => number[] });
    await expect(run).rejects.toThrow(error);
    await expect(run).rejects.toThrow(message);
  });

  it.each([
    { what: "nothing", at: () => undefined, message: "posterior.at(x).sample is undefined; expected a function" },
    { what: "rows", at: () => ({ sample: () => [[1]] }), message: "the posterior's sample is [[1]]; expected a matrix" },
  ])("refuses $what from the posterior", async ({ at, message }) => {
    for (const [name, check] of Object.entries({ tarp, lC2st })) {
      const run = check({ ...own, at: at as unknown as typeof own.at }, simulator, options);
      await expect(run).rejects.toThrow(DomainError);
      await expect(run).rejects.toThrow(`${name}: ${message}`);
    }
  });
});
