import { describe, expect, it } from "vitest";
import { corner } from "../../src/figures/corner.js";
import { captionOf } from "../../src/figures/corner-caption.js";
import type { Layer, Row } from "../../src/figures/drawing.js";
import { type Figure, key, type Matrix, panels, standardNormals, uniforms } from "../../src/index.js";
import { moons, normalSamples } from "./posteriors.js";

const LEVELS = [0.6827, 0.9545] as const;
const N = 20_000;

/** The fills of a panel's regions, lowest mass first, as rings. */
function regionsOf(figure: Figure, panel: number): Row[][][] {
  return layersOf(figure, panel, "shapes").map(({ rows }) => {
    const parts = [...new Set(rows.map(({ part }) => part))];
    return parts.map((part) => rows.filter((row) => row.part === part));
  });
}

function layersOf(figure: Figure, panel: number, mark: Layer["mark"]): Layer[] {
  return figure.drawing.panels[panel]!.layers.filter((layer) => layer.mark === mark);
}

/** By the shoelace formula. */
function areaOf(rings: readonly (readonly Row[])[]): number {
  const ringArea = (ring: readonly Row[]) => ring.reduce((sum, { x, y }, i) => sum + (x * after(ring, i).y - after(ring, i).x * y) / 2, 0);
  return rings.reduce((sum, ring) => sum + Math.abs(ringArea(ring)), 0);
}

function after(ring: readonly Row[], i: number): Row {
  return ring[(i + 1) % ring.length]!;
}

/** Part of the points inside an odd number of rings. */
function massInside(rings: readonly (readonly Row[])[], { values, rows }: Matrix): number {
  const edges = rings.flatMap((ring) => ring.map((from, i) => [from, after(ring, i)] as const));
  let inside = 0;
  for (let i = 0; i < rows; i++) {
    const [px, py] = [values[2 * i]!, values[2 * i + 1]!];
    let odd = false;
    for (const [a, b] of edges) if (a.y > py !== b.y > py && px < a.x + ((py - a.y) / (b.y - a.y)) * (b.x - a.x)) odd = !odd;
    if (odd) inside++;
  }
  return inside / rows;
}

const box = (n: number, seed: number): Matrix => ({ rows: n, columns: 2, values: uniforms(key(seed), 2 * n).map((u) => Math.sqrt(u)) });

describe("regions", () => {
  it("have the area of a normal's: pi chi2 sx sy sqrt(1 - rho^2)", () => {
    const regions = regionsOf(corner(normalSamples(N, 2, 1, 0.6)), 1);
    for (const [m, level] of LEVELS.entries()) {
      const chi2 = -2 * Math.log(1 - level);
      const se = (2 * Math.sqrt((level * (1 - level)) / N)) / (1 - level); // of the chi2 whose part of the samples this is
      expect(Math.abs(areaOf(regions[m]!) / (Math.PI * 0.8) - chi2), `${level}`).toBeLessThan(5 * se);
    }
  });

  it.each([
    ["a normal", (n: number, seed: number) => normalSamples(n, 2, seed, 0.9), undefined],
    ["two crescents", moons, undefined],
    ["a density that ends at the prior's ends", box, { a: [0, 1], b: [0, 1] } as const],
  ])("of %s enclose their mass, of the samples and of others", (_, draw, parameters) => {
    const samples = draw(N, 11);
    const regions = regionsOf(corner(parameters ? { theta: samples, parameters } : samples), 1);
    const others = draw(N, 23);
    for (const [m, level] of LEVELS.entries()) {
      const se = Math.sqrt((level * (1 - level)) / N);
      expect(Math.abs(massInside(regions[m]!, samples) - level), "own").toBeLessThan(se);
      expect(Math.abs(massInside(regions[m]!, others) - level), "others").toBeLessThan(5 * Math.SQRT2 * se);
    }
  });

  it("follow the weights: from a wide normal to a narrow one", () => {
    const wide = { ...normalSamples(N, 2, 3, 0), values: normalSamples(N, 2, 3, 0).values.map((value) => 1.5 * value) };
    const ratio = ([x, y]: readonly number[]) => Math.exp((-0.5 + 0.5 / 1.5 ** 2) * (x! ** 2 + y! ** 2));
    const weights = Float64Array.from({ length: N }, (_, i) => ratio([wide.values[2 * i]!, wide.values[2 * i + 1]!]));
    const size = weights.reduce((sum, w) => sum + w, 0) ** 2 / weights.reduce((sum, w) => sum + w * w, 0);
    const regions = regionsOf(corner({ theta: wide, weights }), 1);
    const exact = normalSamples(N, 2, 5, 0);
    for (const [m, level] of LEVELS.entries()) {
      const se = Math.sqrt(level * (1 - level) * (1 / N + 1 / size));
      expect(Math.abs(massInside(regions[m]!, exact) - level)).toBeLessThan(5 * se);
    }
  });

  it("stand in the legend by the mass that they enclose", () => {
    const labels = (figure: Figure) => JSON.stringify(figure.spec);
    expect(labels(corner(normalSamples(100, 2, 1)))).toContain("68.27 % (enclosed mass)");
    const several = ["one", "two"].map((label, k) => ({ label, samples: normalSamples(100, 2, k) }));
    expect(labels(corner(several, { levels: [0.9, 0.5] }))).toContain('"title":["contours: enclosed mass","50 % (thick), 90 %"]');
    expect(labels(corner(several, { levels: [0.9] }))).toContain('"title":["contours: enclosed mass","90 %"]');
  });
});

