import { beforeAll, describe, expect, test } from "vitest";
import {
  cnnEmbedding,
  couplingNsf,
  deepSet,
  fold,
  gaussianLinear,
  key,
  type LikelihoodEstimator,
  logLikelihood,
  maf,
  mdn,
  mine,
  mlpEmbedding,
  nle,
  normal,
  npe,
  nsf,
  type PosteriorEstimator,
  posterior,
  type Simulations,
  scandal,
  simulate,
  simulator,
  uniform,
} from "../../src/index.js";
import { columnOf } from "../../src/numerics/matrix.js";
import { momentsOf } from "../../src/numerics/quantiles.js";

/** x ~ N(a + b, 0.5) and y ~ N(b, 1) under a uniform prior: linear and normal, but for the prior's ends. */
const line = simulator({ name: "line", parameters: { a: [-2, 2], b: [-2, 2] }, observables: ["x", "y"] }, ({ a, b }, sample) => [
  sample("x", normal(a + b, 0.5)),
  sample("y", normal(b, 1)),
]);
const PRIOR = uniform(line.parameters);
const logNormal = (x: number, mean: number, std: number) => -0.5 * ((x - mean) / std) ** 2 - Math.log(std) - 0.5 * Math.log(2 * Math.PI);
const exact = ([x, y]: readonly [number, number], a: number, b: number) => logNormal(x, a + b, 0.5) + logNormal(y, b, 1);

let simulations: Simulations<typeof line.parameters>;
let fresh: Simulations<typeof line.parameters>;
beforeAll(async () => {
  fresh = await simulate(line, { prior: PRIOR, n: 1000, seed: 9 });
  simulations = await simulate(line, { prior: PRIOR, n: 4000, seed: 1 });
});

/** Sums over the prior's square, by the midpoint rule. */
function exactPosterior(x: readonly [number, number], nodes = 200) {
  const sums = { total: 0, a: 0, b: 0, aa: 0, bb: 0 };
  const cell = 4 / nodes;
  for (let i = 0; i < nodes; i++) {
    for (let j = 0; j < nodes; j++) {
      const [a, b] = [-2 + (i + 0.5) * cell, -2 + (j + 0.5) * cell];
      const weight = Math.exp(exact(x, a, b)) * cell * cell;
      sums.total += weight;
      sums.a += weight * a;
      sums.b += weight * b;
      sums.aa += weight * a * a;
      sums.bb += weight * b * b;
    }
  }
  const mean = [sums.a / sums.total, sums.b / sums.total];
  const std = [Math.sqrt(sums.aa / sums.total - mean[0]! ** 2), Math.sqrt(sums.bb / sums.total - mean[1]! ** 2)];
  return { mean, std, logEvidence: Math.log(sums.total) };
}

/** KL divergence from the exact posterior, averaged over x: E[log p(theta | x) - log q(theta | x)] over fresh simulations. */
function divergence(estimator: PosteriorEstimator<typeof line.parameters>): number {
  const logQ = estimator.logProb(fresh.theta, fresh.x);
  const differences = logQ.map((value, i) => {
    const [a, b] = [fresh.theta.values[2 * i]!, fresh.theta.values[2 * i + 1]!];
    const x = [fresh.x.values[2 * i]!, fresh.x.values[2 * i + 1]!] as const;
    return exact(x, a, b) - exactPosterior(x, 50).logEvidence - value;
  });
  return momentsOf(differences).mean;
}

