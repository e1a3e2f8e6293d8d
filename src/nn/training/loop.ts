import { type NonFinite, randomKey } from "../../compute/index.js";
import { DomainError, type NotConvergedError } from "../../errors.js";
import { fold, permutation } from "../../numerics/random.js";
import type { Progress } from "../../platform/progress.js";
import { type BestEpoch, type Checkpoint, type EpochSums, readVariables, type Snapshot, writeVariables } from "./checkpoint.js";
import { type Divergence, divergence, type EpochRecord } from "./history.js";
import type { StopReason, Training } from "./options.js";
import { Pace } from "./pace.js";
import type { LoopParts } from "./prepare.js";
import { FACTOR, KEY } from "./programs.js";

/** Children of the key; child 0 chooses the validation rows. */
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
    const { settings, step } = this.parts;
    const start = this.step * settings.batchSize;
    const batch = { rows: order, start, count: Math.min(settings.batchSize, order.length - start) };
    const feeds = { [KEY]: randomKey(fold(fold(settings.key, DRAWS), this.stepsDone)), [FACTOR]: [this.factor()] };
    const before = settings.debug ? this.checkpoint() : undefined;
    const made = step.run(batch, feeds);
    const [loss, gradientNorm] = [made.output("loss")[0]!, made.output("gradientNorm")[0]!];
    if (!Number.isFinite(loss + gradientNorm)) {
      if (before) this.write(before);
      const origin = before && step.firstNonFinite(batch, feeds);
      throw Number.isFinite(loss) ? this.diverged("gradient's norm", gradientNorm, origin) : this.diverged("loss", loss, origin);
    }
    this.sums = {
      loss: this.sums.loss + loss * batch.count,
      gradientNorm: this.sums.gradientNorm + gradientNorm * batch.count,
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
    const { batchSize, key, debug } = this.parts.settings;
    let sum = 0;
    for (let start = 0; start < rows.length; start += batchSize) {
      const batch = { rows, start, count: Math.min(batchSize, rows.length - start) };
      // The same draws in every epoch: differences between epochs are then the network's alone.
      const feeds = { [KEY]: randomKey(fold(fold(key, VALIDATION_DRAWS), start)) };
      const value = loss.run(batch, feeds).output("loss")[0]!;
      if (!Number.isFinite(value)) throw this.diverged("validation loss", value, debug ? loss.firstNonFinite(batch, feeds) : undefined);
      sum += value * batch.count;
      if (this.pace.isTurnDue) await this.pace.giveTurn();
      if (this.pace.isInterrupted) return undefined;
    }
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
  private diverged(what: string, value: number, origin: NonFinite | undefined): NotConvergedError<Divergence> {
    const { backend, named, settings } = this.parts;
    const { stepsPerEpoch, history, best } = this;
    writeVariables(backend, named.network, best?.variables ?? this.start);
    const place = { epoch: this.epoch + 1, step: Math.min(this.step + 1, stepsPerEpoch), epochs: settings.epochs, stepsPerEpoch };
    return divergence({ what, value, ...place, origin, history: [...history], best: best?.record, debug: settings.debug });
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

  private restore(from: Checkpoint): void {
    [this.epoch, this.step, this.sums, this.best] = [from.epoch, from.step, from.sums, from.best];
    this.history.push(...from.history);
    this.write(from);
  }

  private write({ variables, optimiser }: Checkpoint): void {
    const { backend, named } = this.parts;
    writeVariables(backend, named.network, variables);
    writeVariables(backend, named.optimiser, optimiser);
  }
}
