import { type Backend, randomKey } from "../../compute/index.js";
import { DomainError, NotConvergedError } from "../../errors.js";
import { fold, permutation } from "../../numerics/random.js";
import type { Progress } from "../../platform/progress.js";
import {
  type BestEpoch,
  type Checkpoint,
  type EpochSums,
  type NamedVariables,
  readVariables,
  type Snapshot,
  writeVariables,
} from "./checkpoint.js";
import type { Divergence, EpochRecord } from "./history.js";
import type { StopReason, Training } from "./options.js";
import { Pace } from "./pace.js";
import { type BatchProgram, FACTOR, KEY } from "./programs.js";
import type { Settings } from "./settings.js";

/** What the loop is made of; all checked. */
export interface LoopParts {
  readonly backend: Backend;
  readonly settings: Settings;
  readonly named: { readonly network: NamedVariables; readonly optimiser: NamedVariables };
  /** Training rows of the data. */
  readonly rows: Uint32Array;
  readonly step: BatchProgram;
  readonly validation: { readonly rows: Uint32Array; readonly loss: BatchProgram } | undefined;
}

/** Children of the key; 0 chooses the validation rows. */
const [ORDER, DRAWS, VALIDATION_DRAWS] = [1, 2, 3];

const NOTHING: EpochSums = { loss: 0, gradientNorm: 0, learningRate: 0 };

/** A training under way. */
export class Loop {
  /** Whole epochs done. */
  private epoch = 0;
  /** Steps done of the next epoch. */
  private step = 0;
  private sums: EpochSums = NOTHING;
  private readonly history: EpochRecord[] = [];
  private best: BestEpoch | undefined;
  private readonly start: Snapshot;
  private readonly pace: Pace;
  private epochBegan = performance.now();

  constructor(private readonly parts: LoopParts) {
    const { backend, named, settings } = parts;
    if (settings.resume) this.restore(settings.resume);
    this.pace = new Pace(settings);
    this.start = readVariables(backend, named.network);
  }

  /** Steps of all epochs. */
  get totalSteps(): number {
    return this.stepsPerEpoch * this.parts.settings.epochs;
  }

  async run(shown: Progress): Promise<Training> {
    const { epochs } = this.parts.settings;
    let stopped = this.outOfPatience();
    while (this.epoch < epochs && !stopped) stopped = (await this.runEpoch(shown)) ?? this.outOfPatience();
    return this.finish(stopped ?? "epochs");
  }

  dispose(): void {
    this.parts.step.dispose();
    this.parts.validation?.loss.dispose();
  }

  private get stepsPerEpoch(): number {
    return Math.ceil(this.parts.rows.length / this.parts.settings.batchSize);
  }

  private get stepsDone(): number {
    return this.epoch * this.stepsPerEpoch + this.step;
  }

  /** Goes on to the end of the epoch; returns why it did not get there. */
  private async runEpoch(shown: Progress): Promise<StopReason | undefined> {
    const { rows, settings, validation } = this.parts;
    const order = permutation(fold(fold(settings.key, ORDER), this.epoch), rows.length).map((i) => rows[i]!);
    while (this.step < this.stepsPerEpoch) {
      this.takeStep(order);
      shown.update(this.stepsDone);
      if (this.pace.isTurnDue) await this.pace.giveTurn();
      if (this.pace.stopped) return this.pace.stopped;
    }
    const validationLoss = validation && (await this.validate(validation));
    if (validation && validationLoss === undefined) return "interrupt";
    await this.closeEpoch(validationLoss);
    return undefined;
  }

  private takeStep(order: Uint32Array): void {
    const { batchSize, key } = this.parts.settings;
    const start = this.step * batchSize;
    const count = Math.min(batchSize, order.length - start);
    const draws = randomKey(fold(fold(key, DRAWS), this.stepsDone));
    const made = this.parts.step.run({ rows: order, start, count }, { [KEY]: draws, [FACTOR]: [this.factor()] });
    const [loss, gradientNorm] = [made.output("loss")[0]!, made.output("gradientNorm")[0]!];
    if (!Number.isFinite(loss)) throw this.diverged("loss", loss);
    if (!Number.isFinite(gradientNorm)) throw this.diverged("gradient's norm", gradientNorm);
    this.sums = {
      loss: this.sums.loss + loss * count,
      gradientNorm: this.sums.gradientNorm + gradientNorm * count,
      learningRate: made.output("learningRate")[0]!,
    };
    this.step++;
  }

