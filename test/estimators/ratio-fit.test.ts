import { describe, expect, it, vi } from "vitest";
import { backend } from "../../src/compute/index.js";
import { NO_FAILURES } from "../../src/data/failures.js";
import {
  alice,
  alices,
  carl,
  cascal,
  type FitOptions,
  fold,
  galtonBoard,
  key,
  type MinedSampleWithScore,
  mine,
  nreA,
  nreC,
  numeratorEvents,
  rascal,
  rolr,
  sallino,
  sally,
  standardNormals,
  uniform,
  uniforms,
} from "../../src/index.js";
import { type Matrix, zeros } from "../../src/numerics/matrix.js";

const board = galtonBoard();
const COLUMNS = Array.from({ length: 21 }, (_, i) => i + 5);
const quick = { seed: 2, verdict: false } as const;

/** The metric of the papers: sum over x of p(x given theta1) (log r_hat - log r)^2. */
function boardError(logRatio: Float64Array, slope = -0.8): number {
  const exact = board.exact.logRatio(COLUMNS, slope, -0.6);
  const weight = board.exact.probabilities(-0.6);
  return COLUMNS.reduce((sum, x, i) => sum + weight[x]! * (logRatio[i]! - exact[i]!) ** 2, 0);
}

const points = { numerator: { slope: -0.8 }, denominator: { slope: -0.6 } } as const;
const minedPoints = (await mine(board, { ...points, n: 10_000, seed: 1 })) as MinedSampleWithScore<typeof board.parameters>;
const overPrior = { numerator: uniform({ slope: [-1, -0.4] }), denominator: { slope: -0.6 } } as const;
const minedPrior = (await mine(board, { ...overPrior, n: 10_000, seed: 1 })) as MinedSampleWithScore<typeof board.parameters>;

describe("at two points of the Galton board", () => {
  // Predicting 0 has the error 0.0632. A classifier's variance is that of about 10 000 labels, the gold's is a tenth of it and less.
  const ignorance = 0.0632462;
  it.each([
    { method: carl(), share: 1 / 4 },
    { method: rolr(), share: 1 / 40 },
    { method: alice(), share: 1 / 40 },
    { method: cascal(), share: 1 / 4 },
    { method: rascal(), share: 1 / 40 },
    { method: alices(), share: 1 / 40 },
  ])("$method.name learns log r", async ({ method, share }) => {
    const ratio = await method.fit(minedPoints, quick);
    expect(boardError(ratio.logRatio(COLUMNS, { slope: -0.8 }))).toBeLessThan(share * ignorance);
  });

  it("knows that pair alone when the network is not told theta", async () => {
    const ratio = await carl({ hidden: [10] }).fit(minedPoints, { ...quick, epochs: 2 });
    expect(() => ratio.logRatio([15], { slope: -0.7 })).toThrow(
      /theta is {"slope":-0.7}; expected {"slope":-0.8}; it was trained on this pair/,
    );
    expect(() => ratio.score([15], { slope: -0.8 })).toThrow(/expected an estimator that was given theta/);
  });
});

