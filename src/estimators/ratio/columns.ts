import type { Values } from "../../compute/index.js";
import type { LabelledSample, MinedSample } from "../../data/mined-sample.js";
import type { Matrix } from "../../numerics/matrix.js";
import { type Standardiser, standardise, standardiserOf } from "../../numerics/standardiser.js";

/**
 * What the network is told of theta: nothing (one pair of points), theta0 (the denominator is the same for all events), or both.
 */
export type Parameterisation = "double" | "none" | "single";

/** Shift and scale of what the network is given. */
export interface RatioScales {
  readonly x: Standardiser;
  readonly theta0: Standardiser;
  readonly theta1: Standardiser;
}

/** Names of what the network is given. */
export function inputNames(parameterisation: Parameterisation): readonly ("theta0" | "theta1" | "x")[] {
  if (parameterisation === "none") return ["x"];
  return parameterisation === "single" ? ["x", "theta0"] : ["x", "theta0", "theta1"];
}

/** Whether all rows are the first. */
export function isConstant({ rows, columns, values }: Matrix): boolean {
  for (let i = columns; i < rows * columns; i++) if (values[i] !== values[i % columns]) return false;
  return true;
}

/**
 * Scales of a sample. A parameter that does not vary gets the width of its range, so that a score has a unit there too.
 */
export function scalesOf({ x, theta0, theta1, parameters }: LabelledSample): RatioScales {
  const widths = Object.values(parameters).map(([low, high]) => (high - low < Infinity ? (high - low) / Math.sqrt(12) : 1));
  const ofTheta = (theta: Matrix): Standardiser => {
    const { mean, scale } = standardiserOf(theta);
    const first = theta.values.subarray(0, theta.columns);
    return { mean, scale: scale.map((unit, j) => (unit === 1 && first[j] === mean[j] ? widths[j]! : unit)) };
  };
  return { x: standardiserOf(x), theta0: ofTheta(theta0), theta1: ofTheta(theta1) };
}

/** What a batch of a sample holds, for `train`: standardised inputs, labels, and the gold that the method needs. */
export function ratioColumns(
  sample: LabelledSample & Partial<Pick<MinedSample, "denominatorScore" | "jointLogRatio" | "jointScore">>,
  { parameterisation, scales }: { readonly parameterisation: Parameterisation; readonly scales: RatioScales },
): Record<string, Values> {
  const inputs = inputNames(parameterisation).map(
    (name) => [name, toValues(sample[name], standardise(scales[name], sample[name]))] as const,
  );
  const scores = (["jointScore", "denominatorScore"] as const).flatMap((name) => {
    const matrix = sample[name];
    return matrix ? [[name, toValues(matrix, matrix.values)] as const] : [];
  });
  return {
    ...Object.fromEntries([...inputs, ...scores]),
    label: { shape: [sample.label.length], values: sample.label },
    ...(sample.jointLogRatio && { jointLogRatio: { shape: [sample.label.length], values: sample.jointLogRatio } }),
  };
}

function toValues({ rows, columns }: Matrix, values: Float64Array): Values {
  return { shape: [rows, columns], values };
}
