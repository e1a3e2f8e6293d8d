import { DomainError } from "../../errors.js";
import type { Matrix } from "../../numerics/matrix.js";
import { toTheta } from "../../numerics/parameters.js";
import { warn } from "../../platform/warn.js";
import type { RatioModel, Span } from "./ratio-model.js";

/** A sample of a range does not reach its ends: this part of it may be missing. */
const SLACK = 0.02;

/** Knows where an estimator was trained, and warns or refuses outside. */
export class RangeWatch {
  private warned = false;

  constructor(private readonly model: RatioModel) {}

  /** Warns, once, of a theta outside what was trained. */
  warnOutside(row: Float64Array, argument: string): void {
    const { name, data, parameterisation } = this.model;
    if (this.warned || parameterisation === "none") return;
    const span = this.span;
    const j = row.findIndex((value, k) => isOutside(value, span.low[k]!, span.high[k]!));
    if (j < 0) return;
    this.warned = true;
    const parameter = Object.keys(data.parameters)[j]!;
    const range = `[${Number(span.low[j]!.toPrecision(4))}, ${Number(span.high[j]!.toPrecision(4))}]`;
    warn(`${name}: ${argument}.${parameter} = ${row[j]} is outside ${range}, where it was trained: the estimate is an extrapolation`);
  }

  /** Whether all rows are the denominator of the training. */
  isDenominator(theta1: Matrix): boolean {
    const { marginal, theta1: own } = this.model.data;
    return !marginal && theta1.values.every((value, i) => value === own.low[i % theta1.columns]);
  }

  /** Refuses all but the one pair of points that an estimator without theta was trained on. */
  assertPair(theta0: Matrix, theta1: Matrix | undefined): void {
    const { name, data } = this.model;
    const check = (theta: Matrix, own: Span, argument: string) => {
      const bad = theta.values.findIndex((value, i) => value !== own.low[i % theta.columns]);
      if (bad < 0) return;
      const first = Math.floor(bad / theta.columns) * theta.columns;
      const given = toTheta(theta.values.subarray(first, first + theta.columns), data.parameters);
      const advice = "it was trained on this pair of points alone: mine with a prior as the numerator";
      throw new DomainError(name, argument, given, JSON.stringify(toTheta(own.low, data.parameters)), advice);
    };
    check(theta0, data.theta0, "theta");
    if (theta1) check(theta1, data.theta1, "denominator");
  }

  /** Where theta is known: theta0, and theta1 where the network saw it. */
  private get span(): Span {
    const { parameterisation, data } = this.model;
    const { theta0, theta1 } = data;
    // The ratio of the denominator to itself is 1, which no network needs to learn; with a single one it is not part of the range.
    if (parameterisation === "single") return theta0;
    return { low: theta0.low.map((v, j) => Math.min(v, theta1.low[j]!)), high: theta0.high.map((v, j) => Math.max(v, theta1.high[j]!)) };
  }
}

function isOutside(value: number, low: number, high: number): boolean {
  const slack = SLACK * (high - low);
  return value < low - slack || value > high + slack;
}
