import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import { repeatedRow } from "./ratio/members.js";

/** Each event with each theta: rows (m, n) with n running fastest. */
export function eventPairs(x: Matrix, thetas: Matrix): readonly [events: Matrix, points: Matrix] {
  const N = x.rows;
  if (N === 1) return [repeatedRow(x.values, thetas.rows), thetas];
  const [events, points] = [zeros(N * thetas.rows, x.columns), zeros(N * thetas.rows, thetas.columns)];
  for (let k = 0; k < events.rows; k++) {
    rowOf(events, k).set(rowOf(x, k % N));
    rowOf(points, k).set(rowOf(thetas, Math.floor(k / N)));
  }
  return [events, points];
}
