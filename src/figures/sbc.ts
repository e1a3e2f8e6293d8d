import { DomainError, ShapeError } from "../errors.js";
import { type Matrix, toMatrix } from "../numerics/matrix.js";
import { type BandLike, bandLayers, type Curve, curveLayer, readBand, uniformLayer } from "./coverage.js";
import type { Layer, Panel, Series } from "./drawing.js";
import { Figure } from "./figure.js";
import { assertOptions, assertRecord } from "./given-record.js";
import { type FigureOptions, frame, makeAxis, makeDrawing, toWidth } from "./options.js";
import { rankLayers } from "./sbc-ranks.js";

/** What `simulationBasedCalibration` returns, or anything with these fields. */
export interface SbcLike {
  /** Draws per data set, L; ranks lie in 0, ..., L. */
  readonly draws: number;
  /** Rank of the truth among the draws, for each data set and parameter `[n, D]`. */
  readonly ranks: Matrix;
  /** Name and distribution of the ranks of each parameter `[D]`. */
  readonly parameters: readonly { readonly name: string; readonly ecdf: BandLike }[];
}

/** Options of figures of simulation-based calibration. */
export interface SbcOptions extends FigureOptions {
  /** Label of each parameter by name; default the name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A panel for each parameter, so many in a row; default all in one panel. Histograms always have a panel each, default 3 in a row. */
  readonly columns?: number;
  /** Draws histograms of the ranks with so many bins, 2 to L + 1, in place of distribution functions. */
  readonly bins?: number;
}

/**
 * Simulation-based calibration: the distribution of the ranks of the truth among posterior draws, less the uniform one that an exact posterior has, with the
 * band that an exact one keeps to.
 *
 * A curve that starts above the band says that truths lie too low in the posterior (it is biased upwards); above first and below at the end, that it is
 * too narrow; the other way round, too wide. With `bins`, a histogram shaped like a bowl says too narrow, like a hill too wide.
 *
 * @param sbc - What `simulationBasedCalibration` returns.
 * @param options - Labels, columns, bins; size, title, metadata.
 * @returns The figure.
 * @throws {ShapeError} When there is no parameter, or arrays have different lengths.
 * @throws {DomainError} When a rank is not a whole number from 0 to L, a number is not finite, or an option is out of range.
 * @source Talts et al. 2018, arXiv:1804.06788; Sailynoja, Burkner, Vehtari 2022, arXiv:2103.10522
 * @example
 * plotSbc(await simulationBasedCalibration(posterior, simulator, { prior, seed: 1 }), { bins: 20 });
 */
export function plotSbc(sbc: SbcLike, options: SbcOptions = {}): Figure {
  const advice = "give what simulationBasedCalibration returns, awaited";
  assertRecord("plotSbc", "sbc", sbc, { fields: ["draws", "ranks", "parameters"], advice });
  if (!Array.isArray(sbc.parameters)) throw new DomainError("plotSbc", "sbc.parameters", sbc.parameters, "a list", advice);
  for (const [d, given] of sbc.parameters.entries())
    assertRecord("plotSbc", `sbc.parameters[${d}]`, given, { fields: ["name", "ecdf"], advice });
  assertOptions("plotSbc", options);
  if (sbc.parameters.length === 0) throw new ShapeError("plotSbc", "sbc.parameters", "[0]", "at least one parameter");
  const { columns, bins } = options;
  if (columns !== undefined && !(Number.isInteger(columns) && columns >= 1))
    throw new DomainError("plotSbc", "columns", columns, "a whole number from 1");
  const labels = sbc.parameters.map(({ name }) => options.labels?.[name] ?? name);
  const what = bins === undefined ? "distribution of ranks less the uniform one" : "ranks per bin relative to uniform";
  const description = `simulation-based calibration of ${labels.join(", ")}: ${what}, ${sbc.ranks.rows} data sets, ${sbc.draws} draws each`;
  if (bins !== undefined) return grid(histograms(sbc, labels, bins), description, options);
  const curves = sbc.parameters.map(({ ecdf }, d) => ({
    band: readBand("plotSbc", `sbc.parameters[${d}].ecdf`, ecdf),
    series: { label: labels[d]!, swatch: "line" } satisfies Series,
  }));
  if (columns === undefined) return new Figure(makeDrawing("plotSbc", curvePanel(curves, undefined), description, options));
  return grid(alike(curves.map(({ band }, d) => curvePanel([{ band, series: { swatch: "line" } }], labels[d]!))), description, options);
}

function curvePanel(curves: readonly { readonly band: Curve; readonly series: Series }[], title: string | undefined): Panel {
  const layers = [...bandLayers(curves, 0), uniformLayer(0), ...curves.map(({ band, series }) => curveLayer(band, series, 0))];
  const x = makeAxis("plotSbc", "x", { label: "fractional rank z", domain: [0, 1] }, layers, { part: 0 });
  const y = makeAxis("plotSbc", "y", "fraction of ranks up to z, less z", layers, { part: 0.06 });
  return { x, y, layers, ...(title === undefined ? {} : { title }) };
}

function histograms(sbc: SbcLike, labels: readonly string[], bins: number): Panel[] {
  const ranks = checkRanks(sbc, bins);
  return alike(
    labels.map((title, d) => {
      const layers: Layer[] = rankLayers(ranks, d, { draws: sbc.draws, bins });
      const x = makeAxis("plotSbc", "x", { label: "rank of the truth", domain: [0, sbc.draws + 1] }, layers, { part: 0 });
      const y = makeAxis("plotSbc", "y", "ranks relative to uniform", layers, { part: 0.06, zero: true });
      return { title, x, y, layers };
    }),
  );
}

function checkRanks({ ranks, draws, parameters }: SbcLike, bins: number): Matrix {
  if (!(Number.isInteger(draws) && draws >= 1)) throw new DomainError("plotSbc", "sbc.draws", draws, "a whole number from 1");
  if (!(Number.isInteger(bins) && bins >= 2 && bins <= draws + 1))
    throw new DomainError("plotSbc", "bins", bins, `a whole number from 2 to ${draws + 1}`, "no more than there are ranks");
  const matrix = toMatrix("plotSbc", "sbc.ranks", ranks, parameters.length);
  const bad = matrix.values.findIndex((rank) => !(Number.isInteger(rank) && rank >= 0 && rank <= draws));
  if (bad >= 0) {
    const place = `sbc.ranks[${Math.floor(bad / matrix.columns)}][${bad % matrix.columns}]`;
    throw new DomainError("plotSbc", place, matrix.values[bad], `a whole number from 0 to ${draws}`);
  }
  return matrix;
}

/** Panels with the same vertical range. */
function alike(panels: readonly Panel[]): Panel[] {
  const low = Math.min(...panels.map(({ y }) => y.domain[0]));
  const high = Math.max(...panels.map(({ y }) => y.domain[1]));
  return panels.map((panel) => ({ ...panel, y: { ...panel.y, domain: [low, high] } }));
}

function grid(panels: readonly Panel[], description: string, options: SbcOptions): Figure {
  const columns = Math.min(options.columns ?? 3, panels.length);
  const width = options.width ?? (columns === 1 ? 120 : "page");
  const height = options.height ?? Math.round(Math.ceil(panels.length / columns) * (16 + (0.62 * toWidth("plotSbc", width)) / columns));
  return new Figure(frame("plotSbc", { panels, columns, description }, { ...options, width, height }));
}
