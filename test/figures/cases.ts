import { corner } from "../../src/figures/corner.js";
import { plotCoverage } from "../../src/figures/coverage.js";
import { plotPredictive } from "../../src/figures/predictive.js";
import type { RegionLike } from "../../src/figures/region.js";
import { plotSbc } from "../../src/figures/sbc.js";
import { plotSimulations } from "../../src/figures/simulations.js";
import {
  contours,
  type Figure,
  key,
  overlay,
  panels,
  plotCurve,
  plotHistogram,
  plotLikelihood,
  plotScatter,
  standardNormals,
  uniforms,
} from "../../src/index.js";
import { exactSbc, moons, normalSamples, timeSeries } from "./posteriors.js";

/** log r(x | -0.8, -0.6) of the Galton board with 20 rows and 31 nails, x = 5..25: exact, by dynamic programming. */
const BOARD_LOG_RATIO = [
  0.7436, 0.6537, 0.5448, 0.4188, 0.2801, 0.1362, -0.0037, -0.129, -0.2283, -0.2909, -0.309, -0.2804, -0.2096, -0.1056, 0.0208, 0.1586,
  0.2975, 0.4286, 0.545, 0.6429, 0.7214,
];
const COLUMNS = BOARD_LOG_RATIO.map((_, i) => i + 5);

export function range(low: number, high: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
}

/** -2 log lambda of a normal likelihood in two parameters with correlation rho, on a grid of [-3, 3] by [10, 40]. */
export function normalRegion(
  mean: readonly [number, number],
  std: readonly [number, number],
  rho: number,
  nodes: readonly [number, number] = [61, 51],
): RegionLike {
  const axes = [range(-3, 3, nodes[0]), range(10, 40, nodes[1])] as const;
  const testStatistic = axes[0].flatMap((a) => axes[1].map((b) => quadratic((a - mean[0]) / std[0], (b - mean[1]) / std[1], rho)));
  return {
    parameters: { coupling: [-3, 3], strength: [10, 40] },
    levels: [
      { probability: 0.6827, threshold: 2.2958 },
      { probability: 0.9545, threshold: 6.1801 },
    ],
    best: { theta: { coupling: mean[0], strength: mean[1] } },
    grid: { axes, testStatistic },
    method: "wilks",
  };
}

export function quadratic(a: number, b: number, rho: number): number {
  return (a * a - 2 * rho * a * b + b * b) / (1 - rho * rho);
}

export const parabola: RegionLike = {
  parameters: { slope: [-1, 0] },
  levels: [
    { probability: 0.6827, threshold: 1 },
    { probability: 0.9545, threshold: 4 },
  ],
  best: { theta: { slope: -0.73 } },
  grid: { axes: [range(-1, 0, 201)], testStatistic: range(-1, 0, 201).map((slope) => ((slope + 0.73) / 0.06) ** 2) },
  method: "wilks",
};

const LABELS = { coupling: "coupling c / Λ² (TeV⁻²)", strength: "signal strength μ (%)" };
const SLOPE = { labels: { slope: "slope θ (dimensionless)" }, truth: { slope: -0.8 } };

function board(n: number, seed: number, p: number): number[] {
  const u = uniforms(key(seed), 20 * n);
  return Array.from({ length: n }, (_, i) => 5 + u.subarray(20 * i, 20 * i + 20).filter((left) => left < p).length);
}

function histogram(): Figure {
  const axes = { x: "final column x (nail)", y: "balls per column" };
  return plotHistogram(
    [
      { values: board(1000, 1, 0.45), label: "θ = −0.8" },
      { values: board(1000, 2, 0.62), label: "θ = −0.6" },
    ],
    { ...axes, metadata: { simulations: 2000, seed: 1 } },
  );
}

function curve(): Figure {
  const x = range(-1, 0, 41);
  const exact = x.map((theta) => Math.sin(6 * theta));
  const bands = { low: exact.map((y) => y - 0.2), high: exact.map((y) => y + 0.2) };
  const series = [
    { x, y: exact, ...bands, label: "estimated log r(x | θ₀, θ₁)" },
    { x, y: x.map((theta) => 0.8 * Math.cos(6 * theta)), label: "exact" },
    { x: x.filter((_, i) => i % 5 === 0), y: range(-0.8, 0.8, 9), label: "measured", points: true },
  ];
  return plotCurve(series, { x: "slope θ (dimensionless)", y: "log likelihood ratio", width: "column" });
}

function logarithmic(): Figure {
  const series = { x: [200, 500, 1000, 2000, 5000, 10_000], y: [1e-1, 3e-2, 1e-2, 5e-3, 1.2e-3, 7e-4], points: true, label: "RASCAL" };
  return plotCurve(series, {
    x: { label: "simulations", scale: "log" },
    y: { label: "mean squared error of log r", scale: "log" },
    width: "column",
  });
}

