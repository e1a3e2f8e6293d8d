import { describe, expect, it } from "vitest";
import { DomainError, InterruptedError, NotConvergedError, ShapeError } from "../../src/errors.js";
import { abcSmc } from "../../src/estimators/abc/abc-smc.js";
import { Population } from "../../src/estimators/abc/population.js";
import { rejectionAbc } from "../../src/estimators/abc/rejection-abc.js";
import { euclidean, scaled } from "../../src/estimators/distance.js";
import { columnOf } from "../../src/numerics/matrix.js";
import { key, standardNormals, stream } from "../../src/numerics/random.js";
import { standardNormalCdf } from "../../src/numerics/special.js";
import { customPrior } from "../../src/probability/custom-prior.js";
import { independent } from "../../src/probability/independent.js";
import { normal } from "../../src/probability/normal.js";
import { uniform } from "../../src/probability/uniform.js";
import { meanAndError } from "../support/numbers.js";
import { integrate } from "./models.js";

const X = 0.9;
const prior = independent({ mean: normal(0, 1) });
const simulate = ({ mean }: { readonly mean: number }, seed: number) => [mean + stream(key(seed)).normal()];
const request = { prior, simulate, n: 500, budget: 100_000, seed: 1 };

/** Moments of p(mean | |x' - X| <= tolerance) for a standard normal prior and unit noise. */
function exactAbc(tolerance: number) {
  const joint = (mean: number) =>
    Math.exp(-0.5 * mean * mean) * (standardNormalCdf(X + tolerance - mean) - standardNormalCdf(X - tolerance - mean));
  const total = integrate(joint, -9, 9);
  const mean = integrate((m) => m * joint(m), -9, 9) / total;
  return { mean, std: Math.sqrt(integrate((m) => (m - mean) ** 2 * joint(m), -9, 9) / total) };
}

describe("abcSmc", () => {
  it.each([1.5, 0.5, 0.1])("gives the exact posterior of its tolerance %d", async (tolerance) => {
    const posterior = await abcSmc({ distance: euclidean, tolerance }).sample([X], request);
    const exact = exactAbc(tolerance);
    expect([posterior.stopped, posterior.tolerance, posterior.theta.rows]).toEqual(["tolerance", tolerance, 500]);
    // Given the population before, the particles are independent: the error of an importance sample of that effective size.
    expect(Math.abs(posterior.mean.mean - exact.mean)).toBeLessThan((5 * exact.std) / Math.sqrt(posterior.ess));
    expect(Math.abs(posterior.std.mean - exact.std)).toBeLessThan((5 * exact.std) / Math.sqrt(2 * posterior.ess));
    expect(posterior.distances.every((distance) => distance <= tolerance)).toBe(true);
    expect(posterior.ess).toBeGreaterThan(250);
  });

  it("falls from tolerance to tolerance, and counts what it simulates", async () => {
    const { rounds, simulated, acceptanceRate, ess, tolerance } = await abcSmc({ distance: euclidean, tolerance: 0.1 }).sample(
      [X],
      request,
    );
    expect(rounds[0]).toMatchObject({ simulated: 500, acceptanceRate: 1 });
    expect(rounds[0]!.ess).toBeCloseTo(500, 8);
    rounds.slice(1).forEach((round, t) => {
      expect(round.tolerance).toBeLessThan(rounds[t]!.tolerance);
      expect(round.acceptanceRate).toBe(500 / round.simulated);
    });
    expect(rounds.reduce((sum, round) => sum + round.simulated, 0)).toBe(simulated);
    expect(acceptanceRate).toBe(500 / simulated);
    expect(rounds.at(-1)).toMatchObject({ ess, tolerance });
  });

  it("takes half of the distances as the next tolerance", async () => {
    const all: number[] = [];
    const kept = (theta: { readonly mean: number }, seed: number) => {
      const x = simulate(theta, seed);
      if (all.length < 500) all.push(Math.abs(x[0]! - X));
      return x;
    };
    const { rounds } = await abcSmc({ distance: euclidean, tolerance: 1 }).sample([X], { ...request, simulate: kept, n: 500 });
    const sorted = all.sort((a, b) => a - b);
    expect(rounds[0]!.tolerance).toBe(sorted[499]);
    expect(rounds[1]!.tolerance).toBeCloseTo(Math.max(1, (sorted[249]! + sorted[250]!) / 2), 9);
  });

  it("repeats with the seed", async () => {
    const smc = abcSmc({ distance: euclidean, tolerance: 0.5 });
    const once = await smc.sample([X], request);
    expect((await smc.sample([X], request)).theta).toEqual(once.theta);
    expect((await smc.sample([X], { ...request, seed: 2 })).theta).not.toEqual(once.theta);
  });

  it("with adjustment gives the conjugate posterior at a large tolerance", async () => {
    const posterior = await abcSmc({ distance: euclidean, tolerance: 2, adjustment: "linear" }).sample([X], { ...request, n: 2000 });
    // Half as much again for the error of the slope times the summaries' offset.
    expect(Math.abs(posterior.mean.mean - X / 2)).toBeLessThan((5 * 1.5 * Math.SQRT1_2) / Math.sqrt(posterior.ess));
    expect(Math.abs(posterior.std.mean - Math.SQRT1_2)).toBeLessThan((5 * Math.SQRT1_2) / Math.sqrt(2 * posterior.ess));
    expect(exactAbc(2).std - posterior.std.mean).toBeGreaterThan(0.1);
  });

  it("sets the scales of its distance anew, so that a summary in other units counts as much", async () => {
    const two = ({ mean }: { readonly mean: number }, seed: number) => {
      const [a, b] = standardNormals(key(seed), 2);
      return [[mean + a!, 1000 * (mean + b!)]];
    };
    const smc = abcSmc({ distance: scaled(), minAcceptance: 0.1, adjustment: "linear" });
    const posterior = await smc.sample([[X, 1000 * -0.3]], { ...request, simulate: two, n: 1000 });
    const std = 1 / Math.sqrt(3);
    expect(posterior.stopped).toBe("acceptance");
    expect(Math.abs(posterior.mean.mean - 0.2)).toBeLessThan((5 * 1.5 * std) / Math.sqrt(posterior.ess));
    expect(Math.abs(posterior.std.mean - std)).toBeLessThan((5 * 1.5 * std) / Math.sqrt(2 * posterior.ess));
  });
});

