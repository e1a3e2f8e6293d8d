import { type Backend, backend as chooseBackend } from "../compute/index.js";
import { DomainError, FormatError } from "../errors.js";
import { CalibratedRatio } from "../estimators/calibrated-ratio.js";
import { CALIBRATED_KIND, calibratedFromRecord, calibratedToRecord } from "../estimators/calibrated-record.js";
import type { NetworkOptions } from "../estimators/network-options.js";
import { RatioEstimator } from "../estimators/ratio/ratio-estimator.js";
import { RATIO_KIND, ratioFromRecord, ratioToRecord } from "../estimators/ratio/ratio-record.js";
import type { EstimatorRecord, RecordSource } from "../estimators/record.js";
import { ScoreEstimator } from "../estimators/score/score-estimator.js";
import { SCORE_KIND, scoreFromRecord, scoreToRecord } from "../estimators/score/score-record.js";
import { readModel, writeModel } from "../io/model-file.js";

/** What can be saved. */
export type Saveable = CalibratedRatio | RatioEstimator | ScoreEstimator;

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
 * @throws {DomainError} When it is nothing that can be saved.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * await save(await carl({ hidden: [10] }).fit(mined, { epochs: 2, seed: 2, verdict: false }), `${folder}/ratio.galton`);
 */
export async function save(estimator: Saveable, path: string): Promise<void> {
  await writeModel(path, toRecord("save", estimator));
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

interface Wanted {
  readonly where: string;
  readonly path: string;
  readonly kind: string;
}

async function read(
  { where, path, kind }: Wanted,
  { backend }: LoadOptions,
): Promise<{ readonly record: EstimatorRecord; readonly source: RecordSource }> {
  const record = await readModel(where, path);
  if (record.kind !== kind)
    throw new FormatError(where, path, `holds a ${record.kind}; expected a ${kind}`, "use the function for what it holds");
  return { record: record as EstimatorRecord, source: { where, file: path, backend: backend ?? (await chooseBackend("auto")) } };
}

function toRecord(where: string, estimator: Saveable): EstimatorRecord {
  if (estimator instanceof RatioEstimator) return ratioToRecord(estimator);
  if (estimator instanceof ScoreEstimator) return scoreToRecord(estimator);
  if (estimator instanceof CalibratedRatio) return calibratedToRecord(estimator);
  throw new DomainError(where, "estimator", estimator, "an estimator that a fit gave");
}
