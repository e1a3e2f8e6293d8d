/**
 * Reverse-mode differentiation, from graph to graph: the gradient is made of the same operations, so it can be
 * differentiated again.
 *
 * @module
 */
import { fused } from "./fused.js";
import { add, zerosLike } from "./operations/elementwise.js";
import { concatenate, reshape, slice } from "./operations/layout.js";
import { constant } from "./operations/source.js";
import { type Cotangents, RULES } from "./rules.js";
import { refuseShape, sameShape, showShape, sizeOf } from "./shape.js";
import { type Operation, sortedNodes, type Tensor } from "./tensor.js";

/**
 * Gradient of a number in one tensor or several.
 *
 * @param of - What is differentiated, shape [].
 * @param by - In what: a tensor that `of` was computed from; zeros where it was not.
 * @returns One tensor of the shape of each of `by`.
 * @throws {ShapeError} When `of` is not a single number.
 * @example
 * const x = input("x", [3]);
 * grad(sum(square(x)), x); // 2 x
 */
export function grad(of: Tensor, by: Tensor): Tensor;
export function grad(of: Tensor, by: readonly Tensor[]): Tensor[];
export function grad(of: Tensor, by: Tensor | readonly Tensor[]): Tensor | Tensor[] {
  if (of.shape.length !== 0) throw refuseShape("grad", "of", of.shape, "[]", "reduce it to one number, with sum or mean");
  const targets = "id" in by ? [by] : by;
  const cotangents = backward(of, constant(1), targets);
  const gradients = targets.map((target) => cotangents.get(target) ?? zerosLike(target));
  return "id" in by ? gradients[0]! : gradients;
}

/**
 * Gradients of sum(of * seed) in several tensors: the vector-Jacobian product.
 *
 * @param seed - Of the shape of `of`.
 * @throws {ShapeError} When it has another.
 */
export function vectorJacobian(of: Tensor, seed: Tensor, by: readonly Tensor[]): Tensor[] {
  if (!sameShape(of.shape, seed.shape))
    throw refuseShape("vectorJacobian", "seed", seed.shape, `${showShape(of.shape)}, as what it weighs`);
  const cotangents = backward(of, seed, by);
  return by.map((target) => cotangents.get(target) ?? zerosLike(target));
}

function backward(of: Tensor, seed: Tensor, targets: readonly Tensor[]): Map<Tensor, Tensor> {
  const onPath = pathNodes(of, targets);
  const cotangents = new Map<Tensor, Tensor>([[of, seed]]);
  for (const node of [...onPath].sort((a, b) => b.id - a.id)) {
    const cotangent = cotangents.get(node);
    if (!cotangent || node.inputs.length === 0) continue;
    const contributions = pullBack(node, cotangent, onPath);
    node.inputs.forEach((input, i) => {
      const contribution = contributions[i];
      if (!contribution || !onPath.has(input)) return;
      const before = cotangents.get(input);
      cotangents.set(input, before ? together(before, contribution) : contribution);
    });
  }
  return cotangents;
}

/** The sum of two contributions; what comes from two slices that make up the whole is put together, not added up. */
function together(a: Tensor, b: Tensor): Tensor {
  if (a.operation.name !== "pad" || b.operation.name !== "pad") return add(a, b);
  const ends = (pad: Tensor) => pad.inputs[0]!.shape;
  const axes = a.shape.flatMap((length, axis) => (ends(a)[axis] === length && ends(b)[axis] === length ? [] : [axis]));
  const [axis] = axes;
  if (axis === undefined || axes.length > 1) return add(a, b);
  const [first, second] = a.operation.before[axis] === 0 ? [a, b] : [b, a];
  const [start, next] = [first, second].map(({ operation }) => ("before" in operation ? operation.before[axis] : undefined));
  const meet = start === 0 && next === ends(first)[axis];
  const whole = ends(first)[axis]! + ends(second)[axis]! === a.shape[axis];
  return meet && whole ? concatenate([first.inputs[0]!, second.inputs[0]!], axis) : add(a, b);
}

/** The nodes between: those that depend on a target and that `of` depends on. */
function pathNodes(of: Tensor, targets: readonly Tensor[]): Set<Tensor> {
  const onPath = new Set<Tensor>(targets);
  for (const node of sortedNodes([of])) {
    if (node.operation.name !== "stop" && node.inputs.some((input) => onPath.has(input))) onPath.add(node);
  }
  return onPath;
}

function pullBack(node: Tensor, cotangent: Tensor, onPath: ReadonlySet<Tensor>): readonly (Tensor | undefined)[] {
  const { operation } = node;
  if (operation.name === "fused") return pullBackFused(node, operation, cotangent);
  const rule = RULES[operation.name] as (node: Tensor, cotangent: Tensor, operation: Operation) => Cotangents;
  // Rules are lazy: a product's two sides cost a product each, so only what is asked for is made.
  return rule(node, cotangent, operation).map((contribution, i) =>
    typeof contribution === "function" ? (onPath.has(node.inputs[i]!) ? contribution() : undefined) : contribution,
  );
}

function pullBackFused({ inputs }: Tensor, { kernel }: Extract<Operation, { name: "fused" }>, cotangent: Tensor): Tensor[] {
  if (!kernel.gradient) return vectorJacobian(kernel.compose(inputs), cotangent, inputs);
  const flat = fused(kernel.gradient, [...inputs, cotangent]);
  let start = 0;
  return inputs.map((input) => {
    const length = sizeOf(input.shape);
    const part = reshape(slice(flat, [start], [length]), input.shape);
    start += length;
    return part;
  });
}
