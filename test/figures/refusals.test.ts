import { describe, expect, it } from "vitest";
import {
  contours,
  DomainError,
  overlay,
  panels,
  plotCurve,
  plotHistogram,
  plotLikelihood,
  plotScatter,
  renderSvg,
  ShapeError,
} from "../../src/index.js";
import { normalRegion, parabola } from "./cases.js";

const AXES = { x: "mass (GeV)", y: "events" };
const curve = (label?: string) => plotCurve({ x: [1, 2], y: [1, 2], ...(label ? { label } : {}) }, AXES);
const region = normalRegion([0, 25], [0.5, 4], 0);
const grid = region.grid;

// Every refusal names the function and the argument.
const REFUSALS: readonly (readonly [what: string, call: () => unknown, error: typeof DomainError | typeof ShapeError, message: RegExp])[] =
  [
    [
      "NaN in a curve",
      () => plotCurve({ x: [1, 2], y: [1, Number.NaN] }, AXES),
      DomainError,
      /^plotCurve: series\.y\[1\] is NaN; expected a finite number/,
    ],
    [
      "infinity in the second curve",
      () =>
        plotCurve(
          [
            { x: [1], y: [1] },
            { x: [Infinity], y: [1] },
          ],
          AXES,
        ),
      DomainError,
      /^plotCurve: series\[1\]\.x\[0\] is Infinity/,
    ],
    ["an empty curve", () => plotCurve({ x: [], y: [] }, AXES), ShapeError, /^plotCurve: series\.x has shape \[0\]/],
    ["no curve", () => plotCurve([], AXES), ShapeError, /^plotCurve: series has shape \[0\]/],
    [
      "lengths that differ",
      () => plotCurve({ x: [1, 2], y: [1] }, AXES),
      ShapeError,
      /^plotCurve: series\.y has shape \[1\]; expected \[2\]/,
    ],
    [
      "half a band",
      () => plotCurve({ x: [1], y: [1], low: [0] }, AXES),
      DomainError,
      /^plotCurve: series\.high is undefined; expected both edges/,
    ],
    [
      "a band of another length",
      () => plotCurve({ x: [1], y: [1], low: [0, 1], high: [2, 3] }, AXES),
      ShapeError,
      /^plotCurve: series\.low has shape \[2\]/,
    ],
    [
      "an axis without a label",
      () => plotCurve({ x: [1], y: [1] }, { ...AXES, x: " " }),
      DomainError,
      /^plotCurve: x is " "; expected a label with the unit/,
    ],
    [
      "a domain that is no range",
      () => plotCurve({ x: [1], y: [1] }, { ...AXES, y: { label: "a", domain: [2, 1] } }),
      DomainError,
      /^plotCurve: y\.domain is \[2,1\]/,
    ],
    [
      "zero on a logarithmic axis",
      () => plotCurve({ x: [0, 1], y: [1, 1] }, { ...AXES, x: { label: "a", scale: "log" } }),
      DomainError,
      /^plotCurve: x is 0; expected positive/,
    ],
    [
      "a width without room",
      () => plotCurve({ x: [1], y: [1] }, { ...AXES, width: 5 }),
      DomainError,
      /^plotCurve: width is 5; expected "column", "page" or millimetres/,
    ],
    [
      "an unknown width",
      () => plotCurve({ x: [1], y: [1] }, { ...AXES, width: "wide" as "page" }),
      DomainError,
      /^plotCurve: width is "wide"/,
    ],
    ["a height of NaN", () => plotCurve({ x: [1], y: [1] }, { ...AXES, height: Number.NaN }), DomainError, /^plotCurve: height is NaN/],
    ["NaN in a cloud", () => plotScatter({ x: [Number.NaN], y: [1] }, AXES), DomainError, /^plotScatter: series\.x\[0\] is NaN/],
    ["no cloud", () => plotScatter([], AXES), ShapeError, /^plotScatter: series has shape \[0\]/],
    [
      "NaN in a curve over a cloud",
      () => plotScatter({ x: [1], y: [1] }, { ...AXES, curves: { x: [1], y: [Number.NaN] } }),
      DomainError,
      /^plotScatter: curves\.y\[0\] is NaN/,
    ],
    ["no values to count", () => plotHistogram([], AXES), ShapeError, /^plotHistogram: series has shape \[0\]/],
    ["NaN among values", () => plotHistogram([1, Number.NaN], AXES), DomainError, /^plotHistogram: series\[0\]\.values\[1\] is NaN/],
    [
      "weights of another length",
      () => plotHistogram({ values: [1, 2], weights: [1] }, AXES),
      ShapeError,
      /^plotHistogram: series\[0\]\.weights has shape \[1\]/,
    ],
    ["half a bin", () => plotHistogram([1], { ...AXES, bins: 0.5 }), DomainError, /^plotHistogram: bins is 0\.5/],
    ["one edge", () => plotHistogram([1], { ...AXES, bins: [1] }), ShapeError, /^plotHistogram: bins has shape \[1\]/],
    [
      "edges that fall",
      () => plotHistogram([1], { ...AXES, bins: [0, 2, 1] }),
      DomainError,
      /^plotHistogram: bins\[2\] is 1; expected edges that rise/,
    ],
    [
      "a density of nothing",
      () => plotHistogram([5], { ...AXES, bins: [0, 1], density: true }),
      DomainError,
      /^plotHistogram: series is 0; expected a positive total weight/,
    ],
    [
      "three parameters",
      () => contours({ ...region, parameters: { a: [0, 1], b: [0, 1], c: [0, 1] } }),
      ShapeError,
      /^contours: region has shape \[3\] parameters/,
    ],
    ["two parameters in one dimension", () => plotLikelihood(region), ShapeError, /^plotLikelihood: region has shape \[2\] parameters/],
    [
      "a grid that does not fit",
      () => contours({ ...region, grid: { ...grid, testStatistic: [1, 2] } }),
      ShapeError,
      /^contours: region\.grid\.testStatistic has shape \[2\]/,
    ],
    [
      "NaN on the grid",
      () =>
        contours({
          ...region,
          grid: { ...grid, testStatistic: grid.testStatistic ? Array.from(grid.testStatistic, () => Number.NaN) : [] },
        }),
      DomainError,
      /^contours: region\.grid\.testStatistic\[0\] is NaN/,
    ],
    [
      "a grid of one node",
      () => contours({ ...region, grid: { axes: [[1], [1, 2]], testStatistic: [1, 2] } }),
      ShapeError,
      /^contours: region\.grid\.axes\[0\] has shape \[1\]/,
    ],
    [
      "an axis that falls",
      () => plotLikelihood({ ...parabola, grid: { axes: [[1, 0]], testStatistic: [1, 2] } }),
      DomainError,
      /^plotLikelihood: region\.grid\.axes\[0\]\[1\] is 0/,
    ],
    ["no level", () => contours({ ...region, levels: [] }), ShapeError, /^contours: region\.levels has shape \[0\]/],
    [
      "a probability in percent",
      () => contours({ ...region, levels: [{ probability: 68, threshold: 1 }] }),
      DomainError,
      /^contours: region\.levels\[0\]\.probability is 68/,
    ],
    [
      "an infinite threshold",
      () => contours({ ...region, levels: [{ probability: 0.5, threshold: Infinity }] }),
      DomainError,
      /^contours: region\.levels\[0\]\.threshold is Infinity/,
    ],
    [
      "an unknown name in the truth",
      () => contours(region, { truth: { slope: 1 } }),
      DomainError,
      /^contours: truth\.slope is 1; expected one of the parameters coupling, strength/,
    ],
    [
      "a truth that lacks a name",
      () => contours(region, { truth: { coupling: 1 } }),
      DomainError,
      /^contours: truth\.strength is undefined/,
    ],
    ["nothing to overlay", () => overlay([]), ShapeError, /^overlay: figures has shape \[0\]/],
    ["panels in an overlay", () => overlay([panels([curve(), curve()])]), ShapeError, /^overlay: figures\[0\] has shape \[2\] panels/],
    [
      "two series of one name",
      () => overlay([curve("a"), curve("a")]),
      DomainError,
      /^overlay: figures\[1\] is "a"; expected names that differ/,
    ],
    [
      "a linear axis on a logarithmic one",
      () => overlay([curve(), plotCurve({ x: [1, 2], y: [1, 2] }, { ...AXES, x: { label: "a", scale: "log" } })]),
      DomainError,
      /^overlay: figures\[1\] is "x axis log"/,
    ],
    ["no panels", () => panels([]), ShapeError, /^panels: figures has shape \[0\]/],
    ["half a column", () => panels([curve()], { columns: 0.5 }), DomainError, /^panels: columns is 0\.5/],
  ];

