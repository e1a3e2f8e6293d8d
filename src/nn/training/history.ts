/** One epoch. */
export interface EpochRecord {
  /** The first is 1. */
  readonly epoch: number;
  /** Mean over all training rows, each before the step it enters. */
  readonly trainingLoss: number;
  /** Mean over all validation rows, after the epoch; undefined without validation. */
  readonly validationLoss: number | undefined;
  /** Of the last step. */
  readonly learningRate: number;
  /** Mean over the rows' steps of the global norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  /** How long it took; after a resumption, the part since then. */
  readonly seconds: number;
}

/** What was left when a training diverged; the variables are those of the best epoch, or of the start. */
export interface Divergence {
  readonly history: readonly EpochRecord[];
  readonly best: EpochRecord | undefined;
  /** The epoch in which it happened; the first is 1. */
  readonly epoch: number;
  /** The step of this epoch in which it happened; the first is 1. */
  readonly step: number;
}
