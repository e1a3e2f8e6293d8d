import { DomainError } from "../errors.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { fold, type Key, stream } from "../numerics/random.js";
import type { Prior } from "../probability/independent.js";
import { type Hypothesis, hypothesisRows, isPrior, priorDraw } from "./hypothesis.js";

/** The marginal p(x) as a denominator; made by `marginalOver`. */
export interface MarginalHypothesis<Name extends string = string> {
  readonly marginalOf: Prior<Name>;
  /** K. */
  readonly draws: number;
}

/** What `mine` compares with. */
export type Denominator<Ranges extends ParameterRanges> = Hypothesis<Ranges> | MarginalHypothesis<keyof Ranges & string>;

/** Children of an event's key from which theta1 is drawn. */
const [THETA1, MARGINAL] = [1, 2];

const DRAWS = 32;

/**
 * The marginal over a prior as the denominator of `mine`: log r(x, z) = log p(x, z given theta0) - log mean_k p(x, z given theta_k), with K thetas of
 * its own for each event.
 *
 * An event of the denominator is drawn at the first of its K thetas, one of those in its own mean. Since the mean does not tell its thetas apart, r has no
 * bias for any K: E[r(x, z) given x, label 1] = p(x given theta0) / p(x), and so for 1 / r at label 0. Its logarithm has: against the true marginal log r is on
 * average too small at label 1 and too large at label 0, by an amount that falls as 1 / K, as does what the thetas add to the spread of r.
 *
 * @param prior - The prior.
 * @param options - `draws`: K, default 32; each costs a replay of the event.
 * @returns A denominator.
 * @throws {DomainError} When `draws` is no whole number from 1.
 * @source Hermans, Begy, Louppe 2020, arXiv:1903.04057, for the ratio to evidence
 * @example
 * const prior = uniform({ slope: [-1, -0.4] });
 * const mined = await mine(galtonBoard(), { numerator: prior, denominator: marginalOver(prior), n: 100, seed: 1 });
 */
export function marginalOver<Name extends string>(
  prior: Prior<Name>,
  { draws = DRAWS }: { readonly draws?: number } = {},
): MarginalHypothesis<Name> {
  if (!(Number.isSafeInteger(draws) && draws >= 1)) throw new DomainError("marginalOver", "draws", draws, "a whole number from 1");
  return { marginalOf: prior, draws };
}

/** theta1 of events. */
export interface DenominatorRows {
  /** K of a marginal. */
  readonly draws: number | undefined;
  /** Whether theta1 is another for different events. */
  readonly varies: boolean;
  /** theta1 `[count, D]`, or `[count, K, D]` of a marginal, of the events from `start` on. */
  rows(key: Key, start: number, count: number): Float64Array;
}

/**
 * theta1 of events.
 *
 * @param where - Function that asks, for messages.
 * @param denominator - The hypothesis.
 * @param options - Ranges, and which of several points a pair of events has.
 */
export function denominatorRows<Ranges extends ParameterRanges>(
  where: string,
  denominator: Denominator<Ranges>,
  { ranges, pointOf }: { readonly ranges: Ranges; readonly pointOf: (event: number) => number },
): DenominatorRows {
  const D = Object.keys(ranges).length;
  const place = { where, argument: "denominator", child: THETA1, pointOf };
  if (!isMarginal(denominator)) {
    const fill = hypothesisRows(place, denominator, ranges);
    const isPoint = typeof denominator === "object" && !Array.isArray(denominator) && !isPrior(denominator);
    const rows = (key: Key, start: number, count: number) =>
      fill(key, start, { rows: count, columns: D, values: new Float64Array(count * D) }).values;
    return { draws: undefined, varies: !isPoint, rows };
  }
  const draw = priorDraw(place, denominator.marginalOf, ranges);
  const { draws } = denominator;
  return {
    draws,
    varies: false,
    rows: (key, start, count) => {
      const values = new Float64Array(count * draws * D);
      const source = stream(key);
      for (let i = 0; i < count; i++) {
        source.restart(fold(fold(key, start + i), MARGINAL));
        for (let k = 0; k < draws; k++) draw(source, values.subarray((i * draws + k) * D, (i * draws + k + 1) * D));
      }
      return values;
    },
  };
}

/** Whether a denominator is a marginal. */
export function isMarginal<Ranges extends ParameterRanges>(
  denominator: Denominator<Ranges>,
): denominator is MarginalHypothesis<keyof Ranges & string> {
  return (
    typeof denominator === "object" && denominator !== null && typeof (denominator as { marginalOf?: unknown }).marginalOf === "object"
  );
}
