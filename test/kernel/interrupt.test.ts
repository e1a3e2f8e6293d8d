import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelClient, TINY_KERNEL } from "../support/kernel-client.js";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await KernelClient.start(TINY_KERNEL);
});
afterAll(() => kernel.stop());

const FOREVER = "new Promise(() => {})";

// Each cell never ends by itself. A mark on iopub tells that it has begun.
const CASES = [
  { name: "a synchronous loop", code: "console.log('begun'); for (;;);" },
  { name: "a loop that prints", code: "console.log('begun'); for (;;) console.log('more')" },
  { name: "a loop after an await", code: "console.log('begun'); await null; for (;;);" },
  { name: "a loop after a timer", code: "console.log('begun'); await new Promise((r) => setTimeout(r, 20)); for (;;);" },
  { name: "a pending await", code: `console.log('begun'); await ${FOREVER}` },
  { name: "a chain of microtasks", code: "console.log('begun'); for (;;) await null;" },
  {
    name: "a chain of ticks",
    code: "console.log('begun'); const next = () => process.nextTick(next); next(); await new Promise(() => {})",
  },
  { name: "a loop in a timer of the cell", code: `console.log('begun'); setTimeout(() => { for (;;); }, 5); await ${FOREVER}` },
  { name: "a loop in an immediate of the cell", code: `console.log('begun'); setImmediate(() => { for (;;); }); await ${FOREVER}` },
  { name: "a wait on shared memory", code: "console.log('begun'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)" },
  { name: "a catch and a finally around a loop", code: "console.log('begun'); for (;;) try { for (;;); } catch { } finally { }" },
  { name: "a getter of the value", code: "console.log('begun'); return { get [Symbol.for('Jupyter.display')]() { for (;;); } }" },
  {
    name: "a loop inside AsyncLocalStorage",
    code: "console.log('begun'); const { AsyncLocalStorage } = await import('node:async_hooks'); new AsyncLocalStorage().run(1, async () => { await null; for (;;); }); await new Promise(() => {})",
  },
] as const;

describe.each(CASES)("$name", ({ code }) => {
  it("ends as Interrupted within a second, and the kernel keeps its state and its timers", async () => {
    await kernel.execute(
      "globalThis.kept = 'state'; globalThis.beats = 0; clearInterval(globalThis.beater); globalThis.beater = setInterval(() => beats++, 5); undefined",
    );
    const id = await kernel.send("execute_request", { code });
    await kernel.until(() => kernel.of(id).some(({ header }) => header.msg_type === "stream"));
    const interrupt = await kernel.send("interrupt_request", {}, { channel: "control" });
    const reply = await kernel.reply(id, 1000);
    expect(reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect((await kernel.reply(interrupt)).content).toEqual({ status: "ok" });
    await kernel.idle(id);
    expect(kernel.of(id).find(({ header }) => header.msg_type === "error")?.content).toMatchObject({ ename: "Interrupted" });
    const after = await kernel.run("const before = beats; await new Promise((r) => setTimeout(r, 100)); return kept + (beats > before)");
    expect(after.outputs.find(({ header }) => header.msg_type === "execute_result")?.content.data["text/plain"]).toBe("'statetrue'");
  });
});

// What is cut off, and whether a tick has queued the next one by then, is chance: often enough shows every case.
it.each(["a chain of microtasks", "a chain of ticks", "a loop in a timer of the cell"])("%s is ended each time", async (name) => {
  const { code } = CASES.find((known) => known.name === name) as (typeof CASES)[number];
  for (let round = 0; round < 15; round++) {
    const id = await kernel.send("execute_request", { code });
    await kernel.until(() => kernel.of(id).some(({ header }) => header.msg_type === "stream"));
    await kernel.send("interrupt_request", {}, { channel: "control" });
    expect((await kernel.reply(id, 1000)).content).toMatchObject({ ename: "Interrupted" });
  }
});

it("cells that waited behind an interrupted one are aborted", async () => {
  const ids = [await kernel.send("execute_request", { code: "console.log('begun'); for (;;);" })];
  ids.push(await kernel.send("execute_request", { code: "globalThis.ran = true" }));
  await kernel.until(() => kernel.of(ids[0] as string).some(({ header }) => header.msg_type === "stream"));
  await kernel.send("interrupt_request", {}, { channel: "control" });
  expect((await kernel.reply(ids[1] as string)).content).toEqual({ status: "aborted" });
  expect((await kernel.run("typeof ran")).outputs.at(2)?.content.data["text/plain"]).toBe("'undefined'");
});

it("aborts the cell's signal and ends the worker threads it started, not those of earlier cells", async () => {
  const start = "new (process.getBuiltinModule('node:worker_threads').Worker)('setInterval(() => {}, 1000)', { eval: true })";
  await kernel.execute(`globalThis.early = ${start}; globalThis.ends = []; early.on('exit', () => ends.push('early')); undefined`);
  const id = await kernel.send("execute_request", {
    code: `const signal = globalThis[Symbol.for("jupyter.notebook")].interrupt; signal.onabort = () => ends.push('signal');
      ${start}.on('exit', () => ends.push('late')); await new Promise((r) => setTimeout(r, 200)); console.log('begun'); for (;;);`,
  });
  await kernel.until(() => kernel.of(id).some(({ header }) => header.msg_type === "stream"));
  await kernel.send("interrupt_request", {}, { channel: "control" });
  await kernel.reply(id, 1000);
  const { outputs } = await kernel.run(
    "await new Promise((r) => setTimeout(r, 500)); const seen = ends.join(); early.terminate(); return seen",
  );
  expect(outputs.at(2)?.content.data["text/plain"]).toBe("'signal,late'");
});

it("an interrupt of an idle kernel does nothing to what comes next", async () => {
  for (let i = 0; i < 5; i++) await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await kernel.run("1 + 1")).outputs.at(2)?.content.data["text/plain"]).toBe("2");
});

it("SIGINT interrupts too", async () => {
  const id = await kernel.send("execute_request", { code: `console.log('begun'); await ${FOREVER}` });
  await kernel.until(() => kernel.of(id).some(({ header }) => header.msg_type === "stream"));
  kernel.process.kill("SIGINT");
  expect((await kernel.reply(id, 1000)).content.ename).toBe("Interrupted");
});
