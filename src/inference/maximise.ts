import { forEachIndex, linspace } from "../numerics/axes.js";
import { minimiseScalar } from "../numerics/minimise.js";
import { minimiseInBox } from "../numerics/simplex.js";
import type { Box, RowFunction } from "./grid.js";

/** The highest point found, and what it cost. */
export interface Peak {
  readonly row: Float64Array;
  readonly value: number;
  readonly evaluations: number;
  /** Smallest value among the points tried first. */
  readonly lowest: number;
}

interface Trial {
  readonly row: Float64Array;
  readonly value: number;
}

const NODES = [65, 17];
const DESCENTS = 3;
/** Starts of later descents lie at least this part of the box away from the earlier ones. */
const APART = 0.2;

/**
 * The largest value of f in a box: trials spread over the box (a grid in one and two dimensions), then a local search
 * from each of the best ones. Where f is -Infinity everywhere tried, the value is -Infinity.
 */
export function maximise(f: RowFunction, box: Box, starts: readonly ArrayLike<number>[] = []): Peak {
  const rows = [...starts.map((start) => Float64Array.from(start)), ...trialRows(box)];
  const trials = rows.map((row) => ({ row, value: f(row) }));
  const search = box.length === 1 ? searchLine : searchBox;
  const found = trials.reduce((lowest, { value }) => Math.min(lowest, value), Infinity);
  const result = search(
    f,
    box,
    trials.sort((a, b) => (a.value === b.value ? 0 : b.value - a.value)),
  );
  return { ...result, evaluations: result.evaluations + trials.length, lowest: found };
}

function trialRows(box: Box): Float64Array[] {
  if (box.length > 2) return spreadRows(box, 256 * box.length);
  const axes = box.map(([low, high]) => linspace(low, high, NODES[box.length - 1]!));
  const rows: Float64Array[] = [];
  forEachIndex(
    axes.map((axis) => axis.length),
    (index) => rows.push(Float64Array.from(index, (i, d) => axes[d]![i]!)),
  );
  return rows;
}

/**
 * n points that fill the box evenly: multiples of powers of 1 / g modulo one, where g^(D+1) = g + 1.
 *
 * @source Roberts 2018, "The unreasonable effectiveness of quasirandom sequences"
 */
function spreadRows(box: Box, n: number): Float64Array[] {
  let g = 2;
  for (let i = 0; i < 60; i++) g = (1 + g) ** (1 / (box.length + 1));
  return Array.from({ length: n }, (_, i) =>
    Float64Array.from(box, ([low, high], d) => low + (high - low) * ((0.5 + (i + 1) / g ** (d + 1)) % 1)),
  );
}

/** Between the neighbours of each of the best local maxima of the trials. */
function searchLine(f: RowFunction, box: Box, trials: readonly Trial[]): Omit<Peak, "lowest"> {
  const [low, high] = box[0]!;
  const sorted = [...trials].sort((a, b) => a.row[0]! - b.row[0]!);
  const isPeak = ({ value }: Trial, i: number) =>
    value > -Infinity && value >= (sorted[i - 1]?.value ?? -Infinity) && value >= (sorted[i + 1]?.value ?? -Infinity);
  const peaks = sorted.map((trial, i) => ({
    ...trial,
    from: sorted[i - 1]?.row[0] ?? low,
    to: sorted[i + 1]?.row[0] ?? high,
    peak: isPeak(trial, i),
  }));
  const descents = peaks
    .filter(({ peak }) => peak)
    .sort((a, b) => b.value - a.value)
    .slice(0, DESCENTS);
  let best = { row: trials[0]!.row, value: trials[0]!.value };
  let evaluations = 0;
  for (const { from, to } of descents) {
    const minimum = minimiseScalar((x) => -f([x]), [from, to], { tolerance: 1e-8 });
    evaluations += minimum.evaluations;
    if (-minimum.value > best.value) best = { row: Float64Array.of(minimum.x), value: -minimum.value };
  }
  return { ...best, evaluations };
}

function searchBox(f: RowFunction, box: Box, trials: readonly Trial[]): Omit<Peak, "lowest"> {
  let best = trials[0]!;
  let evaluations = 0;
  for (const { row } of farApart(box, trials)) {
    const minimum = minimiseInBox((x) => -f(x), row, { box, step: 0.05 });
    evaluations += minimum.evaluations;
    if (-minimum.value > best.value) best = { row: minimum.x, value: -minimum.value };
  }
  return { row: best.row, value: best.value, evaluations };
}

function farApart(box: Box, trials: readonly Trial[]): Trial[] {
  const chosen: Trial[] = [];
  const near = (a: Trial, b: Trial) => box.every(([low, high], d) => Math.abs(a.row[d]! - b.row[d]!) <= APART * (high - low));
  for (const trial of trials) {
    if (chosen.length === DESCENTS || trial.value === -Infinity) break;
    if (!chosen.some((other) => near(trial, other))) chosen.push(trial);
  }
  return chosen;
}