  private factor(): number {
    const factor = this.parts.settings.schedule({ step: this.stepsDone, epoch: this.epoch, fraction: this.stepsDone / this.totalSteps });
    if (Number.isFinite(factor) && factor >= 0) return factor;
    throw new DomainError("train", `schedule at step ${this.stepsDone}`, factor, "a finite number of at least 0");
  }

  /** Mean over the validation rows; undefined when interrupted. */
  private async validate({ rows, loss }: NonNullable<LoopParts["validation"]>): Promise<number | undefined> {
    const { batchSize, key } = this.parts.settings;
    let sum = 0;
    for (let start = 0; start < rows.length; start += batchSize) {
      // The same draws in every epoch: differences between epochs are then the network's alone.
      const draws = randomKey(fold(fold(key, VALIDATION_DRAWS), start));
      const count = Math.min(batchSize, rows.length - start);
      sum += loss.run({ rows, start, count }, { [KEY]: draws }).output("loss")[0]! * count;
      if (this.pace.isTurnDue) await this.pace.giveTurn();
      if (this.pace.isInterrupted) return undefined;
    }
    if (!Number.isFinite(sum)) throw this.diverged("validation loss", sum);
    return sum / rows.length;
  }

  private async closeEpoch(validationLoss: number | undefined): Promise<void> {
    const { backend, named, rows, settings } = this.parts;
    const now = performance.now();
    const { loss, gradientNorm, learningRate } = this.sums;
    const record: EpochRecord = {
      epoch: this.epoch + 1,
      trainingLoss: loss / rows.length,
      validationLoss,
      learningRate,
      gradientNorm: gradientNorm / rows.length,
      seconds: (now - this.epochBegan) / 1000,
    };
    this.history.push(record);
    [this.epoch, this.step, this.sums, this.epochBegan] = [this.epoch + 1, 0, NOTHING, now];
    const isBest = !this.best || validationLoss === undefined || validationLoss < this.best.record.validationLoss!;
    if (isBest) this.best = { record, variables: readVariables(backend, named.network) };
    await settings.onEpoch?.(record, () => this.checkpoint());
  }

  private outOfPatience(): StopReason | undefined {
    const worse = this.best ? this.epoch - this.best.record.epoch : 0;
    return worse >= this.parts.settings.patience ? "patience" : undefined;
  }

  private finish(stopped: StopReason): Training {
    const { backend, named } = this.parts;
    const checkpoint = this.checkpoint();
    if (this.best) writeVariables(backend, named.network, this.best.variables);
    return { history: [...this.history], best: this.best?.record, stopped, checkpoint };
  }

  /** Puts back the best weights, and tells where it happened. */
  private diverged(what: string, value: number): NotConvergedError<Divergence> {
    const { backend, named, settings } = this.parts;
    writeVariables(backend, named.network, this.best?.variables ?? this.start);
    const place = { epoch: this.epoch + 1, step: Math.min(this.step + 1, this.stepsPerEpoch) };
    const reason = `the ${what} became ${value} in epoch ${place.epoch} of ${settings.epochs}, step ${place.step} of ${this.stepsPerEpoch}`;
    const advice =
      "lower the learning rate, clip the gradients (clipByGlobalNorm), or look for logarithms and quotients of small numbers in the loss";
    return new NotConvergedError("train", reason, { history: [...this.history], best: this.best?.record, ...place }, advice);
  }

  private checkpoint(): Checkpoint {
    const { backend, named, rows, settings } = this.parts;
    return {
      key: settings.key,
      rows: rows.length,
      batchSize: settings.batchSize,
      epoch: this.epoch,
      step: this.step,
      sums: this.sums,
      history: [...this.history],
      variables: readVariables(backend, named.network),
      optimiser: readVariables(backend, named.optimiser),
      best: this.best,
    };
  }

  private restore({ epoch, step, sums, history, best, variables, optimiser }: Checkpoint): void {
    const { backend, named } = this.parts;
    [this.epoch, this.step, this.sums, this.best] = [epoch, step, sums, best];
    this.history.push(...history);
    writeVariables(backend, named.network, variables);
    writeVariables(backend, named.optimiser, optimiser);
  }
}
