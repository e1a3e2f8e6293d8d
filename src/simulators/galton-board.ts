import { DomainError } from "../errors.js";
import type { MatrixLike } from "../numerics/matrix.js";
import type { Theta } from "../numerics/parameters.js";
import { bernoulli } from "../probability/bernoulli.js";
import type { Simulator } from "./contract.js";
import { type GaltonBoardExact, galtonBoardExact } from "./galton-board-exact.js";
import { nailBelow, nailLean } from "./galton-nails.js";
import { simulator } from "./simulator.js";

/** Size of a board. */
export interface GaltonBoardOptions {
  /** Rows of nails, at least 2; default 20. More rows, more draws for a ball. */
  readonly rows?: number;
  /** Nails in a row, at least 2; default 31. There is one column more than nails. */
  readonly nails?: number;
}

/** What the board's `parameters` are. */
export type GaltonBoardRanges = { readonly slope: readonly [-1, 0] };

/** The board: a simulator that knows the answer. */
export interface GaltonBoard extends Simulator<GaltonBoardRanges> {
  /** Rows of nails. */
  readonly rows: number;
  /** Nails in a row. */
  readonly nails: number;
  /** Nail from which a ball starts. */
  readonly start: number;
  /** Probability that a ball at `nail` of `row` goes left. */
  pLeft(row: number, nail: number, slope: number): number;
  /** Everything that simulation-based inference has to find, exactly. */
  readonly exact: GaltonBoardExact;
  /** The exact log p(x given theta) in the form that `logLikelihood` takes. */
  readonly density: {
    readonly parameters: GaltonBoardRanges;
    readonly observables: readonly string[];
    /** Of columns x `[N, 1]`, `[N]`. @throws {DomainError} For a column that no ball can reach. */
    logProb(x: MatrixLike, theta: Theta<GaltonBoardRanges>): Float64Array;
  };
}

/**
 * The generalized Galton board: balls fall through rows of nails that lean the more, the farther from the middle they are.
 *
 * P(left) = (1 - f) / 2 + f sigmoid(10 slope (2 nail / (nails - 1) - 1)),   f = sin(pi row / (rows - 1))
 *
 * In even rows left keeps the nail and right adds one, in odd rows left takes one away and right keeps it; at the edges of odd
 * rows a ball goes inward. x is the column 0, ..., nails in which the ball ends.
 *
 * @param options - Size.
 * @returns A simulator with the parameter `slope` in [-1, 0] and the observable `column`, and its exact probabilities.
 * @throws {DomainError} When `rows` or `nails` is not an integer of at least 2.
 * @source Brehmer, Louppe, Pavez, Cranmer 2018, arXiv:1805.12244, figure 1; the sigmoid's argument as in its public code, not as in its README
 * @example
 * galtonBoard().exact.probabilities(-0.8)[15]; // 0.0592...
 */
export function galtonBoard({ rows = 20, nails = 31 }: GaltonBoardOptions = {}): GaltonBoard {
  assertSize("rows", rows);
  assertSize("nails", nails);
  const start = Math.floor(nails / 2);
  const lean = nailLean({ rows, nails });
  const source = { module: import.meta.url, name: "galtonBoard", args: [{ rows, nails }] };
  const board = simulator(
    { name: "galton-board", parameters: { slope: [-1, 0] }, observables: ["column"], source },
    ({ slope }, sample) => {
      let nail = start;
      for (let row = 0; row < rows; row++) nail = nailBelow(row, nail, sample("left", bernoulli(lean.pLeft(row, nail, slope))));
      return [nail];
    },
  );
  const exact = galtonBoardExact({ rows, nails, start }, lean);
  const { parameters, observables } = board;
  const density = { parameters, observables, logProb: (x: MatrixLike, { slope }: Theta<GaltonBoardRanges>) => exact.logProb(x, slope) };
  return { ...board, rows, nails, start, pLeft: lean.pLeft, exact, density };
}

function assertSize(name: string, size: number): void {
  if (!(Number.isSafeInteger(size) && size >= 2)) throw new DomainError("galtonBoard", name, size, "an integer of at least 2");
}
