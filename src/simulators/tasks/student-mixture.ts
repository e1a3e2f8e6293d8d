import type { Matrix } from "../../numerics/matrix.js";
import { rowOf, zeros } from "../../numerics/matrix.js";
import { fold, type Key, standardNormals } from "../../numerics/random.js";
import { categorical } from "../../probability/categorical.js";
import { exponential } from "../../probability/exponential.js";
import { normal } from "../../probability/normal.js";
import type { Sample } from "../contract.js";

/** One component: y = location + lower z / sqrt(w), z standard normal `[D]`, w exponential of mean 1. */
export interface StudentComponent {
  /** `[D]`. */
  readonly location: ArrayLike<number>;
  /** `[D, D]`, lower triangular; the scale matrix is lower lower^T. */
  readonly lower: Matrix;
}

/** Components of equal weight, multivariate Student's t with two degrees of freedom. */
export type StudentMixture = readonly StudentComponent[];

/** Two degrees of freedom: chi^2_2 / 2 is exponential of mean 1. */
const MIXING = exponential(1);
const STANDARD = normal(0, 1);

/** Spread of the locations, and of the scales. */
const [LOCATION, SCALE] = [15, 3];

/**
 * A mixture that is itself drawn: locations 15 N(0, 1), lower triangles 3 (N(0, 1), and exp N(0, 1) more on the diagonal).
 *
 * @param key - Which.
 * @param size - Number of components K, of dimensions D.
 */
export function drawStudentMixture(key: Key, { components, dimensions: D }: { components: number; dimensions: number }): StudentMixture {
  return Array.from({ length: components }, (_, k) => {
    const own = fold(key, k);
    const [location, logDiagonal] = [standardNormals(fold(own, 0), D), standardNormals(fold(own, 1), D)];
    const normals = standardNormals(fold(own, 2), D * D);
    const lower = zeros(D, D);
    for (let i = 0; i < D; i++) {
      for (let j = 0; j <= i; j++) lower.values[i * D + j] = SCALE * normals[i * D + j]!;
      lower.values[i * (D + 1)]! += SCALE * Math.exp(logDiagonal[i]!);
    }
    return { location: location.map((z) => LOCATION * z), lower };
  });
}

/** One draw `[D]`, through a simulator's `sample`. */
export function sampleStudentMixture(mixture: StudentMixture, sample: Sample): Float64Array {
  const weights = new Array<number>(mixture.length).fill(1 / mixture.length);
  const { location, lower } = mixture[sample("component", categorical(weights))]!;
  const scale = 1 / Math.sqrt(sample("mixing", MIXING));
  const z = Float64Array.from({ length: location.length }, () => sample("distractor", STANDARD));
  return z.map((_, i) => {
    const row = rowOf(lower, i);
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += row[j]! * z[j]!;
    return location[i]! + scale * sum;
  });
}
