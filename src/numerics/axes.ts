/** n points from low to high with equal spacing, both ends exact; the middle for n = 1. */
export function linspace(low: number, high: number, n: number): Float64Array {
  if (n === 1) return Float64Array.of((low + high) / 2);
  return Float64Array.from({ length: n }, (_, i) => (i === n - 1 ? high : low + ((high - low) * i) / (n - 1)));
}

/** Weights `[n]` of the trapezoidal rule at ascending points; 1 for a single point. */
export function trapezoidWeights(points: Float64Array): Float64Array {
  const last = points.length - 1;
  if (last === 0) return Float64Array.of(1);
  return points.map((_, i) => (points[Math.min(i + 1, last)]! - points[Math.max(i - 1, 0)]!) / 2);
}

/** Largest i with points[i] <= x, for ascending points; -1 below them all. */
export function indexBelow(points: ArrayLike<number>, x: number): number {
  let low = -1;
  let high = points.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle]! <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** Calls `visit` with the indices of each point of a product grid, the last axis fastest, and its place in row-major order. */
export function forEachIndex(shape: readonly number[], visit: (index: readonly number[], place: number) => void): void {
  const size = shape.reduce((product, n) => product * n, 1);
  const index = shape.map(() => 0);
  for (let place = 0; place < size; place++) {
    visit(index, place);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = index[axis]! + 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

/** Neighbouring points of a product grid and their weights, for multilinear interpolation at a point of it. */
export function corners(axes: readonly Float64Array[], point: ArrayLike<number>): { readonly place: number; readonly weight: number }[] {
  let found = [{ place: 0, weight: 1 }];
  axes.forEach((axis, k) => {
    const i = Math.min(Math.max(indexBelow(axis, point[k]!), 0), Math.max(axis.length - 2, 0));
    const upper = axis.length === 1 ? 0 : (point[k]! - axis[i]!) / (axis[i + 1]! - axis[i]!);
    found = found.flatMap(({ place, weight }) => [
      { place: place * axis.length + i, weight: weight * (1 - upper) },
      { place: place * axis.length + i + 1, weight: weight * upper },
    ]);
  });
  return found.filter(({ weight }) => weight > 0);
}
