import { type Matrix, rowOf } from "../numerics/matrix.js";
import { shown } from "./check.js";
import type { Scaled } from "./misspecification-distance.js";

/** A value given the others further from what they suggest than this many deviations is off. */
const FAR_GIVEN_OTHERS = 4;
/** So many times as far out as the furthest simulation is unlike, however few simulations there are. */
const FAR_BEYOND = 3;

/** Whether an observation is like simulations. */
export interface Misspecification {
  /** Whether it is unlike: the p-value is below alpha, or it is three times as far out as the furthest simulation. */
  readonly unlike: boolean;
  /** Number of simulations that it was compared with. */
  readonly simulations: number;
  /** Probability that one of the simulations would look as unlike the others, by the furthest of all looks. */
  readonly pValue: number;
  /** Each observable alone. */
  readonly observables: readonly ObservableTail[];
  /** Distance from the middle, correlations taken into account: its ratio to the largest of the simulations, and its p-value. */
  readonly distance: FarOut;
  /** Distance to the nearest simulations. */
  readonly neighbours: FarOut;
  /** Names of the observables that are off, alone or given the others; empty when the observation is like the simulations. */
  readonly off: readonly string[];
  /** All of it in words. */
  readonly message: string;
}

/** How far out one observable is. */
export interface ObservableTail {
  readonly name: string;
  readonly value: number;
  /** Where 95 % of the simulations lie. */
  readonly low: number;
  readonly high: number;
  /** Two-sided probability that a simulation is as far out. */
  readonly pValue: number;
}

/** How far out the observation is by a distance. */
export interface FarOut {
  readonly value: number;
  /** Over the largest of the simulations that it is compared with. */
  readonly ratio: number;
  readonly pValue: number;
}

type Found = Omit<Misspecification, "message">;

/** Whether an observation is to be called unlike. */
export function isUnlike({ pValue, distance, neighbours }: Pick<Found, "distance" | "neighbours" | "pValue">, alpha: number): boolean {
  return pValue < alpha || Math.max(distance.ratio, neighbours.ratio) > FAR_BEYOND;
}

/** Names of observables far out alone; where there are none, of those far from what the others suggest. */
export function whatIsOff(
  observables: readonly ObservableTail[],
  { alpha, scaled, precision }: { readonly alpha: number; readonly scaled: Scaled; readonly precision: Matrix },
): string[] {
  const { rows, columns } = scaled;
  // With few simulations a p-value below alpha is none; the smallest one there can be is then enough.
  const smallest = 2 / rows.rows;
  const alone = observables.filter(({ pValue }) => pValue < alpha || pValue <= smallest).map(({ name }) => name);
  if (alone.length > 0) return alone;
  const last = rowOf(rows, rows.rows - 1);
  const givenOthers = columns.filter((_, j) => {
    const pull = last.reduce((total, value, k) => total + precision.values[j * columns.length + k]! * value, 0);
    return Math.abs(pull) / Math.sqrt(precision.values[j * columns.length + j]!) > FAR_GIVEN_OTHERS;
  });
  return givenOthers.map((j) => observables[j]!.name);
}

/** What was found, in a sentence. */
export function messageOf({ unlike, pValue, observables, distance, neighbours, off, simulations }: Found): string {
  const p = `(p = ${shown(pValue, 2)})`;
  if (!unlike) return `the observation is like the ${simulations} simulations ${p}`;
  const named = observables.filter(({ name }) => off.includes(name));
  const values = named.map(
    ({ name, value, low, high }) => `${name} = ${shown(value)} (95 % of the simulations: ${shown(low)} to ${shown(high)})`,
  );
  const what = values.length > 0 ? values.join(", ") : "no observable alone, all together";
  const ratio = Math.max(distance.ratio, neighbours.ratio);
  return `the observation is unlike the ${simulations} simulations ${p}: ${what}; ${shown(ratio, 2)} times as far out as the furthest simulation`;
}
