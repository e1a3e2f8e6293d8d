import { describe, expect, it } from "vitest";
import { gamma, independent, key, normal, uniform } from "../../src/index.js";
import { meanAndError } from "../support/numbers.js";

const prior = independent({ slope: normal(0.5, 2), rate: gamma(2, 4) });

describe("independent", () => {
  it("has the sum of the logarithms", () => {
    expect(prior.logProb({ rate: 0.3, slope: 1 })).toBeCloseTo(normal(0.5, 2).logProb(1) + gamma(2, 4).logProb(0.3), 14);
  });

  it("draws each column from its distribution, uncorrelated", () => {
    const n = 20_000;
    const { values, rows, columns } = prior.sample(key(1), n);
    expect({ rows, columns }).toEqual({ rows: n, columns: 2 });
    const slope = meanAndError(values.filter((_, i) => i % 2 === 0));
    const rate = meanAndError(values.filter((_, i) => i % 2 === 1));
    expect(Math.abs(slope.mean - 0.5)).toBeLessThan(5 * slope.se);
    expect(Math.abs(rate.mean - 0.5)).toBeLessThan(5 * rate.se);
    const products = meanAndError(Float64Array.from({ length: n }, (_, i) => (values[2 * i]! - 0.5) * (values[2 * i + 1]! - 0.5)));
    expect(Math.abs(products.mean)).toBeLessThan(5 * products.se);
  });

  it("says its names and supports, in order", () => {
    expect(prior.names).toEqual(["slope", "rate"]);
    expect(prior.parameters).toEqual({ slope: [-Infinity, Infinity], rate: [0, Infinity] });
  });

  it("repeats for the same key", () => {
    expect(prior.sample(key(2), 3)).toEqual(prior.sample(key(2), 3));
    expect(prior.sample(key(2), 3)).not.toEqual(prior.sample(key(3), 3));
  });
});

describe("uniform over a box", () => {
  const box = uniform({ slope: [-1, 0], width: [0, 4] });

  it("is minus the logarithm of the volume inside, and impossible outside", () => {
    expect(box.logProb({ slope: -0.5, width: 3 })).toBeCloseTo(-Math.log(4), 15);
    expect(box.logProb({ slope: 0.5, width: 3 })).toBe(-Infinity);
  });

  it("draws inside", () => {
    const { values } = box.sample(key(1), 1000);
    expect(values.every((value, i) => (i % 2 === 0 ? value > -1 && value < 0 : value > 0 && value < 4))).toBe(true);
  });
});

it.each([
  { refused: () => independent({}), message: "independent: marginals is {}; expected at least one parameter" },
  { refused: () => prior.logProb({ slope: 1 } as never), message: "logProb: theta.rate is undefined; expected a number" },
  { refused: () => uniform({ slope: [0, -1] }), message: "uniform: ranges.slope[1] is -1; expected a finite number above 0" },
  { refused: () => uniform({ slope: [-Infinity, 0] }), message: "uniform: ranges.slope[0] is -Infinity; expected a finite number" },
])("refuses: $message", ({ refused, message }) => {
  expect(refused).toThrow(message);
});
