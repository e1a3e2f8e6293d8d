import { GaltonError, ShapeError } from "../../errors.js";
import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { type ParameterRanges, toTheta } from "../../numerics/parameters.js";
import type { LogLikelihoodFunction, ValuesAndGradients } from "../log-likelihood-function.js";
import type { Budget } from "./budget.js";
import type { Faults } from "./faults.js";

/** The log-likelihood over rows of theta, in batches that keep to a budget; a value that no likelihood has counts as -Infinity. */
export class LikelihoodRows {
  constructor(
    private readonly logL: LogLikelihoodFunction,
    private readonly parameters: ParameterRanges,
    private readonly budget: Budget,
    private readonly faults: Faults,
  ) {}

  get hasGradient(): boolean {
    return this.logL.gradient !== undefined;
  }

  /** Values `[M]` at theta `[M, D]`, evaluated where `where` is finite. */
  async values(theta: Matrix, where: Float64Array): Promise<Float64Array> {
    const values = new Float64Array(theta.rows).fill(-Infinity);
    await this.inBatches(theta, where, (points, places) => {
      const found = this.batch(points);
      places.forEach((place, i) => {
        values[place] = this.checked(found[i]!, points, i);
      });
    });
    return values;
  }

  /** Values and gradients at theta `[M, D]`; where there is no likelihood the gradient is NaN. */
  async gradients(theta: Matrix, where: Float64Array): Promise<ValuesAndGradients> {
    const values = new Float64Array(theta.rows).fill(-Infinity);
    const gradients: Matrix = { ...theta, values: new Float64Array(theta.values.length).fill(Number.NaN) };
    await this.inBatches(theta, where, (points, places) => {
      const found = this.gradientBatch(points);
      places.forEach((place, i) => {
        values[place] = this.checked(found.values[i]!, points, i);
        rowOf(gradients, place).set(rowOf(found.gradients, i));
      });
    });
    return { values, gradients };
  }

  private async inBatches(theta: Matrix, where: Float64Array, run: (points: Matrix, places: readonly number[]) => void): Promise<void> {
    const wanted: number[] = [];
    for (let i = 0; i < theta.rows; i++) if (where[i]! > -Infinity) wanted.push(i);
    await this.budget.check();
    for (let start = 0; start < wanted.length; ) {
      const places = wanted.slice(start, start + this.budget.rowsOf(wanted.length - start));
      const points = places.length === theta.rows ? theta : rowsAt(theta, places);
      this.budget.spend(places.length, () => run(points, places));
      start += places.length;
      await this.budget.check();
    }
  }

  private batch(points: Matrix): Float64Array {
    if (!this.logL.batch) return this.rowByRow(points);
    try {
      return checkLength(this.logL.batch(points), points.rows);
    } catch (error) {
      if (!(error instanceof GaltonError) || error instanceof ShapeError) throw error;
      // One row that the likelihood refuses must not take the others with it.
      return this.rowByRow(points);
    }
  }

  private rowByRow(points: Matrix): Float64Array {
    return Float64Array.from({ length: points.rows }, (_, i) => {
      try {
        return this.logL(toTheta(rowOf(points, i), this.parameters));
      } catch (error) {
        if (!(error instanceof GaltonError)) throw error;
        this.faults.note(rowOf(points, i), `refused (${error.message})`);
        return -Infinity;
      }
    });
  }

  private gradientBatch(points: Matrix): ValuesAndGradients {
    const { values, gradients } = this.logL.gradient!(points);
    checkLength(values, points.rows);
    if (gradients.rows !== points.rows || gradients.columns !== points.columns) {
      throw new ShapeError(
        "posterior",
        "logL.gradient(thetas).gradients",
        `[${gradients.rows}, ${gradients.columns}]`,
        `[${points.rows}, ${points.columns}]`,
      );
    }
    return { values, gradients };
  }

  private checked(value: number, points: Matrix, i: number): number {
    if (value < Infinity) return value;
    this.faults.note(rowOf(points, i), String(value));
    return -Infinity;
  }
}

function checkLength(values: Float64Array, rows: number): Float64Array {
  if (values.length !== rows) throw new ShapeError("posterior", "logL.batch(thetas)", `[${values.length}]`, `[${rows}]`);
  return values;
}

function rowsAt(matrix: Matrix, places: readonly number[]): Matrix {
  const rows = zeros(places.length, matrix.columns);
  places.forEach((place, i) => {
    rowOf(rows, i).set(rowOf(matrix, place));
  });
  return rows;
}
