import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { tfjsBackend } from "../../src/compute/backends/tfjs/tfjs.js";
import { backend, grad, input, matmul, mean, mul, program, square, sub, tanh, variable } from "../../src/compute/index.js";
import { lawsOf } from "./laws.js";

lawsOf("tfjs in plain JavaScript", () => tfjsBackend(tf));

describe("tfjs", () => {
  it("is chosen by name, and brings its own JavaScript backend where no other is registered", async () => {
    const engine = await backend("tfjs");
    expect([engine.name, engine.threads]).toEqual(["tfjs", 1]);
    // "tensorflow" where galton install tfjs was run in this clone.
    expect(["cpu", "tensorflow"]).toContain(tf.getBackend());
  });

  it("keeps as many tensors after 100 steps of training as after one", async () => {
    const w = variable("w", [3, 2], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    const step = program(await tfjsBackend(tf), ["x"], ({ x }) => {
      const loss = mean(square(tanh(matmul(x, w.tensor))));
      return { outputs: { loss }, updates: [{ variable: w, value: sub(w.tensor, mul(0.1, grad(loss, w.tensor))) }] };
    });
    const x = { shape: [2, 3], values: [1, 0, -1, 0.5, 0.5, 2] };
    const first = step.run({ x }).loss[0]!;
    const { numTensors } = tf.memory();
    for (let i = 0; i < 100; i++) step.run({ x });
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(step.run({ x }).loss[0]).toBeLessThan(first / 2);
  });

  it("does not let a later input reach an output or the data of an earlier run", async () => {
    const x = input("x", [2]);
    const executable = (await tfjsBackend(tf)).prepare({ inputs: { x }, outputs: { same: x }, updates: [] });
    executable.input("x").set([1, 2]);
    executable.run();
    executable.input("x").fill(7);
    expect([...executable.output("same")]).toEqual([1, 2]);
  });
});
