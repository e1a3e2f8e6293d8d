import { describe, expect, expectTypeOf, it } from "vitest";
import { posteriorPredictive } from "../../src/diagnostics/predictive-check.js";
import { type CoverageLike, plotCoverage } from "../../src/figures/coverage.js";
import type { Layer } from "../../src/figures/drawing.js";
import { plotPredictive } from "../../src/figures/predictive.js";
import { plotSbc } from "../../src/figures/sbc.js";
import { binomialInterval } from "../../src/figures/sbc-ranks.js";
import { DomainError, type Figure, key, ShapeError } from "../../src/index.js";
import { gaussianLinear } from "../diagnostics/fixtures/gaussian-linear.js";
import { exactSbc, normalSamples } from "./posteriors.js";

const layersOf = (figure: Figure, mark: Layer["mark"], panel = 0) =>
  figure.drawing.panels[panel]!.layers.filter((layer) => layer.mark === mark);
const sbc = exactSbc(200, 19, 1, 1.5);
const { ecdf } = sbc.parameters[0]!;

describe("plotSbc", () => {
  it("draws each parameter's difference and one band, from 0 to 1", () => {
    const figure = plotSbc(sbc, { labels: { slope: "slope θ" } });
    const curves = layersOf(figure, "line");
    expect(curves.map(({ series }) => series.label)).toEqual(["slope θ", "offset"]);
    expect(curves[0]!.rows).toEqual([{ x: 0, y: 0 }, ...Array.from(ecdf.z, (x, i) => ({ x, y: ecdf.difference[i] })), { x: 1, y: 0 }]);
    const [band, ...others] = layersOf(figure, "band");
    expect(others).toEqual([]);
    expect(band!.rows[1]).toEqual({ x: ecdf.z[0], y: ecdf.low[0], y2: ecdf.high[0] });
  });

  it("has a panel for each parameter where asked, with the same range", () => {
    const { panels, columns } = plotSbc(sbc, { columns: 2 }).drawing;
    expect([panels.length, columns]).toEqual([2, 2]);
    expect(panels[0]!.y.domain).toEqual(panels[1]!.y.domain);
  });

  it.each([2, 7, 20])("counts every rank in one of %d bins", (bins) => {
    const figure = plotSbc(sbc, { bins });
    for (const d of [0, 1]) {
      const boxes = layersOf(figure, "bins", d)[0]!.rows;
      expect(boxes).toHaveLength(bins);
      // Relative to uniform: the mean over ranks is one.
      expect(boxes.reduce((sum, { x, x2, y2 }) => sum + (x2! - x) * y2!, 0)).toBeCloseTo(20, 9);
      for (const { x, x2, y2 } of boxes) {
        const ranks = Array.from({ length: 200 }, (_, i) => sbc.ranks.values[2 * i + d]!).filter((rank) => rank >= x && rank < x2!);
        expect(y2).toBeCloseTo(ranks.length / ((200 * (x2! - x)) / 20), 9);
      }
    }
  });

  it.each([
    [10, 0.3, 0.1],
    [200, 0.05, 0.0025],
    [3, 0.5, 0.05],
  ])("leaves outside of the band of %d trials at %d no more than %d, and no band is narrower", (n, p, alpha) => {
    const mass = (count: number) => {
      let log = 0;
      for (let k = 1; k <= count; k++) log += Math.log((n - count + k) / k);
      return Math.exp(log + count * Math.log(p) + (n - count) * Math.log1p(-p));
    };
    const upTo = (count: number) => Array.from({ length: count + 1 }, (_, k) => mass(k)).reduce((sum, m) => sum + m, 0);
    const [low, high] = binomialInterval(n, p, alpha);
    expect(low === 0 ? 0 : upTo(low - 1)).toBeLessThanOrEqual(alpha / 2);
    expect(upTo(low)).toBeGreaterThan(alpha / 2);
    expect(1 - upTo(high)).toBeLessThanOrEqual(alpha / 2 + 1e-12);
    if (high > 0) expect(1 - upTo(high - 1)).toBeGreaterThan(alpha / 2);
  });
});

