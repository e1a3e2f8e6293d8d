import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { rowOf } from "../../src/numerics/matrix.js";
import { toTheta } from "../../src/numerics/parameters.js";
import { fold, key, permutation, stream } from "../../src/numerics/random.js";
import type { Distribution } from "../../src/probability/distribution.js";
import { mine } from "../../src/simulators/mine.js";
import { slcp } from "../../src/simulators/tasks/slcp.js";
import { slcpDistractors } from "../../src/simulators/tasks/slcp-distractors.js";
import { drawStudentMixture, type StudentMixture, sampleStudentMixture } from "../../src/simulators/tasks/student-mixture.js";
import { meanAndError, twoSampleDistance } from "../support/numbers.js";

const task = slcpDistractors();
const thetas = Array.from({ length: 12 }, (_, i) => toTheta(rowOf(task.prior.sample(key(1), 12), i), task.parameters) as typeof THETA);
const THETA = { theta1: 0.7, theta2: -2, theta3: 1.5, theta4: -1.1, theta5: 0.9 };
/** Columns in the order of the points, found by an order that is given. */
const ORDER = Array.from(permutation(key(5), 100));
const ordered = slcpDistractors({ order: ORDER });
const pointsOf = (x: ArrayLike<number>) => Array.from({ length: 8 }, (_, place) => x[ORDER.indexOf(place)]!);

const drawsOf = (mixture: StudentMixture, n: number) =>
  Array.from({ length: n }, (_, i) => {
    const source = stream(fold(key(3), i));
    return sampleStudentMixture(mixture, (_name: string, law: Distribution) => law.draw(source));
  });

// Kolmogorov and Smirnov: 2 exp(-2 c^2) = 1e-5.
const KS_LIMIT = Math.sqrt(-Math.log(0.5e-5) / 2);

describe("slcp_distractors", () => {
  it("has its name, a hundred observables, and the parameters and the prior of slcp", () => {
    expect([task.name, task.observables.length]).toEqual(["slcp_distractors", 100]);
    expect(task.parameters).toEqual(slcp().parameters);
    expect(task.prior.names).toEqual(slcp().prior.names);
  });

  it("has the likelihood of slcp at the points, wherever they stand", () => {
    const { x } = ordered.draw(THETA, key(2));
    const [withAll, withPoints] = [ordered.logLikelihood(x), slcp().logLikelihood(pointsOf(x))];
    for (const theta of thetas) expect(withAll(theta)).toBe(withPoints(theta));
  });

  it("has the joint ratio of slcp, to the bit of rounding, and no distractor in the score", async () => {
    const theta1 = { ...THETA, theta1: 0.9, theta3: 1.4 };
    const mined = await mine(ordered, { numerator: THETA, denominator: theta1, n: 40, seed: 6 });
    for (let i = 0; i < mined.x.rows; i++) {
      const logLikelihood = slcp().logLikelihood(pointsOf(rowOf(mined.x, i)));
      const exact = logLikelihood(THETA) - logLikelihood(theta1);
      expect(Math.abs(mined.jointLogRatio[i]! - exact)).toBeLessThan(1e-9 * (100 + Math.abs(exact)));
    }
  });

  it("has a trace whose log-probability is that of the points and of the distractors' own draws", () => {
    const { x, trace } = ordered.draw(THETA, key(2));
    const own = trace.names.reduce((sum, name, i) => (name === "x" || name === "y" ? sum : sum + trace.logProbs[i]!), 0);
    expect(ordered.logProb(THETA, trace) - own).toBeCloseTo(slcp().logLikelihood(pointsOf(x))(THETA), 8);
    expect(trace.length).toBe(8 + 1 + 1 + 92);
  });

  it("is the same for the same seed, another for another, and found by a worker from its source", () => {
    const x = (given: typeof task) => given.draw(THETA, key(4)).x;
    expect(x(slcpDistractors({ seed: 42 }))).toEqual(x(task));
    expect(x(slcpDistractors({ seed: 43 }))).not.toEqual(x(task));
    expect(x(slcpDistractors(...(ordered.source!.args as [object])))).toEqual(x(ordered));
  });

  const identity: number[][] = Array.from({ length: 92 }, (_, i) => Array.from({ length: i + 1 }, (_, j) => (i === j ? 1 : 0)));
  const location = new Array<number>(92).fill(0);
  it("takes a mixture and an order: standard t_2 about zero behind the points", () => {
    const plain = slcpDistractors({ mixture: [{ location, lower: identity }], order: [...Array(100).keys()] });
    const { x, trace } = plain.draw(THETA, key(7));
    const scale = 1 / Math.sqrt(trace.values[trace.names.indexOf("mixing")]!);
    expect([...x.slice(8)]).toEqual([...trace.values.slice(10)].map((z) => scale * z));
    expect([...x.slice(0, 8)]).toEqual([...trace.values.slice(0, 8)]);
  });

  it.each([
    { options: { mixture: [] }, message: "slcpDistractors: mixture has shape [0]" },
    {
      options: { mixture: [{ location: [1], lower: identity }] },
      message: "slcpDistractors: mixture[0].location has shape [1]; expected [92]",
    },
    {
      options: { mixture: [{ location: location.with(3, Number.NaN), lower: identity }] },
      message: "slcpDistractors: mixture[0].location[3] is NaN; expected a finite number",
    },
    { options: { mixture: [{ location, lower: [[1]] }] }, message: "slcpDistractors: mixture[0].lower has shape [1, ...]" },
    {
      options: { mixture: [{ location, lower: identity.with(1, [1]) }] },
      message: "slcpDistractors: mixture[0].lower[1] has shape [1]; expected [2]",
    },
    {
      options: { mixture: [{ location, lower: identity.with(1, [1, Infinity]) }] },
      message: "slcpDistractors: mixture[0].lower[1][1] is Infinity; expected",
    },
    { options: { order: [1, 2] }, message: "slcpDistractors: order has shape [2]; expected [100]" },
    { options: { order: new Array(100).fill(0) }, message: "expected each of 0 to 99 once; add 1" },
  ])("refuses: $message", ({ options, message }) => {
    expect(() => slcpDistractors(options)).toThrow(message);
  });
});

