import { describe, expect, it } from "vitest";
import { isolines } from "../../src/figures/isolines.js";
import { intervalsBelow } from "../../src/figures/likelihood.js";
import { contours, type Figure, plotCurve, plotHistogram, plotLikelihood, plotScatter } from "../../src/index.js";
import { normalRegion, parabola, quadratic, range } from "./cases.js";

const AXES = { x: "mass (GeV)", y: "events" };

describe("contours", () => {
  const [mean, std, rho] = [[0.2, 24], [0.4, 5], 0.6] as const;
  const region = normalRegion(mean, std, rho, [61, 51]);
  const figure = contours(region);

  it.each(region.levels.map((level, i) => ({ ...level, i })))(
    "of a normal likelihood are its ellipses: $probability",
    ({ threshold, i }) => {
      const rows = linesOf(figure)[i]!;
      // Each point lies on an edge of the grid; linear interpolation over h errs by at most h^2/8 times the second derivative.
      const bound = Math.max(...[0.1 / std[0], 0.6 / std[1]].map((h) => (h * h * 2) / (8 * (1 - rho * rho))));
      for (const { x, y } of rows)
        expect(Math.abs(quadratic((x - mean[0]) / std[0], (y - mean[1]) / std[1], rho) - threshold)).toBeLessThanOrEqual(bound * 1.0001);
      const width = Math.max(...rows.map(({ x }) => x)) - Math.min(...rows.map(({ x }) => x));
      expect(Math.abs(width - 2 * std[0] * Math.sqrt(threshold))).toBeLessThan(0.1);
    },
  );

  it("name their level by its probability and the method", () => {
    expect(labelsOf(figure)).toEqual(["68.27 % (Wilks)", "95.45 % (Wilks)", "best fit"]);
    expect(labelsOf(contours({ ...region, method: "posterior mass" }))[0]).toBe("68.27 % (posterior mass)");
  });

  it("mark best fit and truth where they are", () => {
    const points = contours(region, { truth: { strength: 25, coupling: -1 } }).drawing.panels[0]!.layers.filter(
      (layer) => layer.mark === "points",
    );
    expect(points.map(({ series, rows }) => [series.label, rows[0]])).toEqual([
      ["best fit", { x: 0.2, y: 24 }],
      ["truth", { x: -1, y: 25 }],
    ]);
  });

  it.each([
    { mean: [2.5, 36], corner: [3, 40], end: 1 },
    { mean: [-2.5, 14], corner: [-3, 10], end: 0 },
  ] as const)("stay open where the grid ends at $corner, and show nothing beyond the range", ({ mean: [a, b], corner: [x, y], end }) => {
    const cut = contours(normalRegion([a, b], [0.5, 4], 0.3));
    const [, outer = []] = linesOf(cut);
    expect(outer.filter((row) => row.x === x && row.y === y)).toEqual([]);
    expect(outer.filter((row) => row.x === x || row.y === y).length).toBe(2);
    expect(new Set(outer.map(({ part }) => part)).size).toBe(1);
    expect([cut.drawing.panels[0]!.x.domain[end], cut.drawing.panels[0]!.y.domain[end]]).toEqual([x, y]);
  });

  it("go round a hole on both sides", () => {
    const xs = range(-2, 2, 81);
    const values = xs.flatMap((x) => xs.map((y) => (Math.hypot(x, y) - 1) ** 2));
    const { lines, areas } = isolines({ xs, ys: xs, values }, 0.25);
    expect(lines.length).toBe(2);
    expect(areas.length).toBe(1);
    // Shoelace over the cut ring: pi (1.5^2 - 0.5^2); the polygon with sides of one cell errs by less than a cell's width along its edge.
    expect(Math.abs(Math.abs(shoelace(areas[0]!)) - 2 * Math.PI)).toBeLessThan(0.05 * 0.05 * 2 * Math.PI);
  });

  it("take the excluded (infinite) for outside", () => {
    const { lines } = isolines(
      { xs: [0, 1, 2], ys: [0, 1, 2], values: [Infinity, Infinity, Infinity, Infinity, 0, Infinity, Infinity, Infinity, Infinity] },
      1,
    );
    for (const [x, y] of lines.flat()) expect(Math.abs(x - 1) + Math.abs(y - 1)).toBeLessThanOrEqual(1);
  });
});