describe("marginals", () => {
  const curveOf = (figure: Figure, panel = 0) => layersOf(figure, panel, "line")[0]!.rows;
  const integral = (rows: readonly Row[]) => rows.slice(1).reduce((sum, { x, y }, i) => sum + ((x - rows[i]!.x) * (y + rows[i]!.y)) / 2, 0);

  it("are the normal density", () => {
    const rows = curveOf(corner(normalSamples(N, 1, 2)));
    const width = 1.06 * N ** -0.2;
    for (const { x, y } of rows) {
      const exact = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
      const se = Math.sqrt(exact / (2 * Math.sqrt(Math.PI) * N * width));
      // The kernel's bias, h^2 f'' / 2, comes on top of the scatter.
      expect(Math.abs(y - exact)).toBeLessThan(5 * se + (width * width * Math.abs(x * x - 1) * exact) / 2 + 1e-3);
    }
    expect(Math.abs(integral(rows) - 1)).toBeLessThan(0.003); // all but the outermost samples
  });

  it("do not leak beyond the prior: a uniform stays level to its ends", () => {
    const theta = { rows: N, columns: 1, values: uniforms(key(4), N).map((u) => 2 * u) };
    const rows = curveOf(corner({ theta, parameters: { a: [0, 2] } }));
    expect([rows[0]!.x, rows.at(-1)!.x]).toEqual([0, 2]);
    const se = Math.sqrt((2 * 0.5) / (2 * Math.sqrt(Math.PI) * N * 0.1)); // at the ends, with a kernel of a twentieth of the range and more
    for (const { y } of rows) expect(Math.abs(y - 0.5)).toBeLessThan(5 * se);
    expect(Math.abs(integral(rows) - 1)).toBeLessThan(1e-9);
    const open = curveOf(corner({ theta }));
    expect(open[0]!.x).toBeLessThan(-0.1);
  });

  it("keep narrow modes apart that lie far apart", () => {
    const z = standardNormals(key(6), 4000);
    const theta = { rows: 4000, columns: 1, values: z.map((value, i) => (i % 2 ? 10 : -10) + 0.3 * value) };
    const rows = curveOf(corner({ theta }));
    const top = Math.max(...rows.map(({ y }) => y));
    const exact = 0.5 / (0.3 * Math.sqrt(2 * Math.PI));
    const width = rows[1]!.x - rows[0]!.x; // the narrowest kernel is about as wide as the nodes are apart
    const se = Math.sqrt(exact / (2 * Math.sqrt(Math.PI) * 4000 * width));
    expect(Math.abs(top - exact)).toBeLessThan(5 * se + 0.5 * (width / 0.3) ** 2 * exact);
    for (const { x, y } of rows) if (Math.abs(x) < 8) expect(y).toBeLessThan(1e-3 * top);
  });

  it("are counts in bins where asked: heights times widths add up to one", () => {
    const boxes = layersOf(corner(normalSamples(1000, 1, 2), { bins: 20 }), 0, "bins")[0]!.rows;
    expect(boxes).toHaveLength(20);
    expect(boxes.reduce((sum, { x, x2, y2 }) => sum + (x2! - x) * y2!, 0)).toBeCloseTo(1, 2);
  });

  it("mark the quantiles of the samples, weighted or not", () => {
    const values = Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
    const at = (weights?: Float64Array) => {
      const figure = corner({ theta: { rows: 1001, columns: 1, values }, ...(weights && { weights }) });
      return layersOf(figure, 0, "segments")[0]!.rows.map(({ x }) => x);
    };
    for (const [k, p] of [0.16, 0.5, 0.84].entries()) {
      expect(at()[k]).toBeCloseTo(p, 2);
      expect(at(values)[k]).toBeCloseTo(Math.sqrt(p), 2); // of the density 2 x
    }
  });
});

