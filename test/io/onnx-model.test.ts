import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import * as c from "../../src/compute/index.js";
import { GaltonError } from "../../src/errors.js";
import { countOf, SIZES } from "../../src/io/onnx/count.js";
import { type OnnxModelOptions, onnxModel } from "../../src/io/onnx/onnx-model.js";
import { Message } from "../../src/io/onnx/protobuf.js";
import * as nn from "../../src/nn/index.js";
import { key } from "../../src/numerics/random.js";
import { platform } from "../../src/platform/index.js";
import { python } from "../support/tools.js";
import { runOnnx } from "./onnx-runtime.js";
import { fieldsOf, partsOf, textsOf } from "./wire.js";

const network = nn.mlp({ inputs: 2, hidden: [3], outputs: 1 }, key(1));
const OPTIONS = {
  inputs: { x: [2] },
  trace: ({ x }) => ({ y: network.apply(x) }),
  name: "slopes",
  description: "log r(x) für θ",
  metadata: { simulator: "galton-board", events: "100" },
} satisfies OnnxModelOptions<"x">;

const graphOf = (model: Uint8Array): Uint8Array => partsOf(model, 7)[0]!;
const operatorsOf = (model: Uint8Array): string[] => partsOf(graphOf(model), 1).map((node) => textsOf(node, 4)[0]!);

