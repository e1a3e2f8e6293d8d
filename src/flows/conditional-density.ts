import { type Backend, grad, type InputRows, rowFunction, sum, type Tensor, type Variable } from "../compute/index.js";
import { DomainError, NotConvergedError, ShapeError } from "../errors.js";
import type { Layer } from "../nn/index.js";
import { isMatrix, type Matrix, type MatrixLike, rowOf, zeros } from "../numerics/matrix.js";
import { fold, type Key, standardNormals } from "../numerics/random.js";
import { type Standardiser, standardise } from "../numerics/standardiser.js";
import { logSumExp } from "../numerics/sums.js";
import type { Bijection } from "../probability/bijection.js";
import type { FlowNetwork } from "./flow.js";

/** A trained flow with its embedding. */
export interface DensityNetwork {
  readonly flow: FlowNetwork;
  /** What the context goes through first; undefined for none. */
  readonly embedding: Layer | undefined;
}

/** All that a conditional density is made of but its name. */
export interface DensityParts {
  readonly backend: Backend;
  /** Members of an ensemble: the density is the mean of theirs. */
  readonly networks: readonly DensityNetwork[];
  /** Shifts and scales of y (in the space that `bijection` leads to) and of the context. */
  readonly scales: { readonly y: Standardiser; readonly context: Standardiser };
  /** From where y may lie to the whole of space; undefined when that is where it lies. */
  readonly bijection: Bijection | undefined;
}

/** A density of rows, conditioned. */
export interface ConditionedDensity {
  /** log p(y) `[N]` of rows `[N, D]`; -Infinity outside the support. */
  logProb(y: MatrixLike): Float64Array;
  /** n independent draws `[n, D]`; the same key gives the same draws. */
  sample(key: Key, n: number): Matrix;
}

/** Variables of a network, for training and files. */
export function variablesOf({ flow, embedding }: DensityNetwork): readonly Variable[] {
  return [...flow.variables, ...(embedding?.variables ?? [])];
}

/** log p(y given context) of standardised rows, `[B]`, as a computation. */
export function tracedLogProb({ flow, embedding }: DensityNetwork, y: Tensor, context: Tensor | undefined): Tensor {
  return flow.logProb(y, context && embedding ? embedding.apply(context) : context);
}

/**
 * A conditional density p(y given c) that a flow has learned: standardised, embedded, mapped into the support of y.
 *
 * log p(y given c) = log q(u(y) given h(c)) + log |det du/dy|
 */
export class ConditionalDensity {
  private readonly evaluate: readonly RowFunction[];
  private readonly differentiate: readonly RowFunction[];
  private readonly embed: readonly (RowFunction | undefined)[];
  /** Steps of each member's draws. */
  private readonly drawers: readonly (readonly RowFunction[])[];
  private readonly noise: number;

  constructor(private readonly parts: DensityParts) {
    const { backend, networks } = parts;
    this.noise = networks[0]!.flow.noise;
    this.evaluate = networks.map((network) => rowFunction(backend, this.names, ({ y, context }) => tracedLogProb(network, y!, context)));
    this.differentiate = networks.map((network) =>
      rowFunction(backend, this.names, ({ y, context }) => grad(sum(tracedLogProb(network, y!, context)), context!)),
    );
    this.embed = networks.map(
      ({ embedding }) => embedding && rowFunction<string>(backend, ["context"], ({ context }) => embedding.apply(context!)),
    );
    this.drawers = networks.map(({ flow }) =>
      flow.draw.map((step) => rowFunction(backend, this.names, ({ y, context }) => step(y!, context))),
    );
  }

  /** D, columns of y. */
  get dimensions(): number {
    return this.parts.scales.y.mean.length;
  }

  /** C, columns of the context; 0 without. */
  get contextColumns(): number {
    return this.parts.scales.context.mean.length;
  }

