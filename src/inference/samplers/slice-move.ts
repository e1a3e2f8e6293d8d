import type { Stream } from "../../numerics/random.js";
import type { Move } from "./lockstep.js";

/** Where a chain is. */
export interface Place {
  readonly point: Float64Array;
  readonly logDensity: number;
}

/** How often intervals were widened and narrowed along each coordinate, from which their widths are adapted. */
export interface SliceCounts {
  readonly expansions: Float64Array;
  readonly contractions: Float64Array;
}

/** At most so many widths make an interval; a random part of them to the left, the rest to the right. */
const MOST_WIDTHS = 32;
/** After so many halvings an interval has no length left. */
const MOST_SHRINKS = 200;

/**
 * Slice updates of one coordinate after another, in a random order: by stepping out and shrinkage.
 *
 * y ~ U(0, p(x));   interval of widths w around x until both ends are below y;   x' ~ U(interval), shrunk towards x until p(x') > y
 *
 * @param place - Where the chain is; its point is changed in place.
 * @param widths - Width of the first interval along each coordinate `[D]`.
 * @param source - The chain's random numbers.
 * @param counts - Takes how often intervals were widened and narrowed.
 * @returns Where the chain is afterwards.
 * @source Neal 2003, "Slice sampling", Annals of Statistics 31, 705, figures 3 and 5
 */
export function* sliceSweep({ point, logDensity }: Place, widths: Float64Array, source: Stream, counts: SliceCounts): Move<number, Place> {
  let height = logDensity;
  for (const d of shuffled(point.length, source)) {
    const level = height + Math.log(source.uniform());
    const interval = yield* stepOut(point, d, { level, width: widths[d]!, source, counts });
    height = yield* shrink(point, d, { level, height, interval, source, counts });
  }
  return { point, logDensity: height };
}

interface Slice {
  readonly level: number;
  readonly source: Stream;
  readonly counts: SliceCounts;
}

function* stepOut(point: Float64Array, d: number, slice: Slice & { readonly width: number }): Move<number, readonly [number, number]> {
  const { level, width, source, counts } = slice;
  const here = point[d]!;
  let left = here - width * source.uniform();
  let right = left + width;
  let leftSteps = source.integer(MOST_WIDTHS);
  let rightSteps = MOST_WIDTHS - 1 - leftSteps;
  for (; leftSteps > 0 && (yield* at(point, d, left)) > level; leftSteps--, counts.expansions[d]!++) left -= width;
  for (; rightSteps > 0 && (yield* at(point, d, right)) > level; rightSteps--, counts.expansions[d]!++) right += width;
  point[d] = here;
  return [left, right];
}

function* shrink(
  point: Float64Array,
  d: number,
  slice: Slice & { readonly height: number; readonly interval: readonly [number, number] },
): Move<number, number> {
  const here = point[d]!;
  let [left, right] = slice.interval;
  for (let k = 0; k < MOST_SHRINKS; k++) {
    const candidate = left + slice.source.uniform() * (right - left);
    const found = yield* at(point, d, candidate);
    if (found > slice.level) return found;
    slice.counts.contractions[d]!++;
    if (candidate < here) left = candidate;
    else right = candidate;
  }
  point[d] = here;
  return slice.height;
}

function* at(point: Float64Array, d: number, value: number): Move<number, number> {
  point[d] = value;
  return yield point;
}

function shuffled(n: number, source: Stream): number[] {
  const order = Array.from({ length: n }, (_, d) => d);
  for (let i = n - 1; i > 0; i--) {
    const j = source.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
