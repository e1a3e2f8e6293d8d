import { ShapeError } from "../errors.js";
import { captionOf } from "./corner-caption.js";
import { lookOf, marginalLayers, quantileLayers, regionLayers, truthLayers } from "./corner-layers.js";
import { type CornerOptions, checkOptions, type Known, toTruth } from "./corner-options.js";
import { quantileOfRanks, type Range } from "./corner-ranks.js";
import { type CornerSamples, readPosteriors } from "./corner-samples.js";
import { mostColumns, squareHeight } from "./corner-spec.js";
import type { Layer, Panel } from "./drawing.js";
import { Figure } from "./figure.js";
import { assertOptions } from "./given-record.js";
import { extentOf, frame, toWidth } from "./options.js";
import { percent } from "./region.js";

/**
 * Corner plot: the marginals of each parameter on the diagonal and of each pair below it, of one posterior or of several over each other.
 *
 * A contour is the edge of the smallest region that holds the stated part of the samples, which is not the number of standard deviations:
 * in two dimensions "1 sigma" would hold 39.3 %. Densities are smoothed with a kernel whose width follows from the samples and from how many independent ones
 * they are worth (weights, repeated values); where a prior ends, what would leak out is reflected. The numbers above a panel are the quantiles of
 * the samples themselves.
 *
 * @param samples - Parameters `[N, D]`, N at least 10; or a record with them, their `parameters` (names and prior ranges) and weights; or several
 *   such with a label each.
 * @param options - Truth, labels, ranges, levels, quantiles; size, title, metadata.
 * @returns The figure: one panel per pair, as many as fit its width.
 * @throws {ShapeError} When there are fewer than ten samples, more parameters than fit, or lengths that differ.
 * @throws {DomainError} When a number is not finite, a weight negative, a probability not between 0 and 1, or a name unknown.
 * @source Hyndman 1996, The American Statistician 50, 120 (regions); Botev, Grotowski, Kroese 2010, Annals of Statistics 38, 2916 (smoothing)
 * @example
 * corner(samples, { names: ["mass", "spin"], labels: { mass: "mass (solar masses)" }, truth: { mass: 30, spin: 0.2 } });
 */
export function corner(samples: CornerSamples, options: CornerOptions = {}): Figure {
  assertOptions("corner", options);
  const { names, posteriors } = readPosteriors({ where: "corner", argument: "samples" }, samples, options);
  const known = { names, posteriors, truth: toTruth(options.truth, names), ...checkOptions(names, options) };
  const count = names.length;
  const width = options.width ?? (count === 1 ? "column" : count === 2 ? 120 : "page");
  const most = mostColumns(toWidth("corner", width));
  if (count > most)
    throw new ShapeError(
      "corner",
      "samples",
      `[N, ${count}]`,
      `at most ${most} parameters in this width`,
      "pass fewer columns, or a larger width",
    );
  const content = {
    panels: triangleOf(known, options),
    columns: count,
    description: describeCorner(known),
    triangle: {
      ...(options.title === undefined ? {} : { title: options.title }),
      ...(posteriors.length > 1 && count > 1 ? { legendTitle: legendTitle(known.levels) } : {}),
    },
  };
  const sized = { ...content, width: toWidth("corner", width), metadata: {} };
  const height = options.height ?? Math.max(30, squareHeight(sized));
  return new Figure({ ...frame("corner", content, { ...options, width, height }), triangle: content.triangle });
}

function legendTitle(levels: readonly number[]): string[] {
  const [first, ...others] = levels.map(percent);
  const thick = others.length === 0 ? first! : `${first} (thick)`;
  return ["contours: enclosed mass", [thick, ...others].join(", ")];
}

/** Panels of the lower triangle, row by row. */
function triangleOf(known: Known, options: CornerOptions): Panel[] {
  const { names, posteriors, levels, quantiles } = known;
  const look = lookOf(posteriors, levels, quantiles);
  const axes = names.map((name, d) => ({
    label: options.labels?.[name] ?? name,
    domain: options.ranges?.[name] ?? shownRange(known, d),
    scale: "linear" as const,
  }));
  const intervals = names.length > 5 ? 64 : 112;
  return axes.flatMap((y, row) =>
    axes.slice(0, row + 1).map((x, column): Panel => {
      if (row === column) return diagonal(known, row, { look, axis: x, bins: options.bins });
      const layers = regionLayers(posteriors, [column, row], look, { intervals, masses: levels });
      return { x, y, layers: [...layers, ...truthLayers(known.truth[column], known.truth[row], x.domain, y.domain)] };
    }),
  );
}

function diagonal(
  { posteriors, quantiles, truth }: Known,
  d: number,
  drawn: { look: ReturnType<typeof lookOf>; axis: Panel["x"]; bins: number | undefined },
): Panel {
  const { look, axis, bins } = drawn;
  const marginals = marginalLayers(posteriors, d, look, bins);
  const top = 1.08 * extentOf(marginals, "y")[1];
  const [only, ...others] = posteriors;
  const single = only && others.length === 0 && quantiles.length > 0;
  const marked: Layer[] = single ? quantileLayers(only, d, look, quantiles, top) : [];
  const captioned =
    single && quantiles.length === 3
      ? { caption: captionOf(quantiles.map((p) => quantileOfRanks(only.ranks[d]!, p)) as [number, number, number]) }
      : {};
  const y = { label: "posterior density", domain: [0, top] as const, scale: "linear" as const };
  return { x: axis, y, layers: [...marginals, ...marked, ...truthLayers(truth[d], undefined, axis.domain, [0, top])], ...captioned };
}

/** Range of nearly all samples of all posteriors and of the truth, with a margin within their bounds. */
function shownRange({ posteriors, truth }: Known, d: number): Range {
  const ends = posteriors.map(({ columns, ranks }) => {
    const { low, high, size } = columns[d]!;
    const [least, most] = [0.001, 0.999].map((p) => quantileOfRanks(ranks[d]!, p)) as [number, number];
    const gap = (0.1 + 0.6 * size ** -0.4) * (most - least) || Infinity; // wider where the kernel is
    return [Math.max(low, least - gap), Math.min(high, most + gap)] as const;
  });
  const [low, high] = [Math.min(...ends.map(([end]) => end)), Math.max(...ends.map(([, end]) => end))];
  const marked = truth[d];
  if (marked === undefined || (marked > low && marked < high)) return [low, high];
  const gap = 0.06 * (Math.max(high, marked) - Math.min(low, marked));
  return [Math.min(low, marked - gap), Math.max(high, marked + gap)];
}

function describeCorner({ names, posteriors, levels }: Known): string {
  const labels = posteriors.flatMap(({ label }) => (label === undefined ? [] : [label]));
  const of = labels.length > 0 ? ` of ${labels.join("; ")}` : "";
  const counts = posteriors.map(({ ranks }) => ranks[0]!.values.length).join(", ");
  return `corner plot${of}: marginals of ${names.join(", ")} from ${counts} samples, regions that enclose ${levels.map(percent).join(", ")} of them`;
}
