import type { LabelledSample, MinedSample } from "../../data/mined-sample.js";
import { DomainError, MissingGoldError, ShapeError } from "../../errors.js";
import type { Matrix } from "../../numerics/matrix.js";
import type { RatioObjective } from "./ratio-method.js";

/** Fewest events that a fit takes: with fewer there is nothing to hold out and nothing to learn. */
const FEWEST = 10;

/**
 * Refuses a sample that the method cannot learn from.
 *
 * @param where - The method's `fit`.
 */
export function assertSample(where: string, sample: LabelledSample & Partial<MinedSample>, needs: RatioObjective): void {
  const { x, theta0, theta1, label, jointLogRatio, jointScore, denominatorScore } = sample;
  if (!(x?.rows >= FEWEST)) {
    throw new ShapeError(where, "sample.x", `[${x?.rows}, ${x?.columns}]`, `[N, L] with N at least ${FEWEST}`, "simulate more events");
  }
  assertRows(where, x.rows, { theta0, theta1, ...(jointScore && { jointScore }), ...(denominatorScore && { denominatorScore }) });
  assertNumbers(where, x.rows, { label, ...(jointLogRatio && { jointLogRatio }) });
  assertMatrix(where, "x", x);
  for (const [name, matrix] of Object.entries({ theta0, theta1 })) assertMatrix(where, name, matrix);
  assertLabels(where, label);
  if (needs.usesRatio) {
    if (!jointLogRatio) throw missing(where, "jointLogRatio", "use carl, which needs labels alone, or mine the ratio");
    assertFinite(where, "jointLogRatio", jointLogRatio);
  }
  if (needs.usesScore) {
    if (!jointScore) throw missing(where, "jointScore", "mine with score: true (the default), or use a method without the score");
    assertMatrix(where, "jointScore", jointScore);
    if (denominatorScore) assertMatrix(where, "denominatorScore", denominatorScore);
  }
}

function missing(where: string, name: string, advice: string): MissingGoldError {
  return new MissingGoldError(where, `sample.${name} is missing`, undefined, advice);
}

function assertRows(where: string, rows: number, matrices: Readonly<Record<string, Matrix>>): void {
  for (const [name, matrix] of Object.entries(matrices)) {
    if (matrix.rows === rows) continue;
    throw new ShapeError(where, `sample.${name}`, `[${matrix.rows}, ${matrix.columns}]`, `[${rows}, D], as many rows as sample.x has`);
  }
}

function assertNumbers(where: string, rows: number, columns: Readonly<Record<string, Float64Array>>): void {
  for (const [name, values] of Object.entries(columns)) {
    if (values.length !== rows)
      throw new ShapeError(where, `sample.${name}`, `[${values.length}]`, `[${rows}], as many as sample.x has rows`);
  }
}

/** Refuses NaN and infinities, with their place. */
export function assertMatrix(where: string, name: string, { columns, values }: Matrix): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const place = `sample.${name}[${Math.floor(bad / columns)}][${bad % columns}]`;
  throw new DomainError(where, place, values[bad], "a finite number", "leave such events out, and find out where they come from");
}

function assertFinite(where: string, name: string, values: Float64Array): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new DomainError(
    where,
    `sample.${name}[${bad}]`,
    values[bad],
    "a finite number",
    "leave such events out, and find out where they come from",
  );
}

function assertLabels(where: string, label: Float64Array): void {
  const bad = label.findIndex((y) => y !== 0 && y !== 1);
  if (bad >= 0) throw new DomainError(where, `sample.label[${bad}]`, label[bad], "0 (drawn from theta0) or 1 (drawn from theta1)");
  const ones = label.reduce((total, y) => total + y, 0);
  if (ones > 0 && ones < label.length) return;
  const advice = "a ratio is learned from the difference of the two: give events of both hypotheses";
  throw new DomainError(where, "sample.label", `${ones === 0 ? 0 : 1} for all ${label.length} events`, "both 0 and 1", advice);
}
