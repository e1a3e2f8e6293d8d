import { describe, expect, it } from "vitest";
import { backend, grad, rowFunction, sum } from "../../src/compute/index.js";
import { key, standardNormals } from "../../src/numerics/random.js";
import { meanAndError } from "../support/numbers.js";
import { bentNetwork, casesOf, drawn, FLOWS } from "./cases.js";

/** Cells in u, y = sinh(u), on which densities are summed by the midpoint rule. */
const REACH = 6;
const CELLS = { 1: 6000, 2: 480 } as const;
/** Cells of the midpoint rule along a side of a cell of the histogram. */
const BLOCK = 20;
const DRAWS = 20_000;

type Plane = 1 | 2;

/** Probability of each cell `[cells^D]`. */
function cellProbabilities(D: Plane, logProb: (y: Float64Array, n: number) => Float64Array): Float64Array {
  const [cells, h] = [CELLS[D], (2 * REACH) / CELLS[D]];
  const u = Float64Array.from({ length: cells }, (_, i) => -REACH + (i + 0.5) * h);
  const n = cells ** D;
  const y = new Float64Array(n * D);
  for (let k = 0; k < n; k++) for (let d = 0; d < D; d++) y[k * D + d] = Math.sinh(u[Math.floor(k / cells ** d) % cells]!);
  return logProb(y, n).map((p, k) => {
    let weight = Math.exp(p);
    for (let d = 0; d < D; d++) weight *= h * Math.cosh(u[Math.floor(k / cells ** d) % cells]!);
    return weight;
  });
}

/** Cell of y = sinh(u). */
const cellOf = (y: number, cells: number) => Math.floor(((Math.asinh(y) + REACH) / (2 * REACH)) * cells);

/** Counts and expectations of blocks of cells, those that expect fewer than 10 put together. */
function histogram(draws: Float64Array, probabilities: Float64Array): { readonly counts: number[]; readonly expected: number[] } {
  const cells = CELLS[2];
  const side = cells / BLOCK;
  const [counts, expected] = [new Float64Array(side ** 2), new Float64Array(side ** 2)];
  const block = (i: number, j: number) => Math.floor(j / BLOCK) * side + Math.floor(i / BLOCK);
  probabilities.forEach((p, k) => {
    expected[block(k % cells, Math.floor(k / cells))]! += DRAWS * p;
  });
  for (let n = 0; n < DRAWS; n++) counts[block(cellOf(draws[2 * n]!, cells), cellOf(draws[2 * n + 1]!, cells))]!++;
  const rest = { counts: 0, expected: 0 };
  const kept = { counts: [] as number[], expected: [] as number[] };
  expected.forEach((value, k) => {
    if (value >= 10) {
      kept.counts.push(counts[k]!);
      kept.expected.push(value);
    } else {
      rest.counts += counts[k]!;
      rest.expected += value;
    }
  });
  return { counts: [...kept.counts, rest.counts], expected: [...kept.expected, rest.expected] };
}

const engine = await backend("wasm");

/** Density and draws of a bent flow at one context. */
function opened({ method, dimensions, context }: (typeof PLANES)[number]) {
  const network = bentNetwork(method, { dimensions, context }, engine);
  const given = context > 0 ? { context: { values: standardNormals(key(3), context), columns: context, shared: true } } : {};
  const names = Object.keys(given);
  const evaluate = rowFunction<string>(engine, ["y", ...names], ({ y, context: c }) => network.logProb(y!, c));
  const draw = rowFunction<string>(engine, ["z", ...names], ({ z, context: c }) => drawn(network, z!, c));
  return {
    logProb: (y: Float64Array, n: number) => evaluate({ y: { values: y, columns: dimensions }, ...given }, n),
    draws: draw({ z: { values: standardNormals(key(4), DRAWS * network.noise), columns: network.noise }, ...given }, DRAWS),
  };
}

const PLANES = casesOf(
  FLOWS,
  [1, 2].flatMap((dimensions) => [0, 3].map((context) => ({ dimensions, context }))),
);

describe.each(PLANES.filter(({ dimensions }) => dimensions === 1))("$name", (flow) => {
  it("integrates to one, and its draws follow it", () => {
    const { logProb, draws } = opened(flow);
    const probabilities = cellProbabilities(1, logProb);
    let below = 0;
    const distribution = probabilities.map((p) => {
      below += p;
      return below;
    });
    expect(Math.abs(below - 1)).toBeLessThan(1e-4);
    const sorted = draws.sort().map((y) => distribution[cellOf(y, CELLS[1])]!);
    // Kolmogorov: sqrt(n) times the distance is above 2.2 once in 8000 times.
    const distance = Math.max(...sorted.map((p, i) => Math.abs(p - (i + 0.5) / DRAWS)));
    expect(distance).toBeLessThan(2.2 / Math.sqrt(DRAWS) + Math.max(...probabilities));
  });
});

describe.each(PLANES.filter(({ dimensions }) => dimensions === 2))("$name", (flow) => {
  it("integrates to one, and its draws fill its cells as it says", () => {
    const { logProb, draws } = opened(flow);
    const probabilities = cellProbabilities(2, logProb);
    expect(Math.abs(probabilities.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-3);
    const { counts, expected } = histogram(draws, probabilities);
    const chi2 = counts.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);
    const freedom = counts.length - 1;
    expect(freedom).toBeGreaterThan(30);
    expect(Math.abs(chi2 - freedom)).toBeLessThan(5 * Math.sqrt(2 * freedom));
  });
});

describe.each(casesOf(FLOWS, [{ dimensions: 5, context: 3 }]))("$name", ({ method, ...sizes }) => {
  it("has E[y_i d log q / d y_j] = -1 where i = j and 0 elsewhere over its draws, and E[d log q / d c] = 0", () => {
    const network = bentNetwork(method, sizes, engine);
    const [D, C] = [sizes.dimensions, sizes.context];
    const context = { values: Float64Array.from({ length: DRAWS * C }, (_, k) => [0.4, -0.9, 0.2][k % C]!), columns: C };
    const draw = rowFunction(engine, ["z", "context"], ({ z, context: c }) => drawn(network, z, c));
    const y = draw({ z: { values: standardNormals(key(4), DRAWS * network.noise), columns: network.noise }, context }, DRAWS);
    const slope = (by: "context" | "y") =>
      rowFunction(engine, ["y", "context"], (inputs) => grad(sum(network.logProb(inputs.y, inputs.context)), inputs[by]))(
        { y: { values: y, columns: D }, context },
        DRAWS,
      );
    const expectMean = (each: (n: number) => number, value: number) => {
      const { mean, se } = meanAndError(Array.from({ length: DRAWS }, (_, n) => each(n)));
      expect(Math.abs(mean - value)).toBeLessThan(5 * se);
    };
    const [dy, dc] = [slope("y"), slope("context")];
    for (let j = 0; j < D; j++) for (let i = 0; i < D; i++) expectMean((n) => y[n * D + i]! * dy[n * D + j]!, i === j ? -1 : 0);
    for (let j = 0; j < C; j++) expectMean((n) => dc[n * C + j]!, 0);
  });
});