describe("parameterised on the Galton board", () => {
  const slopes = [-0.95, -0.8, -0.7, -0.5];
  const meanError = (ratio: { logRatio(x: number[], theta: { slope: number }): Float64Array }) =>
    slopes.reduce((sum, slope) => sum + boardError(ratio.logRatio(COLUMNS, { slope }), slope) / slopes.length, 0);
  const ignorance = meanError({ logRatio: (x) => new Float64Array(x.length) });

  it.each([
    { method: carl(), share: 1 / 2 },
    { method: rolr(), share: 1 / 20 },
    { method: alice(), share: 1 / 20 },
    { method: cascal(), share: 1 / 10 },
    { method: rascal(), share: 1 / 40 },
    { method: alices(), share: 1 / 40 },
  ])("$method.name learns log r at every slope", async ({ method, share }) => {
    const ratio = await method.fit(minedPrior, quick);
    expect(meanError(ratio)).toBeLessThan(share * ignorance);
  });

  it("gives the score by differentiation, and the ratio of any two slopes as a difference", async () => {
    const ratio = await alices().fit(minedPrior, quick);
    const score = ratio.score(COLUMNS, { slope: -0.8 });
    const exact = board.exact.score(COLUMNS, -0.8);
    const weight = board.exact.probabilities(-0.8);
    const error = COLUMNS.reduce((sum, x, i) => sum + weight[x]! * (score.values[i]! - exact[i]!) ** 2, 0);
    expect(error).toBeLessThan(1.412325 / 40);
    const [a, b] = [{ slope: -0.9 }, { slope: -0.5 }];
    const difference = ratio.logRatio(COLUMNS, a).map((value, i) => value - ratio.logRatio(COLUMNS, b)[i]!);
    expect(Array.from(ratio.logRatio(COLUMNS, a, b))).toEqual(Array.from(difference));
    // The gradient that the network was trained by is that of the estimate.
    const h = 1e-3;
    const [up, down] = [-0.8 + h, -0.8 - h].map((slope) => ratio.logRatio(COLUMNS, { slope }));
    score.values.forEach((value, i) => {
      expect(Math.abs(value - (up![i]! - down![i]!) / (2 * h))).toBeLessThan(5e-3);
    });
  });

  it("warns once of a slope outside what was trained", async () => {
    const ratio = await carl({ hidden: [10] }).fit(minedPrior, { ...quick, epochs: 1 });
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    ratio.logRatio([15], { slope: -0.2 });
    ratio.logRatio([15], { slope: -0.1 });
    expect(warned.mock.calls.flat()).toEqual([
      expect.stringMatching(/^galton: carl: theta.slope = -0.2 is outside \[-(1|0.99\d*), -0.4\d*\], where it was trained/),
    ]);
    warned.mockRestore();
    expect(() => ratio.logRatio([15], { slope: 0.5 })).toThrow(/expected a number in \[-1, 0\]/);
  });
});

/** Events of z ~ N(theta, 2), x ~ N(z, 1): everything about it is known in closed form. */
function gaussian(n: number, seed: number, theta1Of?: (i: number) => number): MinedSampleWithScore<{ mean: readonly [-4, 4] }> {
  const [u, z, x] = [uniforms(fold(key(seed), 0), n), standardNormals(fold(key(seed), 1), n), standardNormals(fold(key(seed), 2), n)];
  const column = (f: (i: number) => number): Matrix => ({ rows: n, columns: 1, values: Float64Array.from({ length: n }, (_, i) => f(i)) });
  const theta0 = column((i) => 4 * u[i]! - 2);
  const theta1 = column((i) => theta1Of?.(i) ?? 0);
  const label = Float64Array.from({ length: n }, (_, i) => i % 2);
  const own = (i: number) => (label[i] === 0 ? theta0 : theta1).values[i]!;
  const latent = (i: number) => own(i) + 2 * z[i]!;
  const logNormal = (value: number, mean: number) => -((value - mean) ** 2) / 8;
  return {
    simulator: "gaussian",
    parameters: { mean: [-4, 4] },
    observables: ["x"],
    seed,
    theta0,
    theta1,
    label,
    x: column((i) => latent(i) + x[i]!),
    // The score is that of z given theta: x takes no part in it.
    jointLogRatio: Float64Array.from(
      { length: n },
      (_, i) => logNormal(latent(i), theta0.values[i]!) - logNormal(latent(i), theta1.values[i]!),
    ),
    jointScore: column((i) => (latent(i) - theta0.values[i]!) / 4),
    denominatorScore: column((i) => (label[i] === 1 ? (latent(i) - theta1.values[i]!) / 4 : 0)),
    failures: NO_FAILURES,
  };
}

const exactGaussian = (x: number, theta0: number, theta1: number) => ((x - theta1) ** 2 - (x - theta0) ** 2) / 10;
const EVENTS = Array.from({ length: 41 }, (_, i) => -5 + i / 4);
/** Root mean squared error over events within two standard deviations. */
const rms = (values: Float64Array, exact: (x: number) => number) =>
  Math.sqrt(EVENTS.reduce((sum, x, i) => sum + (values[i]! - exact(x)) ** 2, 0) / EVENTS.length);

