/**
 * Densities on a range as sums of cosines, whose slope vanishes at both ends: smoothing them reflects what would leave the range.
 *
 * @module
 */

/** A range cut into `intervals`; its nodes are the ends of these. */
export interface Nodes {
  readonly low: number;
  readonly high: number;
  readonly intervals: number;
}

/** Weighted samples `[N]`; the weights add up to one. */
export interface Weights {
  readonly of: Float64Array | undefined;
  /** Weight of a sample where `of` is absent. */
  readonly each: number;
}

/** Where values `[N]` lie on their range, 0 to 1; NaN outside of it. */
export function positionsOf(values: Float64Array, low: number, high: number): Float64Array {
  const positions = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    positions[i] = value >= low && value <= high ? (value - low) / (high - low) : Number.NaN;
  }
  return positions;
}

/** Mean of cos(pi k x) over the samples, k = 0 ... n: `[n + 1]`. A sample is shared between the nodes beside it. */
export function cosineMeans(positions: Float64Array, weights: Weights, n: number): Float64Array {
  const mass = new Float64Array(n + 1);
  for (let i = 0; i < positions.length; i++) {
    const position = n * positions[i]!;
    if (Number.isNaN(position)) continue;
    const node = Math.min(Math.floor(position), n - 1);
    const weight = weights.of ? weights.of[i]! : weights.each;
    mass[node]! += weight * (1 - position + node);
    mass[node + 1]! += weight * (position - node);
  }
  return sumCosines(mass, n, 1);
}

/** Mean of cos(pi j x) cos(pi k y) over the samples: `[(n + 1) * (n + 1)]`, k running fastest. */
export function cosineMeans2(xs: Float64Array, ys: Float64Array, weights: Weights, n: number): Float64Array {
  const width = n + 1;
  const mass = new Float64Array(width * width);
  for (let i = 0; i < xs.length; i++) {
    const x = n * xs[i]!;
    const y = n * ys[i]!;
    if (Number.isNaN(x + y)) continue;
    const a = Math.min(Math.floor(x), n - 1);
    const b = Math.min(Math.floor(y), n - 1);
    const weight = weights.of ? weights.of[i]! : weights.each;
    const right = weight * (x - a);
    const left = weight - right;
    const up = y - b;
    const at = a * width + b;
    mass[at]! += left * (1 - up);
    mass[at + 1]! += left * up;
    mass[at + width]! += right * (1 - up);
    mass[at + width + 1]! += right * up;
  }
  return sumCosines(transpose(sumCosines(transpose(mass, width), n, width), width), n, width);
}

/** The density whose means these are after smoothing with a Gaussian of this variance (range squared), at the nodes. */
export function smoothed(means: Float64Array, variance: number, { low, high, intervals }: Nodes): Float64Array {
  const terms = means.map((mean, k) => multiplicity(k) * mean * damping(k, variance));
  return sumCosines(terms, intervals, 1).map((value) => Math.max(0, value / (high - low)));
}

/** As `smoothed` in two dimensions, with one variance along each: `[(n + 1) * (n + 1)]`. */
export function smoothed2(means: Float64Array, variances: readonly [number, number], [x, y]: readonly [Nodes, Nodes]): Float64Array {
  const n = x.intervals;
  const width = n + 1;
  const along = variances.map((variance) => Float64Array.from({ length: width }, (_, k) => multiplicity(k) * damping(k, variance)));
  const terms = means.map((mean, at) => mean * along[0]![Math.floor(at / width)]! * along[1]![at % width]!);
  const area = (x.high - x.low) * (y.high - y.low);
  const values = sumCosines(transpose(sumCosines(transpose(terms, width), n, width), width), n, width);
  return values.map((value) => Math.max(0, value / area));
}

/** Norm: cos(pi k x) squared has mean 1 for k = 0, else 1/2. */
export function multiplicity(k: number): number {
  return k === 0 ? 1 : 2;
}

function damping(k: number, variance: number): number {
  return Math.exp(-0.5 * variance * (Math.PI * k) ** 2);
}

/** sum over j of values[row, j] cos(pi j k / n) for each of the rows. The same sum goes from nodes to cosines and from cosines to nodes. */
function sumCosines(values: Float64Array, n: number, rows: number): Float64Array {
  const width = n + 1;
  const table = cosineTable(n);
  const sums = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const to = sums.subarray(row * width, (row + 1) * width);
    for (let j = 0; j < width; j++) {
      const value = values[row * width + j]!;
      if (value === 0) continue;
      const offset = j * width;
      for (let k = 0; k < width; k++) to[k]! += value * table[offset + k]!;
    }
  }
  return sums;
}

const TABLES = new Map<number, Float64Array>();

/** cos(pi j k / n), symmetric `[(n + 1) * (n + 1)]`; kept, for a figure asks for few n and many times. */
function cosineTable(n: number): Float64Array {
  const known = TABLES.get(n);
  if (known) return known;
  const period = Float64Array.from({ length: 2 * n }, (_, m) => Math.cos((Math.PI * m) / n));
  const table = Float64Array.from({ length: (n + 1) ** 2 }, (_, at) => period[(Math.floor(at / (n + 1)) * (at % (n + 1))) % (2 * n)]!);
  TABLES.set(n, table);
  return table;
}

function transpose(values: Float64Array, width: number): Float64Array {
  const turned = new Float64Array(values.length);
  for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) turned[j * width + i] = values[i * width + j]!;
  return turned;
}
