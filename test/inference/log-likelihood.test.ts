import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { logLikelihood } from "../../src/inference/log-likelihood.js";
import type { Matrix } from "../../src/numerics/matrix.js";
import { coin, coins, normalMean, normals, twoMeans } from "./models.js";

describe("logLikelihood", () => {
  const x = normals(1, 500, 0.7);
  const logL = logLikelihood(normalMean(), x);

  it("is the sum of log p over the events", () => {
    const exact = x.reduce((total, value) => total - 0.5 * (value - 0.3) ** 2, 0) - 250 * Math.log(2 * Math.PI);
    expect(logL({ mean: 0.3 })).toBeCloseTo(exact, 10);
    expect(logL.events).toBe(500);
    expect(Object.keys(logL.parameters)).toEqual(["mean"]);
  });

  it("evaluates equal events once and counts them", () => {
    const seen: number[] = [];
    const counted = {
      ...coin,
      logProb: (rows: Matrix, theta: { p: number }) => {
        seen.push(rows.rows);
        return coin.logProb(rows, theta);
      },
    };
    expect(logLikelihood(counted, coins(30, 100))({ p: 0.25 })).toBeCloseTo(30 * Math.log(0.25) + 70 * Math.log(0.75), 11);
    expect(seen).toEqual([2]);
  });

  it("differs by a constant only when a ratio to a fixed reference stands for the density", () => {
    const density = normalMean();
    const ratio = {
      parameters: density.parameters,
      logRatio: (rows: Matrix, theta: { mean: number }) =>
        density.logProb(rows, theta).map((value, i) => value - density.logProb(rows, { mean: 2 })[i]!),
    };
    const logR = logLikelihood(ratio, x);
    expect(logR({ mean: 0.5 }) - logR({ mean: -0.5 })).toBeCloseTo(logL({ mean: 0.5 }) - logL({ mean: -0.5 }), 9);
    expect(logR({ mean: 2 })).toBe(0);
  });

  it("has batch and grid forms that agree with it", () => {
    expect(logL.batch([0.1, -2])).toEqual(Float64Array.of(logL({ mean: 0.1 }), logL({ mean: -2 })));
    const { axes, shape, values } = logLikelihood(twoMeans(0.5), [[0.1, 0.2]]).grid(5);
    expect(shape).toEqual([5, 5]);
    expect([axes[0]![1], axes[1]![3]]).toEqual([-2.5, 4]);
    expect(values[1 * 5 + 3]).toBe(logLikelihood(twoMeans(0.5), [[0.1, 0.2]])({ a: -2.5, b: 4 }));
  });

  it("is -Infinity where an event is impossible", () => {
    expect(logLikelihood(coin, [1, 0])({ p: 1 })).toBe(-Infinity);
  });

  it.each([
    {
      name: "no events",
      run: () => logLikelihood(normalMean(), []),
      error: ShapeError,
      message: "logLikelihood: events has shape [0, 1]; expected [N, 1] with N at least 1",
    },
    {
      name: "NaN in x",
      run: () => logLikelihood(normalMean(), [0, Number.NaN]),
      error: DomainError,
      message: "logLikelihood: events[1][0] is NaN; expected a finite number",
    },
    {
      name: "too many observables",
      run: () => logLikelihood(normalMean(), [[1, 2]]),
      error: ShapeError,
      message: "logLikelihood: events[0] has shape [2]; expected [1]",
    },
    {
      name: "no density",
      run: () => logLikelihood({ parameters: { mean: [0, 1] } } as unknown as typeof coin, [0]),
      error: DomainError,
      message: "logLikelihood: density is",
    },
    {
      name: "theta outside the range",
      run: () => logL({ mean: 11 }),
      error: DomainError,
      message: "logLikelihood: theta.mean is 11; expected a number in [-10, 10]",
    },
    {
      name: "an unknown parameter",
      run: () => logL({ mean: 0, slope: 1 } as { mean: number }),
      error: DomainError,
      message: "logLikelihood: theta.slope is 1; expected one of the parameters mean",
    },
    {
      name: "NaN from the density",
      run: () => logLikelihood({ ...coin, logProb: () => Float64Array.of(Number.NaN) }, [1])({ p: 0.5 }),
      error: DomainError,
      message: 'logLikelihood: density at x = [1], theta = {"p":0.5} is NaN',
    },
    {
      name: "a density of another length",
      run: () => logLikelihood({ ...coin, logProb: () => Float64Array.of(0, 0) }, [1])({ p: 0.5 }),
      error: ShapeError,
      message: "has shape [2]; expected [1]",
    },
    {
      name: "a grid of two points",
      run: () => logL.grid(2),
      error: DomainError,
      message: "logLikelihood: points is 2; expected an integer from 3",
    },
  ])("refuses $name", ({ run, error, message }) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});