describe("on the Gaussian toy", () => {
  it("log r and score agree with the closed form", async () => {
    const { denominatorScore, ...mined } = gaussian(20_000, 1);
    const ratio = await alices().fit(mined, { ...quick, epochs: 30 });
    for (const mean of [-1.5, 0.5, 1.5]) {
      // log r goes from -1.2 to 1.2 over these events, and the score from -1.3 to 1.3.
      expect(rms(ratio.logRatio(EVENTS, { mean }), (x) => exactGaussian(x, mean, 0))).toBeLessThan(0.04);
      expect(rms(ratio.score(EVENTS, { mean }).values, (x) => (x - mean) / 5)).toBeLessThan(0.06);
    }
  });

  it("with both thetas as inputs, any pair is known", async () => {
    const second = uniforms(key(9), 20_000);
    const mined = gaussian(20_000, 1, (i) => 4 * second[i]! - 2);
    const ratio = await alices().fit(mined, { ...quick, epochs: 30 });
    for (const [mean, other] of [
      [-1.5, 1],
      [0.5, -0.5],
      [1.5, 1.4],
    ] as const) {
      const values = ratio.logRatio(EVENTS, { mean }, { mean: other });
      expect(rms(values, (x) => exactGaussian(x, mean, other))).toBeLessThan(0.08);
      expect(Array.from(ratio.against({ mean: other }).logRatio(EVENTS, { mean }))).toEqual(Array.from(values));
    }
    expect(() => ratio.logRatio(EVENTS, { mean: 0 })).toThrow(
      /denominator is undefined; expected a record of parameters; it was trained with many/,
    );
  });

  it("NRE gives the ratio to evidence", async () => {
    // theta ~ U(-2, 2): p(x) is a difference of normal distribution functions, here by a fine sum.
    const grid = Array.from({ length: 400 }, (_, i) => -2 + (i + 0.5) / 100);
    const evidence = (x: number) => Math.log(grid.reduce((sum, theta) => sum + Math.exp(-((x - theta) ** 2) / 10), 0) / grid.length);
    const simulations = numeratorEvents(gaussian(40_000, 3));
    for (const method of [nreA(), nreC({ contrasts: 4 })]) {
      const ratio = await method.fit(simulations, { ...quick, epochs: 20 });
      for (const mean of [-1.5, 0.5]) {
        const exact = (x: number) => -((x - mean) ** 2) / 10 - evidence(x);
        const ignorance = rms(new Float64Array(EVENTS.length), exact);
        expect(rms(ratio.logEvidenceRatio(EVENTS, { mean }), exact)).toBeLessThan(ignorance / 4);
      }
    }
  });
});

