import { describe, expect, it } from "vitest";
import { backend } from "../../src/compute/index.js";
import { ConditionalDensity } from "../../src/flows/conditional-density.js";
import { key } from "../../src/numerics/random.js";
import { toUnbounded } from "../../src/probability/bijection.js";
import { FLOWS } from "./cases.js";
import { made, matrix, RANGES } from "./densities.js";

const wasm = await backend("wasm");

describe("a density on a range", () => {
  const cells = 4000;
  const draws = 10_000;

  it.each(
    FLOWS.flatMap(({ name }, flow) =>
      Object.values(RANGES).flatMap((range) =>
        [1, 2].map((members) => ({ name, flow, range: range as readonly [number, number], members })),
      ),
    ),
  )("by $members of $name on $range integrates to one and its draws follow it", ({ flow, range, members }) => {
    const parts = made({ flow, D: 1, C: 2, members, embedded: false, bounded: false }, wasm);
    const bijection = toUnbounded({ y: range as [number, number] });
    const at = new ConditionalDensity({ ...parts, bijection }).at([0.5, -2.2]);
    // Cells of equal width in w, u = 8 sinh(w) / sinh(2): fine in the middle.
    const edges = (shift: number, n: number) =>
      bijection.inverseAndLogDet(
        matrix(
          1,
          Float64Array.from({ length: n }, (_, i) => (8 * Math.sinh(-2 + (4 * (i + shift)) / cells)) / Math.sinh(2)),
        ),
      ).rows.values;
    const [ends, middles] = [edges(0, cells + 1), edges(0.5, cells)];
    let below = 0;
    const distribution = Float64Array.from(at.logProb(matrix(1, middles)), (p, i) => {
      below += Math.exp(p) * (ends[i + 1]! - ends[i]!);
      return below;
    });
    expect(Math.abs(below - 1)).toBeLessThan(1e-3);
    const sorted = at.sample(key(5), draws).values.sort();
    let cell = 0;
    const distance = sorted.reduce((most, value, i) => {
      while (cell < cells - 1 && ends[cell + 1]! < value) cell++;
      return Math.max(most, Math.abs(distribution[cell]! - (i + 0.5) / draws));
    }, 0);
    const largestCell = Math.max(...distribution.map((p, i) => p - (distribution[i - 1] ?? 0)));
    // Kolmogorov: sqrt(n) times the distance is above 2.2 once in 8000 times.
    expect(distance).toBeLessThan(2.2 / Math.sqrt(draws) + largestCell);
  });
});
