/**
 * Fusion: elementwise nodes of one shape that can run as one kernel.
 *
 * @module
 */
import { sameShape, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type Decisions, type GroupNumbers, structureOfNodes } from "./decisions.js";

/** Elementwise nodes that become one kernel, inputs before what uses them. */
export interface Group {
  readonly nodes: readonly Tensor[];
}

/** Nodes of a group: each costs registers and operands of the kernel, of which there are 96. */
const MOST_NODES = 40;

export const isElementwise = ({ operation: { name } }: Tensor): boolean => name === "unary" || name === "binary" || name === "select";

interface OpenGroup {
  members: Tensor[];
}

/**
 * Puts each elementwise node into the groups of those that it reads, unless that would make the group wait for itself.
 *
 * @param nodes - Inputs before what uses them.
 * @param decisions - What was decided before; takes what is decided now.
 * @returns The group of each elementwise node.
 */
export function groupElementwise(nodes: readonly Tensor[], { groups }: Decisions): Map<Tensor, Group> {
  const structure = structureOfNodes(nodes);
  const numbers = groups.get(structure) ?? decide(nodes);
  groups.set(structure, numbers);
  const members = new Map<number, Tensor[]>();
  nodes.forEach((node, i) => {
    const number = numbers[i]!;
    if (number < 0) return;
    const known = members.get(number);
    if (known) known.push(node);
    else members.set(number, [node]);
  });
  return new Map(
    [...members.values()].flatMap((nodesOfGroup) => {
      const group = { nodes: nodesOfGroup };
      return nodesOfGroup.map((node) => [node, group] as const);
    }),
  );
}

function decide(nodes: readonly Tensor[]): GroupNumbers {
  const groupOf = new Map<Tensor, OpenGroup>();
  const stored = storedNodes(nodes);
  for (const node of nodes) {
    if (!isElementwise(node)) continue;
    let group: OpenGroup = { members: [node] };
    groupOf.set(node, group);
    // What can be computed from stored values alone joins those that need it: in the group of its inputs it would have
    // to be stored too.
    if (node.inputs.every((input) => stored.has(input))) continue;
    for (const input of node.inputs) {
      const other = groupOf.get(input);
      if (!other || other === group || !sameShape(input.shape, node.shape) || sizeOf(node.shape) === 0) continue;
      const merged = merge(other, group, groupOf);
      if (merged) group = merged;
    }
  }
  const numbers = new Map<OpenGroup, number>();
  return nodes.map((node) => {
    const group = groupOf.get(node);
    if (!group) return -1;
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
}

/** Nodes whose values are in memory whatever the groups are: all that is not elementwise, and what such nodes read. */
function storedNodes(nodes: readonly Tensor[]): Set<Tensor> {
  const stored = new Set<Tensor>();
  for (const node of nodes) {
    if (isElementwise(node)) continue;
    stored.add(node);
    if (node.operation.name !== "broadcast") for (const input of node.inputs) stored.add(input);
  }
  return stored;
}

function merge(a: OpenGroup, b: OpenGroup, groupOf: Map<Tensor, OpenGroup>): OpenGroup | undefined {
  if (a.members.length + b.members.length > MOST_NODES || waitsForItself(a, b, groupOf)) return undefined;
  // The smaller joins the larger.
  const [large, small] = a.members.length < b.members.length ? [b, a] : [a, b];
  for (const member of small.members) {
    large.members.push(member);
    groupOf.set(member, large);
  }
  return large;
}

/** True when something outside that members of the two read depends on a member. */
function waitsForItself(a: OpenGroup, b: OpenGroup, groupOf: Map<Tensor, OpenGroup>): boolean {
  const inside = (node: Tensor) => {
    const group = groupOf.get(node);
    return group === a || group === b;
  };
  const first = Math.min(...a.members.map(({ id }) => id), ...b.members.map(({ id }) => id));
  const seen = new Set<Tensor>();
  const waiting: Tensor[] = [];
  const look = (node: Tensor) => {
    if (seen.has(node) || inside(node)) return;
    const group = groupOf.get(node);
    // A node older than all members cannot depend on one, unless its group has younger nodes.
    if (!group && node.id < first) return;
    for (const peer of group ? group.members : [node]) {
      seen.add(peer);
      waiting.push(peer);
    }
  };
  for (const { members } of [a, b]) for (const member of members) member.inputs.forEach(look);
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    for (const input of node.inputs) {
      if (inside(input)) return true;
      look(input);
    }
  }
  return false;
}
