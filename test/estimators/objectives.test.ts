import { describe, expect, it } from "vitest";
import { backend, program, type Tensor } from "../../src/compute/index.js";
import { ALICE } from "../../src/estimators/alice.js";
import { balancedNreObjective } from "../../src/estimators/balanced-nre.js";
import { CARL } from "../../src/estimators/carl.js";
import type { EvidenceObjective } from "../../src/estimators/evidence/fit-evidence.js";
import { NRE_A } from "../../src/estimators/nre-a.js";
import { nreBObjective } from "../../src/estimators/nre-b.js";
import { nreCObjective } from "../../src/estimators/nre-c.js";
import { scoreError } from "../../src/estimators/ratio/objective.js";
import type { RatioObjective } from "../../src/estimators/ratio/ratio-method.js";
import { ROLR } from "../../src/estimators/rolr.js";
import { key, uniforms } from "../../src/index.js";

// The loss over all of a small world is least where the estimate is exact: every path z of four coins, whose bias depends on theta and on the
// coins before, and whose number of heads is x.
const FLIPS = 4;
const [THETA0, THETA1] = [0.35, 0.6];

interface Path {
  readonly x: number;
  readonly p0: number;
  readonly p1: number;
  /** d log p0 / d theta0. */
  readonly score: number;
}

const paths = Array.from({ length: 2 ** FLIPS }, (_, bits): Path => {
  let [x, p0, p1, score] = [0, 1, 1, 0];
  for (let i = 0; i < FLIPS; i++) {
    const head = (bits >> i) & 1;
    // The chance of a head is theta^(1 + x / 4): its logarithm's derivative is (1 + x / 4) / theta.
    const power = 1 + x / 4;
    const [h0, h1] = [THETA0 ** power, THETA1 ** power];
    p0 *= head ? h0 : 1 - h0;
    p1 *= head ? h1 : 1 - h1;
    const slope = (power * h0) / THETA0;
    score += head ? slope / h0 : -slope / (1 - h0);
    x += head;
  }
  return { x, p0, p1, score };
});

const XS = Array.from({ length: FLIPS + 1 }, (_, x) => x);
const at = (x: number) => paths.filter((path) => path.x === x);
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const exactRatio = XS.map((x) => Math.log(total(at(x).map(({ p0 }) => p0)) / total(at(x).map(({ p1 }) => p1))));
const exactScore = XS.map((x) => total(at(x).map(({ p0, score }) => p0 * score)) / total(at(x).map(({ p0 }) => p0)));

const engine = await backend("reference");

/** The loss over the world of a table of log r(x). */
function populationLoss({ loss }: RatioObjective): (table: readonly number[]) => number {
  const one = program(engine, ["logRatio", "label", "jointLogRatio"], ({ logRatio, label, jointLogRatio }) => ({
    outputs: { loss: loss({ logRatio: logRatio!, label: label!, jointLogRatio: jointLogRatio!, score: none, denominatorScore: none }) },
  }));
  const event = (logRatio: number, label: number, joint: number) =>
    one.run({ logRatio: row([logRatio]), label: row([label]), jointLogRatio: row([joint]) }).loss[0]!;
  return (table) =>
    total(
      paths.map(({ x, p0, p1 }) => {
        const joint = Math.log(p0 / p1);
        return (p0 * event(table[x]!, 0, joint) + p1 * event(table[x]!, 1, joint)) / 2;
      }),
    );
}

const row = (values: readonly number[]) => ({ shape: [values.length], values });
const none = () => {
  throw new Error("this objective uses no score");
};

/** Slope and curvature of a function of a table along each direction. */
function assertMinimum(f: (table: readonly number[]) => number, exact: readonly number[]): void {
  const h = 1e-3;
  const centre = f(exact);
  const directions: number[][] = [...exact.keys()].map((i) => exact.map((_, j) => (i === j ? 1 : 0)));
  for (let k = 0; k < 5; k++) directions.push(Array.from(uniforms(key(k), exact.length), (u) => 2 * u - 1) as number[]);
  for (const direction of directions) {
    const [up, down] = [1, -1].map((sign) => f(exact.map((value, i) => value + sign * h * direction[i]!)));
    const curvature = (up! + down! - 2 * centre) / h ** 2;
    expect(curvature).toBeGreaterThan(1e-4);
    // The symmetric difference's own error is of the order of h^2.
    expect(Math.abs((up! - down!) / (2 * h))).toBeLessThan(10 * curvature * h ** 2);
    expect(Math.min(...[-1, 1].map((sign) => f(exact.map((value, i) => value + sign * direction[i]!))))).toBeGreaterThan(centre);
  }
}

