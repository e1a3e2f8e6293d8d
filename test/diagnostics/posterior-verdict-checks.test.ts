import { describe, expect, it } from "vitest";
import { coverageOf } from "../../src/diagnostics/expected-coverage.js";
import { calibrationChecks, coverageCheck, tarpCheck } from "../../src/diagnostics/posterior-verdict-checks.js";
import { calibrationOf } from "../../src/diagnostics/simulation-based-calibration.js";

const N = 1000;
const DRAWS = 99;

/** Ranks whose empirical distribution function is F at all levels, to one in N. */
function ranksOf(F: (z: number) => number): Float64Array {
  const upTo = Array.from({ length: DRAWS + 2 }, (_, j) => (j > DRAWS ? N : Math.round(N * F(j / (DRAWS + 1)))));
  return Float64Array.from(upTo.slice(1).flatMap((count, rank) => new Array<number>(count - upTo[rank]!).fill(rank)));
}

const bump = (z: number, low: number, high: number) => (z > low && z < high ? Math.sin((Math.PI * (z - low)) / (high - low)) : 0);

/** What regions of level z hold; where it leaves the band on either side. */
const CURVES = [
  { of: "small regions at all levels", F: (z: number) => z ** 1.4, sides: "below" },
  { of: "large regions at all levels", F: (z: number) => z ** 0.7, sides: "above" },
  {
    of: "regions too small in the middle, a little large at 90 %",
    F: (z: number) => z - 0.12 * bump(z, 0.1, 0.85) + 0.01 * bump(z, 0.86, 1),
    sides: "below",
  },
  {
    of: "regions too large in the middle, a little small at 90 %",
    F: (z: number) => z + 0.1 * bump(z, 0.2, 0.8) - 0.01 * bump(z, 0.86, 1),
    sides: "above",
  },
  {
    of: "many levels a little below, one far above",
    F: (z: number) => z - 0.035 * bump(z, 0, 0.8) + 0.045 * bump(z, 0.84, 1),
    sides: "above",
  },
  { of: "both", F: (z: number) => z - 0.1 * bump(z, 0, 0.5) + 0.12 * bump(z, 0.5, 1), sides: "both" },
] as const;

/** Each level that a message quotes, and what its regions hold. */
function quotedIn(message: string): { level: number; held: number }[] {
  return Array.from(message.matchAll(/([\d.]+) % [a-z ]+ hold ([\d.]+) %/g), ([, level, held]) => ({
    level: Number(level) / 100,
    held: Number(held) / 100,
  }));
}

describe.each(CURVES)("$of", ({ F, sides }) => {
  const coverage = coverageOf(ranksOf(F), DRAWS);

  it("is quoted by coverage at a level that strays the way the words say, outside of the band", () => {
    const { grade, message, value, threshold } = coverageCheck(coverage);
    expect(grade).not.toBe("pass");
    const words = {
      below: /^over-confident: the regions are too small;/,
      above: /^under-confident: the regions are larger/,
      both: /^of the wrong shape:/,
    };
    expect(message).toMatch(words[sides]);
    const quoted = quotedIn(message);
    expect(quoted.map(({ level, held }) => (held < level ? "below" : "above")).sort()).toEqual(
      sides === "both" ? ["above", "below"] : [sides],
    );
    for (const { level, held } of quoted) {
      expect(Math.abs(held - F(level))).toBeLessThan(0.5 / N + 0.0005); // of the ranks' and of the message's rounding
      const place = coverage.ecdf.z.findIndex((z) => Math.abs(z - level) < 1e-6);
      const { difference, low, high } = coverage.ecdf;
      expect(difference[place]! < low[place]! || difference[place]! > high[place]!).toBe(true);
    }
    expect(Math.abs(value - quoted[0]!.held)).toBeLessThan(0.0005);
    expect(Number(threshold.split(",")[0])).toBeCloseTo(quoted[0]!.level, 6);
  });

  it("is no direction of the posterior in the words of TARP, which say where the truths lie", () => {
    const { grade, message, advice } = tarpCheck(coverage);
    expect(grade).not.toBe("pass");
    expect(`${message} ${advice}`).not.toMatch(/confident/);
    const words = { below: "further from the mean", above: "nearer to the mean", both: "both nearer to and further from the mean" };
    expect(message).toContain(`not exact: truths lie ${words[sides]} theta of similar data sets`);
    for (const { level, held } of quotedIn(message)) expect(Math.abs(held - F(level))).toBeLessThan(0.5 / N + 0.0005);
    expect(advice).toContain("SBC and coverage");
  });
});

it("quotes the 90 % regions of an exact posterior", () => {
  const check = coverageCheck(
    coverageOf(
      ranksOf((z) => z),
      DRAWS,
    ),
  );
  expect(check).toMatchObject({ grade: "pass", value: 0.9, advice: "" });
  expect(check.message).toBe(`90 % regions of highest density hold 90 % of ${N} truths (p = 1)`);
});

it("names neither bias nor a width of ranks whose mean and spread are those of uniform ones", () => {
  // Odd about 1/2, so the mean stays; a sin(2 pi k z) adds a / (pi k) to the spread, and the two cancel. The slope stays above 0.
  const ranks = ranksOf((z) => z + 0.049 * (Math.sin(6 * Math.PI * z) - Math.sin(2 * Math.PI * z) / 3));
  const calibration = calibrationOf({
    names: ["mu"],
    draws: DRAWS,
    parameterRanks: { rows: N, columns: 1, values: ranks },
  } as never);
  const [check] = calibrationChecks(calibration);
  expect(check!.grade).not.toBe("pass");
  expect(check!.message).toMatch(/^of the wrong shape: [\d.]+ % of truths lie below the posterior's [\d.]+ % quantile/);
});
