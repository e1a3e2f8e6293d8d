import type { Operation } from "../tensor.js";
import type { Lowering } from "./kernel-steps.js";

/** Instructions of the fused kernels that exist in kernels/; others are composed. */
export const FUSED_STEPS: Readonly<Record<string, (lowering: Lowering, operation: Operation) => void>> = {};