describe("npe", () => {
  const table = {
    nsf: nsf({ transforms: 2, hidden: [30, 30] }),
    maf: maf({ transforms: 3, hidden: [30] }),
    mdn: mdn({ components: 4, hidden: [30] }),
    coupling: couplingNsf({ transforms: 4, hidden: [30, 30] }),
  };
  test.each(Object.entries(table))("%s: near the exact posterior in divergence, within the prior's ends", async (name, flow) => {
    // Shifted and scaled normals cannot follow the cut at the prior's ends.
    const estimator = await npe({ flow }).fit(simulations, { seed: 2, epochs: 60, batchSize: 64 });
    expect(divergence(estimator)).toBeLessThan(name === "maf" ? 0.25 : 0.12);
    const draws = estimator.at([3.4, 1]).sample(key(3), 4000);
    expect(draws.values.every((value) => value >= -2 && value <= 2)).toBe(true);
    expect(draws.names).toEqual(["a", "b"]);
  });

  test("the density integrates to one within the prior's ends, and is zero outside", async () => {
    const estimator = await npe({ flow: nsf({ transforms: 2, hidden: [20] }), members: 2 }).fit(simulations, { seed: 2, epochs: 10 });
    const at = estimator.at([2, 0.5]);
    const nodes = Array.from({ length: 200 }, (_, i) => -2 + (i + 0.5) / 50);
    const density = at.logProb(nodes.flatMap((a) => nodes.map((b) => [a, b])));
    const total = density.reduce((sum, value) => sum + Math.exp(value), 0) / 50 ** 2;
    // The midpoint rule's error at the ends, where the density may still rise.
    expect(Math.abs(total - 1)).toBeLessThan(0.02);
    expect(
      at.logProb([
        [2.1, 0],
        [0, -3],
      ]),
    ).toEqual(Float64Array.of(-Infinity, -Infinity));
    expect(at.logProb({ a: 0.5, b: 1 })[0]).toBe(at.logProb([[0.5, 1]])[0]);
  });

  test("the same seed gives the same bits; another seed others", async () => {
    const learn = (seed: number) => npe({ flow: maf({ transforms: 2, hidden: [10] }) }).fit(simulations, { seed, epochs: 2 });
    const [first, again, other] = [await learn(4), await learn(4), await learn(5)].map(
      (fitted) => fitted.at([0, 0]).sample(key(1), 5).values,
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test("an unbounded prior, ten dimensions: the posterior of gaussian_linear", async () => {
    const task = gaussianLinear();
    const given = await simulate(task, { prior: task.prior, n: 3000, seed: 1 });
    const estimator = await npe({ flow: maf({ transforms: 2 }) }).fit(given, { prior: task.prior, seed: 2, epochs: 60, batchSize: 64 });
    const x = Float64Array.from({ length: 10 }, (_, j) => 0.05 * j - 0.2);
    const draws = estimator.at(x).sample(key(3), 4000);
    for (let j = 0; j < 10; j++) {
      const { mean, std } = momentsOf(columnOf(draws, j));
      expect(Math.abs(mean - x[j]! / 2)).toBeLessThan(0.4 * Math.sqrt(0.05));
      expect(Math.abs(std / Math.sqrt(0.05) - 1)).toBeLessThan(0.2);
    }
  });

  test("a deep set of iid events: the order of the events does not matter", async () => {
    const set = simulator({ name: "set", parameters: { mu: [-2, 2] }, observables: ["x1", "x2", "x3", "x4"] }, ({ mu }, sample) =>
      [0, 1, 2, 3].map(() => sample("x", normal(mu, 1))),
    );
    const given = await simulate(set, { prior: uniform(set.parameters), n: 3000, seed: 1 });
    const embedding = deepSet({ elements: 4, hidden: [20], outputs: 4 });
    const estimator = await npe({ flow: maf({ transforms: 2, hidden: [20] }), embedding }).fit(given, { seed: 2, epochs: 20 });
    const draws = estimator.at([0.9, 0.1, 0.3, -0.1]).sample(key(3), 4000);
    expect(Math.abs(momentsOf(draws.values).mean - 0.3)).toBeLessThan(0.2 * 0.5);
    const points = [[-1], [0], [0.4]];
    const [one, two] = [estimator.at([0.9, 0.1, 0.3, -0.1]), estimator.at([-0.1, 0.3, 0.1, 0.9])].map((at) => at.logProb(points));
    one!.forEach((value, i) => {
      expect(value).toBeCloseTo(two![i]!, 4);
    });
  });
});

describe("nle and scandal", () => {
  const methods = {
    nle: (given: Simulations<typeof line.parameters>) =>
      nle({ flow: maf({ transforms: 2, hidden: [30] }) }).fit(given, { seed: 2, epochs: 60, batchSize: 64 }),
  };
  let estimator: LikelihoodEstimator<typeof line.parameters>;
  beforeAll(async () => {
    estimator = await methods.nle(simulations);
  });

  test("log q(x given theta) is near the exact one, in the whole of theta", () => {
    const differences = new Float64Array(200);
    for (let i = 0; i < 200; i++) {
      const [a, b] = [simulations.theta.values[2 * i]!, simulations.theta.values[2 * i + 1]!];
      const x = [simulations.x.values[2 * i]!, simulations.x.values[2 * i + 1]!] as const;
      differences[i] = estimator.logProb([x], { a, b })[0]! - exact(x, a, b);
    }
    // What a density has lost in mean is its divergence from the exact one.
    expect(Math.abs(momentsOf(differences).mean)).toBeLessThan(0.05);
    expect(momentsOf(differences).std).toBeLessThan(0.2);
  });

  test("its gradient is the score, and the batch form is the single one", () => {
    const events = [
      [0.5, 0.2],
      [1, -0.3],
      [0.5, 0.2],
    ];
    const logL = logLikelihood(estimator, events);
    const thetas = { rows: 2, columns: 2, values: Float64Array.of(0.3, 0.1, -0.5, 1) };
    expect(logL.batch(thetas)[0]).toBeCloseTo(logL({ a: 0.3, b: 0.1 }), 4);
    const { values, gradients } = logL.gradient!(thetas);
    expect(values[1]).toBeCloseTo(logL({ a: -0.5, b: 1 }), 4);
    const h = 0.02;
    const slope = (logL({ a: 0.3 + h, b: 0.1 }) - logL({ a: 0.3 - h, b: 0.1 })) / (2 * h);
    expect(Math.abs(gradients.values[0]! - slope)).toBeLessThan(0.05 * Math.max(1, Math.abs(slope)));
  });

  test("a sampler finds its posterior", async () => {
    const x = [0.3, 0.2] as const;
    const samples = await posterior(logLikelihood(estimator, [x]), PRIOR).sample({ n: 2000, seed: 6, seconds: 60 });
    const wanted = exactPosterior(x);
    for (const j of [0, 1]) {
      const { mean, std } = momentsOf(columnOf(samples.theta, j));
      expect(Math.abs(mean - wanted.mean[j]!) / wanted.std[j]!).toBeLessThan(0.2);
      expect(Math.abs(std / wanted.std[j]! - 1)).toBeLessThan(0.15);
    }
  });

  test("it emulates the simulator", () => {
    const draws = estimator.at({ a: 0.5, b: 1 }).sample(key(1), 4000);
    expect(Math.abs(momentsOf(columnOf(draws, 0)).mean - 1.5)).toBeLessThan(0.2 * 0.5 + 5 * (0.5 / Math.sqrt(4000)));
    expect(Math.abs(momentsOf(columnOf(draws, 1)).std - 1)).toBeLessThan(0.1);
  });

  test("scandal learns from the score: with few events its score is nearer than that of nle", async () => {
    const mined = await mine(line, { numerator: PRIOR, denominator: { a: 0, b: 0 }, n: 400, seed: 3 });
    const flow = maf({ transforms: 2, hidden: [20] });
    const fits = {
      with: await scandal({ flow }).fit(mined, { seed: 4, epochs: 100, batchSize: 16 }),
      without: await nle({ flow }).fit(mined, { seed: 4, epochs: 100, batchSize: 16 }),
    };
    const error = (fitted: LikelihoodEstimator<typeof line.parameters>) => {
      let total = 0;
      for (let i = 0; i < 200; i++) {
        const [a, b] = [simulations.theta.values[2 * i]!, simulations.theta.values[2 * i + 1]!];
        const [x, y] = [simulations.x.values[2 * i]!, simulations.x.values[2 * i + 1]!];
        const score = fitted.score([[x, y]], { a, b }).values;
        total += (score[0]! - (x - a - b) / 0.25) ** 2 + (score[1]! - (x - a - b) / 0.25 - (y - b)) ** 2;
      }
      return total / 200;
    };
    expect(error(fits.with)).toBeLessThan(0.5 * error(fits.without));
  });
});

describe("refusals", () => {
  const learn = (given: Simulations<typeof line.parameters>) => npe({ flow: maf() }).fit(given, { seed: 1, epochs: 1 });
  const rows = (n: number) => ({
    ...simulations,
    theta: { rows: n, columns: 2, values: simulations.theta.values.slice(0, 2 * n) },
    x: { rows: n, columns: 2, values: simulations.x.values.slice(0, 2 * n) },
  });
  const changed = (what: "theta" | "x", column: number, value: (i: number) => number) => {
    const values = simulations[what].values.slice();
    for (let i = 0; i < simulations[what].rows; i++) values[2 * i + column] = value(i);
    return { ...simulations, [what]: { ...simulations[what], values } };
  };

  test("of simulations", async () => {
    await expect(learn(rows(3))).rejects.toThrow("npe.fit: simulations.x has shape [3, 2]; expected [N, L] with N at least 10");
    await expect(learn(changed("theta", 1, () => 0.5))).rejects.toThrow(
      'npe.fit: simulations.theta, column "b", is "the same for all events"',
    );
    await expect(learn(changed("x", 0, (i) => (i === 7 ? Number.NaN : i)))).rejects.toThrow("npe.fit: sample.x[7][0] is NaN");
    await expect(learn(changed("theta", 0, (i) => (i === 5 ? 2.5 : 0.1 * (i % 3))))).rejects.toThrow(
      "npe.fit: simulations.theta[5].a is 2.5",
    );
    await expect(npe().fit(simulations, { seed: 1, prior: uniform({ a: [-2, 2], c: [-2, 2] }) as never })).rejects.toThrow(
      "a prior over a, b",
    );
    await expect(
      nle().fit(
        changed("x", 1, () => 3),
        { seed: 1 },
      ),
    ).rejects.toThrow('nle.fit: simulations.x, column "y"');
    await expect(
      scandal().fit({ ...(await mine(line, { numerator: PRIOR, denominator: { a: 0, b: 0 }, n: 100, seed: 3, score: false })) } as never, {
        seed: 1,
      }),
    ).rejects.toThrow("sample.jointScore is missing");
  });

  test("of an observation", async () => {
    const estimator = await learn(rows(50));
    expect(() => estimator.at([1, 2, 3])).toThrow("npe.at: x has shape [3]; expected [2], one number for each of x, y");
    expect(() => estimator.at([Number.NaN, 1])).toThrow("npe.at: x[0][0] is NaN");
    expect(() =>
      estimator.at([
        [1, 2],
        [3, 4],
      ]),
    ).toThrow("npe.at: x has shape [2, 2]; expected [2], one observation");
    expect(() => estimator.at([1, 2]).logProb([[1, 2, 3]])).toThrow("npe.logProb: theta[0] has shape [3]");
    expect(() => estimator.at([1, 2]).sample(fold(key(1), 0), -1)).toThrow("sample: n is -1");
  });

  test("of options", () => {
    expect(() => npe({ flow: "nsf" as never })).toThrow('npe: flow is "nsf"; expected a family of densities');
    expect(() => npe({ members: 0 })).toThrow("npe: members is 0");
    expect(() => nle({ embedding: 3 as never })).toThrow("nle: embedding is 3");
    expect(() => scandal({ alpha: -1 })).toThrow("scandal: alpha is -1");
    expect(() => maf({ transforms: 0 })).toThrow("maf: transforms is 0");
    expect(() => nsf({ bins: 1 })).toThrow("nsf: bins is 1");
    expect(() => mdn({ hidden: [] })).toThrow("mdn: hidden is []");
    expect(() => deepSet({ elements: 0 })).toThrow("deepSet: elements is 0");
    expect(() => cnnEmbedding({ height: 2, width: 2, filters: [1, 1] })).toThrow("cnnEmbedding: filters is [1,1]; expected at most 1");
    expect(() => mlpEmbedding({ outputs: 0 })).toThrow("mlpEmbedding: outputs is 0");
  });
});
