import type { Tensor } from "../../compute/index.js";
import { type LabelledSample, numeratorEvents, takeRows } from "../../data/mined-sample.js";
import type { Simulations } from "../../data/simulations.js";
import { DomainError, ShapeError } from "../../errors.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { standardise, standardiserOf } from "../../numerics/standardiser.js";
import type { FitOptions } from "../fit-options.js";
import { heldOutRows } from "../held-out.js";
import { architectureOf, assertNetworkOptions, type NetworkOptions } from "../network-options.js";
import { isConstant } from "../ratio/columns.js";
import { finishFit } from "../ratio/finish-fit.js";
import type { RatioEstimator } from "../ratio/ratio-estimator.js";
import { type RatioModel, spanOf } from "../ratio/ratio-model.js";
import { makeNetworks } from "../ratio/ratio-network.js";
import { assertMatrix } from "../ratio/sample-checks.js";
import { fitBackend, trainMembers } from "../train-members.js";
import { type ContrastBatch, contrastBatch } from "./contrast.js";

/** A method that learns the ratio to evidence from simulations with theta drawn from a prior. */
export interface EvidenceMethod {
  readonly name: string;
  /**
   * Trains an estimator.
   *
   * @param simulations - With theta drawn from the prior; of a mined sample the events of theta0 are used.
   * @throws {DomainError} When theta is the same for all events, a value is NaN or infinite, or an option is out of range.
   * @throws {NotConvergedError} When the training diverges.
   */
  fit<Ranges extends ParameterRanges>(
    simulations: Simulations<Ranges> | LabelledSample<Ranges>,
    options: FitOptions,
  ): Promise<RatioEstimator<Ranges>>;
}

/** What a method of the family is. */
export interface EvidenceObjective {
  readonly name: string;
  /** K, the contrasts of each x. */
  readonly contrasts: number;
  /** Whether a factor that depends on x is left free: no check of the ratio itself applies then. */
  readonly upToFactor?: boolean;
  /** Loss of a batch, shape []. */
  readonly loss: (batch: ContrastBatch) => Tensor;
}

/** Trains the networks of a method on simulations. */
export async function fitEvidence<Ranges extends ParameterRanges>(
  objective: EvidenceObjective,
  options: NetworkOptions,
  { given, fit }: { readonly given: Simulations<Ranges> | LabelledSample<Ranges>; readonly fit: FitOptions },
): Promise<RatioEstimator<Ranges>> {
  const where = `${objective.name}.fit`;
  assertNetworkOptions(where, options, false);
  const simulations = "label" in given ? numeratorEvents(given) : given;
  const { batchSize = 128 } = fit;
  assertSimulations(where, simulations, { contrasts: objective.contrasts, batchSize });
  const model = modelOf(objective, options, { simulations, seed: fit.seed });
  const [backend, networks] = [await fitBackend(fit), makeNetworks(model, options.network)];
  const { training, heldOut } = heldOutRows(where, fit, simulations.x.rows);
  const columns = (rows: Uint32Array) => contrastColumns(simulations, model, wholeBatches(rows, batchSize, objective.contrasts));
  const trained = await trainMembers(
    backend,
    {
      name: objective.name,
      networks: networks.map((network) => ({ network, ...network.layer })),
      data: columns(training),
      heldOut: heldOut.length > objective.contrasts ? columns(heldOut) : undefined,
      loss: ({ network }, batch, pass) => objective.loss(contrastBatch(network, batch, { contrasts: objective.contrasts, pass })),
    },
    fit,
  );
  return finishFit({
    backend,
    model,
    networks,
    trained,
    fit,
    heldOut: objective.upToFactor ? undefined : heldOutPairs(simulations, heldOut),
  });
}

/** Held-out joint pairs (label 0), and the same events with the theta of the next (label 1). */
function heldOutPairs<Ranges extends ParameterRanges>(
  simulations: Simulations<Ranges>,
  rows: Uint32Array,
): LabelledSample<Ranges> | undefined {
  if (rows.length < 2) return undefined;
  const { theta, x, ...rest } = simulations;
  const pairs = Uint32Array.from({ length: 2 * rows.length }, (_, i) => rows[i >> 1]!);
  const thetas = Uint32Array.from(pairs, (own, i) => (i % 2 === 0 ? own : rows[((i >> 1) + 1) % rows.length]!));
  const theta0 = takeRows(theta, thetas);
  return {
    ...rest,
    theta0,
    theta1: takeRows(theta, pairs),
    marginal: { draws: simulations.x.rows },
    x: takeRows(x, pairs),
    label: Float64Array.from(pairs, (_, i) => i % 2),
  };
}

/** Without a last batch that is too small for its contrasts to be other events. */
function wholeBatches(rows: Uint32Array, batchSize: number, contrasts: number): Uint32Array {
  const rest = rows.length % batchSize;
  return rest > 0 && rest <= contrasts ? rows.subarray(0, rows.length - rest) : rows;
}

function contrastColumns({ x, theta }: Simulations, { scales }: RatioModel, rows: Uint32Array) {
  const [taken, thetas] = [takeRows(x, rows), takeRows(theta, rows)];
  return {
    x: { shape: [rows.length, x.columns], values: standardise(scales.x, taken) },
    theta0: { shape: [rows.length, theta.columns], values: standardise(scales.theta0, thetas) },
  };
}

function modelOf<Ranges extends ParameterRanges>(
  objective: EvidenceObjective,
  options: NetworkOptions,
  { simulations, seed }: { readonly simulations: Simulations<Ranges>; readonly seed: number },
): RatioModel<Ranges> {
  const { simulator, parameters, observables, x, theta } = simulations;
  const scale = standardiserOf(theta);
  const span = spanOf(theta);
  return {
    name: objective.name,
    architecture: architectureOf(options),
    members: options.members ?? 1,
    morphing: undefined,
    alpha: undefined,
    parameterisation: "single",
    scales: { x: standardiserOf(x), theta0: scale, theta1: scale },
    data: {
      simulator,
      parameters,
      observables,
      seed: simulations.seed,
      events: x.rows,
      failures: simulations.failures.count,
      marginal: { draws: x.rows },
      theta0: span,
      theta1: span,
    },
    seed,
  };
}

function assertSimulations(
  where: string,
  { x, theta }: Simulations,
  { contrasts, batchSize }: { readonly contrasts: number; readonly batchSize: number },
): void {
  if (theta.rows !== x.rows)
    throw new ShapeError(where, "simulations.theta", `[${theta.rows}, ${theta.columns}]`, `[${x.rows}, D], as many rows as x has`);
  const fewest = 2 * (contrasts + 1);
  if (x.rows < fewest)
    throw new ShapeError(where, "simulations.x", `[${x.rows}, ${x.columns}]`, `at least ${fewest} rows`, "simulate more events");
  if (batchSize <= contrasts) throw new DomainError(where, "batchSize", batchSize, `more than the ${contrasts} contrasts`);
  assertMatrix(where, "x", x);
  assertMatrix(where, "theta", theta);
  if (isConstant(theta))
    throw new DomainError(where, "simulations.theta", "the same for all events", "values drawn from a prior", "simulate with prior: ...");
}
