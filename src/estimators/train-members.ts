import { type Backend, backend as chooseBackend, type Tensor, type Values } from "../compute/index.js";
import { clipByGlobalNorm, type DrawingPass, exponentialDecay, type Training, type TrainingTask, train } from "../nn/index.js";
import { fold, type Key, key as makeKey } from "../numerics/random.js";
import { notebook } from "../platform/notebook.js";
import type { FitOptions } from "./fit-options.js";
import { memberKey } from "./network-options.js";

/** Child of a member's key for its training. */
const TRAINING = 1;

/** What all members learn, from the same rows. */
export interface MembersTask<Network extends TrainedNetwork> {
  readonly name: string;
  /** One for each member. */
  readonly networks: readonly Network[];
  readonly data: Readonly<Record<string, Values>>;
  /** Held-out rows; undefined without. */
  readonly heldOut: Readonly<Record<string, Values>> | undefined;
  readonly loss: (network: Network, batch: Readonly<Record<string, Tensor>>, pass: DrawingPass) => Tensor;
}

/** What training changes. */
export type TrainedNetwork = TrainingTask<string>["network"];

/** Key of a fit's seed. */
export function fitKey({ seed }: FitOptions): Key {
  return makeKey(seed);
}

export async function fitBackend({ backend }: FitOptions): Promise<Backend> {
  return backend ?? chooseBackend("auto");
}

/** Trains all members side by side: each goes on by its slices, so that all are equally far when they are interrupted. */
export async function trainMembers<Network extends TrainedNetwork>(
  backend: Backend,
  task: MembersTask<Network>,
  options: FitOptions,
): Promise<Training[]> {
  const others = new AbortController();
  const outside = options.signal ?? notebook()?.interrupt;
  const signal = outside ? AbortSignal.any([outside, others.signal]) : others.signal;
  const training = task.networks.map((_, member) => trainMember(backend, task, { options: { ...options, signal }, member }));
  try {
    return await Promise.all(training);
  } catch (error) {
    others.abort(error);
    await Promise.allSettled(training);
    throw error;
  }
}

function trainMember<Network extends TrainedNetwork>(
  backend: Backend,
  { name, networks, data, heldOut, loss }: MembersTask<Network>,
  { options, member }: { readonly options: FitOptions; readonly member: number },
): Promise<Training> {
  const { seed, verdict, backend: _, validation, resume, onEpoch, ...rest } = options;
  const checkpoint = resume?.[member];
  return train(
    backend,
    {
      network: networks[member]!,
      data,
      ...(heldOut && { validationData: heldOut }),
      loss: (batch, pass) => loss(networks[member]!, batch, pass),
      label: networks.length === 1 ? name : `${name} ${member + 1}/${networks.length}`,
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
