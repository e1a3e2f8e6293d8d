import { FormatError, GaltonError } from "../../errors.js";
import type { ConditionalDensity, DensityNetwork } from "../../flows/conditional-density.js";
import { embeddingFromRecord, embeddingToRecord, type FamilyRecord, flowFromRecord, flowToRecord } from "../../flows/records.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { key } from "../../numerics/random.js";
import { toUnbounded } from "../../probability/bijection.js";
import type { MemberTraining } from "../fit-options.js";
import { type EstimatorRecord, fromLists, listsOf, type RecordSource, readWeights, weightArrays } from "../record.js";
import { DensityEstimator, type PlainModel } from "./density-estimator.js";
import type { DensityModel } from "./density-model.js";
import type { DensitySettings } from "./density-options.js";
import { type DensityScales, makeDensity, makeDensityNetworks } from "./fit-density.js";
import { type DensityFit, layersOf, networkWeights } from "./fit-result.js";
import { LikelihoodEstimator } from "./likelihood-estimator.js";
import { PosteriorEstimator } from "./posterior-estimator.js";
import type { TrainedDensity } from "./trained-density.js";

/** Kinds of the records. */
export const POSTERIOR_KIND = "posterior estimator";
export const LIKELIHOOD_KIND = "likelihood estimator";
export const DENSITY_KIND = "density estimator";

/** Any of the estimators. */
export type SavedDensity = DensityEstimator | LikelihoodEstimator | PosteriorEstimator;

interface AnyModel {
  readonly name: string;
  readonly seed: number;
  readonly settings: DensitySettings;
  readonly scales: DensityScales;
}

interface PlainSettings {
  readonly flow: FamilyRecord;
  readonly embedding?: FamilyRecord | undefined;
  readonly members: number;
}

interface Body<Model extends AnyModel> {
  readonly model: Omit<Model, "scales" | "settings"> & {
    readonly settings: PlainSettings;
    readonly scales: Record<keyof DensityScales, ReturnType<typeof listsOf>>;
  };
  readonly training: readonly MemberTraining[];
}

/**
 * An estimator as plain data.
 *
 * @throws {DomainError} When its flow or embedding is none of Galton's own.
 */
export function densityToRecord(where: string, estimator: SavedDensity): EstimatorRecord {
  const kind = kindOf(estimator);
  const { model, training } = estimator as TrainedDensity<AnyModel, unknown>;
  const { flow, embedding, members } = model.settings;
  const settings = { flow: flowToRecord(where, flow), embedding: embedding && embeddingToRecord(where, embedding), members };
  const scales = { y: listsOf(model.scales.y), context: listsOf(model.scales.context) };
  const body: Body<AnyModel> = { model: { ...model, settings, scales }, training };
  return { kind, body, arrays: weightArrays(estimator.weights()) };
}

function kindOf(estimator: SavedDensity): string {
  if (estimator instanceof PosteriorEstimator) return POSTERIOR_KIND;
  return estimator instanceof LikelihoodEstimator ? LIKELIHOOD_KIND : DENSITY_KIND;
}

/** The posterior estimator of a record. */
export function posteriorFromRecord(record: EstimatorRecord, source: RecordSource): PosteriorEstimator {
  const columns = ({ support, data }: Body<DensityModel>["model"]) => [Object.keys(support).length, data.observables.length] as const;
  return new PosteriorEstimator(...restored<DensityModel>(record, source, { columns, ranges: ({ support }) => support }));
}

/** The likelihood estimator of a record. */
export function likelihoodFromRecord(record: EstimatorRecord, source: RecordSource): LikelihoodEstimator {
  const columns = ({ support, data }: Body<DensityModel>["model"]) => [data.observables.length, Object.keys(support).length] as const;
  return new LikelihoodEstimator(...restored<DensityModel>(record, source, { columns, ranges: () => undefined }));
}

/** The density of a record. */
export function densityFromRecord(record: EstimatorRecord, source: RecordSource): DensityEstimator {
  const columns = ({ ranges, data }: Body<PlainModel>["model"]) => [Object.keys(ranges).length, data.contextColumns] as const;
  return new DensityEstimator(...restored<PlainModel>(record, source, { columns, ranges: ({ ranges }) => ranges }));
}

/** How the density hangs together with its model. */
interface Reading<Model extends AnyModel> {
  /** Columns of y and of the context that the model speaks of. */
  readonly columns: (model: Body<Model>["model"]) => readonly [y: number, context: number];
  /** Where y may lie; undefined for all of space. */
  readonly ranges: (model: Body<Model>["model"]) => ParameterRanges | undefined;
}

function restored<Model extends AnyModel>(
  { body, arrays }: EstimatorRecord,
  source: RecordSource,
  { columns, ranges }: Reading<Model>,
): [model: Model, density: ConditionalDensity, fit: DensityFit<never>] {
  const { model: plain, training } = body as Body<Model>;
  const { backend } = source;
  const scales = { y: fromLists(plain.scales.y), context: fromLists(plain.scales.context) };
  assertScales(source, scales, columns(plain));
  const { settings, networks, bijection } = made(source, () => {
    const { flow, embedding, members } = plain.settings;
    const settings: DensitySettings = {
      flow: flowFromRecord("flow", flow),
      embedding: embedding && embeddingFromRecord("embedding", embedding),
      members,
    };
    const within = ranges(plain);
    return { settings, networks: networksOf(settings, scales, plain.seed), bijection: within && toUnbounded(within) };
  });
  readWeights(source, layersOf(networks), arrays);
  const density = makeDensity(backend, { networks, scales, bijection });
  const weights = () => networkWeights(backend, networks);
  return [{ ...plain, settings, scales } as unknown as Model, density, { training, checkpoint: undefined, heldOut: undefined, weights }];
}

/** With the fit's own seed: the orders of the dimensions come of it, and are no weights. */
function networksOf(settings: DensitySettings, { y, context }: DensityScales, seed: number): DensityNetwork[] {
  return makeDensityNetworks(settings, { dimensions: y.mean.length, context: context.mean.length }, key(seed));
}

function assertScales({ where, file }: RecordSource, { y, context }: DensityScales, [Y, C]: readonly [y: number, context: number]): void {
  const found = [y.mean, y.scale, context.mean, context.scale].map(({ length }) => length);
  if (found.join() === [Y, Y, C, C].join()) return;
  throw new FormatError(where, file, `has scales of ${found.join(", ")} columns; expected ${[Y, Y, C, C].join(", ")}`, "save it again");
}

function made<Parts>({ where, file }: RecordSource, make: () => Parts): Parts {
  try {
    return make();
  } catch (error) {
    if (error instanceof GaltonError) throw new FormatError(where, file, `holds what this version cannot make again (${error.message})`);
    throw error;
  }
}
