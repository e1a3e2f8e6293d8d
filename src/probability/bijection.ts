/**
 * Bijections from where parameters live to the whole of space, chosen by the ends of their ranges: an interval by the normal quantile of its
 * part (a uniform distribution becomes a standard normal one), a half-line by the logarithm (a log-normal one becomes normal), the real line as it is.
 *
 * @module
 */
import { DomainError } from "../errors.js";
import { type Matrix, zeros } from "../numerics/matrix.js";
import { standardNormalQuantile } from "../numerics/normal-quantile.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { standardNormalCdf } from "../numerics/special.js";

/** Images of rows, and log |det J| of the map at each. */
export interface Mapped {
  /** `[N, D]`. */
  readonly rows: Matrix;
  /** `[N]`. */
  readonly logDet: Float64Array;
}

/** An invertible differentiable map of rows `[N, D]`. */
export interface Bijection {
  /**
   * From the parameters' ranges to all of space. A row at an end of its range is taken as 1e-16 of it inside, so that its image is finite; outside
   * `logDet` is -Infinity: a density carried back is zero there.
   */
  forwardAndLogDet(theta: Matrix): Mapped;
  /** From space back into the ranges, their ends included; `logDet` is of this map. */
  inverseAndLogDet(u: Matrix): Mapped;
}

/** The map of one column. Log slopes are of theta -> u. */
interface Column {
  readonly low: number;
  readonly high: number;
  toU(theta: number): number;
  toTheta(u: number): number;
  /** log du / dtheta, at a point given as u. */
  logSlope(u: number): number;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** The least part of a range that a point may be from its end. */
const LEAST = 1e-16;

/**
 * The bijection from ranges of parameters to the whole of space.
 *
 * (low, high): u = Phi^-1((theta - low) / (high - low));   (low, inf): u = log(theta - low);   (-inf, high): u = -log(high - theta)
 *
 * @param ranges - Range of each parameter; their order is the order of the columns.
 * @returns The map, column by column.
 * @throws {DomainError} When a range is empty.
 * @example
 * toUnbounded({ slope: [-1, 0] }).forwardAndLogDet({ rows: 1, columns: 1, values: Float64Array.of(-0.5) }).rows.values[0]; // 0
 */
export function toUnbounded(ranges: ParameterRanges): Bijection {
  const columns = Object.entries(ranges).map(([name, range]) => columnOf(name, range));
  return {
    forwardAndLogDet: (theta) =>
      mapRows(theta, columns, (column, value) => {
        const u = column.toU(value);
        return [u, value >= column.low && value <= column.high ? column.logSlope(u) : -Infinity];
      }),
    inverseAndLogDet: (u) => mapRows(u, columns, (column, value) => [column.toTheta(value), -column.logSlope(value)]),
  };
}

function mapRows(
  given: Matrix,
  columns: readonly Column[],
  map: (column: Column, value: number) => readonly [image: number, logSlope: number],
): Mapped {
  const rows = zeros(given.rows, given.columns);
  const logDet = new Float64Array(given.rows);
  for (let i = 0; i < given.rows; i++) {
    for (let j = 0; j < given.columns; j++) {
      const [image, logSlope] = map(columns[j]!, given.values[i * given.columns + j]!);
      rows.values[i * given.columns + j] = image;
      logDet[i]! += logSlope;
    }
  }
  return { rows, logDet };
}

function columnOf(name: string, [low, high]: readonly [number, number]): Column {
  if (!(low < high)) throw new DomainError("toUnbounded", `ranges.${name}`, [low, high], "a range [low, high] with low below high");
  if (low > -Infinity && high < Infinity) return interval(low, high);
  if (low > -Infinity) return halfLine(low, 1);
  if (high < Infinity) return halfLine(high, -1);
  return { low, high, toU: (theta) => theta, toTheta: (u) => u, logSlope: () => 0 };
}

function interval(low: number, high: number): Column {
  const width = high - low;
  const logWidth = Math.log(width);
  return {
    low,
    high,
    // Each half from its own end: the part that is left keeps its digits.
    toU: (theta) =>
      theta - low < high - theta
        ? standardNormalQuantile(Math.max(LEAST, (theta - low) / width))
        : -standardNormalQuantile(Math.max(LEAST, (high - theta) / width)),
    toTheta: (u) => (u < 0 ? Math.min(high, low + width * standardNormalCdf(u)) : Math.max(low, high - width * standardNormalCdf(-u))),
    logSlope: (u) => 0.5 * u * u + HALF_LOG_TWO_PI - logWidth,
  };
}

/** u = sign log(sign (theta - end)). */
function halfLine(end: number, sign: 1 | -1): Column {
  return {
    low: sign > 0 ? end : -Infinity,
    high: sign > 0 ? Infinity : end,
    toU: (theta) => sign * Math.log(Math.max(Number.MIN_VALUE, sign * (theta - end))),
    toTheta: (u) => end + sign * Math.exp(sign * u),
    logSlope: (u) => -sign * u,
  };
}
