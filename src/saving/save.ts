import { type Backend, backend as chooseBackend } from "../compute/index.js";
import { DomainError, FormatError } from "../errors.js";
import { CalibratedRatio } from "../estimators/calibrated-ratio.js";
import { CALIBRATED_KIND, calibratedFromRecord, calibratedToRecord } from "../estimators/calibrated-record.js";
import { DensityEstimator } from "../estimators/density/density-estimator.js";
import {
  DENSITY_KIND,
  densityFromRecord,
  densityToRecord,
  LIKELIHOOD_KIND,
  likelihoodFromRecord,
  POSTERIOR_KIND,
  posteriorFromRecord,
} from "../estimators/density/density-record.js";
import { LikelihoodEstimator } from "../estimators/density/likelihood-estimator.js";
import { PosteriorEstimator } from "../estimators/density/posterior-estimator.js";
import type { NetworkOptions } from "../estimators/network-options.js";
import { RatioEstimator } from "../estimators/ratio/ratio-estimator.js";
import { RATIO_KIND, ratioFromRecord, ratioToRecord } from "../estimators/ratio/ratio-record.js";
import type { EstimatorRecord, RecordSource } from "../estimators/record.js";
import { ScoreEstimator } from "../estimators/score/score-estimator.js";
import { SCORE_KIND, scoreFromRecord, scoreToRecord } from "../estimators/score/score-record.js";
import { readModel, writeModel } from "../io/model-file.js";

/** What can be saved. */
export type Saveable = CalibratedRatio | DensityEstimator | LikelihoodEstimator | PosteriorEstimator | RatioEstimator | ScoreEstimator;

/** What a file is loaded with. */
export interface LoadOptions {
  /** What computes; default `backend("auto")`. */
  readonly backend?: Backend;
  /** The function that made the networks, for an estimator that was trained with one. */
  readonly network?: NetworkOptions["network"];
}

/**
 * Writes an estimator to one file: what it is, what it was trained on and how, and its weights; see docs/model-files.md. The file is
 * written whole or not at all.
 *
 * @param estimator - What a `fit` gave.
 * @param path - Where; e.g. "ratio.galton".
 * @throws {DomainError} When it is nothing that can be saved, or has a flow or an embedding of the user's own.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * await save(await carl({ hidden: [10] }).fit(mined, { epochs: 2, seed: 2, verdict: false }), `${folder}/ratio.galton`);
 */
export async function save(estimator: Saveable, path: string): Promise<void> {
  const record = toRecord("save", estimator);
  assertPath("save", path);
  await writeModel(path, record);
}

/**
 * Reads a ratio estimator that `save` wrote, with this version or an earlier one.
 *
 * @param path - The file.
 * @param options - See `LoadOptions`.
 * @returns The estimator; its estimates have the same bits as when it was saved, on the same backend.
 * @throws {FormatError} When the file is damaged or truncated, of a later version, of another kind, or needs another network.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * await save(await carl({ hidden: [10] }).fit(mined, { epochs: 2, seed: 2, verdict: false }), `${folder}/ratio.galton`);
 * const ratio = await loadRatio(`${folder}/ratio.galton`);
 */
export async function loadRatio(path: string, options: LoadOptions = {}): Promise<RatioEstimator> {
  const { record, source } = await read({ where: "loadRatio", path, kind: RATIO_KIND }, options);
  return ratioFromRecord(record, { source, network: options.network });
}

/**
 * Reads a score estimator that `save` wrote, with this version or an earlier one.
 *
 * @param path - The file.
 * @param options - See `LoadOptions`.
 * @returns The estimator, as `loadRatio`.
 * @throws {FormatError} As `loadRatio`.
 */
export async function loadScore(path: string, options: LoadOptions = {}): Promise<ScoreEstimator> {
  const { record, source } = await read({ where: "loadScore", path, kind: SCORE_KIND }, options);
  return scoreFromRecord(record, { source, network: options.network });
}

/**
 * Reads a calibrated ratio that `save` wrote, with this version or an earlier one.
 *
 * @param path - The file.
 * @param options - See `LoadOptions`.
 * @returns The calibrated ratio, as `loadRatio`.
 * @throws {FormatError} As `loadRatio`.
 */
export async function loadCalibrated(path: string, options: LoadOptions = {}): Promise<CalibratedRatio> {
  const { record, source } = await read({ where: "loadCalibrated", path, kind: CALIBRATED_KIND }, options);
  return calibratedFromRecord(record, { source, network: options.network });
}

