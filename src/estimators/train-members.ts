import { type Backend, backend as chooseBackend, type Tensor, type Values } from "../compute/index.js";
import { clipByGlobalNorm, type DrawingPass, exponentialDecay, type Layer, type Training, train } from "../nn/index.js";
import { fold, type Key, key as makeKey } from "../numerics/random.js";
import { notebook } from "../platform/notebook.js";
import type { FitOptions } from "./fit-options.js";
import { memberKey } from "./network-options.js";

/** Child of a member's key for its training. */
const TRAINING = 1;

/** What all members learn, from the same rows. */
export interface MembersTask {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly data: Readonly<Record<string, Values>>;
  /** Held-out rows; undefined without. */
  readonly heldOut: Readonly<Record<string, Values>> | undefined;
  readonly loss: (layer: Layer, batch: Readonly<Record<string, Tensor>>, pass: DrawingPass) => Tensor;
}

/** Key of a fit's seed. */
export function fitKey({ seed }: FitOptions): Key {
  return makeKey(seed);
}

export async function fitBackend({ backend }: FitOptions): Promise<Backend> {
  return backend ?? chooseBackend("auto");
}

/** Trains all members side by side: each goes on by its slices, so that all are equally far when they are interrupted. */
export async function trainMembers(backend: Backend, task: MembersTask, options: FitOptions): Promise<Training[]> {
  const others = new AbortController();
  const outside = options.signal ?? notebook()?.interrupt;
  const signal = outside ? AbortSignal.any([outside, others.signal]) : others.signal;
  const training = task.layers.map((_, member) => trainMember(backend, task, { options: { ...options, signal }, member }));
  try {
    return await Promise.all(training);
  } catch (error) {
    others.abort(error);
    await Promise.allSettled(training);
    throw error;
  }
}

function trainMember(
  backend: Backend,
  { name, layers, data, heldOut, loss }: MembersTask,
  { options, member }: { readonly options: FitOptions; readonly member: number },
): Promise<Training> {
  const { seed, verdict, backend: _, validation, resume, onEpoch, ...rest } = options;
  const checkpoint = resume?.[member];
  return train(
    backend,
    {
      network: layers[member]!,
      data,
      ...(heldOut && { validationData: heldOut }),
      loss: (batch, pass) => loss(layers[member]!, batch, pass),
      label: layers.length === 1 ? name : `${name} ${member + 1}/${layers.length}`,
    },
    {
      schedule: exponentialDecay({ final: 0.01 }),
      clip: clipByGlobalNorm(10),
      ...(heldOut ? { patience: 10 } : { validation: 0 }),
      ...rest,
      key: fold(memberKey(fitKey(options), member), TRAINING),
      ...(checkpoint && { resume: checkpoint }),
      ...(onEpoch && { onEpoch: (record, copy) => onEpoch(record, copy, member) }),
    },
  );
}