  /**
   * log p(y given c), row by row; of an ensemble the logarithm of the mean density.
   *
   * @param y - `[N, D]`.
   * @param context - `[N, C]`, or one row for all; left out without a context.
   * @returns `[N]`; -Infinity outside the support.
   * @throws {ShapeError} When the columns or rows do not fit.
   */
  logProb(y: Matrix, context?: Matrix): Float64Array {
    return logMeanExp(this.members(y, context));
  }

  /** As `logProb`, of each member. */
  members(y: Matrix, context?: Matrix): Float64Array[] {
    const { rows, logDet } = this.standardised(y);
    const given = { y: rows, ...this.contextRows(context, y.rows) };
    const jacobian = logDet.map((value) => value - this.logScale);
    return this.evaluate.map((evaluate) => evaluate(given, y.rows).map((value, i) => carriedBack(value, jacobian[i]!)));
  }

  /**
   * Gradient in the context of log p(y given c), row by row, and its value; of an ensemble weighed by each member's density.
   *
   * @param y - `[N, D]`.
   * @param context - `[N, C]`: as many rows as y.
   * @returns values `[N]`, gradients `[N, C]`; 0 where the density is.
   * @throws {ShapeError} When the columns or rows do not fit.
   */
  contextGradient(y: Matrix, context: Matrix): { readonly values: Float64Array; readonly gradients: Matrix } {
    const { scale } = this.parts.scales.context;
    const [C, N] = [scale.length, y.rows];
    if (C === 0 || context.columns !== C || context.rows !== N)
      throw new ShapeError(
        "contextGradient",
        "context",
        `[${context.rows}, ${context.columns}]`,
        C > 0 ? `[${N}, ${C}]` : "a density with a context",
      );
    const members = this.members(y, context);
    const values = logMeanExp(members);
    const given = { y: this.standardised(y).rows, context: { values: standardise(this.parts.scales.context, context), columns: C } };
    const gradients = zeros(y.rows, scale.length);
    this.differentiate.forEach((differentiate, m) => {
      const slopes = differentiate(given, y.rows);
      for (let k = 0; k < slopes.length; k++) {
        const i = Math.floor(k / scale.length);
        const weight = Math.exp(members[m]![i]! - values[i]!) / members.length;
        // NaN where all densities are 0: no slope there.
        if (weight > 0) gradients.values[k]! += (weight * slopes[k]!) / scale[k % scale.length]!;
      }
    });
    return { values, gradients };
  }

  /**
   * The density at one context.
   *
   * @param context - `[C]`; left out without a context.
   * @returns A distribution over y.
   */
  at(context?: ArrayLike<number>): ConditionedDensity {
    const row = context && { rows: 1, columns: context.length, values: Float64Array.from(context) };
    return {
      logProb: (y) => this.logProb(toRows(y, this.dimensions), row),
      sample: (key, n) => this.sample(key, n, row),
    };
  }

  private sample(key: Key, n: number, context: Matrix | undefined): Matrix {
    if (!(Number.isSafeInteger(n) && n >= 0)) throw new DomainError("sample", "n", n, "a whole number of at least 0");
    const { networks, scales, bijection } = this.parts;
    const M = networks.length;
    const parts = networks.map((_, m) => this.memberDraws(m, { key: fold(key, m), n: Math.floor((n + M - 1 - m) / M), context }));
    const u: Matrix = { rows: n, columns: this.dimensions, values: interleaved(parts, n, this.dimensions) };
    const { mean, scale } = scales.y;
    if (u.values.some(Number.isNaN)) {
      const advice = "it lies too far from what was trained on, or the training diverged";
      throw new NotConvergedError("sample", "draws given this context are NaN", undefined, advice);
    }
    for (let k = 0; k < u.values.length; k++) u.values[k] = u.values[k]! * scale[k % u.columns]! + mean[k % u.columns]!;
    return bijection ? bijection.inverseAndLogDet(u).rows : u;
  }