/**
 * Reads a posterior estimator (`npe` and its sequential forms) that `save` wrote, with this version or an earlier one.
 *
 * @param path - The file.
 * @param options - What computes.
 * @returns The estimator; densities and draws have the same bits as when it was saved, on the same backend.
 * @throws {FormatError} When the file is damaged or truncated, of a later version, of another kind, or has a flow unknown to this version.
 * @example
 * const simulations = await simulate(galtonBoard(), { prior: uniform({ slope: [-1, 0] }), n: 500, seed: 1 });
 * const fitted = await npe({ flow: maf({ transforms: 2 }) }).fit(simulations, { epochs: 2, seed: 2, verdict: false });
 * await save(fitted, `${folder}/posterior.galton`);
 * (await loadPosterior(`${folder}/posterior.galton`)).at([12]).sample(key(3), 100).rows; // 100
 */
export async function loadPosterior(path: string, options: Pick<LoadOptions, "backend"> = {}): Promise<PosteriorEstimator> {
  const { record, source } = await read({ where: "loadPosterior", path, kind: POSTERIOR_KIND }, options);
  return posteriorFromRecord(record, source);
}

/**
 * Reads a likelihood estimator (`nle`, `scandal`) that `save` wrote, with this version or an earlier one.
 *
 * @param path - The file.
 * @param options - What computes.
 * @returns The estimator, as `loadPosterior`.
 * @throws {FormatError} As `loadPosterior`.
 * @example
 * const noisy = simulator({ name: "noisy", parameters: { mu: [-2, 2] }, observables: ["x"] }, ({ mu }, sample) => [sample("x", normal(mu, 1))]);
 * const simulations = await simulate(noisy, { prior: uniform({ mu: [-2, 2] }), n: 500, seed: 1 });
 * await save(await nle({ flow: maf({ transforms: 2 }) }).fit(simulations, { epochs: 2, seed: 2, verdict: false }), `${folder}/likelihood.galton`);
 * (await loadLikelihood(`${folder}/likelihood.galton`)).logProb([0.3, 0.7], { mu: 0.5 });
 */
export async function loadLikelihood(path: string, options: Pick<LoadOptions, "backend"> = {}): Promise<LikelihoodEstimator> {
  const { record, source } = await read({ where: "loadLikelihood", path, kind: LIKELIHOOD_KIND }, options);
  return likelihoodFromRecord(record, source);
}

/**
 * Reads a density that `density` learned and `save` wrote, with this version or an earlier one.
 *
 * @param path - The file.
 * @param options - What computes.
 * @returns The density, as `loadPosterior`.
 * @throws {FormatError} As `loadPosterior`.
 */
export async function loadDensity(path: string, options: Pick<LoadOptions, "backend"> = {}): Promise<DensityEstimator> {
  const { record, source } = await read({ where: "loadDensity", path, kind: DENSITY_KIND }, options);
  return densityFromRecord(record, source);
}

interface Wanted {
  readonly where: string;
  readonly path: string;
  readonly kind: string;
}

async function read(
  { where, path, kind }: Wanted,
  options: LoadOptions,
): Promise<{ readonly record: EstimatorRecord; readonly source: RecordSource }> {
  assertPath(where, path);
  const { backend } = options ?? {};
  if (backend !== undefined && typeof backend?.write !== "function")
    throw new DomainError(where, "backend", backend, "a backend", 'make one, as await backend("wasm")');
  const record = await readModel(where, path);
  if (record.kind !== kind)
    throw new FormatError(where, path, `holds a ${record.kind}; expected a ${kind}`, "use the function for what it holds");
  return { record: record as EstimatorRecord, source: { where, file: path, backend: backend ?? (await chooseBackend("auto")) } };
}

function assertPath(where: string, path: unknown): void {
  if (typeof path !== "string" || path === "") throw new DomainError(where, "path", path, "the name of a file");
}

function toRecord(where: string, estimator: Saveable): EstimatorRecord {
  if (estimator instanceof RatioEstimator) return ratioToRecord(estimator);
  if (estimator instanceof ScoreEstimator) return scoreToRecord(estimator);
  if (estimator instanceof CalibratedRatio) return calibratedToRecord(estimator);
  if (estimator instanceof PosteriorEstimator || estimator instanceof LikelihoodEstimator || estimator instanceof DensityEstimator)
    return densityToRecord(where, estimator);
  throw new DomainError(where, "estimator", estimator, "an estimator that a fit gave");
}
