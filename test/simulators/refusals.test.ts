import { describe, expect, it } from "vitest";
import {
  bernoulli,
  categorical,
  DomainError,
  exponential,
  fold,
  galtonBoard,
  independent,
  key,
  MissingGoldError,
  mine,
  normal,
  poisson,
  type Sample,
  ShapeError,
  simulate,
  simulator,
  uniform,
} from "../../src/index.js";

type Point = { readonly a: number };

const make = (run: (theta: Point, sample: Sample) => ArrayLike<number>) =>
  simulator({ name: "toy", parameters: { a: [0, 2] }, observables: ["x"] }, run);
const mineToy = (run: (theta: Point, sample: Sample) => ArrayLike<number>) =>
  mine(make(run), { numerator: { a: 1 }, denominator: { a: 0.5 }, n: 20, seed: 1 });

let calls = 0;

describe("mining is undefined", () => {
  it.each<{ why: string; run: (theta: Point, sample: Sample) => ArrayLike<number>; address: string | undefined; says: string }>([
    {
      why: "when theta enters after the draws",
      run: ({ a }, sample) => [sample("z", normal(0, 1)) + a],
      address: undefined,
      says: "the observable x is",
    },
    {
      why: "when the support of a draw moves with theta",
      run: ({ a }, sample) => [sample("width", uniform(0, 1)) + sample("z", uniform(0, a)) + sample("z", uniform(0, 1 + a))],
      address: "z#1",
      says: "the support of the draw z#1 is [0, 0.5] where it was [0, 1]",
    },
    {
      why: "when the support of a later occurrence moves with theta",
      run: ({ a }, sample) => [sample("z", uniform(0, 1)) + sample("z", uniform(0, 1 + a))],
      address: "z#2",
      says: "the support of the draw z#2",
    },
    {
      why: "when the number of categories depends on theta",
      run: ({ a }, sample) => [sample("k", categorical(a < 0.9 ? [0.5, 0.5] : [0.2, 0.3, 0.5]))],
      address: "k#1",
      says: "the support of the draw k#1",
    },
    {
      why: "when a draw possible at one theta is impossible at the other",
      run: ({ a }, sample) => [sample("z", normal(0, 1)) + sample("b", bernoulli(a <= 0.6 ? 0 : 0.5))],
      address: "b#1",
      says: "the draw b#1 is impossible at { a: 0.5 }: its support depends on theta",
    },
    {
      why: "when another address comes at another theta",
      run: ({ a }, sample) => [sample("first", normal(0, 1)) + sample(a > 0.9 ? "high" : "low", normal(0, 1))],
      address: "low#1",
      says: "the draw low#1 comes where high#1 was drawn",
    },
    {
      why: "when more draws come at another theta",
      run: ({ a }, sample) => {
        let sum = 0;
        for (let i = 0; i < (a > 0.9 ? 2 : 3); i++) sum += sample("z", normal(0, 1));
        return [sum];
      },
      address: "z#3",
      says: "the draw z#3 comes where the trace had ended",
    },
    {
      why: "when fewer draws come at another theta",
      run: ({ a }, sample) => {
        let sum = 0;
        for (let i = 0; i < (a > 0.9 ? 3 : 2); i++) sum += sample("z", normal(0, 1));
        return [sum];
      },
      address: "z#3",
      says: "the draw z#3 does not come",
    },
    {
      why: "when a random number is not traced",
      run: ({ a }, sample) => [sample("z", normal(a, 1)) + Math.random()],
      address: undefined,
      says: "when the same draws are replayed at the same theta",
    },
    {
      why: "when a clock is read",
      run: ({ a }, sample) => [sample("z", normal(a, 1)) + performance.now()],
      address: undefined,
      says: "when the same draws are replayed at the same theta",
    },
    {
      why: "when state is kept between events",
      run: ({ a }, sample) => [sample("z", normal(a, 1)) + calls++],
      address: undefined,
      says: "when the same draws are replayed at the same theta",
    },
    {
      why: "when an untraced number moves a distribution and not x",
      run: ({ a }, sample) => [sample("still", normal(a, 1)) + sample("moved", normal(a + Math.random(), 1))],
      address: "moved#1",
      says: "the distribution of the draw moved#1 changes",
    },
    {
      why: "when an untraced number decides on an address",
      run: ({ a }, sample) => [sample(`z${Math.random()}`, normal(a, 1))],
      address: expect.stringMatching(/^z0\.\d+#1$/) as unknown as string,
      says: "when the same draws are replayed at the same theta",
    },
    {
      why: "when log p has a corner at theta",
      run: ({ a }, sample) => [sample("z", normal(Math.abs(a - 1), 1))],
      address: undefined,
      says: "no score for parameter 0 at { a: 1 }: the difference of log p is uncertain by",
    },
  ])("$why", async ({ run, address, says }) => {
    const error = await mineToy(run).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MissingGoldError);
    expect((error as MissingGoldError).message).toMatch(/^mine: toy, event \d+: /);
    expect((error as MissingGoldError).message).toContain(says);
    expect((error as MissingGoldError).address).toEqual(address);
  });

  it("at the very edge of what the distributions accept", async () => {
    const flip = make(({ a }, sample) => [sample("b", bernoulli(a / 2))]);
    await expect(mine(flip, { numerator: { a: 2 }, denominator: { a: 0.5 }, n: 20, seed: 1 })).rejects.toThrow(
      "no score for parameter 0 at { a: 2 }: log p is not finite beside theta",
    );
  });

  it("for a trace that another simulator drew", () => {
    const one = make(({ a }, sample) => [sample("one", normal(a, 1))]);
    const two = make(({ a }, sample) => [sample("two", normal(a, 1))]);
    expect(() => two.logProb({ a: 1 }, one.draw({ a: 1 }, key(1)).trace)).toThrow(MissingGoldError);
  });
});

