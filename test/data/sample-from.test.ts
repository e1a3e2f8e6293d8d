import { describe, expect, it } from "vitest";
import {
  carl,
  galtonBoard,
  key,
  type LabelledSample,
  type MinedSample,
  type MinedSampleWithScore,
  mine,
  sampleFromArrays,
  simulationsFromArrays,
  stream,
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

  it("refuses no events, events of one label without a score, and another word for failures", () => {
    expect(() => sampleFromArrays({ ...arrays, x: [], label: [] })).toThrow(
      "sampleFromArrays: x has shape [0, 2]; expected [N, 2] with N at least 1",
    );
    const alone = { ...arrays, label: [0, 0, 0] };
    expect(() => sampleFromArrays(alone)).toThrow('sampleFromArrays: label is "0 for all events"; expected events of both labels, 0 and 1');
    expect(sampleFromArrays({ ...alone, jointLogRatio: [0, 0, 0], jointScore: arrays.theta0 }).jointScore.rows).toBe(3);
    expect(() => sampleFromArrays({ ...arrays, failures: "ignore" as "drop" })).toThrow('failures is "ignore"; expected "stop" or "drop"');
  });

  it("leaves out and counts what is not finite, when asked: what stays is as if it had been given alone", () => {
    const source = stream(key(1));
    const N = 400;
    const numbers = () =>
      Array.from({ length: N }, () => (source.uniform() < 0.05 ? [Number.NaN, Infinity, -Infinity][source.integer(3)]! : source.normal()));
    const [u, v, jointLogRatio, score] = [numbers(), numbers(), numbers(), numbers()];
    const rows = (kept: readonly number[]) => ({
      ...layout,
      x: kept.map((i) => [u[i]!, v[i]!]),
      theta0: kept.map((i) => [i / N, 1]),
      theta1: { a: 0, b: 2 },
      label: kept.map((i) => i % 2),
      jointLogRatio: kept.map((i) => jointLogRatio[i]!),
      jointScore: kept.map((i) => [score[i]!, 0]),
    });
    const all = Array.from({ length: N }, (_, i) => i);
    const finite = all.filter((i) => [u, v, jointLogRatio, score].every((column) => Number.isFinite(column[i])));
    const { failures, ...sample } = sampleFromArrays({ ...rows(all), failures: "drop" });
    const { failures: none, ...expected } = sampleFromArrays(rows(finite));
    expect(sample).toEqual(expected);
    expect(none.count).toBe(0);
    expect(failures.count).toBe(N - finite.length);
    expect(failures.examples.map(({ event }) => event)).toEqual(all.filter((i) => !finite.includes(i)).slice(0, 100));
    const [first] = failures.examples;
    expect(first!.theta).toEqual({ a: first!.event / N, b: 1 });
    expect(() => sampleFromArrays(rows(all))).toThrow('expected a finite number; leave such events out, or say failures: "drop"');
  });

  it("names the place of what it left out", () => {
    const x = [
      [1, 2],
      [3, Number.NaN],
      [5, 6],
      [7, 8],
    ];
    const given = { ...layout, x, theta0: { a: 0, b: 1 }, theta1: { a: 1, b: 1 }, label: [0, 1, 0, 1], jointLogRatio: [0, 1, Infinity, 2] };
    const { failures } = sampleFromArrays({ ...given, failures: "drop" });
    expect(failures.examples.map(({ reason }) => reason)).toEqual(["x[1][1] is NaN", "jointLogRatio[2] is Infinity"]);
  });

  it("simulations likewise", () => {
    const simulations = simulationsFromArrays({ ...layout, x: arrays.x, theta: arrays.theta0 });
    expect(simulations.theta.values).toEqual(Float64Array.of(0, 1, 0.5, 1, -1, 2));
    expect(() => simulationsFromArrays({ ...layout, x: arrays.x, theta: [[0, 1]] })).toThrow(
      "simulationsFromArrays: theta has shape [1, 2]; expected [3, 2], as many rows as x",
    );
    const x = [
      [1, 2],
      [Number.NaN, 4],
      [5, 6],
    ];
    const { failures, theta } = simulationsFromArrays({ ...layout, x, theta: arrays.theta0, failures: "drop" });
    expect(theta.values).toEqual(Float64Array.of(0, 1, -1, 2));
    expect(failures).toEqual({ count: 1, examples: [{ event: 1, theta: { a: 0.5, b: 1 }, reason: "x[1][0] is NaN" }] });
  });
});
