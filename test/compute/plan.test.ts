import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/compute/backends/backend.js";
import { add, grad, input, matmul, mean, mul, relu, softplus, sub, sum, tanh, variable } from "../../src/compute/index.js";
import { layOut } from "../../src/compute/plan/arena.js";
import { noDecisions } from "../../src/compute/plan/decisions.js";
import { makePlan, type Plan } from "../../src/compute/plan/plan.js";
import { key, standardNormals } from "../../src/numerics/random.js";

const w = [12, 20, 1].map((size, i, all) => variable(`w${i}`, [all[i - 1] ?? 5, size], standardNormals(key(i), (all[i - 1] ?? 5) * size)));
const b = [12, 20, 1].map((size, i) => variable(`b${i}`, [size]));

/** A training step of a small network. */
function step(batch: number): Graph {
  const [x, y] = [input("x", [batch, 5]), input("y", [batch, 1])];
  const hidden = w.reduce((h, weight, i) => {
    const sums = add(matmul(h, weight.tensor), b[i]!.tensor);
    return i === 2 ? sums : i === 0 ? relu(sums) : tanh(sums);
  }, x);
  const loss = mean(sub(softplus(hidden), mul(y, hidden)));
  const variables = [...w, ...b];
  const gradients = grad(
    loss,
    variables.map(({ tensor }) => tensor),
  );
  const updates = variables.map((one, i) => ({ variable: one, value: sub(one.tensor, mul(0.1, gradients[i]!)) }));
  return { inputs: { x, y }, outputs: { loss }, updates };
}

const steps = ({ items }: Plan) => items.flatMap((item) => item.steps);
const kinds = (plan: Plan) => steps(plan).map(({ kind }) => kind);

describe("a plan", () => {
  it("of a new batch size takes the decisions of the first", () => {
    const decisions = noDecisions();
    const first = makePlan(step(100), decisions);
    const before = [...decisions.groups.values(), ...decisions.orders.values()];
    const second = makePlan(step(57), decisions);
    expect([...decisions.groups.values(), ...decisions.orders.values()]).toEqual(before);
    expect(decisions.groups.size).toBe(1);
    expect(kinds(second)).toEqual(kinds(first));
    // What was decided anew is the same.
    expect(second.words).toEqual(makePlan(step(57)).words);
  });

  it("of one row, or of many, decides anew, for there other steps go together", () => {
    const decisions = noDecisions();
    for (const batch of [100, 1, 5000]) makePlan(step(batch), decisions);
    expect(decisions.orders.size).toBe(3);
    expect(kinds(makePlan(step(5000), decisions))).toContain("accumulateProduct");
  });

  it("adds biases and activations within the products", () => {
    const forward = steps(makePlan(step(100))).filter(({ kind }) => kind === "matmul");
    // Of the thirteen words the last two are bias and finish: three layers have a bias, the first two an activation.
    expect(forward.filter(({ words }) => typeof words.at(-2) !== "number").map(({ words }) => words.at(-1))).toEqual([1, 2, 0]);
  });

  it("updates variables where they are", () => {
    const plan = makePlan(step(100));
    expect(kinds(plan).filter((kind) => kind === "copy").length).toBeLessThanOrEqual(2); // transposed weights of the backward pass
    const written = new Set(steps(plan).flatMap(({ writes }) => writes.map(({ storage }) => storage.variable)));
    for (const one of [...w, ...b]) expect(written).toContain(one);
  });

  it("never gives two arrays that are needed together the same memory", () => {
    for (const batch of [1, 7, 100, 3000]) {
      const { items } = makePlan(step(batch));
      const { offsets, size } = layOut(items, new Set());
      const lives = new Map<object, { first: number; last: number; from: number; to: number }>();
      items.forEach((item, at) => {
        for (const { storage } of item.steps.flatMap(({ reads, writes }) => [...writes, ...reads.map(({ value }) => value)])) {
          if (storage.kind !== "arena") continue;
          const from = offsets.get(storage)!;
          const life = lives.get(storage) ?? { first: at, last: at, from, to: from + storage.size };
          lives.set(storage, { ...life, last: at });
        }
      });
      const all = [...lives.values()];
      for (const [i, a] of all.entries()) {
        expect(a.to).toBeLessThanOrEqual(size);
        for (const c of all.slice(i + 1)) {
          const together = a.first <= c.last && c.first <= a.last;
          if (together) expect(a.to <= c.from || c.to <= a.from).toBe(true);
        }
      }
    }
  });

  it("computes what is written twice once", () => {
    const x = input("x", [4]);
    const twice = { inputs: { x }, outputs: { a: sum(tanh(x)), b: sum(mul(2, tanh(x))) }, updates: [] };
    const tanhs = steps(makePlan(twice)).filter(({ kind, words }) => kind === "map" && words.includes(13));
    expect(tanhs.length).toBe(1);
  });
});
