import type { Operation, OperationName } from "../../compute/tensor.js";
import type { Count } from "./count.js";
import type { OnnxGraph } from "./graph.js";
import type { SymbolicNode } from "./symbolic.js";

/** A node whose inputs have names already. */
export interface Emitted<Name extends OperationName> extends Omit<SymbolicNode, "inputs" | "operation"> {
  readonly operation: Extract<Operation, { name: Name }>;
  /** Names of what it is computed from. */
  readonly names: readonly string[];
  /** Shape of each input in the trace; an elementwise operation may be given one that broadcasts to it. */
  readonly from: readonly (readonly Count[])[];
}

/** Puts what computes an operation into the graph; gives the name of the result. */
export type Emit<Name extends OperationName> = (node: Emitted<Name>, graph: OnnxGraph) => string;
