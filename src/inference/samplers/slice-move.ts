import type { Stream } from "../../numerics/random.js";
import type { Move } from "./lockstep.js";

/** Where a chain is. */
export interface Place {
  readonly point: Float64Array;
  readonly logDensity: number;
}

/** A line through the chain's place, on which it moves. */
export interface Line {
  /** `[D]`. */
  readonly direction: Float64Array;
  /** Length of the first interval, in lengths of the direction. */
  readonly width: number;
}

/** How often intervals of lines were widened and narrowed, from which widths are adapted. */
export interface SliceCounts {
  expansions: number;
  contractions: number;
}

/** At most so many widths make an interval; a random part of them to the left, the rest to the right. */
const MOST_WIDTHS = 32;
/** After so many contractions an interval has no length left. */
const MOST_CONTRACTIONS = 200;

/**
 * A slice update on a line, by stepping out and shrinkage.
 *
 * y ~ U(0, p(x));   interval of widths w around x until both ends are below y;   x' ~ U(interval), shrunk towards x until p(x') > y
 *
 * @param place - Where the chain is.
 * @param line - Chosen without regard to where the chain is.
 * @param source - The chain's random numbers.
 * @param counts - Takes how often the interval was widened and narrowed.
 * @returns Where the chain is afterwards.
 * @source Neal 2003, "Slice sampling", Annals of Statistics 31, 705, figures 3 and 5
 */
export function* sliceUpdate(place: Place, line: Line, source: Stream, counts: SliceCounts): Move<number, Place> {
  const level = place.logDensity + Math.log(source.uniform());
  const at = (t: number) => place.point.map((value, d) => value + t * line.direction[d]!);
  let left = -line.width * source.uniform();
  let right = left + line.width;
  let leftSteps = source.integer(MOST_WIDTHS);
  let rightSteps = MOST_WIDTHS - 1 - leftSteps;
  for (; leftSteps > 0 && (yield at(left)) > level; leftSteps--, counts.expansions++) left -= line.width;
  for (; rightSteps > 0 && (yield at(right)) > level; rightSteps--, counts.expansions++) right += line.width;
  for (let k = 0; k < MOST_CONTRACTIONS; k++) {
    const t = left + source.uniform() * (right - left);
    const point = at(t);
    const logDensity = yield point;
    if (logDensity > level) return { point, logDensity };
    counts.contractions++;
    if (t < 0) left = t;
    else right = t;
  }
  return place;
}

/** Slice updates on one line after another. */
export function* sliceSweep(
  place: Place,
  lines: readonly { readonly line: Line; readonly counts: SliceCounts }[],
  source: Stream,
): Move<number, Place> {
  let now = place;
  for (const { line, counts } of lines) now = yield* sliceUpdate(now, line, source, counts);
  return now;
}