describe("Population", () => {
  const points = [
    [0, 0],
    [2, 1],
    [-1, 3],
    [1, -2],
  ].map((u) => ({ u: Float64Array.from(u), theta: Float64Array.from(u), summary: Float64Array.of(0), distance: 0, logPrior: 0 }));
  const weights = Float64Array.of(0.4, 0.3, 0.2, 0.1);
  const population = new Population(points, weights);

  it("moves by twice its covariance: what is moved has three times the covariance, and the mean", () => {
    const source = stream(key(1));
    const moved = Array.from({ length: 20_000 }, () => population.move(source));
    const average = (of: (u: ArrayLike<number>) => number) => points.reduce((sum, { u }, i) => sum + weights[i]! * of(u), 0);
    const mean = [0, 1].map((j) => average((u) => u[j]!));
    for (const [j, k] of [
      [0, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const product = (u: ArrayLike<number>) => (u[j]! - mean[j]!) * (u[k]! - mean[k]!);
      const seen = meanAndError(moved.map(product));
      expect(Math.abs(seen.mean - 3 * average(product))).toBeLessThan(5 * seen.se);
    }
    const first = meanAndError(moved.map((u) => u[0]!));
    expect(Math.abs(first.mean - mean[0]!)).toBeLessThan(5 * first.se);
  });

  it("has a density of what it proposes that integrates to one", () => {
    const over = (b: number) => integrate((a) => Math.exp(population.logProposal(Float64Array.of(a, b))), -15, 15, 150);
    expect(integrate(over, -18, 18, 150)).toBeCloseTo(1, 6);
  });

  it("weighs by prior over proposal", () => {
    const next = population.next(points.map((point, i) => ({ ...point, logPrior: i })));
    const raw = points.map(({ u }, i) => Math.exp(i - population.logProposal(u)));
    const total = raw.reduce((a, b) => a + b);
    next.weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(raw[i]! / total, 13);
    });
  });
});

