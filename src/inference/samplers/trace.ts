import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { effectiveSampleSize, tailSampleSize } from "../posterior/effective-sample-size.js";
import { shownTheta } from "../posterior/faults.js";
import { rHat } from "../posterior/r-hat.js";
import { FEWEST, meanOf, varianceOf } from "../posterior/rank-normalised.js";
import type { Target } from "../posterior/target.js";
import type { Outcome } from "./sampler.js";

/** R-hat below this is well. */
export const GOOD_R_HAT = 1.01;
/** Fewer effective draws than this tell little. */
const GOOD_SIZE = 400;

/** Draws of chains in the unbounded space, kept evenly spaced however long the chains run. */
export class Trace {
  /** Sweeps kept by now. */
  kept = 0;
  /** Every so many sweeps one is kept. */
  thin = 1;
  private sweeps = 0;
  private readonly rows: Matrix;
  private readonly logDensity: Float64Array;

  /** `capacity` sweeps of `chains` chains; even, so that thinning keeps the spacing. */
  constructor(
    readonly chains: number,
    readonly capacity: number,
    readonly dimension: number,
  ) {
    this.rows = zeros(capacity * chains, dimension);
    this.logDensity = new Float64Array(capacity * chains);
  }

  get full(): boolean {
    return this.kept === this.capacity;
  }

  /** Takes all chains after a sweep, or passes over it. */
  add(u: Matrix, logDensity: Float64Array): void {
    if (++this.sweeps % this.thin !== 0) return;
    this.rows.values.set(u.values, this.kept * this.chains * this.dimension);
    this.logDensity.set(logDensity, this.kept * this.chains);
    this.kept++;
  }

  /** Keeps every second of the kept sweeps, and of those to come, so that chains of twice the length fit. */
  thinOut(): void {
    const each = this.chains * this.dimension;
    for (let k = 0; 2 * k + 1 < this.kept; k++) {
      this.rows.values.copyWithin(k * each, (2 * k + 1) * each, (2 * k + 2) * each);
      this.logDensity.copyWithin(k * this.chains, (2 * k + 1) * this.chains, (2 * k + 2) * this.chains);
    }
    this.kept = Math.floor(this.kept / 2);
    this.thin *= 2;
    this.sweeps = this.kept * this.thin;
  }

  /** Draws of one coordinate, chain by chain. */
  chainsOf(d: number): Float64Array[] {
    return Array.from({ length: this.chains }, (_, c) =>
      Float64Array.from({ length: this.kept }, (_, k) => this.rows.values[(k * this.chains + c) * this.dimension + d]!),
    );
  }

  /** R-hat of each coordinate: ranks are the same in theta; undefined while chains are too short. */
  rHat(): Float64Array | undefined {
    if (this.kept < FEWEST) return undefined;
    return Float64Array.from({ length: this.dimension }, (_, d) => rHat(this.chainsOf(d)));
  }

  /** At most n draws, of all chains after evenly chosen sweeps, with their quality. */
  outcome(target: Target, n: number): Outcome {
    const total = this.kept * this.chains;
    const M = Math.min(n, total);
    const u = zeros(M, this.dimension);
    const places = this.places(M);
    places.forEach((place, i) => {
      rowOf(u, i).set(rowOf(this.rows, place));
    });
    const { rows, logDet } = target.toTheta(u);
    const rHats = this.rHat();
    // Chains that alternate can be worth more than their draws, a part of them cannot be relied on to.
    const most = M < total ? M : M * Math.log10(Math.max(10, M));
    const sizes = (of: typeof effectiveSampleSize) =>
      Float64Array.from({ length: this.dimension }, (_, d) => (rHats ? Math.min(most, of(this.chainsOf(d))) : 0));
    const [ess, essTail] = [sizes(effectiveSampleSize), sizes(tailSampleSize)];
    return {
      theta: rows,
      logProb: logDet.map((value, i) => this.logDensity[places[i]!]! - value),
      chains: this.chains,
      rHat: rHats,
      ess,
      essTail,
      notes: rHats ? this.notes(target, rHats, { ess, draws: M }) : [],
    };
  }

  /** Of M draws, in their order. */
  private places(M: number): number[] {
    const sweeps = Math.ceil(M / this.chains);
    return Array.from({ length: M }, (_, i) => {
      const sweep = Math.floor((Math.floor(i / this.chains) * this.kept) / sweeps);
      return sweep * this.chains + (i % this.chains);
    });
  }

  private notes(target: Target, rHats: Float64Array, { ess, draws }: { readonly ess: Float64Array; readonly draws: number }): string[] {
    const names = Object.keys(target.parameters);
    const worst = rHats.indexOf(Math.max(...rHats));
    const least = ess.indexOf(Math.min(...ess));
    const notes = this.stillNotes(target);
    if (rHats[worst]! >= GOOD_R_HAT) notes.push(this.disagreement(target, worst, rHats[worst]!));
    if (ess[least]! < Math.min(GOOD_SIZE, draws / 4)) {
      notes.push(`the draws of ${names[least]} are worth ${ess[least]!.toFixed(0)} independent ones; run longer`);
    }
    return notes;
  }

  private stillNotes(target: Target): string[] {
    const draws = Array.from({ length: this.dimension }, (_, d) => this.chainsOf(d));
    const still = Array.from({ length: this.chains }, (_, c) => c).filter((c) => draws.every((of) => varianceOf(of[c]!) === 0));
    if (still.length === 0) return [];
    const where = this.thetaOf(target, (d) => draws[d]![still[0]!]![0]!);
    return [`${still.length} of ${this.chains} chains have not moved, chain ${still[0]} from ${where}`];
  }

  /** Names the chain whose mean is farthest from all. */
  private disagreement(target: Target, d: number, value: number): string {
    const name = Object.keys(target.parameters)[d];
    const means = this.chainsOf(d).map(meanOf);
    const centre = meanOf(means);
    const far = means.reduce((best, mean, c) => (Math.abs(mean - centre) > Math.abs(means[best]! - centre) ? c : best), 0);
    const where = this.thetaOf(target, (k) => meanOf(this.chainsOf(k)[far]!));
    return `R-hat of ${name} is ${value.toFixed(3)}: the chains do not agree after ${this.kept * this.thin} sweeps; chain ${far} is farthest from the others, around ${where}`;
  }

  private thetaOf(target: Target, coordinate: (d: number) => number): string {
    const u = { rows: 1, columns: this.dimension, values: Float64Array.from({ length: this.dimension }, (_, d) => coordinate(d)) };
    return shownTheta(target.toTheta(u).rows.values, target.parameters);
  }
}