describe("a mixture of multivariate t with two degrees of freedom", () => {
  it("draws by the law of the squared distance, P(|z|^2 < s) = (s / (2 + s))^(D / 2), D = 6", () => {
    const D = 6;
    const [component] = drawStudentMixture(key(10), { components: 1, dimensions: D }) as [StudentMixture[number]];
    const n = 4000;
    const squares = drawsOf([component], n).map((y) => {
      const z = new Float64Array(D);
      for (let i = 0; i < D; i++) {
        let rest = y[i]! - component.location[i]!;
        for (let j = 0; j < i; j++) rest -= component.lower.values[i * D + j]! * z[j]!;
        z[i] = rest / component.lower.values[i * (D + 1)]!;
      }
      return z.reduce((sum, value) => sum + value * value, 0);
    });
    const sorted = squares.toSorted((a, b) => a - b);
    // |z|^2 / D is F distributed, of D and 2 degrees of freedom.
    const distance = sorted.reduce((most, s, i) => Math.max(most, Math.abs((s / (2 + s)) ** (D / 2) - (i + 0.5) / n)), 0);
    expect(distance).toBeLessThan(KS_LIMIT / Math.sqrt(n) + 0.5 / n);
  });

  it("draws each component equally often, where t_2 says: P(t < u) = (1 + u / sqrt(2 + u^2)) / 2", () => {
    const mixture = drawStudentMixture(key(8), { components: 3, dimensions: 1 });
    const n = 4000;
    const draws = drawsOf(mixture, n).map(([y]) => y!);
    for (const at of [-60, -30, -15, -5, 0, 5, 15, 30, 60]) {
      const p = mixture.reduce((sum, { location, lower }) => {
        const u = (at - location[0]!) / Math.abs(lower.values[0]!);
        return sum + (1 + u / Math.sqrt(2 + u * u)) / 2 / mixture.length;
      }, 0);
      expect(Math.abs(draws.filter((y) => y < at).length / n - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));
    }
  });

  const law = drawStudentMixture(key(42), { components: 20, dimensions: 92 });
  const locations = (mixture: StudentMixture) => mixture.flatMap(({ location }) => Array.from(location));
  const parts = (mixture: StudentMixture, onDiagonal: boolean) =>
    mixture.flatMap(({ lower }) => Array.from(lower.values).filter((_, k) => (onDiagonal ? k % 93 === 0 : k % 92 < Math.floor(k / 92))));

  it("is itself drawn by its law: 15 N(0, 1), 3 N(0, 1), and on the diagonal 3 (N(0, 1) + exp N(0, 1))", () => {
    const expectMoments = (values: readonly number[], mean: number, variance: number) => {
      const [first, second] = [meanAndError(values), meanAndError(values.map((value) => (value - mean) ** 2))];
      expect(Math.abs(first.mean - mean)).toBeLessThan(5 * first.se);
      expect(Math.abs(second.mean - variance)).toBeLessThan(5 * second.se);
    };
    expectMoments(locations(law), 0, 225);
    expectMoments(parts(law, false), 0, 9);
    // exp N(0, 1) has mean e^(1/2) and variance e (e - 1).
    expectMoments(parts(law, true), 3 * Math.sqrt(Math.E), 9 * (1 + Math.E * (Math.E - 1)));
  });

  const file = fileURLToPath(new URL("../../../shared/sbibm/slcp/distractor_gmm.json.gz", import.meta.url));
  it.skipIf(!existsSync(file))("has the law of the benchmark's own mixture, which the task takes as it is", () => {
    const shipped = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { loc: number[][]; scale_tril_lower_rows: number[][][] };
    const theirs = { diagonal: [] as number[], below: [] as number[] };
    for (const rows of shipped.scale_tril_lower_rows) {
      for (const row of rows) {
        theirs.diagonal.push(row.at(-1)!);
        theirs.below.push(...row.slice(0, -1));
      }
    }
    for (const [ours, other] of [
      [locations(law), shipped.loc.flat()],
      [parts(law, false), theirs.below],
      [parts(law, true), theirs.diagonal],
    ] as const) {
      expect(ours.length).toBe(other.length);
      expect(twoSampleDistance(ours, other)).toBeLessThan(KS_LIMIT * Math.sqrt(2 / ours.length));
    }
    const mixture = shipped.loc.map((location, k) => ({ location, lower: shipped.scale_tril_lower_rows[k]! }));
    const benchmark = slcpDistractors({ mixture, order: ORDER });
    const { x } = benchmark.draw(THETA, key(1));
    expect(benchmark.logLikelihood(x)(THETA)).toBeGreaterThan(-Infinity);
  });
});
