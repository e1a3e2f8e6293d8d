/**
 * n different rows, drawn one after another by weight among those that are left: the n largest of log w + Gumbel noise.
 *
 * @param logWeights - `[M]`, up to a constant; -Infinity for rows that are never chosen.
 * @param n - How many.
 * @param uniforms - Random numbers in (0, 1), `[M]`.
 * @returns Numbers of the rows, the first chosen first; fewer than n when fewer have weight.
 * @source Efraimidis, Spirakis 2006, Information Processing Letters 97, 181; with Gumbel noise Vieira 2014
 */
export function heaviest(logWeights: Float64Array, n: number, uniforms: Float64Array): Uint32Array {
  const noisy = logWeights.map((value, i) => value - Math.log(-Math.log(uniforms[i]!)));
  const able = Array.from({ length: noisy.length }, (_, i) => i).filter((i) => noisy[i]! > -Infinity);
  return Uint32Array.from(able.sort((a, b) => noisy[b]! - noisy[a]!).slice(0, n));
}