  private memberDraws(m: number, { key, n, context }: { key: Key; n: number; context: Matrix | undefined }): Float64Array {
    const given = this.embedded(m, context);
    const step = (rows: Float64Array, run: RowFunction) =>
      run({ y: { values: rows, columns: n > 0 ? rows.length / n : this.dimensions }, ...given }, n);
    return this.drawers[m]!.reduce(step, standardNormals(key, n * this.noise));
  }

  private get names(): readonly string[] {
    return this.contextColumns > 0 ? ["y", "context"] : ["y"];
  }

  /** log of the product of y's scales: standardising shrinks a volume by so much. */
  private get logScale(): number {
    return this.parts.scales.y.scale.reduce((total, value) => total + Math.log(value), 0);
  }

  private standardised(y: Matrix): { readonly rows: InputRows; readonly logDet: Float64Array } {
    const { bijection, scales } = this.parts;
    if (y.columns !== this.dimensions) throw new ShapeError("logProb", "y", `[${y.rows}, ${y.columns}]`, `[N, ${this.dimensions}]`);
    const mapped = bijection?.forwardAndLogDet(y) ?? { rows: y, logDet: new Float64Array(y.rows) };
    const values = standardise(scales.y, mapped.rows);
    // So many deviations away the float32 of the networks ends, and the density is 0 in float64 as well.
    const logDet = mapped.logDet.map((value, i) => (rowOf({ ...y, values }, i).some((z) => Math.abs(z) > LARGEST) ? -Infinity : value));
    return { rows: { values, columns: y.columns }, logDet };
  }

  /** Standardised context rows under the network's name; nothing without a context. */
  private contextRows(context: Matrix | undefined, rows: number): Readonly<Record<string, InputRows>> {
    const { scales } = this.parts;
    const C = scales.context.mean.length;
    if (C === 0) return {};
    if (!context || context.columns !== C || (context.rows !== rows && context.rows !== 1)) {
      const shape = context ? `[${context.rows}, ${context.columns}]` : "none";
      throw new ShapeError("logProb", "context", shape, `[${rows}, ${C}] or [1, ${C}]`);
    }
    const values = standardise(scales.context, context);
    return { context: { values, columns: C, shared: context.rows === 1 } };
  }

  /** The one context of draws as the member's flow sees it: embedded once. */
  private embedded(m: number, context: Matrix | undefined): Readonly<Record<string, InputRows>> {
    const given = this.contextRows(context, 1);
    const embed = this.embed[m];
    if (!given.context) return {};
    const values = embed ? embed({ context: { ...given.context, shared: false } }, 1) : given.context.values;
    return { context: { values, columns: values.length, shared: true } };
  }
}

/** Largest float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

type RowFunction = ReturnType<typeof rowFunction<string>>;

function toRows(y: MatrixLike, columns: number): Matrix {
  if (isMatrix(y)) return y;
  const rows = Array.from(y as ArrayLike<number | readonly number[]>, (row) => (typeof row === "number" ? [row] : row));
  const wrong = rows.findIndex((row) => row.length !== columns);
  if (wrong >= 0) throw new ShapeError("logProb", `y[${wrong}]`, `[${rows[wrong]!.length}]`, `[${columns}]`);
  return { rows: rows.length, columns, values: Float64Array.from(rows.flat()) };
}

/** Outside the support the density is zero whatever the network says of the image; a NaN inside stays one, for others to refuse. */
function carriedBack(value: number, logDet: number): number {
  return logDet === -Infinity ? -Infinity : value + logDet;
}

function logMeanExp(members: readonly Float64Array[]): Float64Array {
  if (members.length === 1) return members[0]!;
  return members[0]!.map((_, i) => logSumExp(Float64Array.from(members, (values) => values[i]!)) - Math.log(members.length));
}

/** Rows of the members in turn. */
function interleaved(parts: readonly Float64Array[], n: number, columns: number): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Float64Array(n * columns);
  for (let i = 0; i < n; i++) {
    const at = Math.floor(i / parts.length) * columns;
    all.set(parts[i % parts.length]!.subarray(at, at + columns), i * columns);
  }
  return all;
}
