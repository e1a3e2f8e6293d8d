import { takeRows } from "../data/mined-sample.js";
import { stacked } from "../data/sample-rows.js";
import { DomainError, ShapeError } from "../errors.js";
import { columnOf, isList, isMatrix, type Matrix, type MatrixLike, rowOf, toMatrix } from "../numerics/matrix.js";
import { quantileOf } from "../numerics/quantiles.js";
import { assertAlpha, assertRecord } from "./given-options.js";
import { mahalanobis, neighbourDistance, robustlyScaled, robustPrecision } from "./misspecification-distance.js";
import { type FarOut, isUnlike, type Misspecification, messageOf, type ObservableTail, whatIsOff } from "./misspecification-words.js";
import { assertObservation } from "./verifiable-posterior.js";

/** How an observation is compared. */
export interface MisspecificationOptions {
  /** Names of the observables `[L]`; default x[0], x[1], ... */
  readonly observables?: readonly string[];
  /** Probability that an observation like the simulations is called unlike; default 0.01. */
  readonly alpha?: number;
  /** Which neighbour the distance is measured to; default the fifth. Larger looks at wider surroundings. */
  readonly neighbour?: number;
}

/** Fewest simulations that say anything. */
const FEWEST = 20;
/** Most simulations that are looked at, compared with their neighbours, and most among which those are looked for. */
const MOST = 20_000;
const MOST_COMPARED = 2000;
const MOST_NEIGHBOURS = 10_000;
/** Looks at the observation: each observable, distance, neighbours. */
const LOOKS = 3;

/**
 * Whether an observation is like the simulations that an estimator was trained on. An estimator knows nothing of what lies elsewhere, and says
 * something there all the same.
 *
 * Three looks: each observable's tail; the Mahalanobis distance from the middle, by medians, quartiles and rank correlations, which sees broken
 * correlations; and the distance to the nearest simulations, which sees holes. Each p-value is conformal: if the observation is one more draw
 * beside the simulations it is at most p with probability p, whatever the distribution. None can be below 1 / (N + 1), so an
 * observation three times as far out as the furthest simulation counts as unlike too. That an observation is like the simulations does
 * not say that the simulator is right. Of more than 20 000 simulations the first ones are taken.
 *
 * @param x - The observation `[L]`.
 * @param simulations - Observations of the simulations `[N, L]`, independent of each other.
 * @param options - See `MisspecificationOptions`.
 * @returns P-values, and what is off.
 * @throws {ShapeError} When the observation has another length than the simulations, or there are fewer than 20 of them.
 * @throws {DomainError} When a value is not finite or an option is out of range.
 * @source Vovk, Gammerman, Shafer 2005, "Algorithmic learning in a random world", section 2.2; Cannon, Ward, Schmon 2022, arXiv:2209.01845, for why
 * @example
 * const simulations = { rows: 500, columns: 2, values: standardNormals(key(1), 1000) };
 * misspecification([0.1, 9], simulations, { observables: ["mass", "angle"] }).off.length; // 1
 */
export function misspecification(x: ArrayLike<number>, simulations: MatrixLike, options: MisspecificationOptions = {}): Misspecification {
  assertRecord("misspecification", options, "observables, alpha or neighbour");
  const { alpha = 0.01, neighbour = 5 } = options;
  const known = simulationsOf(x, simulations);
  const names = options.observables ?? Array.from(x, (_, j) => `x[${j}]`);
  assertOptions({ alpha, neighbour, names }, known);
  assertObservation("misspecification", { x }, names);
  const all = stacked(known, { rows: 1, columns: x.length, values: Float64Array.from(x) });
  const scaled = robustlyScaled(all);
  const precision = robustPrecision(scaled.rows);
  const observables = names.map((name, j) => tailOf(name, columnOf(all, j)));
  const squared = mahalanobis(scaled.rows, precision);
  const distance = farOut(squared.map(Math.sqrt));
  const neighbours = farOut(neighbourDistances(scaled.rows, neighbour));
  const least = Math.min(names.length * Math.min(...observables.map(({ pValue }) => pValue)), distance.pValue, neighbours.pValue);
  const pValue = Math.min(1, LOOKS * least);
  const unlike = isUnlike({ pValue, distance, neighbours }, alpha);
  const off = unlike ? whatIsOff(observables, { alpha, scaled, precision }) : [];
  const found = { unlike, pValue, observables, distance, neighbours, off, simulations: known.rows };
  return { ...found, message: messageOf(found) };
}

function simulationsOf(x: ArrayLike<number>, simulations: MatrixLike): Matrix {
  const where = "misspecification";
  if (!isList(x)) throw new DomainError(where, "x", x, "numbers [L], one observation");
  const columns = isMatrix(simulations) ? simulations.columns : x.length;
  if (x.length !== columns)
    throw new ShapeError(where, "x", `[${x.length}]`, `[${columns}], as the simulations have ${columns} observables`);
  const known = toMatrix(where, "simulations", simulations, x.length);
  if (known.rows < FEWEST)
    throw new ShapeError(where, "simulations", `[${known.rows}, ${columns}]`, `[N, ${columns}] with N at least ${FEWEST}`);
  return known.rows <= MOST ? known : { ...known, rows: MOST, values: known.values.subarray(0, MOST * columns) };
}

function assertOptions(
  { alpha, neighbour, names }: { readonly alpha: number; readonly neighbour: number; readonly names: readonly string[] },
  { rows, columns }: Matrix,
): void {
  const where = "misspecification";
  assertAlpha(where, alpha);
  if (!(Number.isSafeInteger(neighbour) && neighbour >= 1 && neighbour <= rows / 4)) {
    throw new DomainError(where, "neighbour", neighbour, `a whole number from 1 to a quarter of the ${rows} simulations`);
  }
  if (!isList(names)) throw new DomainError(where, "observables", names, "a list of names");
  if (names.length !== columns) throw new ShapeError(where, "observables", `[${names.length}]`, `[${columns}]`, "name each column of x");
}

/** The last value's place among all. */
function tailOf(name: string, values: Float64Array): ObservableTail {
  const value = values.at(-1)!;
  const below = values.filter((other) => other <= value).length / values.length;
  const above = values.filter((other) => other >= value).length / values.length;
  const known = values.subarray(0, -1);
  return { name, value, low: quantileOf(known, 0.025), high: quantileOf(known, 0.975), pValue: Math.min(1, 2 * Math.min(below, above)) };
}

/** The last distance's place among all. */
function farOut(distances: Float64Array): FarOut {
  const value = distances.at(-1)!;
  const others = distances.subarray(0, -1);
  const largest = others.reduce((most, other) => Math.max(most, other), 0);
  return {
    value,
    ratio: largest > 0 ? value / largest : value > 0 ? Infinity : 1,
    pValue: distances.filter((other) => other >= value).length / distances.length,
  };
}

/** Of some of the rows and of the last one, the distance to their neighbours among the other rows. */
function neighbourDistances(rows: Matrix, neighbour: number): Float64Array {
  const known = rows.rows - 1;
  const compared = Math.min(MOST_COMPARED, known >> 1);
  const stride = Math.floor(known / compared);
  const isCompared = (i: number) => i % stride === 0 && i < compared * stride;
  const chosen = Array.from({ length: known }, (_, i) => i).filter(isCompared);
  const rest = Array.from({ length: known }, (_, i) => i).filter((i) => !isCompared(i));
  const others = takeRows(rows, rest.slice(0, MOST_NEIGHBOURS));
  return Float64Array.from([...chosen, known], (i) => neighbourDistance(rowOf(rows, i), others, neighbour));
}
