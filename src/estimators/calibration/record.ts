import { DomainError, ShapeError } from "../../errors.js";

/** A map of log r: through points, constant beyond the first and the last; or a straight line. */
export type CurveRecord =
  | { readonly kind: "piecewise-linear"; readonly knots: readonly number[]; readonly values: readonly number[] }
  | { readonly kind: "affine"; readonly intercept: number; readonly slope: number };

/** A fitted calibration as plain data. */
export type CalibrationRecord = PooledRecord | EachRecord | GridRecord | PolynomialRecord;

/** One curve for all theta0. */
export interface PooledRecord {
  readonly kind: "pooled";
  readonly method: string;
  readonly curve: CurveRecord;
}

/** One curve for each theta0 `[K, D]`. */
export interface EachRecord {
  readonly kind: "each";
  readonly method: string;
  readonly thetas: readonly (readonly number[])[];
  readonly curves: readonly CurveRecord[];
}

/** A curve for each node of a product grid, the last axis fastest; between them the calibrated log r is multilinear. */
export interface GridRecord {
  readonly kind: "grid";
  readonly method: string;
  readonly axes: readonly (readonly number[])[];
  readonly curves: readonly CurveRecord[];
}

/** A straight line whose intercept and slope are polynomials of u = (theta0 - centre) / halfWidth, over the monomials that `thetaMonomials` lists. */
export interface PolynomialRecord {
  readonly kind: "polynomial";
  readonly method: string;
  readonly degree: 1 | 2;
  readonly centre: readonly number[];
  readonly halfWidth: readonly number[];
  readonly intercept: readonly number[];
  readonly slope: readonly number[];
}

const WHERE = "calibrationFromRecord";
const ADVICE = "take what toRecord gave, or update galton if a newer one wrote it";

/**
 * Refuses what is no record of a calibration: from a damaged file, or a newer version's.
 *
 * @throws {DomainError} When a kind is unknown or a number is missing or not finite.
 * @throws {ShapeError} When lists do not fit each other.
 */
export function assertRecord(record: CalibrationRecord): void {
  if (typeof record?.method !== "string") throw new DomainError(WHERE, "record.method", record?.method, "the name of a method", ADVICE);
  switch (record.kind) {
    case "pooled":
      assertCurve("record.curve", record.curve);
      break;
    case "each":
      assertLists("record.thetas", record.thetas);
      assertCurves(record.curves, record.thetas.length);
      break;
    case "grid":
      assertGrid(record);
      break;
    case "polynomial":
      assertPolynomial(record);
      break;
    default:
      throw new DomainError(WHERE, "record.kind", (record as { kind: unknown }).kind, "pooled, each, grid or polynomial", ADVICE);
  }
}

function assertGrid({ axes, curves }: GridRecord): void {
  assertLists("record.axes", axes);
  for (const [d, axis] of axes.entries()) assertRising(`record.axes[${d}]`, axis);
  assertCurves(
    curves,
    axes.reduce((product, axis) => product * axis.length, 1),
  );
}

function assertPolynomial({ degree, centre, halfWidth, intercept, slope }: PolynomialRecord): void {
  if (degree !== 1 && degree !== 2) throw new DomainError(WHERE, "record.degree", degree, "1 or 2", ADVICE);
  assertNumbers("record.centre", centre);
  assertNumbers("record.halfWidth", halfWidth, centre.length);
  const terms = monomialCount(centre.length, degree);
  assertNumbers("record.intercept", intercept, terms);
  assertNumbers("record.slope", slope, terms);
}

/** Number of monomials of D variables up to a degree of 1 or 2. */
export function monomialCount(dimensions: number, degree: 1 | 2): number {
  return 1 + dimensions + (degree === 2 ? (dimensions * (dimensions + 1)) / 2 : 0);
}

function assertCurves(curves: readonly CurveRecord[], count: number): void {
  if (!Array.isArray(curves) || curves.length !== count)
    throw new ShapeError(WHERE, "record.curves", `[${curves?.length}]`, `[${count}], one for each theta0`, ADVICE);
  for (const [k, curve] of curves.entries()) assertCurve(`record.curves[${k}]`, curve);
}

function assertCurve(argument: string, curve: CurveRecord): void {
  switch (curve?.kind) {
    case "affine":
      assertNumbers(argument, [curve.intercept, curve.slope]);
      break;
    case "piecewise-linear":
      assertRising(`${argument}.knots`, curve.knots);
      assertNumbers(`${argument}.values`, curve.values, curve.knots.length);
      break;
    default:
      throw new DomainError(
        WHERE,
        `${argument}.kind`,
        (curve as { kind?: unknown } | undefined)?.kind,
        "piecewise-linear or affine",
        ADVICE,
      );
  }
}

function assertLists(argument: string, lists: readonly (readonly number[])[]): void {
  if (!Array.isArray(lists) || lists.length === 0) throw new DomainError(WHERE, argument, lists, "a list of lists of numbers", ADVICE);
  for (const [k, list] of lists.entries()) assertNumbers(`${argument}[${k}]`, list);
}

function assertRising(argument: string, values: readonly number[]): void {
  assertNumbers(argument, values);
  const bad = values.findIndex((value, i) => i > 0 && !(value > values[i - 1]!));
  if (bad >= 0) throw new DomainError(WHERE, `${argument}[${bad}]`, values[bad], "a number above the one before", ADVICE);
}

function assertNumbers(argument: string, values: readonly number[], length?: number): void {
  if (!Array.isArray(values) || values.length === 0 || (length !== undefined && values.length !== length))
    throw new ShapeError(WHERE, argument, `[${values?.length}]`, `[${length ?? "K"}]`, ADVICE);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DomainError(WHERE, `${argument}[${bad}]`, values[bad], "a finite number", ADVICE);
}
