import { DomainError, ShapeError } from "../../errors.js";
import { columnOf, type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { maximum } from "../../numerics/sums.js";
import { monomialCount, type PolynomialRecord } from "./record.js";

/** What standardises theta0: u = (theta0 - centre) / halfWidth is in [-1, 1] for the sample. */
export type ThetaBox = Pick<PolynomialRecord, "centre" | "halfWidth" | "degree">;

/** How far u may go: a tenth of the range past either end. Beyond, a polynomial says nothing. */
const REACH = 1.2;

/**
 * The box of the sample's theta0.
 *
 * @throws {DomainError} When a parameter does not vary.
 */
export function thetaBox(where: string, theta0: Matrix, degree: 1 | 2): ThetaBox {
  const ends = Array.from({ length: theta0.columns }, (_, d) => {
    const column = columnOf(theta0, d);
    const [low, high] = [-maximum(column.map((value) => -value)), maximum(column)];
    if (low === high) {
      const advice = 'leave it out of theta0, or calibrate with theta: "pooled"';
      throw new DomainError(where, `sample.theta0's column ${d}`, `${low} for all events`, "values that differ", advice);
    }
    return { low, high };
  });
  return { degree, centre: ends.map(({ low, high }) => (low + high) / 2), halfWidth: ends.map(({ low, high }) => (high - low) / 2) };
}

/** The monomials `[M]` of a theta0 `[D]`: 1, u_k, and for degree 2 then u_k u_l with k <= l. */
export function thetaMonomials({ centre, halfWidth, degree }: ThetaBox, theta: ArrayLike<number>): Float64Array {
  const u = centre.map((middle, k) => (theta[k]! - middle) / halfWidth[k]!);
  const squares = degree === 2 ? u.flatMap((a, k) => u.slice(k).map((b) => a * b)) : [];
  return Float64Array.of(1, ...u, ...squares);
}

/** The monomials of each row `[N, M]`. */
export function monomialRows(box: ThetaBox, theta0: Matrix): Matrix {
  const rows = zeros(theta0.rows, monomialCount(theta0.columns, box.degree));
  for (let i = 0; i < rows.rows; i++) rowOf(rows, i).set(thetaMonomials(box, rowOf(theta0, i)));
  return rows;
}

/** Refuses a theta0 where the polynomial was not fitted. */
export function assertInBox(where: string, { centre, halfWidth }: ThetaBox, theta: ArrayLike<number>): void {
  if (theta.length !== centre.length) throw new ShapeError(where, "theta0", `[N, ${theta.length}]`, `[N, ${centre.length}]`);
  centre.forEach((middle, k) => {
    const reach = REACH * halfWidth[k]!;
    if (Math.abs(theta[k]! - middle) <= reach * (1 + 1e-12)) return;
    const expected = `a number in [${middle - reach}, ${middle + reach}], a tenth past the range of the fit`;
    throw new DomainError(where, `theta0's column ${k}`, theta[k], expected, "calibrate with events from there too");
  });
}
