import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InterruptedError, type MinedSample, mineExternal, simulateExternal, uniform } from "../../src/index.js";
import { python } from "../support/tools.js";

const folder = await mkdtemp(join(tmpdir(), "galton-external-"));
const layout = { name: "shift", parameters: { mean: [-4, 4] }, observables: ["x"] } as const;
const hypotheses = { numerator: { mean: 0.5 }, denominator: { mean: 0 } } as const;

/** A program of this body, which answers `ask` with what `answer` gives. */
async function program(name: string, body: string) {
  const path = join(folder, `${name}.mjs`);
  await writeFile(
    path,
    `import { createInterface } from "node:readline";
let count = 0;
for await (const line of createInterface({ input: process.stdin })) { const ask = JSON.parse(line); count++; ${body} }
`,
  );
  return { ...layout, command: [process.execPath, path] };
}
const say = (record: string) => `console.log(JSON.stringify(${record}));`;

let warned: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => warned.mockRestore());

describe("an external program", () => {
  it("gives events in order, whatever the number of processes", async () => {
    const echo = await program(
      "echo",
      say(
        "{ id: ask.id, x: [ask.theta.mean + (ask.seed % 1000) / 1000], jointLogRatio: ask.numerator.mean, jointScore: { mean: ask.id } }",
      ),
    );
    const run = (processes: number) => mineExternal({ ...echo, gold: "score", processes }, { ...hypotheses, n: 30, seed: 1 });
    const one = await run(1);
    expect(await run(3)).toEqual(one);
    expect(Array.from(one.jointScore.values)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(Array.from(one.label.slice(0, 4))).toEqual([0, 1, 0, 1]);
    one.x.values.forEach((x, i) => {
      expect(Math.floor(x * 2) / 2).toBe(one.label[i] === 0 ? 0.5 + Math.floor((x - 0.5) * 2) / 2 : Math.floor(x * 2) / 2);
    });
    const sims = await simulateExternal(echo, { theta: uniform({ mean: [-1, 1] }), n: 10, seed: 1 }).catch((error: unknown) => error);
    // Without hypotheses there is no numerator to answer with, and each death is told.
    expect(String(sims)).toMatch(/gave no answer at all/);
  });

  it.each([
    {
      what: "a crash",
      body: `if (ask.id === 3) process.exit(7); ${say("{ id: ask.id, x: [1] }")}`,
      reason: "the program ended with code 7",
    },
    { what: "silence", body: `if (ask.id !== 3) ${say("{ id: ask.id, x: [1] }")}`, reason: "no answer within 0.5 s" },
    {
      what: "a line that is no JSON",
      body: `if (ask.id === 3) console.log("oops"); else ${say("{ id: ask.id, x: [1] }")}`,
      reason: 'the program said "oops", which is no JSON',
    },
    {
      what: "another id",
      body: say("{ id: ask.id === 3 ? 99 : ask.id, x: [1] }"),
      reason: "the program answered request 99 where 3 was asked",
    },
    { what: "too many numbers", body: say("{ id: ask.id, x: ask.id === 3 ? [1, 2] : [1] }"), reason: "x is [1,2], and not 1 numbers" },
    { what: "no number", body: say("{ id: ask.id, x: [ask.id === 3 ? null : 1] }"), reason: "x.x is null" },
    {
      what: "its own error",
      body: say('ask.id === 3 ? { id: 3, error: "no convergence" } : { id: ask.id, x: [1] }'),
      reason: "no convergence",
    },
  ])("$what is counted with its reason, and the others go on", async ({ what, body, reason }) => {
    const broken = await program(what.replaceAll(" ", "-"), body);
    const sample = await mineExternal({ ...broken, timeout: 0.5 }, { ...hypotheses, n: 12, seed: 1 });
    expect(sample.failures).toEqual({ count: 1, examples: [{ event: 3, theta: { mean: 0 }, reason: expect.stringContaining(reason) }] });
    expect(sample.x.rows).toBe(11);
    expect(sample.label).toHaveLength(11);
    expect(warned).toHaveBeenCalledOnce();
  });

  it("missing gold is a failure of the event", async () => {
    const silent = await program("silent", say("{ id: ask.id, x: [1] }"));
    const sample = await mineExternal({ ...silent, gold: "ratio" }, { ...hypotheses, n: 4, seed: 1 });
    expect(sample.failures.examples[0]!.reason).toBe("jointLogRatio is undefined");
    expect(sample.x.rows).toBe(0);
  });

  it("that cannot be started, or dies each time, is an error with what it said", async () => {
    await expect(simulateExternal({ ...layout, command: ["/no/such/program"] }, { theta: { mean: 0 }, n: 100, seed: 1 })).rejects.toThrow(
      /command "\/no\/such\/program" gave no answer at all: .*ENOENT.*; run it by hand/,
    );
    const dying = await program("dying", 'console.error("no licence"); process.exit(1);');
    await expect(simulateExternal(dying, { theta: { mean: 0 }, n: 100, seed: 1 })).rejects.toThrow(/ended with code 1: no licence/);
  });

  it("an interrupt kills it and keeps what was done", async () => {
    const slow = await program("slow", `await new Promise((then) => setTimeout(then, 20)); ${say("{ id: ask.id, x: [1] }")}`);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 600);
    const stopped = await mineExternal(slow, { ...hypotheses, n: 100_000, seed: 1, signal: controller.signal }).catch(
      (reason: unknown) => reason,
    );
    expect(stopped).toBeInstanceOf(InterruptedError);
    const { partial } = stopped as InterruptedError<MinedSample>;
    expect(partial.x.rows).toBeGreaterThan(0);
    expect(partial.failures.count).toBe(0);
  });

  it("refuses options out of range", async () => {
    const options = { theta: { mean: 0 }, n: 1, seed: 1 };
    await expect(simulateExternal({ ...layout, command: [] }, options)).rejects.toThrow(
      "simulateExternal: command is []; expected the program",
    );
    await expect(simulateExternal({ ...layout, command: ["x"], processes: 0 }, options)).rejects.toThrow(
      "processes is 0; expected a whole number",
    );
    await expect(simulateExternal({ ...layout, command: ["x"], timeout: 0 }, options)).rejects.toThrow(
      "timeout is 0; expected a number of seconds",
    );
    await expect(simulateExternal({ ...layout, command: ["x"] }, { ...options, n: 0 })).rejects.toThrow(
      "n is 0; expected a positive integer",
    );
  });
});

it.skipIf(python === undefined)("the program of the documentation gives what the theory says", async () => {
  const text = await readFile(new URL("../../docs/mined-files.md", import.meta.url), "utf8");
  const path = join(folder, "documented.py");
  await writeFile(path, text.match(/```python simulator\n([\s\S]*?)```/)![1]!);
  const sample = await mineExternal({ ...layout, command: [python!, path], gold: "score" }, { ...hypotheses, n: 2000, seed: 1 });
  expect(sample.failures.count).toBe(0);
  const of = (label: number, values: Float64Array) => values.filter((_, i) => sample.label[i] === label);
  const ratios = of(1, sample.jointLogRatio).map(Math.exp);
  const mean = ratios.reduce((sum, r) => sum + r, 0) / ratios.length;
  // The variance of r over the denominator is exp((0.5 / 2)^2) - 1.
  expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt((Math.exp(1 / 16) - 1) / ratios.length));
  const scores = of(0, sample.jointScore.values);
  expect(Math.abs(scores.reduce((sum, t) => sum + t, 0) / scores.length)).toBeLessThan((5 * 0.5) / Math.sqrt(scores.length));
});
