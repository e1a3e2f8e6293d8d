import { type Backend, type Numbers, rowFunction } from "../../compute/index.js";
import type { Layer } from "../../nn/index.js";
import { type Matrix, zeros } from "../../numerics/matrix.js";
import { standardise } from "../../numerics/standardiser.js";

import { inputNames } from "./columns.js";
import type { RatioModel } from "./ratio-model.js";
import { type RatioNetwork, scoreOf } from "./ratio-network.js";

/** A trained network as functions of rows in the user's units. */
export interface Member {
  readonly network: RatioNetwork;
  /** log r `[N]` of x `[N, L]` at theta0, theta1 `[N, D]`. */
  logRatio(x: Matrix, theta0: Matrix, theta1?: Matrix): Float64Array;
  /** Gradient in theta0 `[N D]`. */
  score(x: Matrix, theta0: Matrix, theta1?: Matrix): Float64Array;
  /** Values of all variables and kept state, in the layer's order. */
  weights(): LayerWeights;
}

/** Values of variables and of what is kept, in the layer's order. */
export type LayerWeights = readonly { readonly name: string; readonly shape: readonly number[]; readonly values: Numbers }[];

export function weightsOf(backend: Backend, { variables, state }: Pick<Layer, "state" | "variables">): LayerWeights {
  return [...variables, ...state].map((variable) => ({ name: variable.name, shape: variable.shape, values: backend.read(variable) }));
}

/** The members of an ensemble. */
export type Members = readonly Member[];

/** The members on a backend that holds their weights. */
export function makeMembers(backend: Backend, model: RatioModel, networks: readonly RatioNetwork[]): Member[] {
  return networks.map((network) => makeMember(backend, model, network));
}

function makeMember(backend: Backend, model: RatioModel, network: RatioNetwork): Member {
  const { parameterisation, scales } = model;
  const names = inputNames(parameterisation);
  const logRatio = rowFunction(backend, names, (inputs) => network.logRatio(inputs));
  const score = rowFunction(backend, names, (inputs) => scoreOf(network.logRatio(inputs), inputs.theta0, scales.theta0));
  const rows = (x: Matrix, theta0: Matrix, theta1: Matrix | undefined) => {
    const given = { x, theta0, theta1 };
    return Object.fromEntries(
      names.map((name) => [name, { values: standardise(scales[name], given[name]!), columns: given[name]!.columns }]),
    ) as Parameters<typeof logRatio>[0];
  };
  return {
    network,
    logRatio: (x, theta0, theta1) => logRatio(rows(x, theta0, theta1), x.rows),
    score: (x, theta0, theta1) => score(rows(x, theta0, theta1), x.rows),
    weights: () => weightsOf(backend, network.layer),
  };
}

/** Mean over members of `[N]`. */
export function meanOver(members: readonly Float64Array[]): Float64Array {
  const [first, ...others] = members;
  if (others.length === 0) return first!;
  return first!.map((_, i) => members.reduce((total, values) => total + values[i]!, 0) / members.length);
}

/** Standard deviation over members of `[N]`, divided by one less than their number; zeros for one. */
export function spreadOver(members: readonly Float64Array[]): Float64Array {
  const mean = meanOver(members);
  if (members.length === 1) return new Float64Array(mean.length);
  return mean.map((centre, i) => {
    const squares = members.reduce((total, values) => total + (values[i]! - centre) ** 2, 0);
    return Math.sqrt(squares / (members.length - 1));
  });
}

/** One row, again and again. */
export function repeatedRow(row: Float64Array, rows: number): Matrix {
  const matrix = zeros(rows, row.length);
  for (let i = 0; i < rows; i++) matrix.values.set(row, i * row.length);
  return matrix;
}
