import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { add, backend, batchNorm, convolution, input, matmul, maxPool, mean, relu, type Tensor } from "../../src/compute/index.js";
import { residualBlock, resnet18 } from "../../src/nn/index.js";
import { key, standardNormals } from "../../src/numerics/random.js";
import { compute, largestDifference } from "./compute.js";

describe("residual networks", () => {
  const image = (shape: number[]) => ({
    shape,
    values: standardNormals(
      key(9),
      shape.reduce((a, b) => a * b),
    ),
  });
  const count = (variables: readonly { shape: readonly number[] }[]) =>
    variables.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);

  it.each([
    { inputs: 4, outputs: 4, stride: 1, shape: [2, 5, 6, 4] },
    { inputs: 4, outputs: 6, stride: 2, shape: [2, 3, 3, 6] },
    { inputs: 4, outputs: 6, stride: 1, shape: [2, 5, 6, 6] },
  ])("a block from $inputs to $outputs channels with stride $stride gives $shape", ({ shape, ...options }) => {
    const layer = residualBlock(options, key(1));
    let seen: Tensor | undefined;
    const { y } = compute(
      ({ x }) => {
        seen = layer.apply(x!);
        return { y: seen };
      },
      { x: image([2, 5, 6, 4]) },
    );
    expect(seen?.shape).toEqual(shape);
    expect(y!.every((value) => value >= 0)).toBe(true);
    expect(layer.variables).toHaveLength(options.stride === 1 && options.inputs === options.outputs ? 6 : 9);
  });

  it("a block whose last norm has scale 0 is relu of its input", () => {
    const layer = residualBlock({ inputs: 2, outputs: 2 }, key(1));
    const backend = referenceBackend();
    backend.write(layer.variables.find(({ name }) => name === "block.1.norm.scale")!, [0, 0]);
    const x = image([1, 3, 3, 2]);
    const { y } = compute(({ x }) => ({ y: layer.apply(x!) }), { x }, backend);
    expect(
      largestDifference(
        y!,
        Array.from(x.values, (v) => Math.max(v, 0)),
      ),
    ).toBeLessThan(1e-14);
  });

  it("resnet18 takes small images, has one name for each variable and as many parameters as torch's", () => {
    const network = resnet18({ channels: 1, outputs: 1 }, key(1));
    expect(network.apply(input("x", [2, 16, 16, 1])).shape).toEqual([2, 1]);
    // torch: sum(p.numel() for p in ResNet18().parameters()), stem + blocks + head, written out.
    const block = (i: number, o: number) => 9 * i * o + 9 * o * o + 4 * o + (i === o ? 0 : i * o + 2 * o);
    const widths = [64, 64, 64, 128, 128, 256, 256, 512, 512];
    const blocks = widths.slice(1).reduce((total, o, i) => total + block(widths[i]!, o), 0);
    expect(count(network.variables)).toBe(49 * 64 + 2 * 64 + blocks + 512 + 1);
    // Torchvision's has 11 689 512, with three channels and 1000 classes.
    expect(count(resnet18({ channels: 3, outputs: 1000 }, key(1)).variables)).toBe(11_689_512);
    expect(new Set([...network.variables, ...network.state].map(({ name }) => name)).size).toBe(
      network.variables.length + network.state.length,
    );
  });

  it("resnet18 is what table 1 of the paper says, written out", async () => {
    const network = resnet18({ channels: 2, outputs: 3 }, key(1));
    const engine = await backend("wasm");
    const of = new Map([...network.variables, ...network.state].map((one) => [one.name, one]));
    const at = (name: string) => of.get(`resnet18.${name}`)!.tensor;
    // Moments as after some training, so that every norm counts.
    for (const [i, one] of network.state.entries()) {
      engine.write(
        one,
        standardNormals(key(i), one.shape[0]!).map((z) => (one.name.endsWith("mean") ? z / 10 : 1 + z * z)),
      );
    }
    const layer = (x: Tensor, name: string, { stride, padding }: { stride: number; padding: number }) => {
      const moments = { mean: at(`${name}.norm.mean`), variance: at(`${name}.norm.variance`) };
      const affine = { scale: at(`${name}.norm.scale`), shift: at(`${name}.norm.shift`) };
      return batchNorm(convolution(x, at(`${name}.convolution.filter`), { stride, padding }), moments, affine);
    };
    const block = (x: Tensor, name: string, stride: number) => {
      const inner = layer(relu(layer(x, `${name}.0`, { stride, padding: 1 })), `${name}.1`, { stride: 1, padding: 1 });
      return relu(add(inner, stride === 1 ? x : layer(x, `${name}.skip`, { stride, padding: 0 })));
    };
    const plain = (x: Tensor) => {
      let h = maxPool(relu(layer(x, "stem", { stride: 2, padding: 3 })), 3, { stride: 2, padding: 1 });
      for (const stage of [0, 1, 2, 3]) h = block(block(h, `${stage}.0`, stage === 0 ? 1 : 2), `${stage}.1`, 1);
      return add(matmul(mean(h, { axis: [1, 2] }), at("head.weight")), at("head.bias"));
    };
    const x = image([2, 20, 17, 2]);
    const { y, expected } = compute(({ x }) => ({ y: network.apply(x!), expected: plain(x!) }), { x }, engine);
    expect(y).toHaveLength(6);
    expect(largestDifference(y!, expected!)).toBeLessThan(1e-5);
    expect(Math.max(...expected!.map(Math.abs))).toBeGreaterThan(0.1);
  });
});
