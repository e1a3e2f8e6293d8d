/**
 * Products, and convolutions, with what follows them: a bias, and an activation, are added while the sums are still in registers.
 *
 * @module
 */
import { sizeOf } from "../shape.js";
import type { Finish, Operation, Tensor } from "../tensor.js";
import type { Canonical } from "./canonical.js";

/** Numbers as in kernels/product.h. */
export const FINISH: Readonly<Record<Finish, number>> = { relu: 1, tanh: 2, sigmoid: 3 };

type Product = Extract<Operation, { name: "convolution" | "matmul" }>;

/**
 * Takes sums with a bias, and activations, into the product before them wherever nobody else needs the parts.
 *
 * @param canonical - The nodes of a graph.
 * @param roots - Nodes that are needed in any case.
 */
export function absorbLinear({ nodes, of }: Canonical, roots: readonly Tensor[]): Canonical {
  const uses = new Map<Tensor, number>();
  for (const node of [...nodes.flatMap(({ inputs }) => inputs), ...roots.map(of)]) uses.set(node, (uses.get(node) ?? 0) + 1);
  const standsFor = new Map<Tensor, Tensor>();
  const kept = new Set<Tensor>();
  for (const node of nodes) {
    const inputs = node.inputs.map((input) => standsFor.get(input)!);
    const alone = (i: number) => uses.get(node.inputs[i]!) === 1;
    const joined = withBias(node, inputs, alone) ?? withFinish(node, inputs, alone);
    const made = { ...node, id: kept.size, inputs, ...joined?.node };
    if (joined) kept.delete(joined.part);
    kept.add(made);
    standsFor.set(node, made);
  }
  const renumbered = [...kept].map((node, id) => Object.assign(node, { id }));
  return { nodes: renumbered, of: (tensor) => standsFor.get(of(tensor))! };
}

interface Joined {
  readonly node: Pick<Tensor, "inputs" | "operation">;
  /** The product that is no node of its own any more. */
  readonly part: Tensor;
}

function withBias({ operation }: Tensor, inputs: readonly Tensor[], alone: (i: number) => boolean): Joined | undefined {
  if (operation.name !== "binary" || operation.fn !== "add") return undefined;
  for (const i of [0, 1]) {
    const [part, row] = [inputs[i]!, inputs[1 - i]!];
    const product = productOf(part);
    if (!product || part.inputs.length > 2 || product.finish || !alone(i) || row.operation.name !== "broadcast") continue;
    const bias = row.inputs[0]!;
    const columns = part.shape.at(-1)!;
    if (sizeOf(bias.shape) !== columns || bias.shape.at(-1) !== columns) continue;
    return { node: { operation: product, inputs: [...part.inputs, bias] }, part };
  }
  return undefined;
}

function withFinish({ operation }: Tensor, [part]: readonly Tensor[], alone: (i: number) => boolean): Joined | undefined {
  if (operation.name !== "unary" || !(operation.fn in FINISH)) return undefined;
  const product = productOf(part!);
  if (!product || product.finish || !alone(0)) return undefined;
  return { node: { operation: { ...product, finish: operation.fn as Finish }, inputs: part!.inputs }, part: part! };
}

/** Products of two matrices, and convolutions; a finished one may have its bias as third input. */
function productOf({ operation, shape }: Tensor): Product | undefined {
  if (sizeOf(shape) === 0) return undefined;
  return operation.name === "convolution" || (operation.name === "matmul" && shape.length === 2) ? operation : undefined;
}
