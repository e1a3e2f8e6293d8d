import { DomainError, ShapeError } from "../../errors.js";
import { type Matrix, zeros } from "../../numerics/matrix.js";
import { fold, key, permutation } from "../../numerics/random.js";
import { simulator } from "../simulator.js";
import { type SlcpRanges, slcpLogProb, slcpPrior, slcpRun } from "./slcp.js";
import { drawStudentMixture, type StudentMixture, sampleStudentMixture } from "./student-mixture.js";
import { type BenchmarkTask, benchmarkTask, numbered } from "./task.js";

/** The numbers beside the points, and where everything stands. */
export interface SlcpDistractorsOptions {
  /** Draws the mixture and the order, an integer in [0, 2^53); default 42. Not read for what is given below. */
  readonly seed?: number;
  /** The mixture `[K]`: locations `[92]` and lower triangles, as rows of 1 to 92 numbers; default drawn by the seed. */
  readonly mixture?: readonly { readonly location: readonly number[]; readonly lower: readonly (readonly number[])[] }[];
  /** Which of the points' eight numbers (0 to 7) and the distractors (8 to 99) stands in each column `[100]`; default drawn by the seed. */
  readonly order?: readonly number[];
}

/** Numbers of the points, of the distractors, and together. */
const [INFORMATIVE, DISTRACTORS, TOTAL] = [8, 92, 100];
const COMPONENTS = 20;
/** Children of the seed's key. */
const [MIXTURE, ORDER] = [0, 1];
const WHERE = "slcpDistractors";

/**
 * SLCP with distractors: the four points of `slcp` among 92 numbers that say nothing of theta, all in a fixed order.
 *
 * y ~ (1/20) sum_k t_2(m_k, L_k L_k^T),   m_k = 15 N(0, I),   L_k = 3 (tril N(0, 1) + diag exp N(0, 1)),   x = (points, y) in the order
 *
 * p(x given theta) = p(points given theta) p(y), so the posterior is that of `slcp` at the points, and the joint ratio that of the points. `logLikelihood`
 * leaves log p(y) out: it is the same for all theta, and random triangles of this size are singular to sixteen digits, so that y does not tell it. The
 * benchmark draws its one mixture by another generator; this one has the same law, and takes the benchmark's own as an option.
 *
 * @param options - Seed, or mixture and order.
 * @returns The simulator `slcp_distractors` with its prior and likelihood.
 * @throws {ShapeError} When the mixture or the order has other sizes.
 * @throws {DomainError} When a number of the mixture is not finite, or the order is no permutation.
 * @source Lueckmann et al. 2021, arXiv:2101.04653, T.4; Greenberg, Nonnenmacher, Macke 2019, arXiv:1905.07488, appendix
 * @example
 * slcpDistractors().draw({ theta1: 0, theta2: 0, theta3: 1, theta4: 1, theta5: 0 }, key(1)).x.length; // 100
 */
export function slcpDistractors(options: SlcpDistractorsOptions = {}): BenchmarkTask<SlcpRanges> {
  const { seed = 42 } = options;
  const mixture = options.mixture ? givenMixture(options.mixture) : drawnMixture(seed);
  const order = options.order ? checkedOrder(options.order) : Array.from(permutation(fold(key(seed), ORDER), TOTAL));
  const source = { module: import.meta.url, name: WHERE, args: [options] };
  const points = simulator<SlcpRanges>(
    { name: "slcp_distractors", parameters: slcpPrior.parameters, observables: numbered("x", TOTAL), source },
    (theta, sample) => {
      const all = [...slcpRun(theta, sample), ...sampleStudentMixture(mixture, sample)];
      return order.map((place) => all[place]!);
    },
  );
  return benchmarkTask(points, { prior: slcpPrior, logProb: (x) => slcpLogProb(pointsOf(x, order)) });
}

function drawnMixture(seed: number): StudentMixture {
  return drawStudentMixture(fold(key(seed), MIXTURE), { components: COMPONENTS, dimensions: DISTRACTORS });
}

/** The points' eight numbers among all. */
function pointsOf(x: Float64Array, order: readonly number[]): Float64Array {
  const points = new Float64Array(INFORMATIVE);
  order.forEach((place, column) => {
    if (place < INFORMATIVE) points[place] = x[column]!;
  });
  return points;
}

function givenMixture(given: NonNullable<SlcpDistractorsOptions["mixture"]>): StudentMixture {
  if (given.length === 0) throw new ShapeError(WHERE, "mixture", "[0]", "[K] with K at least 1");
  return given.map(({ location, lower }, k) => {
    if (location.length !== DISTRACTORS) throw new ShapeError(WHERE, `mixture[${k}].location`, `[${location.length}]`, `[${DISTRACTORS}]`);
    const bad = location.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new DomainError(WHERE, `mixture[${k}].location[${bad}]`, location[bad], "a finite number");
    return { location, lower: triangle(lower, `mixture[${k}].lower`) };
  });
}

function triangle(rows: readonly (readonly number[])[], name: string): Matrix {
  if (rows.length !== DISTRACTORS) throw new ShapeError(WHERE, name, `[${rows.length}, ...]`, `${DISTRACTORS} rows of 1, 2, ... numbers`);
  const lower = zeros(DISTRACTORS, DISTRACTORS);
  rows.forEach((row, i) => {
    if (row.length !== i + 1)
      throw new ShapeError(WHERE, `${name}[${i}]`, `[${row.length}]`, `[${i + 1}]`, "give the lower triangle alone");
    const bad = row.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new DomainError(WHERE, `${name}[${i}][${bad}]`, row[bad], "a finite number");
    lower.values.set(row, i * DISTRACTORS);
  });
  return lower;
}

function checkedOrder(order: readonly number[]): readonly number[] {
  if (order.length !== TOTAL) throw new ShapeError(WHERE, "order", `[${order.length}]`, `[${TOTAL}]`);
  const missing = Array.from({ length: TOTAL }, (_, place) => place).find((place) => !order.includes(place));
  if (missing !== undefined) throw new DomainError(WHERE, "order", order, `each of 0 to ${TOTAL - 1} once`, `add ${missing}`);
  return order;
}
