import { describe, expect, it } from "vitest";
import type { Backend } from "../../src/compute/backends/backend.js";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { program, type Values } from "../../src/compute/index.js";
import { onnxModel } from "../../src/io/onnx/onnx-model.js";
import { fold, key, standardNormals } from "../../src/numerics/random.js";
import { close } from "../compute/agreement.js";
import { python } from "../support/tools.js";
import { BINARY_NAMES, NETWORKS, type OnnxCase, OPERATIONS, UNARY_NAMES, WINDOWS } from "./onnx-cases.js";
import { type RuntimeArray, type RuntimeReport, runOnnx } from "./onnx-runtime.js";

const BATCHES = [1, 3, 17, 0];

it.runIf(process.env.CI)("Python is there", () => expect(python).toBeDefined());

describe.skipIf(!python)("onnxruntime computes what the reference backend does", () => {
  const cases = [...OPERATIONS, ...WINDOWS, ...NETWORKS].map((one) => ({ ...one, ...backendsOf(one) }));
  const jobs = cases.map((one) => ({
    model: onnxModel(one.exact, { inputs: one.inputs, trace: one.trace }),
    runs: BATCHES.map((n) => inputsOf(one, n)),
  }));
  const reports = python ? runOnnx(python, jobs) : [];

  it.each(cases.map((one, i) => ({ ...one, i })))("$name", (one) => {
    const { error, runs } = reports[one.i]!;
    expect(error).toBeUndefined();
    for (const [b, inputs] of jobs[one.i]!.runs.entries()) {
      const [exact, rounded] = [one.exact, one.rounded].map((backend) => computed(backend, one, inputs));
      expectClose(runs![b]!, exact!, rounded!);
    }
  });
});

describe.skipIf(!python)("onnxruntime keeps what is not finite", () => {
  const special = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 88.5, -88.5, 1e-20, 3e38];
  const names = new Set([...UNARY_NAMES, ...BINARY_NAMES]);
  const cases = OPERATIONS.filter(({ name }) => names.has(name)).map((one) => ({ ...one, ...backendsOf(one) }));
  const jobs = cases.map((one) => ({ model: onnxModel(one.exact, one), runs: [specialInputs(one, special)] }));
  const reports = python ? runOnnx(python, jobs) : [];
  it.each(cases.map((one, i) => ({ ...one, i })))("$name", (one) => {
    const expected = Array.from(computed(one.exact, one, jobs[one.i]!.runs[0]!).y!.values);
    const found = reports[one.i]!.runs![0]!.y!.values;
    const wrong = expected.findIndex((x, i) => !close(x, found[i]!, 1e-5 * (1 + Math.abs(x))));
    expect(wrong < 0 ? "" : `y[${wrong}] is ${found[wrong]} instead of ${expected[wrong]}`).toBe("");
  });
});

/** The reference in float64 and in float32, with the same variables, none of which is as it started. */
function backendsOf({ layer }: OnnxCase): { exact: Backend; rounded: Backend } {
  const [exact, rounded] = [referenceBackend(), referenceBackend({ precision: "float32" })];
  for (const [i, variable] of [...(layer?.variables ?? []), ...(layer?.state ?? [])].entries()) {
    const noise = standardNormals(fold(key(5), i), variable.initial.length);
    const values = variable.initial.map((first, j) => first + 0.1 * noise[j]!);
    for (const backend of [exact, rounded]) backend.write(variable, values);
  }
  return { exact, rounded };
}

function inputsOf({ inputs, value = (x) => x }: OnnxCase, n: number): Record<string, RuntimeArray> {
  const given = Object.entries(inputs).map(([label, shape], i) => {
    const size = shape.reduce((product, length) => product * length, n);
    return [label, { shape: [n, ...shape], values: Float32Array.from(standardNormals(fold(key(n), i), size), value) }];
  });
  return Object.fromEntries(given);
}

/** All pairs of these numbers. */
function specialInputs({ inputs }: OnnxCase, special: readonly number[]): Record<string, RuntimeArray> {
  const pairs = special.flatMap((a) => special.map((b) => [a, b]));
  const given = Object.entries(inputs).map(([label, shape], i) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return [label, { shape: [pairs.length, ...shape], values: Float32Array.from(pairs.flatMap((pair) => new Array(size).fill(pair[i]))) }];
  });
  return Object.fromEntries(given);
}

type Computed = Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>;

function computed(backend: Backend, { trace }: OnnxCase, inputs: Readonly<Record<string, Values>>): Computed {
  const shapes: Record<string, readonly number[]> = {};
  const made = program(backend, Object.keys(inputs), (tensors) => {
    const outputs = trace(tensors);
    for (const [label, { shape }] of Object.entries(outputs)) shapes[label] = shape;
    return { outputs };
  });
  return Object.fromEntries(Object.entries(made.run(inputs)).map(([label, values]) => [label, { shape: shapes[label]!, values }]));
}

/** As close as the other float32 backends are held to the reference, see `test/compute/agreement.ts`. */
function expectClose(found: NonNullable<RuntimeReport["runs"]>[number], exact: Computed, rounded: Computed): void {
  expect(Object.keys(found)).toEqual(Object.keys(exact));
  for (const [label, { shape, values }] of Object.entries(exact)) {
    expect(found[label]!.shape).toEqual(shape);
    const expected = Array.from(values);
    const largest = (numbers: readonly number[]) => Math.max(0, ...numbers.filter(Number.isFinite).map(Math.abs));
    const rounding = largest(expected.map((x, i) => x - rounded[label]!.values[i]!));
    const allowed = 1e-5 * (1 + largest(expected)) + 8 * rounding;
    const wrong = expected.findIndex((x, i) => !close(x, found[label]!.values[i]!, allowed));
    expect(wrong < 0 ? "" : `${label}[${wrong}] is ${found[label]!.values[wrong]} instead of ${expected[wrong]}`).toBe("");
  }
}
