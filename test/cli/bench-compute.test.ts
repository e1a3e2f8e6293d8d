import { describe, expect, it } from "vitest";
import { benchCompute } from "../../src/cli/bench-compute/bench-compute.js";
import type { BenchRow } from "../../src/cli/bench-compute/row.js";
import { toMarkdown } from "../../src/cli/bench-compute/table.js";
import { prepare } from "../../src/cli/bench-compute/workload.js";
import { workloads } from "../../src/cli/bench-compute/workloads.js";
import { UsageError } from "../../src/cli/command.js";
import { backend } from "../../src/compute/index.js";

const OPTIONS = { only: "mlp-100-relu-b128", backends: "wasm", threads: "1", rounds: 2, seconds: 0.02, profile: false };

async function rows(options: Partial<Parameters<typeof benchCompute>[0]>): Promise<object[]> {
  const all: object[] = [];
  for await (const row of benchCompute({ ...OPTIONS, ...options })) all.push(row);
  return all;
}

describe("galton bench compute", () => {
  it("prints a row with the documented fields", async () => {
    const [machine, row] = await rows({});
    expect(machine).toMatchObject({ cores: expect.any(Number), node: process.versions.node, torch: "" });
    expect(row).toMatchObject({ name: "mlp-100-relu-b128", backend: "wasm", threads: 1 });
    const { us, min, max, gflops, fractionOfPeak } = row as Record<string, number>;
    expect(min! <= us! && us! <= max!).toBe(true);
    // Forward, backward for the weights, and backward for what comes in but the data.
    const flops = 2 * 128 * (2 * 10 * 100 + 3 * (2 * 100 * 100 + 100));
    expect(gflops! / (flops / us! / 1000)).toBeCloseTo(1, 2);
    expect(fractionOfPeak).toBeGreaterThan(0);
    expect(toMarkdown([machine!, row!] as BenchRow[])).toMatch(
      /^.+ cores, Node .+, without torch\.\n\n\| workload .*\n\| -+ .*\n\| mlp-100-relu-b128 +\| wasm /,
    );
  });

  it("measures compilation alone, in processes of its own", async () => {
    const [, first, ...others] = (await rows({ only: "compile-mlp-100", rounds: 1 })) as { name: string; us: number }[];
    expect(first!.name).toBe("compile-mlp-100-relu-b128");
    expect(others.map(({ name }) => name)).toEqual(["compile-mlp-100-relu-b128-then-b100", "compile-mlp-100-relu-b128-then-b1024"]);
    for (const { us } of others) expect(us).toBeLessThan(first!.us);
  });

  it.each([
    { options: { only: "nothing" }, message: '--only is "nothing"' },
    { options: { backends: "cuda" }, message: '--backends is "cuda"' },
    { options: { threads: "1,many" }, message: '--threads is "many"' },
  ])("refuses $message", async ({ options, message }) => {
    const refused = await rows(options).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as Error).message).toContain(message);
  });

  it("says what is wrong when there is no such Python", async () => {
    const refused = await rows({ torch: "/no/such/python" }).catch((error: unknown) => error);
    expect((refused as Error).message).toContain("--torch /no/such/python cannot be started");
  });

  it("says what is wrong when the Python has no torch", async () => {
    const refused = await rows({ torch: process.execPath }).catch((error: unknown) => error);
    expect((refused as Error).message).toContain("expected a Python with torch");
  });
});

// A step that computed something else would be measured in vain: the first losses are those of float64.
const SMALL = workloads().filter(({ name }) => /^(mlp-100-tanh-b128|alices-100-b128|maf-5-2-b128|nsf-2-5-b128)$/.test(name));

it.each(SMALL)("the workload $name computes in WebAssembly what it does in float64", async (work) => {
  const [exact, actual] = [prepare(work, await backend("reference")), prepare(work, await backend("wasm"))];
  for (let step = 0; step < 3; step++) {
    exact.run();
    actual.run();
    expect(Math.abs(actual.output("value")[0]! - exact.output("value")[0]!)).toBeLessThan(1e-4 * (1 + Math.abs(exact.output("value")[0]!)));
  }
});
