import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
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
    { what: "silence", body: `if (ask.id !== 3) ${say("{ id: ask.id, x: [1] }")}`, reason: "no answer within 2 s" },
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
    { what: "too many numbers", body: say("{ id: ask.id, x: ask.id === 3 ? [1, 2] : [1] }"), reason: "x is [1,2]; expected 1 numbers" },
    { what: "no number", body: say("{ id: ask.id, x: [ask.id === 3 ? null : 1] }"), reason: "x.x is null; expected a finite number" },
    {
      what: "NaN as Python writes it",
      body: 'console.log(`{"id": ${ask.id}, "x": [${ask.id === 3 ? NaN : 1}]}`);',
      reason: "x.x is null; expected a finite number",
    },
    {
      what: "a line too many before the answer",
      body: `if (ask.id === 3) console.log("Welcome"); ${say("{ id: ask.id, x: [1] }")}`,
      reason: 'the program said "Welcome", which is no JSON',
    },
    {
      what: "a line without end",
      body: `if (ask.id === 3) process.stdout.write("x".repeat(2 ** 24 + 1)); else ${say("{ id: ask.id, x: [1] }")}`,
      reason: "the program said a line of more than 16777216 characters",
    },
    {
      what: "its own error",
      body: say('ask.id === 3 ? { id: 3, error: "no convergence" } : { id: ask.id, x: [1] }'),
      reason: "no convergence",
    },
  ])("$what is counted with its reason, and the others go on", async ({ what, body, reason }) => {
    const broken = await program(what.replaceAll(" ", "-"), body);
    const sample = await mineExternal({ ...broken, timeout: 2 }, { ...hypotheses, n: 12, seed: 1 });
    expect(sample.failures).toEqual({ count: 1, examples: [{ event: 3, theta: { mean: 0 }, reason: expect.stringContaining(reason) }] });
    expect(sample.x.rows).toBe(11);
    expect(sample.label).toHaveLength(11);
    expect(warned).toHaveBeenCalledOnce();
  });

  it("missing gold is a failure of the event", async () => {
    const silent = await program("silent", say("{ id: ask.id, x: [1] }"));
    await expect(mineExternal({ ...silent, gold: "ratio" }, { ...hypotheses, n: 4, seed: 1 })).rejects.toThrow(
      'mineExternal: all 4 simulations failed; the first, event 0 at {"mean":0.5}: jointLogRatio is undefined; expected a finite number',
    );
    const once = await program("once", say("{ id: ask.id, x: [1], jointLogRatio: 0, jointScore: ask.id === 2 ? {} : { mean: 0 } }"));
    const sample = await mineExternal({ ...once, gold: "score" }, { ...hypotheses, n: 4, seed: 1 });
    expect(sample.failures.examples).toEqual([
      { event: 2, theta: { mean: 0.5 }, reason: "jointScore.mean is undefined; expected a finite number" },
    ]);
    expect(sample.jointLogRatio).toHaveLength(3);
  });

  it.each([
    { what: "ends after each answer", body: `${say("{ id: ask.id, x: [ask.seed] }")} process.exit(0);` },
    { what: "dies of every fifth", body: `if (count === 5) process.exit(3); ${say("{ id: ask.id, x: [ask.seed] }")}` },
    { what: "answers twice", body: `for (let i = 0; i < 2; i++) ${say("{ id: ask.id, x: [ask.seed] }")}` },
  ])("a process that $what costs no event", async ({ what, body }) => {
    const frail = await program(what.replaceAll(" ", "-"), body);
    const run = (processes: number) => simulateExternal({ ...frail, processes }, { theta: { mean: 0 }, n: 8, seed: 1 });
    const one = await run(1);
    expect(one.failures.count).toBe(0);
    expect(one.x.rows).toBe(8);
    expect(await run(3)).toEqual(one);
  });

  it("fails at the same events, whatever the number of processes", async () => {
    const fragile = await program("fragile", `if (ask.seed % 4 === 0) process.exit(9); ${say("{ id: ask.id, x: [ask.seed % 4] }")}`);
    const run = (processes: number) => simulateExternal({ ...fragile, processes }, { theta: { mean: 0 }, n: 24, seed: 2 });
    const one = await run(1);
    expect(one.failures.count).toBeGreaterThan(0);
    expect(one.x.rows).toBe(24 - one.failures.count);
    expect(await run(4)).toEqual(one);
  });

  it("that is silent from the start is an error, and not a wait for each event", async () => {
    const silent = await program("mute", "");
    await expect(simulateExternal({ ...silent, timeout: 0.2, processes: 5 }, { theta: { mean: 0 }, n: 10_000, seed: 1 })).rejects.toThrow(
      /gave no answer at all: no answer within 0.2 s; give it a longer timeout/,
    );
  });

  it.skipIf(process.platform === "win32")("is ended with what it started", async () => {
    const note = join(folder, "pid");
    const sleeper = await program("sleeper", `(await import("node:fs")).writeFileSync(${JSON.stringify(note)}, String(process.pid));`);
    const command = ["sh", "-c", `${sleeper.command.map((word) => `'${word}'`).join(" ")}; true`];
    await expect(simulateExternal({ ...layout, command, timeout: 1 }, { theta: { mean: 0 }, n: 1, seed: 1 })).rejects.toThrow(
      "no answer within 1 s",
    );
    const pid = Number(await readFile(note, "utf8"));
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 5000 });
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

  it("goes on after an interrupt to what it would have been without", async () => {
    const note = join(folder, "waiting");
    const body = `if (ask.seed % 5 === 0) { console.error("no"); process.exit(1); } ${say("{ id: ask.id, x: [ask.theta.mean], jointLogRatio: ask.seed }")}`;
    const quick = { ...(await program("quick", body)), gold: "ratio" } as const;
    const wait = `if (ask.id >= 25) { (await import("node:fs")).writeFileSync(${JSON.stringify(note)}, ""); continue; } ${body}`;
    const waiting = { ...(await program("waiting", wait)), gold: "ratio", processes: 1 } as const;
    const prior = uniform({ mean: [-1, 1] });
    const mining = { numerator: prior, denominator: prior, n: 40, seed: 3 } as const;
    const simulating = { prior, n: 40, seed: 3 } as const;
    const interrupted = async <Partial>(run: (signal: AbortSignal) => Promise<Partial>) => {
      await rm(note, { force: true });
      const controller = new AbortController();
      const stopped = run(controller.signal).catch((reason: unknown) => reason);
      await vi.waitFor(() => stat(note), { timeout: 20_000 });
      controller.abort(new Error("enough"));
      expect(String(await stopped)).toContain("interrupted (enough) after 25 of 40 events");
      return ((await stopped) as InterruptedError<Partial>).partial;
    };

    const mined = await interrupted((signal) => mineExternal(waiting, { ...mining, signal }));
    expect(mined.failures.count).toBeGreaterThan(0);
    expect(mined.x.rows + mined.failures.count).toBe(25);
    expect(await mineExternal(quick, { ...mining, resume: mined })).toEqual(await mineExternal(quick, mining));
    await expect(mineExternal(quick, { ...mining, seed: 4, resume: mined })).rejects.toThrow("resume.seed is 3; expected 4");
    const { jointLogRatio: _, ...plain } = mined;
    await expect(mineExternal(quick, { ...mining, resume: plain })).rejects.toThrow(
      "mineExternal: resume.jointLogRatio is false; expected true, as in this run",
    );

    await expect(mineExternal(quick, { ...mining, numerator: { mean: 0 }, resume: mined })).rejects.toThrow("the theta of resume, row 0,");

    const simulations = await interrupted((signal) => simulateExternal(waiting, { ...simulating, signal }));
    expect(await simulateExternal(quick, { ...simulating, resume: simulations })).toEqual(await simulateExternal(quick, simulating));
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
