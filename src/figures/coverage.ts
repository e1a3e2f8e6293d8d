import { DomainError, ShapeError } from "../errors.js";
import { describe, toList } from "./curve.js";
import type { Layer, Row, Series } from "./drawing.js";
import { Figure } from "./figure.js";
import { assertOptions, assertRecord } from "./given-record.js";
import { type FigureOptions, makeAxis, makeDrawing, toNumbers, toNumbersOf } from "./options.js";

/** A distribution function less the uniform one, and the band in which that of an exact posterior lies. */
export interface BandLike {
  /** Points in (0, 1), rising `[K]`. */
  readonly z: ArrayLike<number>;
  /** Part of the values at or below z, less z `[K]`. */
  readonly difference: ArrayLike<number>;
  /** Lower and upper end of the band, as differences `[K]`. */
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/** A coverage test as `expectedCoverage` and `tarp` return it, or as plain arrays. */
export type CoverageLike = (
  | { readonly ecdf: BandLike }
  | {
      /** Nominal levels, rising `[K]`. */
      readonly level: ArrayLike<number>;
      /** Part of the regions of that level that hold the truth `[K]`. */
      readonly empirical: ArrayLike<number>;
      /** Band in which that part lies for an exact posterior `[K]`. */
      readonly low: ArrayLike<number>;
      readonly high: ArrayLike<number>;
    }
) & {
  /** Name in the legend; default none. */
  readonly label?: string;
};

/** Options of coverage figures. */
export interface CoverageOptions extends FigureOptions {
  /** Draws coverage less its level, in which small departures are seen; default false. */
  readonly difference?: boolean;
}

/**
 * Expected coverage: how often regions of each credibility hold the truth, with the band in which an exact posterior stays.
 *
 * A curve below the diagonal says that the posterior is overconfident, one above that it is too wide. Curves of `tarp` are drawn likewise.
 *
 * @param coverage - What `expectedCoverage` or `tarp` returns, or arrays; several are drawn over each other, each with a label.
 * @param options - Difference; size, title, metadata.
 * @returns The figure.
 * @throws {ShapeError} When there is nothing to draw or arrays have different lengths.
 * @throws {DomainError} When a number is not finite, or levels do not rise from 0 to 1.
 * @source Hermans et al. 2022, arXiv:2110.06581; Lemos et al. 2023, arXiv:2302.03026
 * @example
 * plotCoverage([{ ...(await expectedCoverage(posterior, simulator, { prior, seed: 1 })), label: "NPE" }]);
 */
export function plotCoverage(coverage: CoverageLike | readonly CoverageLike[], options: CoverageOptions = {}): Figure {
  assertOptions("plotCoverage", options);
  const list = toList(coverage);
  if (list.length === 0) throw new ShapeError("plotCoverage", "coverage", "[0]", "at least one coverage test");
  const bands = list.map((item, i) => readCoverage(list.length === 1 ? "coverage" : `coverage[${i}]`, item));
  const curves = bands.map((band, i) => ({ band, series: toSeries(list[i]!) }));
  const slope = options.difference ? 0 : 1;
  const layers = [...bandLayers(curves, slope), uniformLayer(slope), ...curves.map(({ band, series }) => curveLayer(band, series, slope))];
  const x = makeAxis("plotCoverage", "x", { label: "credibility of the region", domain: [0, 1] }, layers, { part: 0 });
  const y = options.difference
    ? makeAxis("plotCoverage", "y", "coverage less credibility", layers, { part: 0.06 })
    : makeAxis("plotCoverage", "y", { label: "coverage of the truth", domain: [0, 1] }, layers, { part: 0 });
  return new Figure(makeDrawing("plotCoverage", { x, y, layers }, describe(x.label, y.label, list), options));
}

function readCoverage(argument: string, item: CoverageLike): Curve {
  const advice = "give what expectedCoverage or tarp returns, awaited";
  const fields = typeof item === "object" && item !== null && "level" in item ? ["level", "empirical", "low", "high"] : ["ecdf"];
  assertRecord("plotCoverage", argument, item, { fields, advice });
  if ("ecdf" in item) return readBand("plotCoverage", `${argument}.ecdf`, item.ecdf);
  const level = toNumbers("plotCoverage", `${argument}.level`, item.level);
  const less = (name: "empirical" | "low" | "high") =>
    toNumbersOf("plotCoverage", `${argument}.${name}`, item[name], level.length).map((value, i) => value - level[i]!);
  return readBand("plotCoverage", argument, { z: level, difference: less("empirical"), low: less("low"), high: less("high") }, "level");
}

/** A checked curve with both ends, where every distribution function is uniform. */
export interface Curve {
  readonly z: readonly number[];
  readonly difference: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/**
 * Checks a curve and its band, and adds the ends 0 and 1.
 *
 * @throws {ShapeError} When arrays are empty or have different lengths.
 * @throws {DomainError} When a number is not finite, or `z` does not rise from 0 to 1.
 */
export function readBand(where: string, argument: string, band: BandLike, name = "z"): Curve {
  assertRecord(where, argument, band, { fields: ["z", "difference", "low", "high"] });
  const z = toNumbers(where, `${argument}.${name}`, band.z);
  const bad = z.findIndex((value, i) => !(value >= 0 && value <= 1 && (i === 0 || value > z[i - 1]!)));
  if (bad >= 0) throw new DomainError(where, `${argument}.${name}[${bad}]`, z[bad], "numbers that rise from 0 to 1");
  const [first, last] = [z[0]! > 0 ? [0] : [], z.at(-1)! < 1 ? [0] : []];
  const withEnds = (column: "difference" | "low" | "high") => [
    ...first,
    ...toNumbersOf(where, `${argument}.${column}`, band[column], z.length),
    ...last,
  ];
  const ends = last.map(() => 1);
  return { z: [...first, ...z, ...ends], difference: withEnds("difference"), low: withEnds("low"), high: withEnds("high") };
}

function toSeries({ label }: { readonly label?: string }): Series {
  return { swatch: "line", ...(label === undefined ? {} : { label }) };
}

/** What an exact posterior keeps to, and what uniform ranks give. */
export const BAND: Series = { label: "exact posterior", swatch: "area", ink: { dash: [], shape: "circle" } };
export const UNIFORM: Series = { swatch: "line", ink: { dash: [4, 3], shape: "circle" } };

/** One grey band where all are the same, else each in its curve's colour. */
export function bandLayers(curves: readonly { readonly band: Curve; readonly series: Series }[], slope: number): Layer[] {
  const rows = curves.map(({ band }) => band.z.map((x, i): Row => ({ x, y: slope * x + band.low[i]!, y2: slope * x + band.high[i]! })));
  const same = rows.every((row) => JSON.stringify(row) === JSON.stringify(rows[0]));
  if (same) return [{ series: BAND, mark: "band", rows: rows[0]!, opacity: 0.12 }];
  return curves.map(({ series }, i) => ({ series, mark: "band", rows: rows[i]!, opacity: 0.15 }));
}

/** What uniform ranks give. */
export function uniformLayer(slope: number): Layer {
  return { series: UNIFORM, mark: "segments", rows: [{ x: 0, x2: 1, y: 0, y2: slope }], size: 1 };
}

/** A distribution function, or with slope 0 its distance to the uniform one. */
export function curveLayer({ z, difference }: Curve, series: Series, slope: number): Layer {
  return { series, mark: "line", rows: z.map((x, i) => ({ x, y: slope * x + difference[i]! })) };
}