describe("the minimum over a whole small world is the exact ratio", () => {
  it("is a world in which the joint ratio is not the ratio", () => {
    const spread = Math.max(...paths.map(({ x, p0, p1 }) => Math.abs(Math.log(p0 / p1) - exactRatio[x]!)));
    expect(spread).toBeGreaterThan(0.05);
  });

  it.each([CARL, ALICE, ROLR])("of $name", (objective) => {
    assertMinimum(populationLoss(objective), exactRatio);
  });

  it("of the score's term, and the events of theta1 have no part in it", () => {
    const one = program(engine, ["estimated", "joint", "label"], ({ estimated, joint, label }) => ({
      outputs: {
        loss: scoreError({
          label: label!,
          logRatio: label!,
          jointLogRatio: label!,
          score: () => ({ estimated: estimated!, joint: joint! }),
          denominatorScore: () => undefined,
        }),
      },
    }));
    const event = (estimated: number, label: number, joint: number) =>
      one.run({ estimated: { shape: [1, 1], values: [estimated] }, joint: { shape: [1, 1], values: [joint] }, label: row([label]) })
        .loss[0]!;
    expect(event(5, 1, -3)).toBe(0);
    assertMinimum(
      (table) => total(paths.map(({ x, p0, p1, score }) => (p0 * event(table[x]!, 0, score) + p1 * event(table[x]!, 1, score)) / 2)),
      exactScore,
    );
  });
});

// Two thetas, drawn with equal chance: the ratio to evidence is a table of (theta, x).
const PRIOR = [0.5, 0.5];
const px = (theta: number, x: number) => total(at(x).map(({ p0, p1 }) => (theta === 0 ? p0 : p1)));
const evidence = (x: number) => PRIOR[0]! * px(0, x) + PRIOR[1]! * px(1, x);
const exactEvidenceRatio = PRIOR.flatMap((_, theta) => XS.map((x) => Math.log(px(theta, x) / evidence(x))));

/** The loss over all joint pairs and all contrasts. */
function populationContrast({ loss, contrasts }: EvidenceObjective): (table: readonly number[]) => number {
  const one = program(engine, ["joint", "contrasts"], ({ joint, contrasts: others }) => ({
    outputs: { loss: loss({ joint: joint as Tensor, contrasts: others as Tensor }) },
  }));
  const choices = Array.from({ length: 2 ** contrasts }, (_, bits) => Array.from({ length: contrasts }, (_, k) => (bits >> k) & 1));
  return (table) => {
    let sum = 0;
    for (const x of XS)
      for (const own of [0, 1])
        for (const others of choices) {
          const weight = PRIOR[own]! * px(own, x) * 0.5 ** contrasts;
          const value = (theta: number) => table[theta * XS.length + x]!;
          sum += weight * one.run({ joint: row([value(own)]), contrasts: { shape: [contrasts, 1], values: others.map(value) } }).loss[0]!;
        }
    return sum;
  };
}

describe("the minimum over a whole small world is the ratio to evidence", () => {
  it.each([NRE_A, nreCObjective(1, 1), nreCObjective(3, 0.5), nreCObjective(2, 3)])("of $name with $contrasts contrasts", (objective) => {
    assertMinimum(populationContrast(objective), exactEvidenceRatio);
  });

  it("of balanced NRE too: the exact classifier is balanced, and what is not balanced pays lambda times its square", () => {
    const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));
    const [joint, contrast] = [0.7, -0.2];
    const lossOf = ({ loss }: EvidenceObjective) =>
      program(engine, ["joint", "contrasts"], (given) => ({ outputs: { loss: loss(given as Parameters<typeof loss>[0]) } })).run({
        joint: row([joint]),
        contrasts: { shape: [1, 1], values: [contrast] },
      }).loss[0]!;
    const penalty = 100 * (sigmoid(joint) + sigmoid(contrast) - 1) ** 2;
    expect(lossOf(balancedNreObjective(100))).toBeCloseTo(lossOf(NRE_A) + penalty, 10);
    const exact = XS.flatMap((x) =>
      [0, 1].map((theta) => 0.5 * (px(theta, x) + evidence(x)) * sigmoid(exactEvidenceRatio[theta * XS.length + x]!)),
    );
    expect(total(exact)).toBeCloseTo(1, 12);
  });

  it("of NRE-B up to a factor that depends on x", () => {
    const f = populationContrast(nreBObjective(2));
    const shifted = exactEvidenceRatio.map((value, i) => value + 0.3 * (i % XS.length) - 1);
    expect(f(shifted)).toBeCloseTo(f(exactEvidenceRatio), 12);
    const tilted = exactEvidenceRatio.map((value, i) => (i < XS.length ? value + 0.2 : value));
    expect(f(tilted)).toBeGreaterThan(f(exactEvidenceRatio) + 1e-4);
  });

  it("NRE-C with one contrast and even odds is half of NRE-A", () => {
    const [a, c] = [populationContrast(NRE_A), populationContrast(nreCObjective(1, 1))];
    const table = exactEvidenceRatio.map((value, i) => value + 0.1 * i);
    expect(2 * c(table)).toBeCloseTo(a(table), 12);
  });
});
