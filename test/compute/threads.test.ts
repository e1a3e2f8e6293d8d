import { describe, expect, it } from "vitest";
import { buildAddon } from "../../src/compute/backends/native/build.js";
import {
  add,
  backend,
  convolution,
  grad,
  matmul,
  maxPool,
  mean,
  program,
  relu,
  reshape,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
} from "../../src/compute/index.js";
import { key, standardNormals } from "../../src/numerics/random.js";

const built = buildAddon();

const dense = (x: Tensor, w: Tensor): Tensor => mean(square(sub(tanh(matmul(x, w)), softplus(matmul(x, w)))));
const image = (x: Tensor, w: Tensor): Tensor => {
  const filter = reshape(w, [3, 3, 4, 8]);
  return sum(square(maxPool(relu(convolution(reshape(x, [-1, 17, 17, 4]), filter, { padding: "same" })), 2)));
};

const CASES = [
  { name: "products and elementwise", x: [3001, 90], w: [90, 110], loss: dense },
  { name: "convolutions and pools", x: [37, 17 * 17 * 4], w: [9, 32], loss: image },
] as const;

describe.skipIf("reason" in built)("native", () => {
  it.each(CASES)("gives the same bits with 1, 2 and 5 threads: $name", async ({ x, w, loss }) => {
    const results = [];
    for (const threads of [1, 2, 5]) {
      const step = program(await backend("native", { threads }), ["x", "w"], (inputs) => {
        const value = loss(inputs.x, inputs.w);
        const [gx, gw] = grad(value, [inputs.x, inputs.w]);
        return { outputs: { value, gx: gx!, gw: gw!, both: add(value, sum(gx!)) } };
      });
      const given = (shape: readonly number[], seed: number) => ({
        shape,
        values: standardNormals(
          key(seed),
          shape.reduce((a, b) => a * b),
        ).map((v) => 0.3 * v),
      });
      results.push(step.run({ x: given(x, 1), w: given(w, 2) }));
    }
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
  });

  it.each(["avx512", "avx2", "baseline"])(
    "runs with the instruction set %s, or says that the processor has none",
    async (instructionSet) => {
      const made = backend("native", { instructionSet }).catch((error: unknown) => error);
      const engine = await made;
      if (engine instanceof Error) {
        expect(engine.message).toContain("no such instruction set");
        return;
      }
      const run = program(await backend("native", { instructionSet }), ["x"], ({ x }) => ({
        outputs: { y: matmul(x, x, { transposeB: true }) },
      }));
      const { y } = run.run({ x: { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] } });
      expect([...y]).toEqual([14, 32, 32, 77]);
    },
  );
});
