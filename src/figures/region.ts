import { DomainError, ShapeError } from "../errors.js";
import type { Layer, Series } from "./drawing.js";
import type { FigureOptions } from "./options.js";

/**
 * What a figure of a confidence or credible region needs: the test statistic on a grid and the heights at which it is cut.
 * Whatever has these fields is drawn; `confidenceRegion` returns such an object.
 */
export interface RegionLike {
  /** Name and range of each parameter, one or two. */
  readonly parameters: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** What is drawn at each level. */
  readonly levels: readonly RegionLevelLike[];
  /** Best fit. */
  readonly best: { readonly theta: Readonly<Record<string, number>> };
  /** Nodes along each parameter, and the test statistic there: `[n]`, or `[n0 * n1]` with the second parameter running fastest. */
  readonly grid: { readonly axes: readonly ArrayLike<number>[]; readonly testStatistic: ArrayLike<number> };
  /** How the levels were set, as the legend says it: `"wilks"`, `"posterior mass"`, ... */
  readonly method: string;
}

/** One level of a region. */
export interface RegionLevelLike {
  /** Probability, 0 to 1. */
  readonly probability: number;
  /** Value of the test statistic at the edge. */
  readonly threshold: number;
  /** Region of one parameter where it is known better than the grid says; default by linear interpolation between the nodes. */
  readonly intervals?: readonly { readonly low: number; readonly high: number }[];
}

/** Options of figures of regions. */
export interface RegionOptions extends FigureOptions {
  /** True parameters, marked when given. */
  readonly truth?: Readonly<Record<string, number>>;
  /** Label with unit for each axis by parameter name; default the name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Name of the region in the legend, for overlays; default none. */
  readonly label?: string;
}

/** A region taken apart and checked. */
export interface CheckedRegion {
  readonly names: readonly string[];
  readonly ranges: readonly (readonly [low: number, high: number])[];
  readonly axes: readonly (readonly number[])[];
  readonly testStatistic: readonly number[];
  /** Lowest probability first. */
  readonly levels: readonly (RegionLevelLike & { readonly name: string })[];
  readonly best: readonly number[];
  readonly truth?: readonly number[];
  readonly labels: readonly string[];
}

/**
 * Checks a region and its options.
 *
 * @throws {ShapeError} When axes and values do not fit.
 * @throws {DomainError} When a number is NaN, an axis does not rise, a level is no probability, or a name is unknown.
 */
export function checkRegion(where: string, region: RegionLike, options: RegionOptions): CheckedRegion {
  const names = Object.keys(region.parameters);
  const axes = names.map((name, d) => checkAxis(where, `region.grid.axes[${d}]`, region.grid.axes[d] ?? [], name));
  const nodes = axes.reduce((product, axis) => product * axis.length, 1);
  const testStatistic = checkValues(where, region.grid.testStatistic, nodes);
  if (region.levels.length === 0) throw new ShapeError(where, "region.levels", "[0]", "at least one level");
  const levels = region.levels.map((level, i) => ({
    ...checkLevel(where, `region.levels[${i}]`, level),
    name: levelName(level.probability, region.method, options.label),
  }));
  return {
    names,
    ranges: Object.values(region.parameters),
    axes,
    testStatistic,
    levels: levels.sort((a, b) => a.probability - b.probability),
    best: pick(where, "region.best.theta", region.best.theta, names),
    labels: names.map((name) => options.labels?.[name] ?? name),
    ...(options.truth === undefined ? {} : { truth: pick(where, "truth", options.truth, names) }),
  };
}

function checkAxis(where: string, argument: string, axis: ArrayLike<number>, name: string): number[] {
  if (axis.length < 2) throw new ShapeError(where, argument, `[${axis.length}]`, `[N] with N at least 2, nodes of ${name}`);
  return Array.from(axis, (value, i) => {
    if (!Number.isFinite(value) || (i > 0 && !(value > axis[i - 1]!)))
      throw new DomainError(where, `${argument}[${i}]`, value, "a finite number above the one before");
    return value;
  });
}

function checkValues(where: string, values: ArrayLike<number>, nodes: number): number[] {
  if (values.length !== nodes)
    throw new ShapeError(
      where,
      "region.grid.testStatistic",
      `[${values.length}]`,
      `[${nodes}]`,
      "give one value for each node of the grid",
    );
  return Array.from(values, (value, i) => {
    // Plus infinity is a point that the data exclude.
    if (!(value > -Infinity))
      throw new DomainError(where, `region.grid.testStatistic[${i}]`, value, "a number", "remove or repair it first");
    return value;
  });
}

function checkLevel(where: string, argument: string, level: RegionLevelLike): RegionLevelLike {
  if (!(level.probability > 0 && level.probability < 1))
    throw new DomainError(where, `${argument}.probability`, level.probability, "a number between 0 and 1");
  if (!Number.isFinite(level.threshold)) throw new DomainError(where, `${argument}.threshold`, level.threshold, "a finite number");
  return level;
}

function pick(where: string, argument: string, theta: Readonly<Record<string, number>>, names: readonly string[]): number[] {
  for (const name of Object.keys(theta)) {
    if (!names.includes(name))
      throw new DomainError(where, `${argument}.${name}`, theta[name], `one of the parameters ${names.join(", ")}`, "check the name");
  }
  return names.map((name) => {
    const value = theta[name];
    if (!Number.isFinite(value)) throw new DomainError(where, `${argument}.${name}`, value, "a finite number");
    return value!;
  });
}

/** As `68.27 %`. */
export function percent(probability: number): string {
  return `${Number((100 * probability).toPrecision(4))} %`;
}

/** A level as the legend names it. */
export function levelName(probability: number, method: string, label: string | undefined): string {
  const how = ["wilks", "neyman", "feldman-cousins"].includes(method)
    ? method.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
    : method;
  return `${label === undefined ? "" : `${label}, `}${percent(probability)} (${how})`;
}

const BEST: Series = { label: "best fit", swatch: "points", ink: { dash: [], shape: "cross" } };
const TRUTH_POINT: Series = { label: "truth", swatch: "points", ink: { dash: [], shape: "star" } };
const TRUTH_LINE: Series = { label: "truth", swatch: "line", ink: { dash: [2, 2], shape: "circle" } };

/** Marks at the best fit. */
export function bestLayer(x: number, y: number): Layer {
  return { series: BEST, mark: "points", rows: [{ x, y }], size: 60 };
}

/** Star at the true point of two parameters. */
export function truthPoint(x: number, y: number): Layer {
  return { series: TRUTH_POINT, mark: "points", rows: [{ x, y }], size: 90 };
}

/** Upright line at the true value of one parameter. */
export function truthLine(x: number, y: number, y2: number): Layer {
  return { series: TRUTH_LINE, mark: "segments", rows: [{ x, x2: x, y, y2 }], size: 1.4 };
}
