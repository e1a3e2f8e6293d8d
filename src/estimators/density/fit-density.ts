import { type Backend, mean, neg, type Tensor, type Values } from "../../compute/index.js";
import { takeRows } from "../../data/mined-sample.js";
import { ConditionalDensity, type DensityNetwork, tracedLogProb, variablesOf } from "../../flows/conditional-density.js";
import { adam, type Training } from "../../nn/index.js";
import type { Matrix } from "../../numerics/matrix.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { fold, type Key } from "../../numerics/random.js";
import { type Standardiser, standardise, standardiserOf } from "../../numerics/standardiser.js";
import { type Bijection, toUnbounded } from "../../probability/bijection.js";
import type { FitOptions } from "../fit-options.js";
import { heldOutRows } from "../held-out.js";
import { memberKey } from "../network-options.js";
import { fitBackend, fitKey, trainMembers } from "../train-members.js";
import type { DensitySettings } from "./density-options.js";

/** A density to be learned. */
export interface DensityTask {
  /** The method, as messages and progress name it. */
  readonly name: string;
  readonly settings: DensitySettings;
  /** Rows whose density is learned `[N, D]`; checked. */
  readonly y: Matrix;
  /** What it depends on `[N, C]`; C = 0 without. */
  readonly context: Matrix;
  /** Ranges of y's columns; undefined for all of space. */
  readonly ranges: ParameterRanges | undefined;
  /** More columns of the batches, by name. */
  readonly extra?: Readonly<Record<string, Matrix>>;
  /** Loss of a batch, shape []; default - mean log p(y given context). */
  readonly loss?: DensityLoss;
}

/** What a loss is traced from: y standardised in unbounded space, the standardised context, and the extra columns. */
export interface DensityBatch {
  readonly y: Tensor;
  /** Undefined without a context. */
  readonly context: Tensor | undefined;
  readonly extra: Readonly<Record<string, Tensor>>;
  /** log p of rows given contexts in those units, by the member that is trained. */
  logProb(y: Tensor, context: Tensor | undefined): Tensor;
}

export type DensityLoss = (batch: DensityBatch, scales: DensityScales) => Tensor;

/** Shifts and scales of a density's inputs. */
export interface DensityScales {
  readonly y: Standardiser;
  readonly context: Standardiser;
}

/** A learned density. */
export interface FittedDensity {
  readonly density: ConditionalDensity;
  readonly networks: readonly DensityNetwork[];
  readonly scales: DensityScales;
  readonly backend: Backend;
  readonly trained: readonly Training[];
  /** Rows that were held out. */
  readonly heldOut: Uint32Array;
}

/** Defaults of the flows' training: they gain by more epochs than classifiers do. */
const DEFAULTS = { epochs: 150, batchSize: 128 } as const;
const PATIENCE = 20;
const LEARNING_RATE = 2e-3;

/** Trains the members of a density. */
export async function fitDensity(task: DensityTask, fit: FitOptions): Promise<FittedDensity> {
  const { name, settings, context, ranges, loss = negativeLogProb } = task;
  const bijection = ranges && toUnbounded(ranges);
  const y = bijection ? bijection.forwardAndLogDet(task.y).rows : task.y;
  const scales = { y: standardiserOf(y), context: contextScale(settings, context) };
  const backend = await fitBackend(fit);
  const networks = makeDensityNetworks(settings, { dimensions: y.columns, context: context.columns }, fitKey(fit));
  const { training, heldOut } = heldOutRows(`${name}.fit`, fit, y.rows);
  const columns = (rows: Uint32Array) => columnsOf({ y, context, ...task.extra }, scales, rows);
  const trained = await trainMembers(
    backend,
    {
      name,
      networks: networks.map((network) => ({ network, variables: variablesOf(network), state: network.embedding?.state ?? [] })),
      data: columns(training),
      heldOut: heldOut.length > 0 ? columns(heldOut) : undefined,
      loss: ({ network }, { y: rows, context: given, ...extra }) =>
        loss({ y: rows!, context: given, extra, logProb: (a, c) => tracedLogProb(network, a, c) }, scales),
    },
    { optimiser: adam({ learningRate: LEARNING_RATE }), ...DEFAULTS, ...(heldOut.length > 0 && { patience: PATIENCE }), ...fit },
  );
  return { density: makeDensity(backend, { networks, scales, bijection }), networks, scales, backend, trained, heldOut };
}

export const negativeLogProb: DensityLoss = ({ y, context, logProb }) => neg(mean(logProb(y, context)));

/** A density of trained networks. */
export function makeDensity(
  backend: Backend,
  parts: { readonly networks: readonly DensityNetwork[]; readonly scales: DensityScales; readonly bijection: Bijection | undefined },
): ConditionalDensity {
  return new ConditionalDensity({ backend, ...parts });
}

/** Networks of all members, with first weights by key. */
export function makeDensityNetworks(
  { flow, embedding, members }: DensitySettings,
  { dimensions, context }: { readonly dimensions: number; readonly context: number },
  key: Key,
): DensityNetwork[] {
  return Array.from({ length: members }, (_, m) => {
    const own = fold(memberKey(key, m), 0);
    const embedded = embedding && context > 0 ? embedding.make(context, fold(own, 0)) : undefined;
    const seen = embedded ? embedding!.outputs : context;
    return { flow: flow.make({ dimensions, context: seen }, fold(own, 1)), embedding: embedded };
  });
}

/** Columns that are the same quantity again share a scale. */
function contextScale({ embedding }: DensitySettings, context: Matrix): Standardiser {
  if (!embedding || context.columns === 0) return standardiserOf(context);
  const period = embedding.period(context.columns);
  const { mean, scale } = standardiserOf({ rows: context.values.length / period, columns: period, values: context.values });
  const tiled = (values: Float64Array) => Float64Array.from({ length: context.columns }, (_, j) => values[j % period]!);
  return { mean: tiled(mean), scale: tiled(scale) };
}

function columnsOf(matrices: Readonly<Record<string, Matrix>>, scales: DensityScales, rows: Uint32Array): Record<string, Values> {
  const entries = Object.entries(matrices).filter(([, { columns }]) => columns > 0);
  return Object.fromEntries(
    entries.map(([name, matrix]) => {
      const taken = takeRows(matrix, rows);
      const values = name === "y" || name === "context" ? standardise(scales[name], taken) : taken.values;
      return [name, { shape: [rows.length, matrix.columns], values }];
    }),
  );
}