describe("plotCoverage", () => {
  const arrays: CoverageLike = {
    level: [0.25, 0.5, 0.75],
    empirical: [0.2, 0.4, 0.7],
    low: [0.15, 0.4, 0.65],
    high: [0.35, 0.6, 0.85],
  };

  it("draws coverage against level with its band and the diagonal", () => {
    const figure = plotCoverage(arrays);
    const [curve] = layersOf(figure, "line");
    expect(curve!.rows.map(({ x }) => x)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    for (const [i, y] of [0, 0.2, 0.4, 0.7, 1].entries()) expect(curve!.rows[i]!.y).toBeCloseTo(y, 12);
    for (const [i, y2] of [0, 0.35, 0.6, 0.85, 1].entries()) expect(layersOf(figure, "band")[0]!.rows[i]!.y2).toBeCloseTo(y2, 12);
    expect(layersOf(figure, "segments")[0]!.rows).toEqual([{ x: 0, x2: 1, y: 0, y2: 1 }]);
  });

  it("draws what the diagnostics return as it draws arrays", () => {
    const ecdf = { z: [0.25, 0.5, 0.75], difference: [-0.05, -0.1, -0.05], low: [-0.1, -0.1, -0.1], high: [0.1, 0.1, 0.1] };
    const [one, two] = [arrays, { ecdf }].map((coverage) => layersOf(plotCoverage(coverage, { difference: true }), "line")[0]!.rows);
    for (const [i, { y }] of one!.entries()) expect(y).toBeCloseTo(two![i]!.y, 12);
  });

  it("gives bands that differ their curve's colour", () => {
    const list = [arrays, { ...arrays, low: [0.1, 0.3, 0.6] }].map((item, i) => ({ ...item, label: `${i}` }));
    const bands = layersOf(plotCoverage(list), "band");
    expect(bands.map(({ series }) => series.label)).toEqual(["0", "1"]);
  });
});

describe("plotPredictive", () => {
  const replicated = Array.from({ length: 101 }, (_, i) => [i, 1000 - 10 * i]);
  const data = { observables: ["count", "energy"], replicated, observed: [100, 500] };
  const std = Math.sqrt((101 ** 2 - 1) / 12); // of 0, ..., 100

  it("has the central intervals of each observable in units of its spread", () => {
    const figure = plotPredictive(data);
    const [wide, narrow] = layersOf(figure, "boxes");
    for (const [layer, half] of [
      [wide, 45],
      [narrow, 25],
    ] as const) {
      expect(layer!.rows.map(({ y, y2 }) => (y + y2!) / 2)).toEqual([1, 0]); // the first on top
      for (const { x, x2 } of layer!.rows) {
        expect(x).toBeCloseTo(-half / std, 9);
        expect(x2).toBeCloseTo(half / std, 9);
      }
    }
    expect(layersOf(figure, "points")[0]!.rows[0]!.x).toBeCloseTo(50 / std, 9);
    expect(layersOf(figure, "points")[0]!.rows[1]).toEqual({ x: 0, y: 0 });
    expect(figure.drawing.description).toContain("2 observables: 1 outside their 90 % interval");
    expect(figure.drawing.panels[0]!.y.names).toEqual(["energy", "count"]);
  });

  it("has bands in the data's unit along an axis", () => {
    const figure = plotPredictive(data, { at: [2, 5], x: "time (s)", y: "y", levels: [0.8] });
    expect(layersOf(figure, "band")[0]!.rows).toEqual([
      { x: 2, y: expect.closeTo(10, 9), y2: expect.closeTo(90, 9) },
      { x: 5, y: expect.closeTo(100, 9), y2: expect.closeTo(900, 9) },
    ]);
    expect(layersOf(figure, "line")[1]!.rows).toEqual([
      { x: 2, y: 100 },
      { x: 5, y: 500 },
    ]);
  });

  it("takes what posteriorPredictive returns, and draws it as names, data and observation", async () => {
    const { simulator, posterior, observables } = gaussianLinear(2);
    const observed = [0.4, -0.1];
    const samples = await posterior().at(observed).sample(key(1), 200);
    const found = await posteriorPredictive(samples, simulator, { x: observed, n: 100, seed: 2 });
    expectTypeOf(plotPredictive).toBeCallableWith(found);
    // @ts-expect-error names alone need the observation beside them
    expectTypeOf(plotPredictive).toBeCallableWith({ observables, replicated: found.replicated });
    const spec = plotPredictive({ observables, replicated: found.replicated, observed }).spec;
    expect(plotPredictive(await posteriorPredictive(samples, simulator, { x: observed, n: 100, seed: 2 })).spec).toEqual(spec);
    const axes = { at: [0, 1], x: "time (s)", y: "y" };
    expect(layersOf(plotPredictive(found, axes), "points")[0]!.rows).toEqual(observed.map((y, x) => ({ x, y })));
    expect(() => plotPredictive({ ...found, observables: [] })).toThrow(/^plotPredictive: observables has shape \[0\]/);
  });

  it("keeps an observable that does not vary in its own unit", () => {
    const figure = plotPredictive({ ...data, replicated: replicated.map(([count]) => [count!, 3]), observed: [50, 7] });
    expect(layersOf(figure, "points")[0]!.rows[1]).toEqual({ x: 4, y: 0 });
  });

  it.each([
    [
      "few replications",
      () => plotPredictive({ ...data, replicated: replicated.slice(0, 9) }),
      ShapeError,
      /^plotPredictive: replicated has shape \[9, 2\]/,
    ],
    [
      "an observation of another length",
      () => plotPredictive({ ...data, observed: [1] }),
      ShapeError,
      /^plotPredictive: observed has shape \[1\]; expected \[2\]; give one number for each observable/,
    ],
    [
      "NaN in the observation",
      () => plotPredictive({ ...data, observed: [1, Number.NaN] }),
      DomainError,
      /^plotPredictive: observed\[1\] is NaN/,
    ],
    [
      "NaN in a replication",
      () => plotPredictive({ ...data, replicated: [[1, Number.NaN], ...replicated] }),
      DomainError,
      /^plotPredictive: replicated\[0\]\[1\] is NaN/,
    ],
    [
      "other columns",
      () => plotPredictive({ ...data, replicated: normalSamples(20, 3, 1) }),
      ShapeError,
      /^plotPredictive: replicated has shape \[20, 3\]; expected \[N, 2\]/,
    ],
    ["no observable", () => plotPredictive({ ...data, observables: [] }), ShapeError, /^plotPredictive: observables has shape \[0\]/],
    ["no level", () => plotPredictive(data, { levels: [] }), ShapeError, /^plotPredictive: levels has shape \[0\]/],
    ["a level above one", () => plotPredictive(data, { levels: [90] }), DomainError, /^plotPredictive: levels\[0\] is 90/],
    [
      "times that fall",
      () => plotPredictive(data, { at: [2, 1], x: "t (s)", y: "y" }),
      DomainError,
      /^plotPredictive: at\[1\] is 1; expected positions that rise/,
    ],
    [
      "an axis without a label",
      () => plotPredictive(data, { at: [1, 2], y: "y" }),
      DomainError,
      /^plotPredictive: x is ""; expected a label/,
    ],
    ["no parameter", () => plotSbc({ ...sbc, parameters: [] }), ShapeError, /^plotSbc: sbc\.parameters has shape \[0\]/],
    ["half a column", () => plotSbc(sbc, { columns: 0.5 }), DomainError, /^plotSbc: columns is 0\.5/],
    ["more bins than ranks", () => plotSbc(sbc, { bins: 21 }), DomainError, /^plotSbc: bins is 21; expected a whole number from 2 to 20/],
    [
      "a rank above L",
      () => plotSbc({ ...sbc, draws: 10 }, { bins: 5 }),
      DomainError,
      /^plotSbc: sbc\.ranks\[\d+\]\[\d\] is \d+; expected a whole number from 0 to 10/,
    ],
    [
      "a band of another length",
      () => plotSbc({ ...sbc, parameters: [{ name: "a", ecdf: { ...ecdf, low: [0] } }] }),
      ShapeError,
      /^plotSbc: sbc\.parameters\[0\]\.ecdf\.low has shape \[1\]/,
    ],
    [
      "NaN in a curve",
      () =>
        plotSbc({
          ...sbc,
          parameters: [{ name: "a", ecdf: { ...ecdf, difference: ecdf.z.length ? Array.from(ecdf.z, () => Number.NaN) : [] } }],
        }),
      DomainError,
      /^plotSbc: sbc\.parameters\[0\]\.ecdf\.difference\[0\] is NaN/,
    ],
    ["no coverage", () => plotCoverage([]), ShapeError, /^plotCoverage: coverage has shape \[0\]/],
    [
      "levels that fall",
      () => plotCoverage({ level: [0.5, 0.4], empirical: [1, 1], low: [0, 0], high: [1, 1] }),
      DomainError,
      /^plotCoverage: coverage\.level\[1\] is 0\.4; expected numbers that rise from 0 to 1/,
    ],
    [
      "coverage as calibration",
      () => plotSbc({ draws: 19, ranks: sbc.ranks, ecdf } as never),
      DomainError,
      /^plotSbc: sbc\.parameters is undefined; expected a record with draws, ranks, parameters; give what simulationBasedCalibration returns, awaited/,
    ],
    ["a promise of calibration", () => plotSbc(Promise.resolve(sbc) as never), DomainError, /^plotSbc: sbc\.draws is undefined/],
    ["no calibration", () => plotSbc(undefined as never), DomainError, /^plotSbc: sbc is undefined; expected a record/],
    [
      "no ecdf",
      () => plotSbc({ ...sbc, parameters: [{ name: "a" } as never] }),
      DomainError,
      /^plotSbc: sbc\.parameters\[0\]\.ecdf is undefined/,
    ],
    ["null options", () => plotSbc(sbc, null as never), DomainError, /^plotSbc: options is null/],
    [
      "no coverage",
      () => plotCoverage(undefined as never),
      DomainError,
      /^plotCoverage: coverage is undefined; expected a record with ecdf/,
    ],
    ["calibration as coverage", () => plotCoverage(sbc as never), DomainError, /^plotCoverage: coverage\.ecdf is undefined/],
    [
      "half a band",
      () => plotCoverage({ ecdf: { z: ecdf.z } as never }),
      DomainError,
      /^plotCoverage: coverage\.ecdf\.difference is undefined/,
    ],
    [
      "levels without coverage",
      () => plotCoverage({ level: [0.5] } as never),
      DomainError,
      /^plotCoverage: coverage\.empirical is undefined; expected a record with level, empirical, low, high/,
    ],
    [
      "an empty record",
      () => plotPredictive({} as never),
      DomainError,
      /^plotPredictive: data\.observables is undefined; expected a record with observables, replicated; give what posteriorPredictive returns/,
    ],
    ["no data", () => plotPredictive(undefined as never), DomainError, /^plotPredictive: data is undefined; expected a record/],
    [
      "names without values",
      () => plotPredictive({ observables: ["a"] as never, replicated: normalSamples(20, 1, 1) }),
      DomainError,
      /^plotPredictive: observables\[0\] is "a"; expected a record with name, value; give observed/,
    ],
    [
      "a number as levels",
      () => plotPredictive({ observables: ["a"], replicated: normalSamples(20, 1, 1), observed: [1] }, { levels: 0.5 as never }),
      DomainError,
      /^plotPredictive: levels is 0\.5; expected a list/,
    ],
  ] as const)("refuses %s", (_, call, error, message) => {
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });
});
