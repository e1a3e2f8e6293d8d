import type { RatioEstimator } from "../estimators/ratio/ratio-estimator.js";
import type { ScoreEstimator } from "../estimators/score/score-estimator.js";
import { onnxModel } from "../io/onnx/onnx-model.js";
import { platform } from "../platform/index.js";

/**
 * Writes an estimator as an ONNX model, standardisation included, for other programs: inputs "x" `[N, L]` and, as far as the estimator
 * is given them, "theta0" and "theta1" `[N, D]`, in the user's units and in the order of the names; output "logRatio" `[N]` or
 * "score" `[N, D]`. Of an ensemble it is the mean.
 *
 * @param estimator - What a `fit` gave.
 * @param path - Where; e.g. "ratio.onnx".
 * @throws {GaltonError} When its network has an operation that ONNX has not.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * await exportOnnx(await carl({ hidden: [10] }).fit(mined, { epochs: 2, seed: 2, verdict: false }), `${folder}/ratio.onnx`);
 */
export async function exportOnnx(estimator: RatioEstimator | ScoreEstimator, path: string): Promise<void> {
  const { backend, inputs, trace } = estimator.traced();
  const { simulator, parameters, observables } = estimator.model.data;
  const bytes = onnxModel(backend, {
    name: estimator.name,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, columns]) => [name, [columns]])),
    trace,
    description: `${estimator.name} of ${simulator}`,
    metadata: { observables: JSON.stringify(observables), parameters: JSON.stringify(Object.keys(parameters)) },
  });
  await platform.writeFile(path, bytes);
}
