import { reshape, type Tensor } from "../../compute/index.js";

/** What makes log r of a network's outputs. */
export interface Head {
  /** Number of the network's outputs. */
  readonly outputs: number;
  /** Whether the network is given theta, or the head alone is. */
  readonly seesTheta: boolean;
  /** From outputs `[B, outputs]` and standardised theta0 `[B, D]` to `[B]`. */
  logRatio(outputs: Tensor, theta0: Tensor | undefined): Tensor;
}

/** The network's one output is log r. */
export const plainHead: Head = { outputs: 1, seesTheta: true, logRatio: (outputs) => reshape(outputs, [outputs.shape[0]!]) };
