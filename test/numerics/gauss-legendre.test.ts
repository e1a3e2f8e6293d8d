import { expect, it } from "vitest";
import { gaussLegendre, integrateBy } from "../../src/numerics/gauss-legendre.js";

it.each([1, 2, 3, 8, 16, 64])("the rule of %d nodes integrates polynomials up to degree 2 n - 1, and no further", (n) => {
  const rule = gaussLegendre(n);
  const moment = (power: number) => integrateBy(rule, (x) => x ** power, [-1, 1]);
  for (let power = 0; power < 2 * n; power++) expect(moment(power)).toBeCloseTo(power % 2 === 0 ? 2 / (power + 1) : 0, 13);
  if (n <= 8) expect(Math.abs(moment(2 * n) - 2 / (2 * n + 1))).toBeGreaterThan(1e-6);
});

it("has rising nodes inside, the same on both sides", () => {
  const { nodes, weights } = gaussLegendre(16);
  nodes.forEach((node, i) => {
    expect(Math.abs(node)).toBeLessThan(1);
    expect(node).toBeCloseTo(-nodes[15 - i]!, 15);
    expect(weights[i]).toBeCloseTo(weights[15 - i]!, 14);
    if (i > 0) expect(node).toBeGreaterThan(nodes[i - 1]!);
  });
});

it("integrates over another interval", () => {
  expect(integrateBy(gaussLegendre(16), Math.exp, [-2, 3])).toBeCloseTo(Math.exp(3) - Math.exp(-2), 12);
});