describe("what rounding does to x is no dependence on theta", () => {
  it("mines", async () => {
    const mined = await mineToy(({ a }, sample) => [(sample("z", normal(a, 1)) / (a + 2)) * (a + 2)]);
    expect(mined.x.rows).toBe(20);
  });
});

const board = galtonBoard();
const coin = make(({ a }, sample) => [sample("b", bernoulli(a / 2))]);
const options = { theta: { slope: -0.8 }, n: 5, seed: 1 };
const hypotheses = { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 5, seed: 1 };

describe("bad input", () => {
  it.each<{ message: string; refused: () => unknown; type?: typeof DomainError | typeof ShapeError }>([
    {
      message: "simulate: theta.slope is 0.1; expected a number in [-1, 0]",
      refused: () => simulate(board, { ...options, theta: { slope: 0.1 } }),
    },
    { message: "simulate: theta.slope is NaN", refused: () => simulate(board, { ...options, theta: { slope: Number.NaN } }) },
    { message: "simulate: theta.slope is undefined", refused: () => simulate(board, { ...options, theta: {} as never }) },
    {
      message: "simulate: theta.tilt is 1; expected one of the parameters slope",
      refused: () => simulate(board, { ...options, theta: { slope: 0, tilt: 1 } as never }),
    },
    { message: "simulate: theta is undefined; expected a record", refused: () => simulate(board, { n: 5, seed: 1 } as never) },
    { message: "simulate: n is 0; expected a positive integer", refused: () => simulate(board, { ...options, n: 0 }) },
    { message: "simulate: n is 1.5; expected", refused: () => simulate(board, { ...options, n: 1.5 }) },
    { message: "simulate: n is -3; expected", refused: () => simulate(board, { ...options, n: -3 }) },
    { message: "key: seed is -1; expected", refused: () => simulate(board, { ...options, seed: -1 }) },
    { message: "key: seed is undefined; expected", refused: () => simulate(board, { theta: { slope: -0.8 }, n: 5 } as never) },
    { message: "simulate: workers is 1.5; expected a whole number", refused: () => simulate(board, { ...options, workers: 1.5 }) },
    { message: "simulate: workers is -1; expected a whole number", refused: () => simulate(board, { ...options, workers: -1 }) },
    {
      message: "simulate: workers is 2; expected 0 for a simulator without a source",
      refused: () => simulate(coin, { theta: { a: 1 }, n: 5, seed: 1, workers: 2 }),
    },
    {
      message: 'simulate: prior.tilt is "a parameter of the prior"; expected a prior over the parameters slope',
      refused: () => simulate(board, { n: 5, seed: 1, prior: uniform({ slope: [-1, 0], tilt: [0, 1] }) as never }),
    },
    {
      message: "simulate: prior.slope is undefined; expected a prior over",
      refused: () => simulate(board, { n: 5, seed: 1, prior: { ...uniform({ slope: [-1, 0] }), names: [] } as never }),
    },
    {
      message: "simulate: prior.slope is",
      refused: () => simulate(board, { n: 5, seed: 1, prior: independent({ slope: exponential(1) }) }),
    },
    {
      message: "mine: numerator.slope is -2; expected a number in [-1, 0]",
      refused: () => mine(board, { ...hypotheses, numerator: { slope: -2 } }),
    },
    { message: "mine: denominator.slope is 1; expected", refused: () => mine(board, { ...hypotheses, denominator: { slope: 1 } }) },
    { message: "mine: n is 0; expected", refused: () => mine(board, { ...hypotheses, n: 0 }) },
    { message: "draw: theta.slope is 1; expected", refused: () => board.draw({ slope: 1 }, key(1)) },
    { message: "logProb: theta.slope is 1; expected", refused: () => board.logProb({ slope: 1 }, board.draw({ slope: -1 }, key(1)).trace) },
    {
      message: "simulate: x.x of toy, event 0 at { a: 1 } is NaN; expected a finite number",
      refused: () =>
        simulate(
          make(() => [Number.NaN]),
          { theta: { a: 1 }, n: 5, seed: 1 },
        ),
    },
    { message: "mine: x.x of toy, event 0 at { a: 1 } is NaN; expected a finite number", refused: () => mineToy(() => [Number.NaN]) },
    { message: "draw: x.x of toy at { a: 1 } is Infinity; expected", refused: () => make(() => [Infinity]).draw({ a: 1 }, key(1)) },
    {
      message: "mine: score.a of toy is NaN; expected a finite number",
      refused: () =>
        mine(simulator({ ...coin, score: () => ({ a: Number.NaN }) }, coin.run), {
          numerator: { a: 1 },
          denominator: { a: 0.5 },
          n: 5,
          seed: 1,
        }),
    },
    {
      message: "simulator: parameters is {}; expected at least one parameter",
      refused: () => simulator({ name: "none", parameters: {}, observables: ["x"] }, () => [0]),
    },
    {
      message: "simulator: parameters.a is [1,1]; expected [low, high] with low below high",
      refused: () => simulator({ name: "flat", parameters: { a: [1, 1] }, observables: ["x"] }, () => [0]),
    },
    {
      message: "simulator: observables is []; expected at least one name",
      refused: () => simulator({ name: "blind", parameters: { a: [0, 1] }, observables: [] }, () => []),
    },
    {
      message: 'simulator: observables is ["x","x"]; expected names that differ',
      refused: () => simulator({ name: "twice", parameters: { a: [0, 1] }, observables: ["x", "x"] }, () => [0, 0]),
    },
    {
      message: "simulate: x of toy, event 0 at { a: 1 } has shape [2]; expected [1]",
      type: ShapeError,
      refused: () =>
        simulate(
          make(() => [1, 2]),
          { theta: { a: 1 }, n: 5, seed: 1 },
        ),
    },
    {
      message: "has shape [undefined]; expected [1]",
      type: ShapeError,
      refused: () =>
        simulate(
          make(() => undefined as never),
          { theta: { a: 1 }, n: 5, seed: 1 },
        ),
    },
  ])("$message", async ({ message, refused, type = DomainError }) => {
    const error = await Promise.resolve()
      .then(refused)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toContain(message);
  });

  it("names the event at which the number of observables varies", async () => {
    const varying = make((_theta, sample) => Array(1 + sample("extra", poisson(0.2))).fill(0));
    const first = Array.from({ length: 100 }, (_, i) => i).find((i) => varies(() => varying.draw({ a: 1 }, fold(key(1), i))));
    expect(first).toBeGreaterThan(0);
    await expect(simulate(varying, { theta: { a: 1 }, n: 100, seed: 1 })).rejects.toThrow(
      `simulate: x of toy, event ${first} at { a: 1 } has shape [`,
    );
  });

  it("an error of the simulator itself is the cause of one that says where it was", async () => {
    const cause = new RangeError("no such nail");
    const broken = make(() => {
      throw cause;
    });
    await expect(mine(broken, { numerator: { a: 1 }, denominator: { a: 1 }, n: 1, seed: 1 })).rejects.toMatchObject({
      cause,
      message: expect.stringMatching(/^mine: toy, event 0 at \{ a: 1 \} threw: no such nail; /),
    });
  });
});

function varies(draw: () => unknown): boolean {
  try {
    draw();
    return false;
  } catch (error) {
    if (error instanceof ShapeError) return true;
    throw error;
  }
}
