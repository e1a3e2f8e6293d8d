import { describe, expect, it } from "vitest";
import {
  carl,
  galtonBoard,
  type LabelledSample,
  type MinedSample,
  type MinedSampleWithScore,
  mine,
  sampleFromArrays,
  simulationsFromArrays,
} from "../../src/index.js";

const layout = { parameters: { a: [-1, 1], b: [0, 2] }, observables: ["u", "v"] } as const;
const arrays = {
  ...layout,
  x: [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  theta0: [
    [0, 1],
    [0.5, 1],
    [-1, 2],
  ],
  theta1: { a: 0, b: 1 },
  label: [0, 1, 0],
};

describe("a sample from arrays", () => {
  it("has what was given, and a type that says so", async () => {
    const labelled: LabelledSample<typeof layout.parameters> = sampleFromArrays(arrays);
    expect(labelled.theta1.values).toEqual(Float64Array.of(0, 1, 0, 1, 0, 1));
    const mined: MinedSample<typeof layout.parameters> = sampleFromArrays({ ...arrays, jointLogRatio: [0.1, 0.2, 0.3] });
    expect(mined.jointLogRatio).toEqual(Float64Array.of(0.1, 0.2, 0.3));
    const scored: MinedSampleWithScore<typeof layout.parameters> = sampleFromArrays({
      ...arrays,
      jointLogRatio: [1, 2, 3],
      jointScore: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    });
    expect(scored.jointScore.values).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    // @ts-expect-error a labelled sample has no joint ratio
    expect(labelled.jointLogRatio).toBeUndefined();
  });

  it("trains as what was mined does", async () => {
    const board = galtonBoard();
    const mined = await mine(board, { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
    const again = sampleFromArrays({
      parameters: board.parameters,
      observables: board.observables,
      x: Array.from(mined.x.values, (x) => [x]),
      theta0: { slope: -0.8 },
      theta1: { slope: -0.6 },
      label: mined.label,
    });
    const fit = { seed: 1, epochs: 2, verdict: false };
    const [a, b] = [await carl({ hidden: [5] }).fit(mined, fit), await carl({ hidden: [5] }).fit(again, fit)];
    expect(b.logRatio([15], { slope: -0.8 })).toEqual(a.logRatio([15], { slope: -0.8 }));
  });

  it.each([
    { what: "x of another width", change: { x: [[1], [2], [3]] }, message: "sampleFromArrays: x[0] has shape [1]; expected [2]" },
    { what: "too few labels", change: { label: [0, 1] }, message: "sampleFromArrays: label has shape [2]; expected [3]" },
    { what: "a label of 2", change: { label: [0, 1, 2] }, message: "sampleFromArrays: label[2] is 2; expected 0" },
    {
      what: "theta outside",
      change: {
        theta0: [
          [0, 1],
          [0, 3],
          [0, 1],
        ],
      },
      message: "sampleFromArrays: theta0[1].b is 3; expected a number in [0, 2]",
    },
    {
      what: "an unknown name",
      change: { theta1: { a: 0, c: 1 } },
      message: "sampleFromArrays: theta1.c is 1; expected one of the parameters a, b",
    },
    {
      what: "NaN",
      change: {
        x: [
          [1, 2],
          [3, Number.NaN],
          [5, 6],
        ],
      },
      message: "sampleFromArrays: x[1][1] is NaN; expected a finite number",
    },
  ])("refuses $what", ({ change, message }) => {
    expect(() => sampleFromArrays({ ...arrays, ...change } as typeof arrays)).toThrow(message);
  });

  it("leaves out and counts what is not finite, when asked", () => {
    const sample = sampleFromArrays({
      ...arrays,
      x: [
        [1, 2],
        [3, Number.NaN],
        [5, 6],
      ],
      jointLogRatio: [0, 1, Infinity],
      failures: "drop",
    });
    expect(sample.x.values).toEqual(Float64Array.of(1, 2));
    expect(sample.failures).toEqual({
      count: 2,
      examples: [
        { event: 1, theta: { a: 0.5, b: 1 }, reason: "x[1][1] is NaN" },
        { event: 2, theta: { a: -1, b: 2 }, reason: "jointLogRatio[2] is Infinity" },
      ],
    });
  });

  it("simulations likewise", () => {
    const simulations = simulationsFromArrays({ ...layout, x: arrays.x, theta: arrays.theta0 });
    expect(simulations.theta.values).toEqual(Float64Array.of(0, 1, 0.5, 1, -1, 2));
    expect(() => simulationsFromArrays({ ...layout, x: arrays.x, theta: [[0, 1]] })).toThrow("theta has shape [1, 2]; expected [3, 2]");
  });
});
