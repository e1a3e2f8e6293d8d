import { sizeOf } from "../shape.js";
import type { FusedKernel, Tensor } from "../tensor.js";
import type { Lowering } from "./kernel-steps.js";
import { floatWord } from "./step.js";
import { partOf, type Value } from "./storage.js";

type Rule = (lowering: Lowering, kernel: FusedKernel) => void;

/** Instructions of the fused kernels that exist in kernels/; others are composed. */
export const FUSED_STEPS: Readonly<Record<string, Rule>> = {
  spline: ({ node, inputs: [x, parameters], result, emit }, kernel) => {
    const size = x!.size;
    const writes = [partOf(result, 0, size), partOf(result, size, size)];
    emit(splineStep("spline", { x: node.inputs[0]!, kernel, reads: [x!, parameters!], writes }));
  },
  splineInverse: ({ node, inputs: [y, parameters], result, emit }, kernel) => {
    emit(splineStep("splineInverse", { x: node.inputs[0]!, kernel, reads: [y!, parameters!], writes: [result] }));
  },
  splineGradient: ({ node, inputs: [x, parameters, cotangent], result, emit }, kernel) => {
    const size = x!.size;
    const reads = [x!, parameters!, partOf(cotangent!, 0, size), partOf(cotangent!, size, size)];
    const writes = [partOf(result, 0, size), partOf(result, size, parameters!.size)];
    emit(splineStep("splineGradient", { x: node.inputs[0]!, kernel, reads, writes }));
  },
};

interface Spline {
  readonly x: Tensor;
  readonly kernel: FusedKernel;
  readonly reads: readonly Value[];
  readonly writes: readonly Value[];
}

/** Rows are those of x, or of y. */
function splineStep(kind: "spline" | "splineGradient" | "splineInverse", { x, kernel, reads, writes }: Spline) {
  const [bins, bound, least] = kernel.attributes as [number, number, number];
  const units = x.shape[0] ?? 1;
  const each = sizeOf(x.shape) / Math.max(units, 1);
  return {
    kind,
    words: [...reads, ...writes, each, bins, floatWord(bound), floatWord(least)],
    units,
    grain: Math.max(1, Math.ceil(128 / Math.max(each, 1))),
    reads: reads.map((value) => ({ value, own: true })),
    writes,
    flops: sizeOf(x.shape) * bins * (kind === "splineGradient" ? 120 : 60),
  };
}
