import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { grad, program, square, sum } from "../../src/compute/index.js";
import { DomainError, ShapeError } from "../../src/errors.js";
import { cnnEmbedding, deepSet, type Embedding, mlpEmbedding } from "../../src/flows/embedding.js";
import { key, permutation, standardNormals } from "../../src/numerics/random.js";
import { compute, largestDifference } from "../nn/compute.js";

const B = 6;
const rowsOf = (inputs: number) => standardNormals(key(1), B * inputs);

function embedded(embedding: Embedding, inputs: number, values: ArrayLike<number>, seed = 2) {
  const layer = embedding.make(inputs, key(seed));
  return compute(({ x }) => ({ h: layer.apply(x!) }), { x: { shape: [B, inputs], values } }).h!;
}

const CASES = [
  { name: "mlp", embedding: mlpEmbedding({ hidden: [9], outputs: 4 }), inputs: 7, period: 7 },
  { name: "smooth mlp", embedding: mlpEmbedding({ hidden: [9, 8], outputs: 1, activation: "tanh" }), inputs: 1, period: 1 },
  { name: "deep set", embedding: deepSet({ elements: 5, hidden: [9], outputs: 4 }), inputs: 15, period: 3 },
  { name: "deep set of one", embedding: deepSet({ elements: 1, hidden: [9], outputs: 4 }), inputs: 3, period: 3 },
  { name: "cnn", embedding: cnnEmbedding({ height: 8, width: 5, filters: [3, 4], outputs: 6 }), inputs: 40, period: 1 },
  { name: "cnn in colour", embedding: cnnEmbedding({ height: 4, width: 6, channels: 3, filters: [4], outputs: 2 }), inputs: 72, period: 3 },
];

describe.each(CASES)("the $name embedding", ({ embedding, inputs, period }) => {
  it("makes the columns that it says of each row by itself, and tells the period", () => {
    const x = rowsOf(inputs);
    const all = embedded(embedding, inputs, x);
    expect(all).toHaveLength(B * embedding.outputs);
    const other = x.map((value, k) => (k < inputs ? value : 2 * value + 1));
    const changed = embedded(embedding, inputs, other);
    const E = embedding.outputs;
    expect(changed.slice(0, E)).toEqual(all.slice(0, E));
    for (let i = 1; i < B; i++) expect(changed.slice(i * E, (i + 1) * E)).not.toEqual(all.slice(i * E, (i + 1) * E));
    expect(embedding.period(inputs)).toBe(period);
  });

  it("has weights by key, and depends on every input", () => {
    const x = rowsOf(inputs);
    expect(embedded(embedding, inputs, x, 3)).toEqual(embedded(embedding, inputs, x, 3));
    expect(embedded(embedding, inputs, x, 3)).not.toEqual(embedded(embedding, inputs, x, 4));
    const layer = embedding.make(inputs, key(2));
    const slopes = program(referenceBackend(), ["x"], ({ x }) => ({ outputs: { g: grad(sum(square(layer.apply(x))), x) } }));
    const { g } = slopes.run({ x: { shape: [B, inputs], values: x } });
    for (let j = 0; j < inputs; j++) expect(g.some((value, k) => k % inputs === j && value !== 0)).toBe(true);
  });

  it("can be made again from its settings", () => {
    const makers: Record<string, (settings: never) => Embedding> = { mlp: mlpEmbedding, "deep-set": deepSet, cnn: cnnEmbedding };
    const again = makers[embedding.name]!(embedding.settings as never);
    expect(embedded(again, inputs, rowsOf(inputs))).toEqual(embedded(embedding, inputs, rowsOf(inputs)));
  });
});

describe("a deep set", () => {
  it("does not change with the order of the elements, and does with what they are", () => {
    const [n, each] = [5, 3];
    const set = deepSet({ elements: n, hidden: [9], outputs: 4 });
    const x = rowsOf(n * each);
    for (const seed of [1, 2, 3]) {
      const order = permutation(key(seed), n);
      const shuffled = x.map(
        (_, k) => x[Math.floor(k / (n * each)) * n * each + order[Math.floor((k % (n * each)) / each)]! * each + (k % each)]!,
      );
      expect(largestDifference(shuffled, x)).toBeGreaterThan(0.1);
      expect(largestDifference(embedded(set, n * each, shuffled), embedded(set, n * each, x))).toBeLessThan(1e-14);
    }
    // Numbers of an element are no elements.
    const swapped = x.map((_, k) => x[k - (k % each) + ((k + 1) % each)]!);
    expect(largestDifference(embedded(set, n * each, swapped), embedded(set, n * each, x))).toBeGreaterThan(1e-3);
  });

  it("of elements that are all the same is that of one", () => {
    const [one, many] = [1, 4].map((elements) => deepSet({ elements, hidden: [9], outputs: 4 })) as [Embedding, Embedding];
    const x = rowsOf(2);
    const repeated = Float64Array.from({ length: B * 8 }, (_, k) => x[Math.floor(k / 8) * 2 + (k % 2)]!);
    expect(largestDifference(embedded(many, 8, repeated), embedded(one, 2, x))).toBeLessThan(1e-14);
  });
});

describe("embeddings refuse", () => {
  it.each([
    ["mlp without hidden layers", () => mlpEmbedding({ hidden: [] })],
    ["mlp with a layer of no units", () => mlpEmbedding({ hidden: [4, 0] })],
    ["mlp of no outputs", () => mlpEmbedding({ outputs: 0 })],
    ["sets of no elements", () => deepSet({ elements: 0 })],
    ["sets of half an element", () => deepSet({ elements: 1.5 })],
    ["sets without hidden layers", () => deepSet({ elements: 2, hidden: [] })],
    ["sets of no outputs", () => deepSet({ elements: 2, outputs: 0 })],
    ["images of no height", () => cnnEmbedding({ height: 0, width: 4 })],
    ["images of no width", () => cnnEmbedding({ height: 4, width: -1 })],
    ["images of no channels", () => cnnEmbedding({ height: 4, width: 4, channels: 0 })],
    ["images without filters", () => cnnEmbedding({ height: 4, width: 4, filters: [] })],
    ["images of no outputs", () => cnnEmbedding({ height: 4, width: 4, outputs: 0 })],
    ["images too small to be halved so often", () => cnnEmbedding({ height: 3, width: 8, filters: [4, 4] })],
  ])("%s", (_, make) => expect(make).toThrow(DomainError));

  it("inputs that do not fit", () => {
    expect(() => deepSet({ elements: 4 }).make(10, key(1))).toThrow(ShapeError);
    expect(() => deepSet({ elements: 4 }).period(10)).toThrow(ShapeError);
    expect(() => cnnEmbedding({ height: 4, width: 4 }).make(15, key(1))).toThrow(ShapeError);
  });

  it("too many filters, and say how many there may be", () => {
    expect(() => cnnEmbedding({ height: 9, width: 5, filters: [1, 1, 1] })).toThrow("at most 2 of them");
    expect(() => cnnEmbedding({ height: 9, width: 5, filters: [1, 1] })).not.toThrow();
  });
});
