import { describe, expect, it } from "vitest";
import { standardNormalQuantile } from "../../src/numerics/normal-quantile.js";
import { chiSquareCdf, chiSquareQuantile, erf, erfc, lowerGamma, standardNormalCdf, upperGamma } from "../../src/numerics/special.js";

// References from 25-digit arithmetic (mpmath).
const GAMMA = [
  { a: 0.5, x: 0.1, lower: 0.345279153981423, upper: 0.654720846018577 },
  { a: 0.5, x: 1.49, lower: 0.9157007275967407, upper: 0.08429927240325934 },
  { a: 0.5, x: 1.51, lower: 0.9177565338533937, upper: 0.08224346614660624 },
  { a: 1, x: 3, lower: 0.950212931632136, upper: 0.049787068367863944 },
  { a: 2.5, x: 0.001, lower: 9.50853459860795e-9, upper: 0.9999999904914654 },
  { a: 3, x: 20, lower: 0.9999995444850495, upper: 4.555149505589213e-7 },
  { a: 10, x: 10, lower: 0.5420702855281478, upper: 0.4579297144718522 },
  { a: 100, x: 90, lower: 0.15822098918643018, upper: 0.8417790108135699 },
  { a: 1000, x: 1100, lower: 0.99894067674607, upper: 0.0010593232539299773 },
  { a: 0.5, x: 400, lower: 1, upper: 5.395865611607901e-176 },
];

const ERROR_FUNCTION = [
  { x: -3, value: -0.9999779095030014, complement: 1.9999779095030015 },
  { x: -0.5, value: -0.5204998778130465, complement: 1.5204998778130465 },
  { x: 0, value: 0, complement: 1 },
  { x: 0.1, value: 0.1124629160182849, complement: 0.887537083981715 },
  { x: 1.2, value: 0.9103139782296353, complement: 0.08968602177036464 },
  { x: 1.3, value: 0.9340079449406524, complement: 0.06599205505934755 },
  { x: 5, value: 0.9999999999984626, complement: 1.537459794428035e-12 },
  { x: 20, value: 1, complement: 5.395865611607901e-176 },
];

const QUANTILES = [
  { p: 0.6827, k: 1, q: 1.000043427117467 },
  { p: 0.9545, k: 1, q: 4.000009775604389 },
  { p: 0.9973, k: 1, q: 8.99986195674967 },
  { p: 0.6827, k: 2, q: 2.295815160785974 },
  { p: 0.9545, k: 2, q: 6.180085906050465 },
  { p: 0.9973, k: 2, q: 11.82900701194368 },
  { p: 0.95, k: 1, q: 3.841458820694124 },
  { p: 0.95, k: 2, q: 5.99146454710798 },
  { p: 1e-6, k: 3, q: 0.0002418104872012428 },
  { p: 0.5, k: 10, q: 9.341817765591967 },
  { p: 0.999999, k: 7, q: 40.52183123411472 },
  { p: 0.01, k: 0.5, q: 1.349939585911694e-8 },
  { p: 0.3, k: 200, q: 189.0485987177614 },
];

function expectDigits(value: number, reference: number, relative: number) {
  expect(Math.abs(value - reference)).toBeLessThanOrEqual(relative * Math.abs(reference));
}

describe("special functions", () => {
  // The factor x^a e^-x / Gamma(a) loses about a digits of epsilon: 1e-16 times a log x.
  it.each(GAMMA)("integrate the gamma density at a = $a, x = $x", ({ a, x, lower, upper }) => {
    const relative = 2e-15 * (1 + Math.max(a, x) * 0.5);
    expectDigits(lowerGamma(a, x), lower, relative);
    // Below a + 1 the upper tail is the complement of the lower, hence known to an absolute error.
    expectDigits(upperGamma(a, x), upper, x < a + 1 ? relative / upper : relative);
  });

  it("reach the limits", () => {
    expect([lowerGamma(2, 0), upperGamma(2, 0), lowerGamma(2, Infinity), upperGamma(2, Infinity)]).toEqual([0, 1, 1, 0]);
    expect([chiSquareCdf(-1, 2), chiSquareQuantile(0, 3), chiSquareQuantile(1, 3), chiSquareQuantile(1.1, 3)]).toEqual([
      0,
      0,
      Infinity,
      Number.NaN,
    ]);
  });

  it.each(ERROR_FUNCTION)("give the error function at $x", ({ x, value, complement }) => {
    expectDigits(erf(x), value, 2e-15);
    expectDigits(erfc(x), complement, (2e-15 * (1 + x * x)) / (x * x < 1.5 ? complement : 1));
  });

  it("hand NaN on in the error function, and reach its ends", () => {
    expect([erf(Number.NaN), erf(-Infinity), erf(Infinity)]).toEqual([Number.NaN, -1, 1]);
  });

  it.each([1e-12, 0.01, 0.31, 0.5, 0.9, 1 - 1e-9])("invert the normal quantile at %d", (p) => {
    const x = standardNormalQuantile(p);
    expectDigits(standardNormalCdf(x), p, 4e-15 * (1 + x * x));
  });

  it.each(QUANTILES)("give the chi-square quantile $q for p = $p, $k degrees of freedom", ({ p, k, q }) => {
    expectDigits(chiSquareQuantile(p, k), q, 2e-14);
    expectDigits(chiSquareCdf(q, k), p, 2e-13);
  });

  it.each([1e-10, 0.2, 0.6827, 1 - 1e-12])("give -2 log(1 - p) for two degrees of freedom at p = %d", (p) => {
    expectDigits(chiSquareQuantile(p, 2), -2 * Math.log1p(-p), 2e-14);
  });
});
