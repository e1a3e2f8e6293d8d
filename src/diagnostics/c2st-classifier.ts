import {
  add,
  type Backend,
  type Executable,
  grad,
  mean,
  mul,
  neg,
  type Program,
  program,
  reshape,
  softplus,
  square,
  sum,
  type Tensor,
  type Variable,
} from "../compute/index.js";
import { adam, glorotUniform, type Layer, mlp, type OptimiserState } from "../nn/index.js";
import type { Matrix } from "../numerics/matrix.js";
import { fold, type Key, key as makeKey, permutation, uniforms } from "../numerics/random.js";
import { turn } from "../platform/turn.js";

/** Rows of a step. */
const BATCH = 200;
/** Half of it times the sum of squared weights is added to the loss, over the rows of the batch. */
const PENALTY = 1e-4;
/** A training loss that falls by less in an epoch counts as no fall; after more than so many of those in a row training ends. */
const FALL = 1e-4;
const EPOCHS_WITHOUT_FALL = 10;
/** Milliseconds between two turns of the event loop. */
const TURN = 30;

/** What a classifier is. */
export interface ClassifierShape {
  /** Columns of what it sees. */
  readonly inputs: number;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
}

/** Rows with labels to learn from. */
export interface Labelled {
  /** `[N, K]`, standardised. */
  readonly seen: Matrix;
  /** 0 or 1 `[N]`. */
  readonly label: Float64Array;
}

/** How long it learns. */
export interface ClassifierFit {
  /** First weights and the order of the rows. */
  readonly key: Key;
  /** Most passes over the rows; default 10 000. */
  readonly epochs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A perceptron with ReLU units that is trained to tell rows of label 1 from rows of label 0, as scikit-learn's MLPClassifier does by default: Adam
 * with rate 1e-3 on batches of 200, Glorot's uniform first weights and biases, an L2 penalty, until the training loss has not fallen by 1e-4 for
 * eleven epochs in a row. It may be trained again and again; each time it begins anew.
 *
 * @source Pedregosa et al. 2011, JMLR 12, 2825 (scikit-learn 1.9, sklearn.neural_network.MLPClassifier)
 */
export class Classifier {
  private readonly network: Layer;
  private readonly optimiser: OptimiserState;
  private readonly step: Program<"label" | "seen", "loss">;
  private readonly answer: Program<"seen", "logit">;

  constructor(
    private readonly engine: Backend,
    private readonly shape: ClassifierShape,
  ) {
    this.network = mlp({ ...shape, outputs: 1, name: "classifier" }, makeKey(0));
    this.optimiser = adam().init(this.network.variables);
    this.step = program(engine, ["seen", "label"], ({ seen, label }) => this.traceStep(seen, label));
    this.answer = program(engine, ["seen"], ({ seen }) => ({ outputs: { logit: this.logitOf(seen) } }));
  }

  /**
   * Trains from new first weights.
   *
   * @returns Epochs that were done.
   * @throws The signal's reason, when it aborts.
   */
  async fit(data: Labelled, { key, epochs = 10_000, signal }: ClassifierFit): Promise<number> {
    this.restart(fold(key, 0));
    const watch = { best: Number.POSITIVE_INFINITY, without: 0, turned: performance.now() };
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const loss = await this.epoch(data, permutation(fold(fold(key, 1), epoch), data.label.length), { watch, signal });
      watch.without = loss > watch.best - FALL ? watch.without + 1 : 0;
      watch.best = Math.min(watch.best, loss);
      if (watch.without > EPOCHS_WITHOUT_FALL) return epoch;
    }
    return epochs;
  }

  /** log p / (1 - p) of label 1 `[N]`. */
  logits({ rows, columns, values }: Matrix): Float64Array {
    return Float64Array.from(this.answer.run({ seen: { shape: [rows, columns], values } }).logit);
  }

  /** Gives the engine's memory back. */
  dispose(): void {
    this.step.dispose();
    this.answer.dispose();
  }

  /** Mean loss over the rows. */
  private async epoch(
    { seen, label }: Labelled,
    order: Uint32Array,
    { watch, signal }: { readonly watch: { turned: number }; readonly signal: AbortSignal | undefined },
  ): Promise<number> {
    const steps = new Map<number, Executable>();
    let total = 0;
    for (let start = 0; start < order.length; start += BATCH) {
      const rows = order.subarray(start, start + BATCH);
      const executable = steps.get(rows.length) ?? this.step.at({ seen: [rows.length, seen.columns], label: [rows.length] });
      steps.set(rows.length, executable);
      fill(executable, { seen, label }, rows);
      executable.run();
      total += executable.output("loss")[0]! * rows.length;
      if (performance.now() - watch.turned < TURN) continue;
      await turn();
      signal?.throwIfAborted();
      watch.turned = performance.now();
    }
    return total / order.length;
  }

  private logitOf(seen: Tensor): Tensor {
    return reshape(this.network.apply(seen), [seen.shape[0]!]);
  }

  private traceStep(seen: Tensor, label: Tensor) {
    const { variables } = this.network;
    const logit = this.logitOf(seen);
    const squares = variables.filter(isWeight).map(({ tensor }) => sum(square(tensor)));
    const penalty = mul((0.5 * PENALTY) / seen.shape[0]!, squares.reduce(add));
    const loss = add(mean(add(softplus(logit), neg(mul(label, logit)))), penalty);
    const slopes = grad(
      loss,
      variables.map(({ tensor }) => tensor),
    );
    return { outputs: { loss }, updates: this.optimiser.update(slopes) };
  }

  private restart(key: Key): void {
    for (const kept of this.optimiser.variables) this.engine.write(kept, new Float64Array(kept.initial.length));
    const widths = [this.shape.inputs, ...this.shape.hidden, 1];
    this.network.variables.forEach((variable, i) => {
      const layer = i >> 1;
      const bound = Math.sqrt(6 / (widths[layer]! + widths[layer + 1]!));
      const values = isWeight(variable)
        ? glorotUniform(fold(key, i), variable.shape)
        : uniforms(fold(key, i), variable.initial.length).map((u) => bound * (2 * u - 1));
      this.engine.write(variable, values);
    });
  }
}

function isWeight({ shape }: Variable): boolean {
  return shape.length === 2;
}

function fill(executable: Executable, { seen, label }: Labelled, rows: Uint32Array): void {
  const target = executable.input("seen");
  const { columns, values } = seen;
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * columns;
    for (let j = 0; j < columns; j++) target[i * columns + j] = values[from + j]!;
  }
  const labels = executable.input("label");
  for (let i = 0; i < rows.length; i++) labels[i] = label[rows[i]!]!;
}