describe("abcSmc in two parameters", () => {
  it("needs far fewer simulations than rejection for the same tolerance, with the same moments", async () => {
    const [n, tolerance] = [300, 0.5];
    const wide = uniform({ a: [-10, 10], b: [-10, 10] });
    const disc = ({ a, b }: { readonly a: number; readonly b: number }, seed: number) => {
      const [u, v] = standardNormals(key(seed), 2);
      return [[a + u!, b + v!]];
    };
    const observed = [[1, -2]];
    const smc = await abcSmc({ distance: euclidean, tolerance }).sample(observed, {
      prior: wide,
      simulate: disc,
      n,
      budget: 200_000,
      seed: 1,
    });
    // Under a flat prior x' is uniform in the disc around x, and theta is x' minus a standard normal: x and 1 + tolerance^2 / 4.
    const std = Math.sqrt(1 + tolerance ** 2 / 4);
    for (const [name, mean] of [
      ["a", 1],
      ["b", -2],
    ] as const) {
      expect(Math.abs(smc.mean[name] - mean)).toBeLessThan((5 * std) / Math.sqrt(smc.ess));
      expect(Math.abs(smc.std[name] - std)).toBeLessThan((5 * std) / Math.sqrt(2 * smc.ess));
    }
    // Rejection accepts the disc's part of the square: n of them take n 400 / (pi tolerance^2) simulations on average.
    const rejection = (n * 400) / (Math.PI * tolerance ** 2);
    expect(smc.simulated).toBeLessThan(rejection / 3);
    const same = { prior: wide, simulate: disc, budget: smc.simulated, seed: 2 };
    const plain = await rejectionAbc({ distance: euclidean, tolerance }).sample(observed, same);
    expect(plain.theta.rows).toBeLessThan(n / 3);
  });

  it("keeps both of two moons", async () => {
    const square = uniform({ a: [-1, 1], b: [-1, 1] });
    const moons = ({ a, b }: { readonly a: number; readonly b: number }, seed: number) => {
      const source = stream(key(seed));
      const [angle, radius] = [Math.PI * (source.uniform() - 0.5), 0.1 + 0.01 * source.normal()];
      const [x, y] = [radius * Math.cos(angle) + 0.25, radius * Math.sin(angle)];
      return [[x - Math.abs(a + b) / Math.SQRT2, y + (b - a) / Math.SQRT2]];
    };
    const smc = abcSmc({ distance: euclidean, tolerance: 0.05 });
    const posterior = await smc.sample([[0, 0]], { prior: square, simulate: moons, n: 500, budget: 100_000, seed: 3 });
    const [a, b] = [columnOf(posterior.theta, 0), columnOf(posterior.theta, 1)];
    const upper = posterior.weights.reduce((sum, weight, i) => sum + (a[i]! + b[i]! > 0 ? weight : 0), 0);
    // The posterior at (0, 0) is symmetric in the sign of a + b.
    expect(posterior.stopped).toBe("tolerance");
    expect(Math.abs(upper - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(posterior.ess));
    expect([...a, ...b].every((value) => Math.abs(value) <= 1)).toBe(true);
  });

  it("proposes only where a prior of dependent parameters has density", async () => {
    const ordered = customPrior({
      parameters: { low: [0, 1], high: [0, 1] },
      logProb: ({ low, high }) => (low < high ? Math.LN2 : -Infinity),
      draw: (source) => {
        const [u, v] = [source.uniform(), source.uniform()];
        return { low: Math.min(u, v), high: Math.max(u, v) };
      },
    });
    const both = ({ low, high }: { readonly low: number; readonly high: number }, seed: number) => {
      const [u, v] = standardNormals(key(seed), 2);
      return [[low + 0.3 * u!, high + 0.3 * v!]];
    };
    const posterior = await abcSmc({ distance: euclidean, tolerance: 0.2 }).sample([[0.6, 0.5]], {
      prior: ordered,
      simulate: both,
      n: 300,
      budget: 50_000,
      seed: 1,
    });
    expect(columnOf(posterior.theta, 0).every((low, i) => low < posterior.theta.values[2 * i + 1]!)).toBe(true);
  });
});

describe("abcSmc ends", () => {
  const endless = abcSmc({ distance: euclidean, minAcceptance: 1e-6 });

  it("with the budget, and the last whole population", async () => {
    const posterior = await endless.sample([X], { ...request, budget: 2200 });
    const free = await endless.sample([X], { ...request, budget: 8000 });
    expect(posterior).toMatchObject({ stopped: "budget", simulated: 2200 });
    expect(posterior.rounds).toEqual(free.rounds.slice(0, posterior.rounds.length));
    expect(free.rounds.length).toBeGreaterThan(posterior.rounds.length);
    expect(posterior.theta.rows).toBe(500);
    expect(posterior.tolerance).toBe(posterior.rounds.at(-1)!.tolerance);
  });

  it("when too few are accepted", async () => {
    const posterior = await abcSmc({ distance: euclidean, minAcceptance: 0.2 }).sample([X], request);
    expect(posterior.stopped).toBe("acceptance");
    expect(posterior.rounds.every(({ acceptanceRate }) => acceptanceRate >= 0.2)).toBe(true);
    const spent = posterior.rounds.reduce((sum, { simulated }) => sum + simulated, 0);
    expect(posterior.simulated - spent).toBe(500 / 0.2);
  });

  it("after its seconds", async () => {
    const began = performance.now();
    const posterior = await endless.sample([X], { ...request, n: 50, budget: 1e9, seconds: 0.3 });
    expect(posterior.stopped).toBe("seconds");
    expect(performance.now() - began).toBeLessThan(800);
  });

  it("when it is interrupted, with the last whole population", async () => {
    const controller = new AbortController();
    let count = 0;
    const counted = (theta: { readonly mean: number }, seed: number) => {
      if (++count === 2200) controller.abort(new Error("stop"));
      return simulate(theta, seed);
    };
    const posterior = await endless.sample([X], { ...request, simulate: counted, signal: controller.signal });
    expect(posterior).toMatchObject({ stopped: "interrupt", simulated: 2200 });
    expect(posterior.theta).toEqual((await endless.sample([X], { ...request, budget: 2200 })).theta);
  });

  it("when discrete data sets cannot come nearer", async () => {
    const coin = ({ mean }: { readonly mean: number }, seed: number) => [(mean + stream(key(seed)).normal() > 0 ? 1 : 0) + 0.25];
    expect(await endless.sample([1], { ...request, simulate: coin })).toMatchObject({ stopped: "stalled", tolerance: 0.25 });
  });

  it("when the population has no volume", async () => {
    const line = {
      parameters: { a: [0, 1], b: [0, 1] } as const,
      logProb: () => 0,
      draw: (_: unknown, row: Float64Array) => void row.set([0.5, 0.5]),
    };
    const noise = (_: unknown, seed: number) => [stream(key(seed)).normal()];
    expect(await endless.sample([0], { ...request, prior: line, simulate: noise })).toMatchObject({ stopped: "collapsed" });
  });

  it("with an error that has the posterior, when the last population cannot be adjusted", async () => {
    const linear = abcSmc({ distance: euclidean, tolerance: 1, adjustment: "linear", summary: (x) => [x.values[0]!, 3] });
    const error = await linear.sample([X], request).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotConvergedError);
    expect((error as Error).message).toMatch(
      "abcSmc: the adjustment failed (abcSmc: summary[1]'s spread among the accepted data sets is 0",
    );
    expect((error as NotConvergedError<{ theta: { rows: number } }>).best.theta.rows).toBe(500);
  });

  it("with an error before the first population is whole", async () => {
    const controller = new AbortController();
    controller.abort(new Error("stop"));
    await expect(endless.sample([X], { ...request, signal: controller.signal })).rejects.toThrow(InterruptedError);
    const slow = (theta: { readonly mean: number }, seed: number) =>
      new Promise<number[]>((resolve) => {
        setTimeout(() => resolve(simulate(theta, seed)), 5);
      });
    const late = endless.sample([X], { ...request, simulate: slow, seconds: 0.05 });
    await expect(late).rejects.toThrow(/abcSmc: the 0.05 seconds were over after \d+ of the first population's 500 data sets/);
  });
});

const smc = abcSmc({ distance: euclidean });
const silent = customPrior({ parameters: { mean: [-1, 1] }, draw: () => ({ mean: 0 }) });
it.each([
  {
    name: "NaN in the observation",
    run: () => smc.sample([Number.NaN], request),
    error: DomainError,
    message: "abcSmc: observed[0][0] is NaN",
  },
  {
    name: "an observation of another length",
    run: () => smc.sample([[1, 2]], request),
    error: ShapeError,
    message: "abcSmc: observed has shape [1, 2]; expected [1, 1] as simulate's events have",
  },
  {
    name: "other numbers of events",
    run: () => smc.sample([1, 2], request),
    error: ShapeError,
    message: "abcSmc: simulate's events has shape [1, 1]; expected [2, 1]",
  },
  {
    name: "too small a population",
    run: () => smc.sample([X], { ...request, n: 2 }),
    error: DomainError,
    message: "abcSmc: n is 2; expected a whole number from 3",
  },
  {
    name: "too small a population for the adjustment",
    run: () => abcSmc({ distance: euclidean, adjustment: "linear", summary: () => [1, 2, 3, 4] }).sample([X], { ...request, n: 4 }),
    error: DomainError,
    message: "abcSmc: n is 4; expected a whole number from 6",
  },
  {
    name: "a budget of three",
    run: () => smc.sample([X], { ...request, budget: 3 }),
    error: DomainError,
    message: "abcSmc: budget is 3; expected a whole number from 500",
  },
  { name: "no time", run: () => smc.sample([X], { ...request, seconds: 0 }), error: DomainError, message: "abcSmc: seconds is 0" },
  {
    name: "a prior without a density, and says what to do",
    run: () => smc.sample([X], { ...request, prior: silent }),
    error: DomainError,
    message: "customPrior: logProb is undefined; expected a density",
  },
  {
    name: "a prior that cannot be evaluated",
    run: () => smc.sample([X], { ...request, prior: { parameters: prior.parameters, draw: prior.draw } as never }),
    error: DomainError,
    message: "abcSmc: prior.logProb is undefined; expected a density",
  },
  {
    name: "a prior that contradicts its draws",
    run: () => smc.sample([X], { ...request, prior: { ...prior, logProb: () => -Infinity } }),
    error: DomainError,
    message: "abcSmc: prior.logProb at its own draw [",
  },
  {
    name: "a prior that is NaN",
    run: () => smc.sample([X], { ...request, prior: { ...prior, logProb: () => Number.NaN } }),
    error: DomainError,
    message: 'abcSmc: prior.logProb({"mean":',
  },
  {
    name: "a summary of no variance",
    run: () => abcSmc({ distance: scaled(), summary: () => 3 }).sample([X], request),
    error: DomainError,
    message: "scaled: summary[0]'s median absolute deviation is 0",
  },
  {
    name: "summaries of changing length",
    run: () => abcSmc({ distance: euclidean, summary: (x) => (x.values[0] === X ? [1] : [1, 2]) }).sample([X], request),
    error: ShapeError,
    message: "abcSmc: summary of simulate's events has shape [2]; expected [1] as of observed",
  },
  {
    name: "a quantile of one",
    run: async () => abcSmc({ distance: euclidean, quantile: 1 }),
    error: DomainError,
    message: "abcSmc: quantile is 1",
  },
  {
    name: "an acceptance in per cent",
    run: async () => abcSmc({ distance: euclidean, minAcceptance: 5 }),
    error: DomainError,
    message: "abcSmc: minAcceptance is 5",
  },
  {
    name: "a negative tolerance",
    run: async () => abcSmc({ distance: euclidean, tolerance: -1 }),
    error: DomainError,
    message: "abcSmc: tolerance is -1",
  },
])("abcSmc refuses $name", async ({ run, error, message }) => {
  const attempt = async () => run();
  await expect(attempt()).rejects.toThrow(error);
  await expect(attempt()).rejects.toThrow(message);
});
