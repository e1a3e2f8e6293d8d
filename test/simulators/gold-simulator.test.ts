import { describe, expect, it, vi } from "vitest";
import { goldSimulator, MissingGoldError, mine, normal, ShapeError, simulate, simulator } from "../../src/index.js";

// z ~ N(mean, 2), x ~ N(z, 1), by hand and by trace.
const parameters = { mean: [-4, 4] } as const;
const layout = { name: "shift", parameters, observables: ["x"] } as const;
const own = goldSimulator(layout, ({ mean }, source, { numerator, denominator }) => {
  const z = mean + 2 * source.normal();
  const jointLogRatio = ((z - denominator.mean) ** 2 - (z - numerator.mean) ** 2) / 8;
  return { x: [z + source.normal()], jointLogRatio, jointScore: { mean: (z - numerator.mean) / 4 } };
});
const traced = simulator(layout, ({ mean }, sample) => [sample("x", normal(sample("z", normal(mean, 2)), 1))]);

describe("a simulator that computes its own gold", () => {
  it.each([
    { name: "a point", denominator: { mean: 0 } },
    { name: "points", denominator: [{ mean: 0 }, { mean: -1 }] },
  ])("gives what its trace would, against $name", async ({ denominator }) => {
    const options = { numerator: { mean: 1 }, denominator, n: 500, seed: 1 };
    const [a, b] = [await mine(own, options), await mine(traced, options)];
    expect(a.x).toEqual(b.x);
    expect(a.theta1).toEqual(b.theta1);
    expect(a.denominatorScore === undefined).toBe(b.denominatorScore === undefined);
    a.jointLogRatio.forEach((value, i) => {
      expect(value).toBeCloseTo(b.jointLogRatio[i]!, 10);
      expect(a.jointScore.values[i]).toBeCloseTo(b.jointScore.values[i]!, 7);
      if (a.denominatorScore) expect(a.denominatorScore.values[i]).toBeCloseTo(b.denominatorScore!.values[i]!, 7);
    });
  });
});

describe("a simulator whose gold is", () => {
  const options = { numerator: { mean: 1 }, denominator: { mean: 0 }, n: 4, seed: 1 } as const;
  const saying = (draw: object) => goldSimulator(layout, () => ({ x: [0], jointLogRatio: 0, ...draw }) as never);

  it("without a score mines without it alone", async () => {
    await expect(mine(saying({}), options)).rejects.toThrow(MissingGoldError);
    await expect(mine(saying({}), { ...options, failures: "drop" })).rejects.toThrow(
      'mine: shift, event 0 at {"mean":1} has no jointScore; let it return one, or mine with score: false',
    );
    expect((await mine(saying({}), { ...options, score: false })).x.rows).toBe(4);
  });

  it.each([
    { what: "x.x", draw: { x: [Number.NaN] }, value: "NaN" },
    { what: "jointLogRatio", draw: { jointLogRatio: Infinity }, value: "Infinity" },
    { what: "jointScore.mean", draw: { jointScore: {} }, value: "undefined" },
  ])("not finite in $what is refused", async ({ what, draw, value }) => {
    const message = `mine: ${what} of shift, event 0 at {"mean":1} is ${value}; expected a finite number`;
    await expect(mine(saying(draw), options)).rejects.toThrow(message);
  });

  it("not finite for some events leaves these out, when that is asked for", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const odd = goldSimulator(layout, ({ mean }) => ({ x: [0], jointLogRatio: mean === 0 ? Number.NaN : 0, jointScore: { mean: 0 } }));
    const { failures, label } = await mine(odd, { ...options, failures: "drop" });
    expect(failures.examples.map(({ event, theta }) => [event, theta.mean])).toEqual([
      [1, 0],
      [3, 0],
    ]);
    expect([...label]).toEqual([0, 0]);
    vi.restoreAllMocks();
  });

  it("of another number of observables is refused", async () => {
    await expect(mine(saying({ x: [1, 2] }), { ...options, failures: "drop" })).rejects.toThrow(ShapeError);
  });

  it("an error names event and theta, and has its cause", async () => {
    const cause = new RangeError("no matrix element");
    const broken = goldSimulator(layout, () => {
      throw cause;
    });
    await expect(mine(broken, options)).rejects.toMatchObject({
      cause,
      message: expect.stringContaining('mine: shift, event 0 at {"mean":1} threw: no matrix element'),
    });
  });

  it("its own cannot be simulated without hypotheses", async () => {
    await expect(simulate(own as never, { theta: { mean: 0 }, n: 1, seed: 1 })).rejects.toThrow(
      "use mine, and numeratorEvents of the sample",
    );
    expect(() => goldSimulator({ ...layout, observables: [] }, () => ({ x: [], jointLogRatio: 0 }))).toThrow(
      "goldSimulator: observables is",
    );
  });
});
