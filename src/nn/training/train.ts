/**
 * The one training loop: every estimator is trained by it.
 *
 * @module
 */
import type { Backend } from "../../compute/index.js";
import { progress } from "../../platform/progress.js";
import { Loop } from "./loop.js";
import type { Training, TrainingOptions, TrainingTask } from "./options.js";
import { prepare } from "./prepare.js";
import { settle } from "./settings.js";

/**
 * Trains a network by stochastic gradient descent on mini-batches.
 *
 * Each epoch goes once through all training rows in an order of its own; its last batch may be smaller, and a mean over
 * an epoch is one over its rows. After each epoch the loss is evaluated on the validation rows; when training ends, for
 * whatever reason, the backend holds the weights of the epoch where that was least. The same key, data and options give
 * the same bits on one backend, whether training was interrupted and resumed or not. Training gives the event loop a
 * turn every 30 ms.
 *
 * @param backend - Where the variables live.
 * @param task - Network, data and loss.
 * @param options - See `TrainingOptions`.
 * @returns History, best epoch, why it ended, and a checkpoint.
 * @throws {DomainError} When an option or a value of the data is out of range, or the checkpoint is of another training.
 * @throws {ShapeError} When arrays differ in their number of rows or do not fill their shapes, or the loss is no single number.
 * @throws {NotConvergedError} When the loss or its gradient is not finite; `best` tells where, and carries the history.
 * @throws The signal's reason, when it was aborted before the first step.
 * @example
 * const network = mlp({ inputs: 2, hidden: [100, 100], outputs: 1 }, key(1));
 * const loss = ({ x, y }) => mean(square(sub(network.apply(x), y)));
 * const { history, best } = await train(backend, { network, data: { x, y }, loss }, { key: key(2), epochs: 20, patience: 5 });
 */
export async function train<Name extends string>(backend: Backend, task: TrainingTask<Name>, options: TrainingOptions): Promise<Training> {
  const settings = settle(options, task.validationData !== undefined);
  const loop = new Loop(prepare(backend, task as TrainingTask<string>, settings));
  settings.signal.throwIfAborted();
  const shown = progress(task.label ?? "train", loop.totalSteps, "steps");
  try {
    return await loop.run(shown);
  } finally {
    shown.end();
    loop.dispose();
  }
}
