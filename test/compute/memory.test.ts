import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { buildAddon } from "../../src/compute/backends/native/build.js";
import { LinearMemory } from "../../src/compute/backends/wasm/memory.js";
import { wasmBackend } from "../../src/compute/backends/wasm/wasm.js";
import { add, type Backend, backend, grad, matmul, mean, mul, program, square, sub, tanh, variable } from "../../src/compute/index.js";
import { DomainError } from "../../src/errors.js";
import { integers, key, standardNormals, stream } from "../../src/numerics/random.js";

const built = buildAddon();
const ENGINES = [
  { name: "native", skip: "reason" in built, make: () => backend("native") },
  { name: "wasm", skip: false, make: () => backend("wasm") },
];

/** A small regression that takes a step each run. */
function regression(engine: Backend, seed: number) {
  const w = variable(`w${seed}`, [4, 3], standardNormals(key(seed), 12));
  const step = program(engine, ["x", "y"], ({ x, y }) => {
    const loss = mean(square(sub(tanh(matmul(x, w.tensor)), y)));
    return { outputs: { loss }, updates: [{ variable: w, value: sub(w.tensor, mul(0.1, grad(loss, w.tensor))) }] };
  });
  const executable = step.at({ x: [8, 4], y: [8, 3] });
  executable.input("x").set(standardNormals(key(seed + 100), 32));
  executable.input("y").set(standardNormals(key(seed + 200), 24));
  return { step, executable, weights: () => engine.read(w) };
}

describe.each(ENGINES)("$name", ({ make, skip }) => {
  it.skipIf(skip)("takes 100 000 steps without growing", async () => {
    const { executable } = regression(await make(), 1);
    for (let i = 0; i < 1000; i++) executable.run();
    collect();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    for (let i = 0; i < 100_000; i++) executable.run();
    collect();
    const after = process.memoryUsage();
    expect(after.arrayBuffers).toBeLessThanOrEqual(arrayBuffers);
    expect(after.external - external).toBeLessThan(64 * 1024);
    expect(after.heapUsed - heapUsed).toBeLessThan(2 * 2 ** 20);
    expect(Number.isFinite(executable.output("loss")[0])).toBe(true);
  });

  it.skipIf(skip)("trains two models in turn as it trains each alone", async () => {
    const engine = await make();
    const [a, b] = [regression(engine, 1), regression(engine, 2)];
    for (let i = 0; i < 50; i++) {
      a.executable.run();
      b.executable.run();
    }
    for (const [seed, together] of [
      [1, a],
      [2, b],
    ] as const) {
      const alone = regression(await make(), seed);
      for (let i = 0; i < 50; i++) alone.executable.run();
      expect([...together.weights()]).toEqual([...alone.weights()]);
    }
  });

  it.skipIf(skip)("uses the memory of disposed programs again, and keeps the variables", async () => {
    const engine = await make();
    const kept = regression(engine, 3);
    kept.executable.run();
    const before = [...kept.weights()];
    for (let i = 0; i < 200; i++) {
      const { step, executable } = regression(engine, 4);
      executable.run();
      step.dispose();
    }
    expect([...kept.weights()]).toEqual(before);
    kept.executable.run();
    expect([...kept.weights()]).not.toEqual(before);
  });
});

it("wasm gives the memory of programs back that nobody refers to any more", async () => {
  const engine = await wasmBackend({ mostBytes: 64 * 2 ** 20 });
  const large = (n: number) => {
    const run = program(engine, ["x"], ({ x }) => ({ outputs: { y: add(x, 1) } }));
    run.at({ x: [n] }).run();
  };
  // Some 4 MB each: without collection the eleventh does not fit.
  for (let i = 0; i < 40; i++) {
    large(500_000 + i);
    collect();
    await sleep(0);
  }
});

it("wasm refuses what its memory cannot hold, and goes on", async () => {
  const engine = await wasmBackend({ mostBytes: 32 * 2 ** 20 });
  const run = program(engine, ["x"], ({ x }) => ({ outputs: { y: add(x, 1) } }));
  expect(() => run.at({ x: [50_000_000] })).toThrow(DomainError);
  expect(() => run.at({ x: [50_000_000] })).toThrow(/^wasm: memory is .* MB"?; expected at most 32 MB; use the native backend/);
  expect(run.run({ x: { shape: [2], values: [1, 2] } }).y).toEqual(Float32Array.of(2, 3));
});

it("pieces of linear memory never overlap, and come together again when they are freed", () => {
  let pages = 2;
  let buffer = new ArrayBuffer(pages * 65536);
  const memory = new LinearMemory(
    {
      get buffer() {
        return buffer;
      },
      grow: (more) => {
        pages += more;
        buffer = new ArrayBuffer(pages * 65536);
        return pages - more;
      },
    },
    1000,
  );
  const random = stream(key(7));
  const held: { address: number; bytes: number }[] = [];
  for (const choice of integers(key(8), 3000, 3)) {
    if (choice < 2 && held.length < 60) {
      const bytes = random.integer(20_000);
      const address = memory.allocate(bytes);
      expect(address % 64).toBe(0);
      for (const other of held) expect(address + bytes <= other.address || other.address + other.bytes <= address).toBe(true);
      held.push({ address, bytes });
    } else if (held.length > 0) {
      const [piece] = held.splice(random.integer(held.length), 1);
      memory.free(piece!.address, piece!.bytes);
    }
  }
  for (const { address, bytes } of held) memory.free(address, bytes);
  const room = pages * 65536 - 1024 - 64;
  expect(memory.allocate(room)).toBe(1024);
  expect(pages * 65536).toBe(buffer.byteLength);
});

/** Runs the garbage collector. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