it.each([
  [
    [-0.55, 0.42, 0.45],
    ["0.420", "+0.030", "−0.970"],
  ],
  [
    [0.4, 0.42, 0.45],
    ["0.420", "+0.030", "−0.020"],
  ],
  [
    [-1.2, -1.04, -0.8],
    ["−1.04", "+0.24", "−0.16"],
  ],
  [
    [-1.7, -0.01, 1.7],
    ["0.0", "+1.7", "−1.7"],
  ],
  [
    [130, 142.4, 160],
    ["142", "+18", "−12"],
  ],
  [
    [1.2e-7, 1.4e-7, 1.7e-7],
    ["1.40", "+0.30", "−0.20", "×10⁻⁷"],
  ],
  [
    [5, 5, 5],
    ["5.00", "+0.00", "−0.00"],
  ],
] as const)("writes the quantiles %j as %j", (quantiles, pieces) => {
  expect(captionOf(quantiles as readonly [number, number, number])).toEqual(pieces);
});

describe("layout", () => {
  it("has a panel for each pair, columns that share their axis, and truth lines where the truth is known", () => {
    const figure = corner(normalSamples(200, 4, 1), { names: ["a", "b", "c", "d"], truth: { b: 0.5 } });
    const { panels: all } = figure.drawing;
    expect(all).toHaveLength(10);
    for (const [row, column, at] of [
      [3, 1, 7],
      [2, 1, 4],
    ] as const) {
      expect(all[at]!.x).toEqual(all[2]!.x); // of b
      expect([all[at]!.x.label, all[at]!.y.label]).toEqual([["a", "b"][column], ["a", "b", "c", "d"][row]]);
      expect(all[at]!.layers.find(({ mark }) => mark === "segments")!.rows).toEqual([
        { x: 0.5, x2: 0.5, y: all[at]!.y.domain[0], y2: all[at]!.y.domain[1] },
      ]);
    }
    expect(all[3]!.layers.some(({ series }) => series.label === "truth")).toBe(false); // c against a
  });

  it("shows the range asked for, and else a truth that lies far away", () => {
    const samples = normalSamples(200, 1, 1);
    expect(corner(samples, { ranges: { theta1: [-9, 2] } }).drawing.panels[0]!.x.domain).toEqual([-9, 2]);
    expect(corner(samples, { truth: [30] }).drawing.panels[0]!.x.domain[1]).toBeGreaterThan(30);
  });

  it("draws the samples alike as rows, as a matrix and as a record", () => {
    const matrix = normalSamples(50, 2, 1);
    const rows = Array.from({ length: 50 }, (_, i) => [matrix.values[2 * i]!, matrix.values[2 * i + 1]!]);
    const names = ["a", "b"];
    const spec = JSON.stringify(corner(matrix, { names }).spec);
    expect(JSON.stringify(corner(rows, { names }).spec)).toBe(spec);
    expect(JSON.stringify(corner({ theta: matrix, names }).spec)).toBe(spec);
  });

  it("gives a parameter that does not vary an axis around it", () => {
    const { values } = normalSamples(100, 2, 1);
    const figure = corner({ rows: 100, columns: 2, values: values.map((value, at) => (at % 2 ? 5 : value)) });
    const [low, high] = figure.drawing.panels[2]!.x.domain;
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
  });

  it("stands by itself", () => {
    expect(() => panels([corner(normalSamples(50, 2, 1))])).toThrow(/^panels: figures\[0\] has shape a triangle of panels/);
  });
});
