import { concatenated } from "../numerics/concatenate.js";
import { type Matrix, zeros } from "../numerics/matrix.js";
import { type LabelledSample, type MinedSample, takeRows } from "./mined-sample.js";

type Sample = LabelledSample & Partial<Pick<MinedSample, "denominatorScore" | "jointLogRatio" | "jointScore">>;

/** These events of a sample, with all that it has of them. */
export function selectEvents<Chosen extends Sample>(sample: Chosen, rows: ArrayLike<number>): Chosen {
  return mapRows(sample, {
    matrix: (matrix) => takeRows(matrix, rows),
    column: (values) => Float64Array.from(rows, (row) => values[row]!),
  });
}

/** A sample and another of the same kind behind it. */
export function appendEvents<Chosen extends Sample>(first: Chosen, second: Chosen): Chosen {
  const parts = { ...second } as Record<string, unknown>;
  return mapRows(first, {
    matrix: (matrix, name) => stacked(matrix, parts[name] as Matrix),
    column: (values, name) => concatenated([values, parts[name] as Float64Array]),
  });
}

interface RowMap {
  readonly matrix: (matrix: Matrix, name: string) => Matrix;
  readonly column: (values: Float64Array, name: string) => Float64Array;
}

function mapRows<Chosen extends Sample>(sample: Chosen, { matrix, column }: RowMap): Chosen {
  const { theta0, theta1, x, label, jointLogRatio, jointScore, denominatorScore } = sample;
  return {
    ...sample,
    theta0: matrix(theta0, "theta0"),
    theta1: matrix(theta1, "theta1"),
    x: matrix(x, "x"),
    label: column(label, "label"),
    ...(jointLogRatio && { jointLogRatio: column(jointLogRatio, "jointLogRatio") }),
    ...(jointScore && { jointScore: matrix(jointScore, "jointScore") }),
    ...(denominatorScore && { denominatorScore: matrix(denominatorScore, "denominatorScore") }),
  };
}

/** The rows of one matrix and those of another behind them. */
export function stacked(first: Matrix, second: Matrix): Matrix {
  const all = zeros(first.rows + second.rows, first.columns);
  all.values.set(first.values);
  all.values.set(second.values, first.values.length);
  return all;
}
