import { indexBelow } from "../../numerics/axes.js";
import type { CurveRecord } from "./record.js";

/** From one estimated log r to the calibrated one. */
export type Curve = (logRatio: number) => number;

/** The function that a record names. */
export function curveOf(record: CurveRecord): Curve {
  if (record.kind === "affine") return (logRatio) => record.intercept + record.slope * logRatio;
  const knots = Float64Array.from(record.knots);
  const values = Float64Array.from(record.values);
  const last = knots.length - 1;
  return (logRatio) => {
    const i = indexBelow(knots, logRatio);
    if (i < 0) return values[0]!;
    if (i >= last) return values[last]!;
    return values[i]! + ((logRatio - knots[i]!) / (knots[i + 1]! - knots[i]!)) * (values[i + 1]! - values[i]!);
  };
}