describe("intervals", () => {
  it("of a parabola are best fit -+ sigma sqrt(threshold)", () => {
    const boxes = plotLikelihood(parabola).drawing.panels[0]!.layers.filter((layer) => layer.mark === "boxes");
    // Linear interpolation of q with q'' = 2 / sigma^2 errs by h^2 / (4 sigma^2) in q, hence at a slope of 2 sqrt(threshold) / sigma:
    const bound = (threshold: number) => 0.005 ** 2 / (8 * 0.06 * Math.sqrt(threshold));
    for (const [i, { threshold }] of parabola.levels.entries()) {
      const { x, x2 } = boxes[i]!.rows[0]!;
      expect(Math.abs(x - (-0.73 - 0.06 * Math.sqrt(threshold)))).toBeLessThan(bound(threshold));
      expect(Math.abs(x2! - (-0.73 + 0.06 * Math.sqrt(threshold)))).toBeLessThan(bound(threshold));
    }
  });

  it("show a truth far away", () => {
    const { x } = plotLikelihood(parabola, { truth: { slope: 3 } }).drawing.panels[0]!;
    expect(x.domain[1]).toBeGreaterThan(3);
  });

  it("are the region's own where it states them", () => {
    const levels = [{ probability: 0.9, threshold: 2, intervals: [{ low: -0.9, high: -0.6 }] }];
    const boxes = plotLikelihood({ ...parabola, levels }).drawing.panels[0]!.layers.find((layer) => layer.mark === "boxes");
    expect(boxes!.rows).toEqual([{ x: -0.9, x2: -0.6, y: 0, y2: 2 }]);
  });

  it.each([
    {
      name: "two valleys",
      values: [0, 2, 0, 2, 2],
      level: 1,
      expected: [
        [0, 0.5],
        [1.5, 2.5],
      ],
    },
    { name: "open at the end", values: [2, 2, 0, 0, 0], level: 1, expected: [[1.5, 4]] },
    { name: "all inside", values: [0, 0, 0, 0, 0], level: 1, expected: [[0, 4]] },
    { name: "none", values: [2, 2, 2, 2, 2], level: 1, expected: [] },
    { name: "beside the excluded", values: [Infinity, 0, 0, Infinity, Infinity], level: 1, expected: [[1, 2]] },
  ])("$name", ({ values, level, expected }) => {
    expect(intervalsBelow([0, 1, 2, 3, 4], values, level)).toEqual(expected);
  });
});

describe("histograms", () => {
  it("count each value once, lower edge in, last edge in", () => {
    expect(heights(plotHistogram([0, 0.5, 1, 1.5, 2, 2, 3], { ...AXES, bins: [0, 1, 2] }))).toEqual([2, 4]);
  });

  it("give each whole number its bin", () => {
    const [bins] = binLayers(plotHistogram([3, 4, 4, 6], AXES));
    expect(bins!.rows.map(({ x, x2, y2 }) => [x, x2, y2])).toEqual([
      [2.5, 3.5, 1],
      [3.5, 4.5, 2],
      [4.5, 5.5, 0],
      [5.5, 6.5, 1],
    ]);
  });

  it("weigh", () => {
    expect(heights(plotHistogram({ values: [0.2, 0.3, 0.8], weights: [2, 3, 5] }, { ...AXES, bins: 2 }))).toEqual([5, 5]);
  });

  it("as densities hold an area of one", () => {
    const [bins] = binLayers(
      plotHistogram({ values: range(0, 9, 1000), weights: range(1, 3, 1000) }, { ...AXES, bins: [0, 1, 4, 9], density: true }),
    );
    expect(bins!.rows.reduce((sum, { x, x2, y2 }) => sum + (x2! - x) * y2!, 0)).toBeCloseTo(1, 12);
  });

  it("take the Freedman-Diaconis width 2 IQR / cbrt(n)", () => {
    const [bins] = binLayers(plotHistogram(range(0, 1.0001, 1000), AXES));
    expect(bins!.rows.length).toBe(10);
  });

  it("of equal values have one bin in the middle", () => {
    expect(heights(plotHistogram([0.5, 0.5], AXES)).reduce((sum, height) => sum + height, 0)).toBe(2);
  });
});

describe("numbers in, numbers out", () => {
  it("writes them as CSV", () => {
    const figure = plotCurve({ x: [0, 1], y: [2, 3], low: [1, 2], high: [3, 4], label: 'a, "b"' }, AXES);
    expect(figure.toCsv()).toBe(
      [
        "panel,series,mark,part,x,y,x2,y2",
        '0,"a, ""b""",band,,0,1,,3',
        '0,"a, ""b""",band,,1,2,,4',
        '0,"a, ""b""",line,,0,2,,',
        '0,"a, ""b""",line,,1,3,,',
        "",
      ].join("\n"),
    );
  });

  it("keeps the order of a curve that runs back", () => {
    const layers = plotCurve({ x: [0, 2, 1], y: [0, 1, 2] }, AXES).spec.layer as {
      data: { values: { order: number }[] };
      encoding: { order?: object };
    }[];
    expect(layers[0]!.data.values.map(({ order }) => order)).toEqual([0, 1, 2]);
    expect(layers[0]!.encoding.order).toEqual({ field: "order", type: "quantitative" });
  });

  it("shows all of the data with a margin, and no margin across zero", () => {
    const { x, y } = plotCurve({ x: [1, 3], y: [0, 10] }, AXES).drawing.panels[0]!;
    expect([x.domain, y.domain]).toEqual([
      [1, 3],
      [0, 10.5],
    ]);
    expect(plotScatter({ x: [0, 100], y: [5, 5] }, AXES).drawing.panels[0]!.x.domain).toEqual([-3, 103]);
  });
});

function linesOf(figure: Figure) {
  return figure.drawing.panels[0]!.layers.filter((layer) => layer.mark === "line").map((layer) => layer.rows);
}

function labelsOf(figure: Figure) {
  return [...new Set(figure.drawing.panels[0]!.layers.map((layer) => layer.series.label))];
}

function binLayers(figure: Figure) {
  return figure.drawing.panels[0]!.layers.filter((layer) => layer.mark === "bins");
}

function heights(figure: Figure) {
  return binLayers(figure)[0]!.rows.map(({ y2 }) => y2!);
}

function shoelace(ring: readonly (readonly [number, number])[]): number {
  return ring.reduce((sum, [x, y], i) => sum + (x * ring[(i + 1) % ring.length]![1] - ring[(i + 1) % ring.length]![0] * y) / 2, 0);
}