describe("refuses, and says which argument", () => {
  it.each(REFUSALS)("%s", (_, call, error, message) => {
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });
});

it.each(["figure.jpg", "figure", "figure.pdf.bak"])("save refuses the name %s", async (path) => {
  await expect(curve().save(path)).rejects.toThrow(`save: path is "${path}"; expected a name that ends in .pdf, .svg, .png, .csv, .json`);
});

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>';

it.each([
  ["a resolution of zero", SVG, "png", 0, /^renderSvg: dpi is 0/],
  ["a format it does not know", SVG, "jpg", 300, /^renderSvg: format is "jpg"/],
  ["text that is no SVG", "hello", "png", 300, /^renderSvg: svg has no <svg> element/],
  ["a drawing without a size", '<svg xmlns="http://www.w3.org/2000/svg"/>', "pdf", 300, /^renderSvg: svg has no size/],
  [
    "a broken drawing, to PNG",
    '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><g></svg>',
    "png",
    300,
    /^renderSvg: svg cannot be drawn/,
  ],
  [
    "a broken drawing, to PDF",
    '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><g></svg>',
    "pdf",
    300,
    /^renderSvg: svg cannot be drawn/,
  ],
  [
    "a drawing that reads another file",
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="1" height="1"><image xlink:href="/etc/passwd" width="1" height="1"/></svg>',
    "pdf",
    300,
    /^renderSvg: svg refers to another file, \/etc\/passwd/,
  ],
] as const)("renderSvg refuses %s", async (_, svg, format, dpi, message) => {
  await expect(renderSvg(svg, format as "png", dpi)).rejects.toThrow(message);
});
