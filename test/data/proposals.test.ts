import { describe, expect, test } from "vitest";
import { drawnFrom, joinSimulations, selectSimulations, thetaByRound } from "../../src/data/proposals.js";
import { DomainError, ShapeError } from "../../src/errors.js";
import { simulationsFromArrays } from "../../src/index.js";

const events = (theta: readonly number[], simulator = "line") =>
  simulationsFromArrays({
    simulator,
    parameters: { a: [0, 9] },
    observables: ["x"],
    theta: theta.map((a) => [a]),
    x: theta.map((a) => [10 * a]),
  });
const guess = { name: "a guess", kind: "other" } as const;

describe("proposals travel with the simulations", () => {
  const joined = joinSimulations([
    events([1, 2]),
    drawnFrom(events([3, 4, 5]), { ...guess, logProb: Float64Array.of(-3, -4, -5) }),
    drawnFrom(events([6]), { name: "cut", kind: "truncated" }),
  ]);

  test("joining keeps what each row was drawn from, and numbers the rounds", () => {
    expect(Array.from(joined.theta.values)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Array.from(joined.x.values)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(joined.proposals).toEqual([
      { name: "prior", kind: "prior", round: 1, first: 0, rows: 2, simulated: 2 },
      { ...guess, round: 2, first: 2, rows: 3, simulated: 3, logProb: Float64Array.of(-3, -4, -5) },
      { name: "cut", kind: "truncated", round: 3, first: 5, rows: 1, simulated: 1 },
    ]);
  });

  test("joining is associative", () => {
    const [a, b, c] = [events([1]), drawnFrom(events([2, 3]), guess), drawnFrom(events([4]), guess)];
    expect(joinSimulations([joinSimulations([a, b]), c])).toEqual(joinSimulations([a, joinSimulations([b, c])]));
  });

  test("a selection keeps them, row by row", () => {
    const chosen = selectSimulations(joined, [1, 3, 4]);
    expect(Array.from(chosen.theta.values)).toEqual([2, 4, 5]);
    expect(chosen.proposals!.map(({ first, rows }) => [first, rows])).toEqual([
      [0, 1],
      [1, 2],
      [3, 0],
    ]);
    expect(chosen.proposals![1]!.logProb).toEqual(Float64Array.of(-4, -5));
  });

  test("thetaByRound gives each round's parameters", () => {
    expect(thetaByRound(joined).map(({ theta, label }) => [label, ...theta.values])).toEqual([
      ["round 1", 1, 2],
      ["round 2", 3, 4, 5],
      ["round 3", 6],
    ]);
    expect(thetaByRound(events([7]))).toHaveLength(1);
  });

  test("refusals", () => {
    expect(() => joinSimulations([])).toThrow(DomainError);
    expect(() => joinSimulations([events([1]), events([1], "other")])).toThrow(
      /parts' simulator is "other"; expected line, as in the first part/,
    );
    expect(() => drawnFrom(events([1]), { name: "x", kind: "posterior" as never })).toThrow(
      /kind is "posterior"; expected "prior", "truncated" or "other"/,
    );
    expect(() => drawnFrom(events([1]), { ...guess, round: 0 })).toThrow(DomainError);
    expect(() => drawnFrom(events([1]), { ...guess, logProb: Float64Array.of(1, 2) })).toThrow(ShapeError);
  });

  const one = events([1]);
  const wider = { ...one, parameters: { a: [0, 10] } } as unknown as typeof one;
  test.each<[what: string, call: () => unknown, message: string]>([
    ["no proposal", () => drawnFrom(one, undefined as never), "drawnFrom: proposal is undefined; expected a record with name and kind"],
    ["no name", () => drawnFrom(one, { kind: "other" } as never), "drawnFrom: name is undefined; expected what theta was drawn from"],
    ["an empty name", () => drawnFrom(one, { ...guess, name: " " }), 'drawnFrom: name is " "'],
    ["NaN", () => drawnFrom(one, { ...guess, logProb: Float64Array.of(Number.NaN) }), "drawnFrom: logProb[0] is NaN; expected a finite"],
    ["no density", () => drawnFrom(one, { ...guess, logProb: Float64Array.of(-Infinity) }), "drawnFrom: logProb[0] is -Infinity"],
    ["a number as logProb", () => drawnFrom(one, { ...guess, logProb: 1 as never }), "drawnFrom: logProb is 1; expected a Float64Array"],
    ["nothing", () => drawnFrom(undefined as never, guess), "drawnFrom: simulations is undefined; expected simulations"],
    ["no x", () => drawnFrom({ ...one, x: undefined as never }, guess), "drawnFrom: simulations.x is undefined; expected a matrix"],
    ["no list", () => joinSimulations(one as never), "; expected a list; write joinSimulations([a, b])"],
    ["nothing to join", () => joinSimulations(undefined as never), "joinSimulations: parts is undefined; expected a list"],
    [
      "a promise among the parts",
      () => joinSimulations([one, Promise.resolve(one) as never]),
      "joinSimulations: parts[1].theta is undefined",
    ],
    [
      "ranges that differ",
      () => joinSimulations([one, wider]),
      "joinSimulations: parts' parameters.a is [0,10]; expected [0, 9], as in the first part",
    ],
    ["a list of no rounds", () => thetaByRound([] as never), "thetaByRound: simulations is []; expected simulations"],
    ["no rounds", () => thetaByRound(undefined as never), "thetaByRound: simulations is undefined; expected simulations"],
    ["theta alone", () => thetaByRound({ theta: one.theta } as never), "thetaByRound: simulations.x is undefined"],
  ])("refuses %s", (_, call, message) => {
    expect(call).toThrow(DomainError);
    expect(call).toThrow(message);
  });
});
