import { DomainError } from "../../errors.js";
import { assertNotNegative, assertPositive, assertWhole } from "../checks.js";

/** Where a training stands before a step. */
export interface TrainingTime {
  /** Steps done. */
  readonly step: number;
  /** Whole epochs done. */
  readonly epoch: number;
  /** Steps done as a part of all that are planned, in [0, 1). */
  readonly fraction: number;
}

/** What the learning rate is multiplied by at a time. */
export type Schedule = (time: TrainingTime) => number;

/** Always 1. */
export const constantRate: Schedule = () => 1;

/**
 * From 1 down to `final` along half a cosine: final + (1 - final) (1 + cos(pi fraction)) / 2.
 *
 * @param final - At the end, at least 0; default 0.
 * @throws {DomainError} When it is negative.
 * @source Loshchilov, Hutter 2017, arXiv:1608.03983, eq. 5, without restarts
 */
export function cosineDecay({ final = 0 }: { readonly final?: number } = {}): Schedule {
  assertNotNegative("cosineDecay", "final", final);
  return ({ fraction }) => between(1, final, fraction);
}

/**
 * From 1 down to `final` by the same factor at each step: final^fraction.
 *
 * @param final - At the end, above 0; default 0.01.
 * @throws {DomainError} When it is not above 0.
 */
export function exponentialDecay({ final = 0.01 }: { readonly final?: number } = {}): Schedule {
  assertPositive("exponentialDecay", "final", final);
  return ({ fraction }) => final ** fraction;
}

/**
 * Times `factor` after each `every` epochs: factor^floor(epoch / every).
 *
 * @param options - `every`: epochs between two falls; `factor`: what is left each time, above 0, default 0.1.
 * @throws {DomainError} When every is no whole number of at least 1, or factor not above 0.
 */
export function stepDecay({ every, factor = 0.1 }: { readonly every: number; readonly factor?: number }): Schedule {
  assertWhole("stepDecay", "every", every);
  assertPositive("stepDecay", "factor", factor);
  return ({ epoch }) => factor ** Math.floor(epoch / every);
}

/**
 * Rises in equal parts during the first steps, (step + 1) / steps, times what another schedule says.
 *
 * @param options - `steps`: how many steps the rise takes; `followedBy`: the other schedule, default `constantRate`.
 * @throws {DomainError} When steps is no whole number of at least 1.
 * @source Goyal et al. 2017, arXiv:1706.02677, section 2.2
 */
export function warmUp({ steps, followedBy = constantRate }: { readonly steps: number; readonly followedBy?: Schedule }): Schedule {
  assertWhole("warmUp", "steps", steps);
  return (time) => Math.min((time.step + 1) / steps, 1) * followedBy(time);
}

/** The three corners of a one-cycle schedule; the highest is 1. */
export interface OneCycleOptions {
  /** Part of the steps that the rise takes, in (0, 1); default 0.3. */
  readonly rise?: number;
  /** At the start, at least 0; default 1 / 25. */
  readonly initial?: number;
  /** At the end, at least 0; default 4e-6, the initial one over 10^4. */
  readonly final?: number;
}

/**
 * Up from `initial` to 1 and down to `final`, each along half a cosine.
 *
 * @param options - See `OneCycleOptions`.
 * @throws {DomainError} When rise is not in (0, 1), or another is negative.
 * @source Smith, Topin 2017, arXiv:1708.07120, section 3
 */
export function oneCycle({ rise = 0.3, initial = 1 / 25, final = 4e-6 }: OneCycleOptions = {}): Schedule {
  if (!(rise > 0 && rise < 1)) throw new DomainError("oneCycle", "rise", rise, "a number between 0 and 1");
  assertNotNegative("oneCycle", "initial", initial);
  assertNotNegative("oneCycle", "final", final);
  return ({ fraction }) => (fraction < rise ? between(initial, 1, fraction / rise) : between(1, final, (fraction - rise) / (1 - rise)));
}

/** From one number to another along half a cosine, as part goes from 0 to 1. */
function between(from: number, to: number, part: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
}
