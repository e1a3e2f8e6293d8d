import { DomainError } from "../../errors.js";
import type { Key } from "../../numerics/random.js";
import { notebook } from "../../platform/notebook.js";
import { assertBelowOne, assertWhole } from "../checks.js";
import { adam } from "../optimisers/adam.js";
import { constantRate } from "../optimisers/schedules.js";
import type { StepOptions, StopOptions, TrainingOptions } from "./options.js";

/** The options, with all defaults in place. */
export type Settings = Required<Omit<StepOptions & StopOptions, "clip">> &
  Pick<TrainingOptions, "clip" | "onEpoch" | "resume"> & { readonly key: Key; readonly validation: number; readonly debug: boolean };

const DEFAULT_VALIDATION = 0.2;

/**
 * Checks the options of a training.
 *
 * @param given - Whether there are validation data of their own.
 */
export function settle(options: TrainingOptions, given: boolean): Settings {
  const { validation = given ? 0 : DEFAULT_VALIDATION, patience = Number.POSITIVE_INFINITY, epochs = 50, batchSize = 128 } = options;
  const { seconds = Number.POSITIVE_INFINITY, signal = notebook()?.interrupt ?? new AbortController().signal } = options;
  assertWhole("train", "epochs", epochs);
  assertWhole("train", "batchSize", batchSize);
  if (patience !== Number.POSITIVE_INFINITY) assertWhole("train", "patience", patience);
  assertBelowOne("train", "validation", validation);
  if (!(seconds > 0)) throw new DomainError("train", "seconds", seconds, "a number above 0");
  if (given && validation > 0) {
    throw new DomainError("train", "validation", validation, "0 beside validationData", "give one of the two");
  }
  if (!given && validation === 0 && patience !== Number.POSITIVE_INFINITY) {
    throw new DomainError("train", "patience", patience, "none without validation", "hold a part of the rows back, or give validationData");
  }
  const { key, optimiser = adam(), schedule = constantRate, clip, onEpoch, resume, debug = false } = options;
  const chosen = { ...(clip && { clip }), ...(onEpoch && { onEpoch }), ...(resume && { resume }) };
  return { key, optimiser, schedule, epochs, batchSize, patience, validation, seconds, signal, debug, ...chosen };
}
