import { columnOf, type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { type Bijection, toUnbounded } from "../../probability/bijection.js";
import type { Distribution } from "../../probability/distribution.js";
import type { Prior } from "../../probability/independent.js";
import type { ValuesAndGradients } from "../log-likelihood-function.js";

/** Of smooth closed forms in double precision: error 1e-10 from truncation and from rounding alike. */
const STEP = 1e-5;

/** Slopes of the maps from u to theta, and of the prior, by column. */
export class Geometry {
  private readonly columns: readonly Bijection[];
  /** Each parameter's own prior, where the parameters are independent. */
  private readonly marginals: readonly Distribution[] | undefined;

  constructor(parameters: ParameterRanges, prior: Prior) {
    const names = Object.keys(parameters);
    this.columns = names.map((name) => toUnbounded({ [name]: parameters[name]! }));
    if ("marginals" in prior) this.marginals = names.map((name) => (prior.marginals as Readonly<Record<string, Distribution>>)[name]!);
  }

  /** dlogL/dtheta dtheta/du + dlogBase/du `[M, D]`; every column's map rises, so its slope is exp(logDet). */
  async chained(u: Matrix, ofLikelihood: Matrix, logBase: (u: Matrix) => Float64Array): Promise<Matrix> {
    const sum = this.marginals
      ? this.ofMarginals(u, this.marginals)
      : (await centralDifferences(u, async (points) => logBase(points), STEP)).gradients;
    for (let d = 0; d < u.columns; d++) {
      const { logDet } = this.columns[d]!.inverseAndLogDet(asColumn(columnOf(u, d)));
      for (let i = 0; i < u.rows; i++) sum.values[i * u.columns + d]! += ofLikelihood.values[i * u.columns + d]! * Math.exp(logDet[i]!);
    }
    return sum;
  }

  private ofMarginals(u: Matrix, marginals: readonly Distribution[]): Matrix {
    const gradients = zeros(u.rows, u.columns);
    marginals.forEach((marginal, d) => {
      const [above, below] = [STEP, -STEP].map((step) => {
        const { rows, logDet } = this.columns[d]!.inverseAndLogDet(asColumn(columnOf(u, d).map((value) => value + step)));
        return logDet.map((value, i) => value + marginal.logProb(rows.values[i]!));
      });
      for (let i = 0; i < u.rows; i++) gradients.values[i * u.columns + d] = (above![i]! - below![i]!) / (2 * STEP);
    });
    return gradients;
  }
}

function asColumn(values: Float64Array): Matrix {
  return { rows: values.length, columns: 1, values };
}

/** Values of f at u `[M, D]`, and gradients by central differences. */
export async function centralDifferences(
  u: Matrix,
  f: (points: Matrix) => Promise<Float64Array>,
  step: number,
): Promise<ValuesAndGradients> {
  const D = u.columns;
  const each = 2 * D + 1;
  const points = zeros(u.rows * each, D);
  for (let i = 0; i < points.rows; i++) {
    const row = rowOf(points, i);
    row.set(rowOf(u, Math.floor(i / each)));
    const k = i % each;
    if (k > 0) row[(k - 1) >> 1]! += k % 2 === 1 ? step : -step;
  }
  const all = await f(points);
  const gradients = zeros(u.rows, D);
  for (let place = 0; place < gradients.values.length; place++) {
    const first = Math.floor(place / D) * each + 1 + 2 * (place % D);
    gradients.values[place] = (all[first]! - all[first + 1]!) / (2 * step);
  }
  return { values: Float64Array.from({ length: u.rows }, (_, i) => all[i * each]!), gradients };
}
