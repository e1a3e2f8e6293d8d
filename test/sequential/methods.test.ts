import { describe, expect, test } from "vitest";
import { c2st, key, maf } from "../../src/index.js";
import { columnOf } from "../../src/numerics/matrix.js";
import { momentsOf } from "../../src/numerics/quantiles.js";
import { activeLearning } from "../../src/sequential/active-learning.js";
import { apt } from "../../src/sequential/apt.js";
import type { RoundMethod } from "../../src/sequential/method.js";
import type { Round } from "../../src/sequential/round.js";
import { rounds } from "../../src/sequential/rounds.js";
import { snl } from "../../src/sequential/snl.js";
import { tsnpe } from "../../src/sequential/tsnpe.js";
import { exactDraws, exactPosterior, linear, PRIOR, X } from "./linear.js";

const flow = maf({ transforms: 2, hidden: [30] });
const METHODS: Readonly<Record<string, RoundMethod<unknown>>> = {
  snl: snl({ flow }),
  apt: apt({ flow }),
  tsnpe: tsnpe({ flow }),
  "active-learning": activeLearning({ base: snl({ flow, members: 3 }) }),
  "active-learning of posteriors": activeLearning({ base: apt({ flow, members: 3 }) }),
};
const OPTIONS = { prior: PRIOR, x: X, n: 400, rounds: 3, seed: 1, fit: { epochs: 100, batchSize: 32 } };

async function lastOf(method: RoundMethod<unknown>): Promise<Round> {
  let last: Round | undefined;
  for await (const round of rounds(method, linear, OPTIONS)) last = round;
  return last!;
}

describe.each(Object.entries(METHODS))("%s on a linear simulator, whose posterior is normal", (name, method) => {
  test("three rounds give the posterior", async () => {
    const { posterior, simulations } = await lastOf(method);
    const draws = await posterior.sample(key(2), 1000);
    const { covariance, mean } = exactPosterior();
    const exact = [covariance[0], covariance[2]].map(Math.sqrt);
    // The prior is over 3 times as wide, log 3 = 1.1, and its mean 3 standard deviations off: what has learned nothing of X is far beyond these. 1000 draws are
    // off by 5 / sqrt(1000) = 0.16 of a standard deviation at most; the rest is left to networks trained on 1200 events.
    exact.forEach((std, j) => {
      const moments = momentsOf(columnOf(draws, j));
      expect(Math.abs(moments.mean - mean[j]!) / std).toBeLessThan(0.5);
      expect(Math.abs(Math.log(moments.std / std))).toBeLessThan(0.35);
    });
    // Two normal distributions half a standard deviation apart are told apart with probability 0.6; its Monte-Carlo error here is 0.011.
    expect((await c2st(exactDraws(5, 1000), draws, { seed: 1 })).accuracy).toBeLessThan(0.6);
    expect(simulations.proposals.map(({ rows }) => rows)).toEqual([400, 400, 400]);
    expect(simulations.proposals[0]!.kind).toBe("prior");
    expect(simulations.proposals[1]!.kind).toBe(name === "tsnpe" ? "truncated" : "other");
  }, 60_000);
});
