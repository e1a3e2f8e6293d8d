import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { grad, program, sum } from "../../src/compute/index.js";
import { fold, key, standardNormals } from "../../src/numerics/random.js";
import { largestDifference } from "../nn/compute.js";
import { bentNetwork, casesOf, FLOWS, SIZES } from "./cases.js";

const N = 12;
const STEP = 1e-6;

describe.each(casesOf(FLOWS, SIZES))("$name", ({ method, ...sizes }) => {
  it("has the gradients in y, in the context and in each weight that differences give", () => {
    const engine = referenceBackend();
    const network = bentNetwork(method, sizes, engine);
    const { dimensions: D, context: C } = sizes;
    const inputs: Record<string, { shape: number[]; values: Float64Array }> = {
      y: { shape: [N, D], values: standardNormals(key(1), N * D) },
      ...(C > 0 ? { c: { shape: [N, C], values: standardNormals(key(2), N * C) } } : {}),
    };
    const names = Object.keys(inputs);
    const total = program(engine, names, ({ y, c }) => ({ outputs: { p: sum(network.logProb(y!, c)) } }));
    const slopes = program<string, string>(engine, names, (given) => {
      const by = [...names.map((name) => given[name]!), ...network.variables.map(({ tensor }) => tensor)];
      return { outputs: Object.fromEntries(grad(sum(network.logProb(given.y!, given.c)), by).map((g, k) => [`g${k}`, g])) };
    }).run(inputs);

    for (const [k, name] of names.entries()) {
      const direction = standardNormals(key(3), inputs[name]!.values.length);
      const moved = (h: number) => ({ shape: inputs[name]!.shape, values: inputs[name]!.values.map((v, i) => v + h * direction[i]!) });
      const [up, down] = [STEP, -STEP].map((h) => total.run({ ...inputs, [name]: moved(h) }).p[0]!) as [number, number];
      expect(largestDifference([along(slopes[`g${k}`]!, direction)], [(up - down) / (2 * STEP)]), name).toBeLessThan(1e-5);
    }
    for (const [k, variable] of network.variables.entries()) {
      const before = engine.read(variable);
      const direction = standardNormals(fold(key(4), k), before.length);
      const [up, down] = [STEP, -STEP].map((h) => {
        engine.write(
          variable,
          Array.from(before, (v, i) => v + h * direction[i]!),
        );
        return total.run(inputs).p[0]!;
      }) as [number, number];
      engine.write(variable, before);
      const gradient = along(slopes[`g${names.length + k}`]!, direction);
      expect(largestDifference([gradient], [(up - down) / (2 * STEP)]), variable.name).toBeLessThan(1e-5);
    }
  });
});

function along(gradient: ArrayLike<number>, direction: ArrayLike<number>): number {
  return Array.from(gradient).reduce((total, g, i) => total + g * direction[i]!, 0);
}
