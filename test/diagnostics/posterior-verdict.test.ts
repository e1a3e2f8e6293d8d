import { beforeAll, describe, expect, it } from "vitest";
import type { Check } from "../../src/diagnostics/check.js";
import { posteriorVerdict } from "../../src/diagnostics/posterior-verdict.js";
import type { Verdict } from "../../src/diagnostics/verdict.js";
import { verdict } from "../../src/diagnostics/verdict-of.js";
import { DomainError, type Key, key, type Matrix, ShapeError, standardNormals } from "../../src/index.js";
import { type Distortion, gaussianLinear } from "./fixtures/gaussian-linear.js";

const five = gaussianLinear(5);
const judge = (distortion: Distortion, more: object = {}) =>
  verdict(five.posterior(distortion), five.simulator, { prior: five.prior, seed: 1, draws: 60, ...more });
const failing = ({ checks }: Verdict) => checks.filter(({ grade }) => grade === "fail").map(({ name }) => name);
const messages = (checks: readonly Check[], but = "") =>
  checks.filter(({ name, grade }) => grade !== "pass" && name !== but).map(({ message }) => message);

describe("verdict of a posterior", () => {
  let exact: Verdict;
  beforeAll(async () => {
    exact = await judge({});
  });

  it("passes the exact one, with a check for each parameter, coverage and TARP", () => {
    expect(exact.grade).toBe("pass");
    expect(exact.checks.map(({ name }) => name)).toEqual([...five.names.map((name) => `SBC ${name}`), "coverage", "TARP"]);
    expect(exact.checks.every(({ advice }) => advice === "")).toBe(true);
    expect(exact.toString()).toContain("90.2 % regions of highest density hold");
  });

  it("fails one that is too narrow, and says over-confident", async () => {
    const found = await judge({ width: 0.7 });
    expect(found.check("coverage")).toMatchObject({
      grade: "fail",
      message: expect.stringMatching(/^over-confident: the regions are too small/),
    });
    expect(found.check("coverage")!.value).toBeLessThan(0.75);
    for (const message of messages(found.checks, "TARP")) expect(message).toMatch(/^over-confident/);
    expect(messages(found.checks).length).toBeGreaterThanOrEqual(4);
  });

  it("fails one that is too wide, and says under-confident", async () => {
    const found = await judge({ width: 1.5 });
    expect(found.check("coverage")).toMatchObject({ grade: "fail", message: expect.stringMatching(/^under-confident/) });
    for (const message of messages(found.checks, "TARP")) expect(message).toMatch(/^under-confident/);
  });

  it.each([
    { shift: 1, side: "high" },
    { shift: -1, side: "low" },
  ])("fails one that is biased by $shift, and says in which parameter and which way", async ({ shift, side }) => {
    const found = await judge({ shift });
    expect(found.check("SBC theta1")).toMatchObject({
      grade: "fail",
      message: expect.stringContaining(`biased: the posterior lies too ${side}`),
    });
    expect(failing(found).filter((name) => name.startsWith("SBC"))).toEqual(["SBC theta1"]);
  });

  it("fails one that gives the prior back, by TARP alone", async () => {
    const found = await judge({ ignores: true });
    expect(failing(found)).toEqual(["TARP"]);
    expect(found.check("TARP")!.message).toMatch(/^not exact: truths lie nearer to the mean theta of similar data sets/);
    expect(found.check("TARP")!.advice).toContain("where they pass, it may ignore x");
  });

  it("fails samples that are not finite, and says how many", async () => {
    const posterior = five.posterior();
    const sometimes = {
      ...posterior,
      at: (x: ArrayLike<number>) => ({
        ...posterior.at(x),
        sample: (from: Key, n: number) =>
          x[0]! > 0 ? { rows: n, columns: 5, values: new Float64Array(5 * n).fill(Number.NaN) } : posterior.at(x).sample(from, n),
      }),
    };
    const found = await verdict(sometimes, five.simulator, { prior: five.prior, seed: 1, datasets: 40, draws: 20 });
    expect(found.checks.map(({ name }) => name)).toEqual(["samples"]);
    expect(found.checks[0]!.value).toBeGreaterThan(8);
    expect(found.checks[0]!.message).toContain("not finite");
    expect(found.grade).toBe("fail");
  });

  it("leaves coverage out where there is no density", async () => {
    const posterior = five.posterior();
    const without = { ...posterior, at: (x: ArrayLike<number>) => ({ sample: (from: Key, n: number) => posterior.at(x).sample(from, n) }) };
    const { checks } = await verdict(without, five.simulator, { prior: five.prior, seed: 1, datasets: 50, draws: 20 });
    expect(checks.map(({ name }) => name)).toEqual([...five.names.map((name) => `SBC ${name}`), "TARP"]);
  });

  it("judges the loss curves of one that has them", async () => {
    const losses = [1, 0.8, 0.7, 0.65, 0.64, 0.64, 0.64, 0.64];
    const history = losses.map((loss, i) => ({
      epoch: i + 1,
      trainingLoss: loss,
      validationLoss: loss,
      learningRate: 1,
      gradientNorm: 1,
      seconds: 1,
    }));
    const trained = { ...five.posterior(), training: [{ history, bestEpoch: 8, stopped: "epochs" }] };
    const found = await verdict(trained, five.simulator, { prior: five.prior, seed: 1, datasets: 30, draws: 20 });
    expect(found.check("loss curves")!.grade).toBe("pass");
  });

  it.each([
    { what: "an observation like the others", observation: [0.1, -0.2, 0.3, 0, 0.2], grade: "pass" },
    { what: "one far away", observation: [0.1, -0.2, 300, 0, 0.2], grade: "fail" },
  ])("grades $what", async ({ observation, grade }) => {
    const found = await judge({}, { observation, datasets: 100 });
    expect(found.check("observation")!.grade).toBe(grade);
    if (grade === "fail") expect(found.check("observation")!.advice).toMatch(/^look at x3:/);
  });

  it("compares the observation with the training simulations where it has them", async () => {
    const x: Matrix = { rows: 2000, columns: 5, values: standardNormals(key(5), 10_000).map((z) => 100 + z) };
    const found = await verdict({ ...five.posterior(), simulations: { x } }, five.simulator, {
      prior: five.prior,
      seed: 1,
      datasets: 30,
      draws: 20,
      observation: [0, 0, 0, 0, 0],
    });
    expect(found.check("observation")!.message).toContain("2000 simulations");
    expect(found.check("observation")!.grade).toBe("fail");
  });

  it("judges by the data sets that were done when it is aborted", async () => {
    const controller = new AbortController();
    controller.abort();
    const found = await judge({}, { signal: controller.signal });
    expect(found.grade).toBe("warn");
    expect(found.checks[0]!.message).toBe("interrupted: 0 of 300 data sets");
  });

  it.each([
    { what: "another prior", more: { prior: gaussianLinear(2).prior }, error: DomainError, message: "prior.names" },
    { what: "an observation of another length", more: { observation: [1, 2] }, error: ShapeError, message: "observation has shape [2]" },
    {
      what: "a NaN observation",
      more: { observation: [0, 0, 0, 0, Number.NaN] },
      error: DomainError,
      message: "observation[4] (x5) is NaN",
    },
    { what: "no data sets", more: { datasets: 0 }, error: DomainError, message: "datasets" },
  ])("refuses $what", async ({ more, error, message }) => {
    await expect(judge({}, more)).rejects.toThrow(error);
    await expect(judge({}, more)).rejects.toThrow(message);
  });

  it("gives a false alarm as rarely as it says", async () => {
    const small = gaussianLinear(2);
    const repeats = 150;
    const found: Verdict[] = [];
    for (let seed = 0; seed < repeats; seed++) {
      found.push(await posteriorVerdict(small.posterior(), small.simulator, { prior: small.prior, seed, datasets: 60, draws: 20 }));
    }
    // SBC, coverage and TARP: three families with a warning in a hundred each.
    const warned = found.flatMap(({ checks }) => checks.filter(({ grade }) => grade !== "pass")).length;
    expect(warned / repeats).toBeLessThan(0.03 + 5 * Math.sqrt(0.03 / repeats));
    expect(found.filter(({ grade }) => grade === "fail")).toEqual([]);
  });
});
