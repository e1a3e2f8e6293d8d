import { concatenated } from "../../numerics/concatenate.js";
import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import type { Key } from "../../numerics/random.js";
import { Stopped } from "../posterior/budget.js";
import type { Evaluated, Target } from "../posterior/target.js";

/** Points with their log-likelihoods. */
export interface Points {
  /** In the unbounded space `[N, D]`. */
  readonly u: Matrix;
  /** `[N]`, finite. */
  readonly logL: Float64Array;
}

const BLOCK = 4096;
/** Draws without one possible among them after which a run gives up. */
const MOST_IN_VAIN = 200_000;
/** Part of the budget that the search may take, once something was found. */
const SHARE = 0.25;

/** Independent draws from the prior with their log-likelihoods: where every sampler begins. */
export class FirstDraws {
  drawn = 0;
  /** Draws of the prior outside the likelihood's range. */
  outside = 0;
  private readonly parts: Points[] = [];
  private lowest = Infinity;
  private highest = -Infinity;

  constructor(private readonly target: Target) {}

  /** Draws until `wanted` are there and at least one is possible; fewer where the budget is small. Throws Stopped where none is. */
  async draw(wanted: number, key: Key): Promise<Points> {
    const next = this.target.priorDraws(key);
    while (this.goesOn(wanted)) {
      const rows = wanted > this.drawn ? Math.min(BLOCK, wanted - this.drawn) : BLOCK;
      await this.target.eachPiece(next(rows), (piece) => this.add(piece, wanted));
    }
    if (this.possible === 0) throw new Stopped("stuck");
    return this.points();
  }

  /** Number of draws with a finite log-likelihood. */
  get possible(): number {
    return this.parts.reduce((total, { u }) => total + u.rows, 0);
  }

  private goesOn(wanted: number): boolean {
    if (this.possible === 0) return this.drawn < Math.max(wanted, MOST_IN_VAIN);
    return this.drawn < wanted && this.target.budget.used < SHARE;
  }

  private add({ theta, logPrior, logL }: Evaluated, wanted: number): boolean {
    this.drawn += theta.rows;
    this.outside += logPrior.filter((value) => value === -Infinity).length;
    const places = Array.from(logL.keys()).filter((i) => logL[i]! > -Infinity);
    if (places.length === 0) return true;
    const found = zeros(places.length, theta.columns);
    places.forEach((place, i) => {
      rowOf(found, i).set(rowOf(theta, place));
      this.lowest = Math.min(this.lowest, logL[place]!);
      this.highest = Math.max(this.highest, logL[place]!);
    });
    this.parts.push({ u: this.target.toUnbounded(found), logL: Float64Array.from(places, (place) => logL[place]!) });
    return this.goesOn(wanted);
  }

  private points(): Points {
    const values = concatenated(this.parts.map(({ u }) => u.values));
    return {
      u: { rows: values.length / this.target.dimension, columns: this.target.dimension, values },
      logL: concatenated(this.parts.map(({ logL }) => logL)),
    };
  }

  /** What is not well with the likelihood over the prior. */
  notes(): string[] {
    const { drawn, outside, possible } = this;
    if (drawn === 0) return [];
    if (outside === drawn)
      return [
        `all ${drawn} draws from the prior lie outside the range of the likelihood's parameters; narrow the prior or widen that range`,
      ];
    const notes =
      outside > 0
        ? [`${outside} of ${drawn} draws from the prior lie outside the range of the likelihood's parameters; the posterior is cut there`]
        : [];
    if (possible === 0) return [...notes, this.impossible()];
    if (possible >= 100 && this.lowest === this.highest) {
      return [
        ...notes,
        `logL is ${this.lowest} at all ${possible} draws from the prior: the data say nothing, and the posterior is the prior`,
      ];
    }
    return notes;
  }

  private impossible(): string {
    const { drawn, outside, target } = this;
    const tried = drawn - outside;
    if (target.faults.count >= tried)
      return `logL has no value at any of ${tried} draws from the prior; check the observation and the function`;
    const size = `less than about ${(3 / tried).toPrecision(1)} of the prior`;
    return `logL is -Infinity at all ${tried} draws from the prior: the posterior covers ${size}, or nothing; check the observation, or narrow the prior`;
  }
}