function scatter(n = 400): Figure {
  const column = Array.from(uniforms(key(3), n), (u) => Math.floor(21 * u));
  const [jitter, noise] = [uniforms(key(4), n), standardNormals(key(5), n)];
  const x = column.map((c, i) => 5 + c + 0.7 * (jitter[i]! - 0.5));
  const y = column.map((c, i) => BOARD_LOG_RATIO[c]! + 0.335 * noise[i]!);
  const curves = { x: COLUMNS, y: BOARD_LOG_RATIO, points: true, label: "exact log r(x | θ₀, θ₁)" };
  return plotScatter(
    { x, y, label: `joint log r(x, z | θ₀, θ₁), ${n} balls` },
    { x: "final column x (nail)", y: "log likelihood ratio", curves },
  );
}

function shapes(): Figure {
  const series = ["one", "two", "three", "four"].map((label, k) => ({ x: [1, 2, 3, 4], y: [2, 3, 5, 4].map((y) => y - 1.2 * k), label }));
  return plotScatter(series, { x: "run", y: "time (s)", width: "column", title: "Shapes and colours" });
}

const first = () => contours(normalRegion([0.2, 24], [0.4, 5], 0.6), { label: "ALICES", labels: LABELS });
const second = () =>
  contours(normalRegion([-0.3, 22], [0.6, 5], -0.3), { label: "histogram", labels: LABELS, truth: { coupling: 0, strength: 25 } });

/** Every kind of figure, in every form that it has. */
export const CASES: Readonly<Record<string, () => Figure>> = {
  histogram,
  curve,
  logarithmic,
  scatter: () => scatter(),
  shapes,
  likelihood: () => plotLikelihood(parabola, SLOPE),
  contours: () => contours(normalRegion([0.2, 24], [0.4, 5], 0.6), { truth: { coupling: 0, strength: 25 }, labels: LABELS }),
  "contours-one-parameter": () => contours({ ...parabola, method: "posterior mass" }, { ...SLOPE, width: "column" }),
  "contours-cut-by-grid": () => contours(normalRegion([2.5, 36], [0.5, 4], 0.3), { labels: LABELS, width: 86 }),
  "overlay-contours": () => overlay([first(), second()]),
  "overlay-density": () => {
    const x = range(-4, 4, 81);
    const axes = { x: "mass m (GeV)", y: "density (1/GeV)" };
    const normal = { x, y: x.map((m) => Math.exp(-0.5 * m * m) / Math.sqrt(2 * Math.PI)), label: "exact" };
    return overlay([plotHistogram(standardNormals(key(6), 5000), { ...axes, density: true }), plotCurve(normal, axes)]);
  },
  corner: () =>
    corner(
      { theta: moons(4000, 1), parameters: { left: [-1, 1], right: [-1, 1] } },
      { truth: { left: 0.1, right: 0.2 }, labels: { left: "θ₁", right: "θ₂" } },
    ),
  "corner-one": () => corner(normalSamples(2000, 1, 2), { names: ["mass"], labels: { mass: "mass m (GeV)" }, truth: [0.3], bins: 30 }),
  "corner-five": () =>
    corner(normalSamples(4000, 5, 3), {
      names: ["mass", "spin", "distance", "angle", "phase"],
      title: "Five parameters",
      truth: { mass: 0, phase: 1 },
    }),
  "corner-three-posteriors": () =>
    corner(
      [0.6, 0.4, 0.7].map((rho, k) => ({ label: ["NPE", "NLE", "reference"][k]!, samples: normalSamples(2000, 3, 4 + k, rho) })),
      { truth: [0, 0, 0] },
    ),
  "corner-in-a-column": () => corner({ theta: normalSamples(1000, 2, 7), names: ["rate", "cross"] }, { width: "column" }),
  sbc: () => plotSbc(exactSbc(400, 99, 1, 1.5)),
  "sbc-ranks": () => plotSbc(exactSbc(400, 99, 2, 1), { bins: 20, columns: 2 }),
  coverage: () =>
    plotCoverage([
      { ecdf: exactSbc(400, 99, 3, 1).parameters[0]!.ecdf, label: "expected coverage" },
      { ecdf: exactSbc(400, 99, 4, 1.4).parameters[1]!.ecdf, label: "TARP" },
    ]),
  "coverage-difference": () => plotCoverage({ ecdf: exactSbc(400, 99, 3, 1).parameters[0]!.ecdf }, { difference: true, width: "column" }),
  predictive: () => {
    const observables = ["mean voltage (mV)", "spikes", "latency (ms)", "skewness"];
    return plotPredictive({ observables, replicated: normalSamples(500, 4, 5), observed: [0.4, 1.2, -7, 0.5] });
  },
  "predictive-in-time": () => {
    const { times, replicated, observed } = timeSeries(60, 300, 6);
    const axes = { at: times, x: "time t (ms)", y: "voltage V (mV)" };
    return plotPredictive({ observables: times.map((t) => `V(${t})`), replicated, observed }, axes);
  },
  simulations: () => {
    const rounds = [1, 2, 3].map((k) => ({
      theta: { ...normalSamples(200, 2, k), values: normalSamples(200, 2, k).values.map((value) => (2 * value) / k) },
    }));
    return plotSimulations(rounds, { names: ["a", "b"], posterior: normalSamples(2000, 2, 9) });
  },
  panels: () => panels([histogram(), plotLikelihood(parabola, SLOPE), first(), scatter(200)], { columns: 2 }),
};

export const manyPoints = () => scatter(10_000);
