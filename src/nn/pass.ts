import type { Tensor, Update, Variable } from "../compute/index.js";

/** One trace of a network: whether it is trained, what its draws come from, and what its layers leave behind. */
export interface Pass {
  /** True while the network is trained: dropout drops, batch normalisation takes the batch's own moments. */
  readonly training: boolean;
  /** Key `[4]` of all draws in this trace; none for plain inference. */
  readonly key: Tensor | undefined;
  /** A stream that no other draw of this trace has. */
  nextStream(): number;
  /** What a kept variable holds by now: its last update in this trace, or else itself. */
  current(variable: Variable): Tensor;
  /** Sets what a kept variable, such as a running mean, holds after this run. */
  update(variable: Variable, value: Tensor): void;
}

/** A pass with draws. */
export interface DrawingPass extends Pass {
  readonly key: Tensor;
}

/** A pass that tells what its layers have left behind. */
export interface RecordedPass extends DrawingPass {
  /** One for each variable that was updated. */
  updates(): Update[];
}

/**
 * Starts a trace.
 *
 * @param options - `training`: see `Pass`; `key`: [4], made by `randomKey`.
 */
export function makePass({ training, key }: { readonly training: boolean; readonly key: Tensor }): RecordedPass {
  const updated = new Map<Variable, Tensor>();
  let streams = 0;
  return {
    training,
    key,
    nextStream: () => streams++,
    current: (variable) => updated.get(variable) ?? variable.tensor,
    update: (variable, value) => void updated.set(variable, value),
    updates: () => [...updated].map(([variable, value]) => ({ variable, value })),
  };
}

/** The pass of a trained network in use: no draws, nothing left behind. */
export const inference: Pass = {
  training: false,
  key: undefined,
  nextStream: () => 0,
  current: (variable) => variable.tensor,
  update: () => undefined,
};
