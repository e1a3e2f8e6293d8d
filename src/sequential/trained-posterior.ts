import { stacked } from "../data/sample-rows.js";
import { DomainError, NotConvergedError } from "../errors.js";
import type { PosteriorAt } from "../estimators/density/posterior-estimator.js";
import { isMatrix, type Matrix, toMatrix } from "../numerics/matrix.js";
import { fold, type Key } from "../numerics/random.js";
import { rowsAt } from "../numerics/weighted.js";
import type { Prior } from "../probability/independent.js";
import { Budget } from "./budget.js";
import { densityOf } from "./density-of.js";
import type { RoundGiven, RoundPosterior } from "./method.js";

/** Draws by which the leakage is measured: known within 0.016. */
const PROBES = 1000;
/** Blocks of draws before it gives up: less than a hundredth was of any use. */
const BLOCKS = 100;
/** Child of the method's key for the probes. */
const PROBE = 1;

/** A trained posterior at the observation, without what lies where the prior is zero. */
export function trainedPosterior(at: PosteriorAt, { prior, key }: RoundGiven): RoundPosterior {
  const isPossible = possibleUnder(prior);
  const probes = at.sample(fold(key, PROBE), PROBES);
  const bad = probes.values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new DomainError("rounds", "a draw of the trained posterior", probes.values[bad], "a finite number", "train for longer");
  return {
    names: at.names,
    parameters: at.parameters,
    x: at.x,
    leakage: 1 - isPossible(probes).length / PROBES,
    sample: (drawKey, n, limits) => possibleDraws(at, isPossible, { key: drawKey, n, budget: new Budget(limits) }),
    logProb: (theta) => {
      const rows = isMatrix(theta) ? theta : toMatrix("logProb", "theta", theta, at.names.length);
      const values = new Float64Array(rows.rows).fill(-Infinity);
      const logQ = at.logProb(rows);
      for (const i of isPossible(rows)) values[i] = logQ[i]!;
      return values;
    },
  };
}

/** Numbers of the rows where the prior is above zero. */
function possibleUnder(prior: Prior): (theta: Matrix) => number[] {
  const density = densityOf(prior);
  return (theta) => {
    const rows = Array.from({ length: theta.rows }, (_, i) => i);
    if (!density) return rows;
    const logPrior = density(theta);
    return rows.filter((i) => logPrior[i]! > -Infinity);
  };
}

async function possibleDraws(
  at: Pick<PosteriorAt, "sample">,
  isPossible: (theta: Matrix) => number[],
  { key, n, budget }: { readonly key: Key; readonly n: number; readonly budget: Budget },
): Promise<Matrix> {
  let kept: Matrix | undefined;
  for (let block = 0; block < BLOCKS; block++) {
    await budget.check();
    const drawn = at.sample(fold(key, block), n);
    const possible = rowsAt(drawn, isPossible(drawn));
    kept = kept ? stacked(kept, possible) : possible;
    if (kept.rows >= n)
      return rowsAt(
        kept,
        Array.from({ length: n }, (_, i) => i),
      );
  }
  const reason = `${kept!.rows} of ${BLOCKS * n} draws of the trained posterior lie where the prior is above zero`;
  throw new NotConvergedError("sample", reason, kept, "train on more simulations, or use snl, whose draws keep to the prior");
}