describe("a density that is a polynomial in theta", () => {
  // (1 - theta) a(x) + theta b(x), with a = N(-1, 1) and b = N(1, 1).
  const PARAMETERS = { theta: [0, 1] } as const;
  const density = (x: number, theta: number) => (1 - theta) * Math.exp(-((x + 1) ** 2) / 2) + theta * Math.exp(-((x - 1) ** 2) / 2);
  const mixture = (n: number): MinedSampleWithScore<typeof PARAMETERS> => {
    const [u, from, x] = [uniforms(key(1), n), uniforms(key(2), n), standardNormals(key(3), n)];
    const column = (f: (i: number) => number): Matrix => ({
      rows: n,
      columns: 1,
      values: Float64Array.from({ length: n }, (_, i) => f(i)),
    });
    const theta0 = column((i) => u[i]!);
    const theta1 = column(() => 0.5);
    const label = Float64Array.from({ length: n }, (_, i) => i % 2);
    const fromB = (i: number) => from[i]! < (label[i] === 0 ? theta0.values[i]! : 0.5);
    return {
      simulator: "mixture",
      parameters: PARAMETERS,
      observables: ["x"],
      seed: 1,
      theta0,
      theta1,
      label,
      x: column((i) => x[i]! + (fromB(i) ? 1 : -1)),
      jointLogRatio: Float64Array.from({ length: n }, (_, i) => Math.log((fromB(i) ? theta0.values[i]! : 1 - theta0.values[i]!) / 0.5)),
      jointScore: column((i) => (fromB(i) ? 1 / theta0.values[i]! : -1 / (1 - theta0.values[i]!))),
      failures: NO_FAILURES,
    };
  };
  const morphing = { powers: [[0], [1]], basis: [{ theta: 0 }, { theta: 1 }] } as const;
  const exact = (x: number, theta: number) => density(x, theta) / density(x, 0.5);

  it("is learned from few events when the network knows it", async () => {
    const ratio = await alice({ morphing }).fit(mixture(20_000), { ...quick, epochs: 30 });
    // Where events are: r goes from 0.04 to 1.96 and its variance over them is of the order of 1 / 2.
    for (const theta of [0.02, 0.3, 0.9]) {
      const estimate = ratio.logRatio(EVENTS, { theta }).map(Math.exp);
      const [error, weight] = [0, 1].map((power) =>
        EVENTS.reduce((sum, x, i) => sum + density(x, 0.5) * (power || (estimate[i]! - exact(x, theta)) ** 2), 0),
      );
      expect(Math.sqrt(error! / weight!)).toBeLessThan(0.05);
    }
    // In theta the ratio itself is a straight line, whatever the network.
    const [a, b, c] = [0.2, 0.5, 0.8].map((theta) => ratio.logRatio(EVENTS, { theta }).map(Math.exp));
    b!.forEach((value, i) => {
      expect(Math.abs(value - (a![i]! + c![i]!) / 2)).toBeLessThan(1e-5 * (1 + value));
    });
  });

  it("refuses a basis that does not fit", async () => {
    const attempt = (change: object) => alice({ morphing: { ...morphing, ...change } }).fit(mixture(100), quick);
    await expect(attempt({ basis: [{ theta: 0 }] })).rejects.toThrow(
      "morphing.basis has shape [1]; expected [2], one point for each monomial",
    );
    await expect(attempt({ basis: [{ theta: 0.3 }, { theta: 0.3 }] })).rejects.toThrow('is "singular"; expected an invertible matrix');
    await expect(attempt({ powers: [[0], [0.5]] })).rejects.toThrow("morphing.powers[1] is 0.5; expected whole numbers from 0");
    await expect(
      attempt({
        powers: [
          [0, 1],
          [1, 0],
        ],
      }),
    ).rejects.toThrow("morphing.powers[0] has shape [2]; expected [1]");
  });
});

describe("the same seed gives the same bits", () => {
  const options = { hidden: [20], members: 2 } as const;
  const values = async (fit: Partial<FitOptions>) =>
    (await alices(options).fit(minedPrior, { ...quick, epochs: 4, ...fit }))
      .members(COLUMNS, { slope: -0.8 })
      .map((member) => Array.from(member));

  it("again, and not with another seed", async () => {
    const once = await values({});
    expect(await values({})).toEqual(once);
    expect(await values({ seed: 3 })).not.toEqual(once);
    expect(once[0]).not.toEqual(once[1]);
  });

  it("with any number of threads", async () => {
    const engine = await backend("auto", { threads: 2 });
    expect(await values({ backend: engine })).toEqual(await values({}));
  });

  it("interrupted in the middle of an epoch and resumed", async () => {
    const interrupt = new AbortController();
    let epochs = 0;
    const first = await alices(options).fit(minedPrior, {
      ...quick,
      epochs: 4,
      signal: interrupt.signal,
      onEpoch: () => {
        // The next step of each is its last: the first of an epoch, or later.
        if (++epochs === 3) interrupt.abort();
      },
    });
    expect(first.training.map(({ stopped }) => stopped)).toEqual(["interrupt", "interrupt"]);
    expect(await values({ resume: first.checkpoint! })).toEqual(await values({}));
  });

  it("a member is what one network alone would be, and the estimate is their mean", async () => {
    const [first, second] = await values({});
    const alone = await alices({ hidden: [20] }).fit(minedPrior, { ...quick, epochs: 4 });
    expect(Array.from(alone.logRatio(COLUMNS, { slope: -0.8 }))).toEqual(first);
    const both = await alices(options).fit(minedPrior, { ...quick, epochs: 4 });
    expect(Array.from(both.logRatio(COLUMNS, { slope: -0.8 }))).toEqual(first!.map((value, i) => (value + second![i]!) / 2));
    both.spread(COLUMNS, { slope: -0.8 }).forEach((spread, i) => {
      expect(spread).toBeCloseTo(Math.abs(first![i]! - second![i]!) / Math.SQRT2, 12);
    });
  });
});

