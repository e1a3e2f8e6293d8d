import { NotConvergedError } from "../errors.js";
import type { LikelihoodEstimator } from "../estimators/density/likelihood-estimator.js";
import { logLikelihood } from "../inference/log-likelihood.js";
import { posterior } from "../inference/posterior/posterior.js";
import type { PosteriorSamples } from "../inference/posterior/posterior-samples.js";
import type { Sampler } from "../inference/samplers/sampler.js";
import { type Matrix, toMatrix } from "../numerics/matrix.js";
import type { Key } from "../numerics/random.js";
import { assertDensity } from "./density-of.js";
import type { DrawLimits, RoundGiven, RoundPosterior } from "./method.js";
import { seedOf } from "./seed.js";

/** The posterior of a trained likelihood and the prior, by a sampler that keeps to the prior's support. */
export interface SampledPosterior extends RoundPosterior {
  /** As many draws as the limits allow, with their diagnosis. */
  draws(key: Key, n: number, limits?: DrawLimits): Promise<PosteriorSamples>;
}

/** A likelihood at the observation, times the prior. */
export function likelihoodPosterior(
  estimator: LikelihoodEstimator,
  { prior, x }: RoundGiven,
  sampler: Sampler | undefined,
): SampledPosterior {
  const logL = logLikelihood(estimator, [Array.from(x)]);
  const target = posterior(logL, prior);
  const density = assertDensity("snl", prior);
  const draws = (key: Key, n: number, { seconds, signal }: DrawLimits = {}) =>
    target.sample({
      n,
      seed: seedOf(key),
      ...(sampler && { sampler }),
      ...(seconds !== undefined && { seconds: Math.max(seconds, 1e-3) }),
      ...(signal && { signal }),
    });
  return {
    names: prior.names,
    parameters: target.parameters,
    x,
    leakage: 0,
    draws,
    sample: async (key, n, limits) => whole(await draws(key, n, limits), n),
    logProb: (theta) => {
      const rows = toMatrix("logProb", "theta", theta, prior.names.length);
      const logPrior = density(rows);
      return logL.batch(rows).map((value, i) => value + logPrior[i]!);
    },
  };
}

function whole({ theta, ...samples }: PosteriorSamples, n: number): Matrix {
  if (theta.rows === n) return theta;
  const why = samples.diagnosis[0] ?? `stopped: ${samples.stopped}`;
  throw new NotConvergedError("sample", `${theta.rows} of ${n} draws by ${samples.sampler} (${why})`, theta, "give it more seconds");
}
