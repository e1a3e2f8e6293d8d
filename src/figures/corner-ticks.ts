/**
 * Few ticks for small panels: their numbers neither meet each other nor those of the panel beside.
 *
 * @module
 */
import { LABEL_SIZE } from "./house.js";

/** Width of a letter in pixels: a digit of DejaVu Sans at the size of tick labels. */
export const LETTER = 0.64 * LABEL_SIZE;

/** Ticks and the d3 format of their numbers. */
export interface FewTicks {
  readonly values: readonly number[];
  readonly format: string;
  /** Width of the widest number in pixels. */
  readonly width: number;
}

const ROUND = [1, 2, 2.5, 5];
/** Where none of those leaves two numbers. */
const LESS_ROUND = [3, 4, 6, 8];
const APART = 9;
const MOST = 5;

/**
 * As many round numbers as fit, at most five.
 *
 * @param domain - Range of the axis.
 * @param pixels - Length of the axis.
 * @param overhang - How far a number may reach beyond the axis' ends, in pixels.
 * @param upright - True for a vertical axis, along which numbers are as long as their letters are high.
 */
export function fewTicks(domain: readonly [number, number], pixels: number, overhang: number, upright = false): FewTicks {
  const place = { domain, pixels, overhang, upright };
  const [round, lessRound] = [ROUND, LESS_ROUND].map((steps) =>
    stepsFrom((domain[1] - domain[0]) / MOST, steps).map((step) => placed(step, place)),
  );
  const fitting = [...round!, ...lessRound!].filter(({ fits }) => fits);
  return fitting.find(({ values }) => values.length >= 2) ?? fitting.find(({ values }) => values.length === 1) ?? round![0]!;
}

function stepsFrom(least: number, steps: readonly number[]): number[] {
  const first = Math.floor(Math.log10(least));
  return [0, 1, 2].flatMap((power) => steps.map((step) => step * 10 ** (first + power))).filter((step) => step >= least);
}

interface AxisPlace {
  readonly domain: readonly [number, number];
  readonly pixels: number;
  readonly overhang: number;
  readonly upright: boolean;
}

/** The ticks of one step, without those whose numbers reach too far, and whether they keep apart. */
function placed(step: number, { domain, pixels, overhang, upright }: AxisPlace): FewTicks & { readonly fits: boolean } {
  const ticks = ticksAt(domain, step);
  const span = domain[1] - domain[0];
  const length = upright ? LABEL_SIZE : ticks.width;
  const inset = Math.max(0, (span * (length / 2 - overhang)) / pixels);
  const values = ticks.values.filter((value) => value >= domain[0] + inset && value <= domain[1] - inset);
  return { ...ticks, values, fits: (step / span) * pixels >= length + APART };
}

function ticksAt([low, high]: readonly [number, number], step: number): FewTicks {
  const from = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor(high / step + 1e-9) - from + 1);
  const values = Array.from({ length: count }, (_, i) => Number(((from + i) * step).toPrecision(12)));
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const decimals = decimalsOf(step);
  if (largest < 1e5 && largest >= 1e-2) {
    const shown = Math.max(0, decimals);
    return measured(values, `.${shown}f`, (value) => value.toFixed(shown));
  }
  const digits = Math.max(0, Math.floor(Math.log10(largest)) + decimals);
  return measured(values, `.${digits}~e`, (value) => value.toExponential());
}

/** Decimals of a step in full: 1 of 2.5, 3 of 0.025, -2 of 300. */
function decimalsOf(step: number): number {
  const [digits, power] = Number(step.toPrecision(12)).toExponential().split("e") as [string, string];
  return Math.max(0, digits.length - 2) - Number(power);
}

function measured(values: readonly number[], format: string, write: (value: number) => string): FewTicks {
  return { values, format, width: Math.max(0, ...values.map((value) => write(value).length)) * LETTER };
}
