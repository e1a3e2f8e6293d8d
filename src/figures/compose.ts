import { DomainError, ShapeError } from "../errors.js";
import { describe } from "./curve.js";
import type { Axis, Panel } from "./drawing.js";
import { Figure } from "./figure.js";
import { type FigureOptions, frame, makeDrawing, toWidth } from "./options.js";

/** Options of figures made of panels. */
export interface PanelOptions extends FigureOptions {
  /** Panels in a row; default all of them. */
  readonly columns?: number;
}

/**
 * Figures over each other in the axes of the first, whose labels stay; the ranges grow to hold all.
 *
 * @param figures - Figures of one panel each, drawn in this order; each new series takes the next colour.
 * @param options - Size, title, description and metadata of the whole.
 * @returns The figure.
 * @throws {ShapeError} When there are none, or one has several panels.
 * @throws {DomainError} When a linear axis meets a logarithmic one, or two series have the same name.
 * @example
 * overlay([plotHistogram(values, axes), plotCurve({ x, y, label: "exact" }, axes)]);
 */
export function overlay(figures: readonly Figure[], options: FigureOptions = {}): Figure {
  const panels = figures.map((figure, i) => onlyPanel(figure, i));
  const [first] = panels;
  if (first === undefined) throw new ShapeError("overlay", "figures", "[0]", "at least one figure");
  const layers = panels.flatMap((panel) => panel.layers);
  checkNames(panels);
  const panel = { ...first, x: uniteAxes("x", panels), y: uniteAxes("y", panels), layers };
  const description = describe(first.x.label, first.y.label, [...new Set(layers.map(({ series }) => series))]);
  return new Figure(makeDrawing("overlay", panel, description, inherit(figures, options)));
}

/**
 * Figures beside each other, or in rows of `columns`.
 *
 * @param figures - Figures in reading order.
 * @param options - Columns; size (default a page wide), description and metadata of the whole.
 * @returns The figure.
 * @throws {ShapeError} When there are none, or one is a corner plot.
 * @throws {DomainError} When `columns` is not a whole number from 1.
 * @example
 * panels([plotHistogram(before, axes), plotHistogram(after, axes)], { width: "page" });
 */
export function panels(figures: readonly Figure[], options: PanelOptions = {}): Figure {
  const triangle = figures.findIndex((figure) => figure.drawing.triangle);
  if (triangle >= 0)
    throw new ShapeError("panels", `figures[${triangle}]`, "a triangle of panels", "rows of panels", "show a corner plot by itself");
  const all = figures.flatMap((figure) => figure.drawing.panels);
  if (all.length === 0) throw new ShapeError("panels", "figures", "[0]", "at least one figure");
  const columns = options.columns ?? all.length;
  if (!(Number.isInteger(columns) && columns >= 1)) throw new DomainError("panels", "columns", columns, "a whole number from 1");
  const description = figures.map((figure, i) => `(${i + 1}) ${figure.drawing.description}`).join(" ");
  const sized = { width: "page", ...inherit(figures, options) } as const;
  const aspect = (0.75 * Math.ceil(all.length / columns)) / Math.min(columns, all.length);
  const height = options.height ?? Math.round(aspect * toWidth("panels", sized.width));
  return new Figure(frame("panels", { panels: all, columns, description }, { ...sized, height }));
}

function onlyPanel({ drawing }: Figure, i: number): Panel {
  const [panel, second] = drawing.panels;
  if (panel === undefined || second !== undefined)
    throw new ShapeError("overlay", `figures[${i}]`, `[${drawing.panels.length}] panels`, "one panel", "overlay the parts first");
  return panel;
}

function uniteAxes(name: "x" | "y", panels: readonly Panel[]): Axis {
  const axes = panels.map((panel) => panel[name]);
  const odd = axes.findIndex((axis) => axis.scale !== axes[0]!.scale);
  if (odd >= 0)
    throw new DomainError("overlay", `figures[${odd}]`, `${name} axis ${axes[odd]!.scale}`, `the scale of the first, ${axes[0]!.scale}`);
  return { ...axes[0]!, domain: [Math.min(...axes.map(({ domain }) => domain[0])), Math.max(...axes.map(({ domain }) => domain[1]))] };
}

/** Best fit and truth, drawn in ink, may meet their like: they mean the same in each figure. */
function checkNames(panels: readonly Panel[]): void {
  const owners = new Map<string, number>();
  for (const [i, { layers }] of panels.entries()) {
    for (const { series } of layers) {
      if (series.label === undefined || series.ink) continue;
      if ((owners.get(series.label) ?? i) !== i)
        throw new DomainError("overlay", `figures[${i}]`, series.label, "names that differ", "give each series its own label");
      owners.set(series.label, i);
    }
  }
}

function inherit<Options extends FigureOptions>(figures: readonly Figure[], options: Options): Options {
  return { ...options, metadata: Object.assign({}, ...figures.map((figure) => figure.drawing.metadata), options.metadata) };
}
