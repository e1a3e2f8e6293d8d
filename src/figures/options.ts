import { DomainError, ShapeError } from "../errors.js";
import type { Axis, Drawing, Layer, Panel } from "./drawing.js";
import { PIXELS_PER_MM, Y_AXIS } from "./house.js";
import { assignTones, legendHeight } from "./legend.js";

/** Options that every figure takes. */
export interface FigureOptions {
  /** Outer width in print: a journal's `"column"` (86 mm) or `"page"` (178 mm), or millimetres; default 120. Text keeps its size of 7.5 points and more. */
  readonly width?: "column" | "page" | number;
  /** Outer height in millimetres; default about 0.62 of the width, and more where the legend takes many lines. */
  readonly height?: number;
  /** Title above the figure; default none, as papers put it into the caption. */
  readonly title?: string;
  /** Sentence for readers who do not see the figure; default made from the labels and numbers. */
  readonly description?: string;
  /** What the figure was made from (simulations, seed, estimator, calibration, ...), kept inside the saved file; default nothing. */
  readonly metadata?: Readonly<Record<string, string | number>>;
}

/** An axis: its label, or the label with more. */
export type AxisOptions =
  | string
  | {
      /** Quantity and unit, e.g. `"mass (GeV)"`. */
      readonly label: string;
      /** Range shown, in the data's unit; default all of the data with a margin. */
      readonly domain?: readonly [low: number, high: number];
      /** Spacing of the numbers; default `"linear"`. */
      readonly scale?: "linear" | "log";
    };

const WIDTHS = { column: 86, page: 178 } as const;
const DEFAULT_WIDTH = 120;
const SMALLEST = 30;

/** A drawing of one panel, whose default height grows with its legend. */
export function makeDrawing(where: string, panel: Panel, description: string, options: FigureOptions): Drawing {
  const titled = options.title === undefined ? panel : { ...panel, title: options.title };
  const width = toWidth(where, options.width);
  const legend = legendHeight(assignTones(panel.layers.map(({ series }) => series)), width * PIXELS_PER_MM - Y_AXIS) / PIXELS_PER_MM;
  return frame(
    where,
    { panels: [titled], columns: 1, description },
    { ...options, height: options.height ?? Math.round(0.58 * width + legend) },
  );
}

/** Adds size, description and metadata from the options; the height must be given. */
export function frame(where: string, content: Pick<Drawing, "panels" | "columns" | "description">, options: FigureOptions): Drawing {
  const width = toWidth(where, options.width);
  const height = options.height;
  if (!(height !== undefined && height >= SMALLEST && height < Infinity)) {
    throw new DomainError(where, "height", height, `millimetres from ${SMALLEST}`);
  }
  return { ...content, width, height, description: options.description ?? content.description, metadata: options.metadata ?? {} };
}

/** Millimetres. */
export function toWidth(where: string, option: FigureOptions["width"] = DEFAULT_WIDTH): number {
  const width = typeof option === "string" ? WIDTHS[option] : option;
  if (width >= SMALLEST && width < Infinity) return width;
  const expected = `"column", "page" or millimetres from ${SMALLEST}`;
  throw new DomainError(where, "width", option, expected, "the text keeps its size, so smaller figures have no room");
}

/**
 * Finite numbers from what users pass.
 *
 * @throws {ShapeError} When there are none.
 * @throws {DomainError} When one is NaN or infinite.
 */
export function toNumbers(where: string, argument: string, values: ArrayLike<number>): number[] {
  if (!(values?.length > 0))
    throw new ShapeError(where, argument, `[${values?.length ?? typeof values}]`, "[N] with N at least 1", "pass at least one number");
  return Array.from(values, (value, i) => {
    if (!Number.isFinite(value)) throw new DomainError(where, `${argument}[${i}]`, value, "a finite number", "remove or repair it first");
    return value;
  });
}

/** As `toNumbers`, of a known length. */
export function toNumbersOf(
  where: string,
  argument: string,
  values: ArrayLike<number>,
  length: number,
  advice = "give every point both coordinates",
): number[] {
  const numbers = toNumbers(where, argument, values);
  if (numbers.length !== length) throw new ShapeError(where, argument, `[${numbers.length}]`, `[${length}]`, advice);
  return numbers;
}

/** Which margin an axis leaves around its data, as a part of the data's span, and whether that margin stops at zero. */
export interface Margin {
  readonly part: number;
  readonly zero?: boolean;
}

/**
 * The axis for what is drawn along it.
 *
 * @throws {DomainError} When the label is empty, the domain is no range, or a logarithmic axis meets a number that is not positive.
 */
export function makeAxis(where: string, name: "x" | "y", options: AxisOptions, layers: readonly Layer[], margin: Margin): Axis {
  const { label, domain, scale = "linear" }: Exclude<AxisOptions, string> = typeof options === "string" ? { label: options } : options;
  if (typeof label !== "string" || label.trim() === "") {
    throw new DomainError(where, name, label, "a label with the unit", 'write what the axis shows, e.g. "mass (GeV)"');
  }
  if (domain && !(Number.isFinite(domain[0]) && domain[0] < domain[1] && Number.isFinite(domain[1]))) {
    throw new DomainError(where, `${name}.domain`, domain, "[low, high] with low below high");
  }
  const shown = domain ?? spread(extentOf(layers, name), scale, margin);
  if (scale === "log" && !(shown[0] > 0))
    throw new DomainError(where, name, shown[0], "positive numbers on a logarithmic axis", 'use scale: "linear"');
  return { label, domain: shown, scale };
}

/** Least and largest number that is drawn along an axis. */
export function extentOf(layers: readonly Layer[], name: "x" | "y"): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { rows } of layers) {
    for (const row of rows) {
      const end = (name === "x" ? row.x2 : row.y2) ?? row[name];
      low = Math.min(low, row[name], end);
      high = Math.max(high, row[name], end);
    }
  }
  return [low, high];
}

function spread([low, high]: readonly [number, number], scale: "linear" | "log", { part, zero = false }: Margin): [number, number] {
  if (scale === "log") return [low / (high / low || 1) ** part, high * (high / low || 1) ** part];
  if (low === high) return [low - 0.5 * (Math.abs(low) || 1), high + 0.5 * (Math.abs(high) || 1)];
  const gap = part * (high - low);
  return [zero && low >= 0 && low < gap ? 0 : low - gap, zero && high <= 0 && -high < gap ? 0 : high + gap];
}
