import { type Operation, sortedNodes, type Tensor } from "../tensor.js";

/**
 * The nodes that a graph needs, each computation once: equal operations on equal inputs are one node, `stop`, which
 * means something to gradients only, is gone, and fused nodes without a kernel are composed.
 */
export interface Canonical {
  /** Inputs before what uses them; ids are their places. */
  readonly nodes: readonly Tensor[];
  /** The node that stands for a traced one. */
  of(tensor: Tensor): Tensor;
}

/**
 * @param roots - What is to be computed.
 * @param hasKernel - Whether a fused kernel of this name exists.
 */
export function canonicalNodes(roots: readonly Tensor[], hasKernel: (name: string) => boolean): Canonical {
  const standsFor = new Map<Tensor, Tensor>();
  const known = new Map<string, Tensor>();
  const identity = numbering();
  const nodes: Tensor[] = [];
  const visit = (node: Tensor): Tensor => {
    const { operation, shape } = node;
    const inputs = node.inputs.map((input) => standsFor.get(input)!);
    if (operation.name === "stop") return inputs[0]!;
    if (operation.name === "fused" && !hasKernel(operation.kernel.name)) return visitAll(operation.kernel.compose(node.inputs));
    const key = `${describe(operation, identity)}|${shape.join()}|${inputs.map(({ id }) => id).join()}`;
    const found = known.get(key);
    if (found) return found;
    const made = { id: nodes.length, operation, shape, inputs };
    known.set(key, made);
    nodes.push(made);
    return made;
  };
  const visitAll = (root: Tensor): Tensor => {
    for (const node of sortedNodes([root])) if (!standsFor.has(node)) standsFor.set(node, visit(node));
    return standsFor.get(root)!;
  };
  for (const node of sortedNodes(roots)) standsFor.set(node, visit(node));
  return { nodes, of: (tensor) => standsFor.get(tensor)! };
}

function numbering(): (object: object) => number {
  const numbers = new Map<object, number>();
  return (object) => {
    const number = numbers.get(object) ?? numbers.size;
    numbers.set(object, number);
    return number;
  };
}

function describe(operation: Operation, identity: (object: object) => number): string {
  switch (operation.name) {
    case "variable":
      return `variable ${identity(operation.variable)}`;
    case "constant":
      return operation.values.length <= 64 ? `constant ${operation.values.join()}` : `constant #${identity(operation.values)}`;
    case "fused":
      return `fused ${operation.kernel.name} ${operation.kernel.attributes.join()}`;
    default:
      return JSON.stringify(operation);
  }
}