describe("what cannot be learned from is refused", () => {
  const sample = minedPoints;
  const broken = (change: object) => ({ ...sample, ...change }) as typeof sample;
  const withValue = (matrix: Matrix, place: number, value: number) => ({
    ...matrix,
    values: matrix.values.slice().fill(value, place, place + 1),
  });
  it.each([
    { what: "labels all equal", change: { label: new Float64Array(10_000) }, message: 'sample.label is "0 for all 10000 events"' },
    { what: "a label of 2", change: { label: sample.label.slice().fill(2, 7, 8) }, message: "sample.label[7] is 2; expected 0" },
    { what: "NaN in x", change: { x: withValue(sample.x, 12, Number.NaN) }, message: "sample.x[12][0] is NaN; expected a finite number" },
    {
      what: "an infinite joint ratio",
      change: { jointLogRatio: sample.jointLogRatio.slice().fill(Infinity, 3, 4) },
      message: "sample.jointLogRatio[3] is Infinity",
    },
    { what: "no joint ratio", change: { jointLogRatio: undefined }, message: "sample.jointLogRatio is missing" },
    { what: "no score", change: { jointScore: undefined }, message: "sample.jointScore is missing; mine with score: true" },
    { what: "too few labels", change: { label: new Float64Array(3) }, message: "sample.label has shape [3]; expected [10000]" },
    { what: "nine events", change: { x: zeros(9, 1) }, message: "sample.x has shape [9, 1]; expected [N, L] with N at least 10" },
  ])("$what", async ({ change, message }) => {
    await expect(alices({ hidden: [5] }).fit(broken(change), quick)).rejects.toThrow(`alices.fit: ${message}`);
  });

  it("options out of range", async () => {
    await expect(alices({ alpha: -1 }).fit(sample, quick)).rejects.toThrow("alices: alpha is -1; expected a finite number of at least 0");
    await expect(alices({ activation: "relu" }).fit(sample, quick)).rejects.toThrow(
      'alices.fit: activation is "relu"; expected a smooth one',
    );
    await expect(carl({ members: 0 }).fit(sample, quick)).rejects.toThrow("carl.fit: members is 0; expected a whole number from 1");
    await expect(carl().fit(sample, { ...quick, validation: 1 })).rejects.toThrow("carl.fit: validation is 1; expected a part in [0, 1)");
  });

  it("a training that diverges stops with the epoch and what to change", async () => {
    const { sgd } = await import("../../src/nn/index.js");
    const options = {
      ...quick,
      optimiser: sgd({ learningRate: 1e30 }),
      clip: (gradients: readonly never[]) => [...gradients],
    } as unknown as FitOptions;
    await expect(rolr({ activation: "relu" }).fit(sample, options)).rejects.toThrow(
      /in epoch 1 of 50, step \d+ of \d+.*lower the learning rate/,
    );
  });

  it("a score needs one reference point", async () => {
    for (const method of [sally(), sallino()]) {
      await expect(method.fit(minedPrior, quick)).rejects.toThrow(
        `${method.name}.fit: sample.theta0 is "not the same for all events"; expected one fixed point`,
      );
    }
  });
});

describe("the local score", () => {
  it("is learned at the reference", async () => {
    const local = await sally().fit(minedPoints, quick);
    const score = local.score(COLUMNS);
    const exact = board.exact.score(COLUMNS, -0.8);
    const weight = board.exact.probabilities(-0.8);
    const error = COLUMNS.reduce((sum, x, i) => sum + weight[x]! * (score.values[i]! - exact[i]!) ** 2, 0);
    // Of the score's variance, which is the Fisher information.
    expect(error).toBeLessThan(1.412325 / 20);
    expect(local.reference).toEqual({ slope: -0.8 });
  });
});

// A type test: what a method needs is in its type.
it("a method that needs a score does not take a sample without", async () => {
  const without = await mine(board, { ...points, n: 100, seed: 1, score: false });
  // @ts-expect-error jointScore may be absent
  const refused = rascal().fit(without, quick);
  await expect(refused).rejects.toThrow("rascal.fit: sample.jointScore is missing");
});