describe("a message", () => {
  it.each([
    [0, [8, 0]],
    [127, [8, 127]],
    [300, [8, 0xac, 0x02]],
    [-1, [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
  ])("writes %i as the specification's varint", (value, bytes) => {
    expect(Array.from(new Message().int(1, value).toBytes())).toEqual(bytes);
  });

  it("gives its fields back, in their order and nested", () => {
    const inner = new Message().text(3, "für θ").int(200, 2 ** 53 - 1);
    const [first, second] = fieldsOf(new Message().message(2, inner).bytes(1, Uint8Array.of(9)).toBytes());
    expect(second).toEqual({ field: 1, value: Uint8Array.of(9) });
    const [text, number] = fieldsOf(first!.value as Uint8Array);
    expect(new TextDecoder().decode(text!.value as Uint8Array)).toBe("für θ");
    expect(number).toEqual({ field: 200, value: 2n ** 53n - 1n });
  });
});

describe("a count", () => {
  it("is the line through what was seen, or nothing", () => {
    const at = (f: (n: number) => number) => countOf(SIZES.map(f));
    expect(at(() => 7)).toEqual({ fixed: 7, perEvent: 0 });
    expect(at((n) => 3 * n - 2)).toEqual({ fixed: -2, perEvent: 3 });
    expect(at(() => Number.NaN)).toEqual({ fixed: Number.NaN, perEvent: 0 });
    expect(at((n) => n * n)).toBeUndefined();
    expect(at((n) => Math.floor(n / 2))).toBeUndefined();
    expect(at((n) => 1 / n)).toBeUndefined();
  });
});

describe("a model", () => {
  const model = onnxModel(referenceBackend(), OPTIONS);

  it("is of IR version 8 and operators 17, and has the same bytes each time", () => {
    expect(fieldsOf(model)[0]).toEqual({ field: 1, value: 8n });
    expect(fieldsOf(partsOf(model, 8)[0]!)).toContainEqual({ field: 2, value: 17n });
    expect(onnxModel(referenceBackend(), OPTIONS)).toEqual(model);
  });

  it("holds the variables by name and nothing that is not used", () => {
    const graph = graphOf(model);
    const initial = partsOf(graph, 5).map((tensor) => textsOf(tensor, 8)[0]!);
    expect(initial).toEqual(expect.arrayContaining(network.variables.map(({ name }) => name)));
    const used = new Set(partsOf(graph, 1).flatMap((node) => textsOf(node, 1)));
    expect(initial.filter((name) => !used.has(name))).toEqual([]);
    expect(operatorsOf(model)).not.toContain("Expand");
  });

  it("holds what the backend holds now, as float32", () => {
    const backend = referenceBackend();
    const w = c.variable("w", [2]);
    backend.write(w, [0.1, -5]);
    const written = onnxModel(backend, { inputs: { x: [2] }, trace: ({ x }) => ({ y: c.mul(x, w.tensor) }) });
    const raw = partsOf(partsOf(graphOf(written), 5)[0]!, 9)[0]!;
    expect(new Float32Array(Uint8Array.from(raw).buffer)).toEqual(Float32Array.of(0.1, -5));
  });

  it("computes nothing that the outputs do not need, and shares what they share", () => {
    const trace = ({ x }: { x: c.Tensor }) => {
      c.exp(x);
      const shared = c.tanh(x);
      return { a: c.add(shared, 1), b: c.add(c.neg(shared), 1) };
    };
    expect(operatorsOf(onnxModel(referenceBackend(), { inputs: { x: [2] }, trace })).sort()).toEqual([
      "Add",
      "Add",
      "Identity",
      "Identity",
      "Neg",
      "Tanh",
    ]);
  });

  describe.skipIf(!python)("as onnxruntime sees it", () => {
    const clash = c.variable("x", [2], [3, 4]);
    const odd: OnnxModelOptions<"x" | "unused"> = {
      inputs: { x: [2], unused: [] },
      trace: ({ x }) => ({
        // A variable called as an input, the same value twice, an input as it came, lengths that rise otherwise.
        Mul: c.mul(x, clash.tensor),
        same: c.mul(x, clash.tensor),
        as: x,
        flat: c.reshape(x, [-1]),
        longer: c.pad(x, [1, 0], [1, 0]),
        one: c.sum(x),
        weights: clash.tensor,
      }),
      producer: { name: "someone", version: "2" },
    };
    const x = { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) };
    const runs = [{ x, unused: { shape: [2], values: Float32Array.of(5, 6) } }];
    const [plain, other] = python
      ? runOnnx(python, [
          { model, runs: [] },
          { model: onnxModel(referenceBackend(), odd), runs },
        ])
      : [];

    it("says what it is", () => {
      expect(plain).toEqual({
        inputs: [{ name: "x", shape: ["N", 2], type: "tensor(float)" }],
        outputs: [{ name: "y", shape: ["N", 1], type: "tensor(float)" }],
        about: { producer: "galton", graph: "slopes", description: "log r(x) für θ", metadata: OPTIONS.metadata },
        runs: [],
      });
      expect(textsOf(model, 3)).toEqual([platform.version]);
    });

    it("takes any labels and tells the length of every axis", () => {
      expect(other?.error).toBeUndefined();
      expect(other?.about).toMatchObject({ producer: "someone", graph: "galton" });
      expect(other?.inputs?.map(({ name, shape }) => [name, shape])).toEqual([
        ["x", ["N", 2]],
        ["unused", ["N"]],
      ]);
      expect(Object.fromEntries(other?.outputs?.map(({ name, shape }) => [name, shape]) ?? [])).toEqual({
        Mul: ["N", 2],
        same: ["N", 2],
        as: ["N", 2],
        flat: ["2*N"],
        longer: ["N+2", 2],
        one: [],
        weights: [2],
      });
      const values = Object.fromEntries(Object.entries(other?.runs?.[0] ?? {}).map(([label, array]) => [label, Array.from(array.values)]));
      expect(values).toEqual({
        Mul: [3, 8, 9, 16],
        same: [3, 8, 9, 16],
        as: [1, 2, 3, 4],
        flat: [1, 2, 3, 4],
        longer: [0, 0, 1, 2, 3, 4, 0, 0],
        one: [10],
        weights: [3, 4],
      });
    });
  });
});

describe("refuses", () => {
  const refused = (trace: (x: c.Tensor) => c.Tensor) => () =>
    onnxModel(referenceBackend(), { inputs: { x: [2] }, trace: ({ x }) => ({ y: trace(x) }) });
  const other = c.input("other", [1, 2]);
  const random = c.constantKey(key(1));

  it.each<[string, (x: c.Tensor) => c.Tensor, string]>([
    [
      "random numbers",
      (x) => c.add(x, c.randomNormal(random, { shape: x.shape, stream: 0 })),
      'draws random numbers, the operation "random"',
    ],
    [
      "an image whose sides rise",
      (x) => c.grad(c.sum(c.averagePool(c.reshape(x, [1, -1, 1, 1]), [2, 1], { stride: 1 })), x),
      "an image whose sides",
    ],
  ])("%s", (_, trace, said) => {
    expect(refused(trace)).toThrow(GaltonError);
    expect(refused(trace)).toThrow(said);
  });

  it.each<[string, (x: c.Tensor) => c.Tensor, string]>([
    ["another operation for another N", (x) => (x.shape[0]! > 90 ? c.exp(x) : c.neg(x)), 'has another "unary"'],
    ["another kind of operation", (x) => (x.shape[0]! > 90 ? c.sum(x, { axis: 1, keepAxes: true }) : x), 'in place of "input"'],
    [
      "another order of operations",
      (x) => (x.shape[0]! > 90 ? c.sub(c.exp(x), c.neg(x)) : c.sub(c.neg(x), c.exp(x))),
      'has another "unary"',
    ],
    ["another use of results", (x) => shuffled(x), 'uses the result of "unary" elsewhere'],
    ["axes that come and go", (x) => c.reshape(x, x.shape[0]! > 90 ? [-1] : [-1, 1]), 'a result of "reshape" with other axes'],
    [
      "constants for each event",
      (x) => c.add(x, c.constant(Float64Array.from({ length: 2 * x.shape[0]! }), x.shape)),
      "holds other constants",
    ],
    ["other constants", (x) => c.add(x, c.constant([x.shape[0]!, 1])), "holds other constants"],
    ["one over N", (x) => c.mul(x, 1 / x.shape[0]!), 'has a "constant" of 0.01'],
    [
      "half the events",
      (x) => c.sliceAxis(x, 0, { start: 0, end: x.shape[0]! >> 1 }),
      'has lengths in a "slice" of 44, 48, 50 for 89, 97, 101 events',
    ],
    ["places that do not rise evenly", (x) => c.slice(x, [x.shape[0]! >> 1, 0], [1, 2]), 'has places in a "slice" of 44, 48, 50'],
    ["variables of the trace", (x) => c.mul(x, c.variable("w", [2]).tensor), 'trace makes the variable "w" each time'],
    ["an input of elsewhere", (x) => c.add(x, other), 'uses the input "other" of something else'],
  ])("%s", (_, trace, said) => {
    expect(refused(trace)).toThrow(GaltonError);
    expect(refused(trace)).toThrow(said);
  });

  it.each<[string, OnnxModelOptions, string]>([
    ["no inputs", { inputs: {}, trace: () => ({ y: c.constant(1) }) }, 'onnxModel: inputs is "empty"'],
    ["no outputs", { inputs: { x: [] }, trace: () => ({}) }, "gives no outputs"],
    ["a label twice", { inputs: { x: [] }, trace: ({ x }) => ({ x: c.exp(x!) }) }, 'the name "x" for an input and an output'],
    ["an empty label", { inputs: { x: [] }, trace: ({ x }) => ({ "": c.exp(x!) }) }, "without a name"],
    ["other outputs for another N", { inputs: { x: [] }, trace: ({ x }) => ({ [`y${x!.shape[0]}`]: x! }) }, "has other outputs"],
    [
      "a shape that is none",
      { inputs: { x: [1.5] }, trace: ({ x }) => ({ y: x! }) },
      "onnxModel: inputs.x is [1.5]; expected whole numbers",
    ],
  ])("%s", (_, options, said) => {
    expect(() => onnxModel(referenceBackend(), options)).toThrow(GaltonError);
    expect(() => onnxModel(referenceBackend(), options)).toThrow(said);
  });
});

/** The same operations, but for another N the second exponential is taken of the first's input. */
function shuffled(x: c.Tensor): c.Tensor {
  const [a, b] = [c.tanh(x), c.tanh(x)];
  return c.add(c.mul(a, b), x.shape[0]! > 90 ? b : a);
}
