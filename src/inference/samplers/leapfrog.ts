import { type Matrix, rowOf } from "../../numerics/matrix.js";
import type { ValuesAndGradients } from "../log-likelihood-function.js";
import type { Space } from "./whitening.js";

/** A particle in the landscape of -log density. */
export interface Phase {
  readonly q: Float64Array;
  readonly p: Float64Array;
  /** Gradient of the log density at q. */
  readonly slope: Float64Array;
  readonly logDensity: number;
}

/** What is known at a point: log density and gradient. */
export interface Slope {
  readonly logDensity: number;
  readonly slope: Float64Array;
}

/** Energy errors beyond this are divergences: the integrator has left the path. */
export const DIVERGENCE = 1000;

/** -H = log density - |p|^2 / 2; never NaN. */
export function negativeEnergy({ p, logDensity }: Phase): number {
  const energy = logDensity - 0.5 * p.reduce((total, value) => total + value * value, 0);
  return Number.isNaN(energy) ? -Infinity : energy;
}

/** First half of a leapfrog step of length e: half a kick, then the drift. */
export function kickAndDrift({ q, p, slope }: Phase, e: number): { readonly q: Float64Array; readonly p: Float64Array } {
  const kicked = p.map((value, d) => value + 0.5 * e * slope[d]!);
  return { q: q.map((value, d) => value + e * kicked[d]!), p: kicked };
}

/** Second half of the step: half a kick by the slope at the new place. */
export function kick({ q, p }: { readonly q: Float64Array; readonly p: Float64Array }, e: number, at: Slope): Phase {
  return { q, p: p.map((value, d) => value + 0.5 * e * at.slope[d]!), slope: at.slope, logDensity: at.logDensity };
}

/**
 * Slopes at points. Where there is no gradient, outside the support, it counts as zero: a force that is any function of q keeps the step reversible and of unit
 * Jacobian, so that the sampler stays exact.
 */
export async function slopesAt(space: Space, points: Matrix): Promise<Slope[]> {
  const { values, gradients }: ValuesAndGradients = await space.gradient(points);
  return Array.from(values, (logDensity, i) => ({
    logDensity,
    slope: rowOf(gradients, i).map((value) => (Number.isFinite(value) ? value : 0)),
  }));
}
