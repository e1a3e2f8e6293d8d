/** A matrix of rows. */
export type Rows = readonly (readonly number[])[];

/** d f_i / d x_j at each of N points, by central differences; f takes and gives `[N, D]`. */
export function jacobiansOf(f: (x: ArrayLike<number>) => ArrayLike<number>, x: Float64Array, D: number, step = 1e-6): number[][][] {
  const moved = Array.from({ length: D }, (_, j) => {
    const [up, down] = [step, -step].map((h) => f(x.map((value, k) => (k % D === j ? value + h : value))));
    return Array.from(up!, (value, k) => (value - down![k]!) / (2 * step));
  });
  return Array.from({ length: x.length / D }, (_, n) => Array.from({ length: D }, (_, i) => moved.map((column) => column[n * D + i]!)));
}

/** log |det A|, by elimination with pivots. */
export function logAbsDet(matrix: Rows): number {
  const a = matrix.map((row) => [...row]);
  let total = 0;
  for (let k = 0; k < a.length; k++) {
    const pivot = a.reduce((best, row, i) => (i >= k && Math.abs(row[k]!) > Math.abs(a[best]![k]!) ? i : best), k);
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    total += Math.log(Math.abs(a[k]![k]!));
    for (let i = k + 1; i < a.length; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < a.length; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return total;
}
