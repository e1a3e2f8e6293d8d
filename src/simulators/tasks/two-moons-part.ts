import { standardNormalCdf } from "../../numerics/special.js";
import type { Distribution } from "../../probability/distribution.js";

/** Angles of the midpoint rule: its error is that of the corners of a piecewise smooth function, about 1e-7. */
const ANGLES = 4096;

/**
 * Probability that the moon's point explains an x by a theta in the box [-1, 1]^2.
 *
 * With A = r cos a - right >= 0 and B = up - r sin a, theta is in the box for A + |B| <= sqrt(2). All are linear in r: for each angle the radii are an interval.
 *
 * @param x - Observation relative to the centre of the moon's circle at theta = 0.
 * @param laws - Of angle and radius.
 * @returns In [0, 1].
 */
export function partOfMoon(
  { right, up }: { readonly right: number; readonly up: number },
  { angle, radius }: { readonly angle: Distribution; readonly radius: Distribution },
): number {
  const { low, high } = angle.support;
  const std = Math.sqrt(radius.variance);
  const below = (r: number) => standardNormalCdf((r - radius.mean) / std);
  let sum = 0;
  for (let i = 0; i < ANGLES; i++) {
    const a = low + ((high - low) * (i + 0.5)) / ANGLES;
    const [from, to] = radii([
      { slope: -Math.cos(a), bound: -right },
      { slope: Math.cos(a) - Math.sin(a), bound: Math.SQRT2 + right - up },
      { slope: Math.cos(a) + Math.sin(a), bound: Math.SQRT2 + right + up },
    ]);
    if (from < to) sum += below(to) - below(from);
  }
  return sum / ANGLES;
}

/** The r with slope r <= bound for all conditions, as an interval; it is empty where its ends are in the wrong order. */
function radii(conditions: readonly { readonly slope: number; readonly bound: number }[]): [number, number] {
  let [from, to] = [-Infinity, Infinity];
  for (const { slope, bound } of conditions) {
    if (slope > 0) to = Math.min(to, bound / slope);
    else if (slope < 0) from = Math.max(from, bound / slope);
    else if (bound < 0) return [0, 0];
  }
  return [from, to];
}
