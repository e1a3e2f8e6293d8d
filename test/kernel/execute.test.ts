import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelClient, type Received, TINY_KERNEL } from "../support/kernel-client.js";

let kernel: KernelClient;
const ofType = (messages: readonly Received[], type: string) => messages.filter(({ header }) => header.msg_type === type);
const text = (messages: readonly Received[], name = "stdout") =>
  ofType(messages, "stream")
    .filter(({ content }) => content.name === name)
    .map(({ content }) => content.text)
    .join("");

beforeAll(async () => {
  kernel = await KernelClient.start(TINY_KERNEL);
});
afterAll(() => kernel.stop());

describe("console", () => {
  // What Node prints for the same call; a row is a call.
  const CASES = [
    { call: "console.log('%s is %d', 'x', 3)", stdout: "x is 3\n" },
    { call: "console.info({ a: [1] })", stdout: "{ a: [ 1 ] }\n" },
    { call: "console.debug('d')", stdout: "d\n" },
    { call: "console.warn('w')", stderr: "w\n" },
    { call: "console.error('e')", stderr: "e\n" },
    { call: "console.dir({ a: { b: { c: {} } } }, { depth: 0 })", stdout: "{ a: [Object] }\n" },
    { call: "console.table([{ a: 1 }])", stdout: "┌─────────┬───┐\n│ (index) │ a │\n├─────────┼───┤\n│ 0       │ 1 │\n└─────────┴───┘\n" },
    {
      call: "console.group('g'); console.log('in'); console.group(); console.log('deep'); console.groupEnd(); console.groupEnd(); console.log('out')",
      stdout: "g\n  in\n    deep\nout\n",
    },
    { call: "console.group('left open')", stdout: "left open\n" },
    { call: "console.log('at the margin again')", stdout: "at the margin again\n" },
    { call: "console.count('c'); console.count('c'); console.countReset('c'); console.count('c')", stdout: "c: 1\nc: 2\nc: 1\n" },
    { call: "console.assert(1 > 2, 'no'); console.assert(true, 'yes')", stderr: "Assertion failed: no\n" },
    { call: "console.time('t'); console.timeLog('t'); console.timeEnd('t')", stdout: /^t: [\d.]+m?s\nt: [\d.]+m?s\n$/ },
    { call: "console.trace('here')", stderr: /^Trace: here\n {4}at / },
    { call: "process.stdout.write('a'); process.stdout.write(new Uint8Array([98]))", stdout: "ab" },
    { call: "const b = Buffer.from('é'); process.stderr.write(b.subarray(0, 1)); process.stderr.write(b.subarray(1))", stderr: "é" },
  ] as const;

  it.each(CASES)("$call", async ({ call, ...rest }) => {
    const { outputs } = await kernel.run(`${call}; return undefined`);
    const { stdout = "", stderr = "" } = rest as { stdout?: string | RegExp; stderr?: string | RegExp };
    for (const [name, expected] of [
      ["stdout", stdout],
      ["stderr", stderr],
    ] as const) {
      if (typeof expected === "string") expect(text(outputs, name)).toBe(expected);
      else expect(text(outputs, name)).toMatch(expected);
    }
  });

  it("clear becomes clear_output", async () => {
    const { outputs } = await kernel.run("console.clear()");
    expect(ofType(outputs, "clear_output")[0]?.content).toEqual({ wait: false });
  });

  it("a callback of write is called; a worker thread's output is shown", async () => {
    const { outputs } = await kernel.run(`await new Promise((done) => process.stdout.write("a", done));
      const { Worker } = process.getBuiltinModule("node:worker_threads");
      await new Promise((done) => new Worker("console.log('from a worker'); process.exit(3)", { eval: true }).on("exit", done));
      await new Promise((done) => setTimeout(done, 100))`);
    expect(text(outputs)).toBe("afrom a worker\n");
  });

  it("big output arrives whole, in pieces that split no character", async () => {
    const { outputs } = await kernel.run("process.stdout.write('x' + '𝒳'.repeat(200_000)); return undefined");
    const pieces = ofType(outputs, "stream").map(({ content }) => content.text as string);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe(`x${"𝒳".repeat(200_000)}`);
    for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u);
  });

  it("text is shown while the cell still spins", async () => {
    const id = await kernel.send("execute_request", {
      code: "console.log('early'); const end = Date.now() + 700; while (Date.now() < end);",
    });
    await kernel.until(() => text(kernel.of(id)) === "early\n");
    expect(kernel.replies.some(({ parent_header }) => parent_header.msg_id === id)).toBe(false);
    await kernel.reply(id);
  });

  it("fifty thousand lines arrive in order, in few messages", async () => {
    const { outputs } = await kernel.run("for (let i = 0; i < 50_000; i++) console.log(i); return undefined");
    expect(text(outputs)).toBe(Array.from({ length: 50_000 }, (_, i) => `${i}\n`).join(""));
    expect(ofType(outputs, "stream").length).toBeLessThan(200);
  });
});

describe("display", () => {
  it("shows bundles, values and their own representations, with metadata and ids, and updates them", async () => {
    const { outputs } = await kernel.run(`
      const shown = display({ "text/html": "<b>1</b>", "text/plain": "1" }, { raw: true, metadata: { "text/html": { isolated: true } }, id: "one" });
      shown.update({ [Symbol.for("Jupyter.display")]: async () => ({ "text/markdown": "**2**" }) });
      display("two");
      return undefined`);
    const [first, second, third] = outputs.filter(({ header }) => header.msg_type.includes("display_data"));
    expect(ofType(outputs, "update_display_data")).toHaveLength(1);
    expect(first?.content).toEqual({
      data: { "text/html": "<b>1</b>", "text/plain": "1" },
      metadata: { "text/html": { isolated: true } },
      transient: { display_id: "one" },
    });
    const byType = [second, third].map((message) => message?.content);
    expect(byType).toContainEqual({ data: { "text/markdown": "**2**" }, metadata: {}, transient: { display_id: "one" } });
    expect(byType.some((content) => content?.data["text/plain"] === "'two'")).toBe(true);
  });

  it("refuses what is no bundle", async () => {
    expect((await kernel.execute("display('text', { raw: true })")).content).toMatchObject({ status: "error", ename: "TypeError" });
    const { reply } = await kernel.run("({ [Symbol.for('Jupyter.display')]: () => 3 })");
    expect(reply.content.evalue).toContain("expected an object from MIME types to data");
  });

  it("the library's host takes bundles, updates and clears", async () => {
    const { outputs } = await kernel.run(`const host = globalThis[Symbol.for("jupyter.notebook")];
      host.display({ "text/plain": "a" }, { displayId: "d" }); host.display({ "text/plain": "b" }, { displayId: "d", update: true }); host.clearOutput(true); return undefined`);
    expect(outputs.slice(2, 5).map(({ header }) => header.msg_type)).toEqual(["display_data", "update_display_data", "clear_output"]);
    expect(outputs[4]?.content).toEqual({ wait: true });
  });
});

describe("execute_request", () => {
  it("counts stored cells only; says the count in input, result and reply", async () => {
    const before = (await kernel.execute("1")).content.execution_count;
    await kernel.execute("1", { silent: true });
    await kernel.execute("1", { store_history: false });
    const { reply, outputs } = await kernel.run("5");
    expect(reply.content).toEqual({ status: "ok", execution_count: before + 1, user_expressions: {}, payload: [] });
    expect(ofType(outputs, "execute_input")[0]?.content).toEqual({ code: "5", execution_count: before + 1 });
    expect(ofType(outputs, "execute_result")[0]?.content).toEqual({
      execution_count: before + 1,
      data: { "text/plain": "5" },
      metadata: {},
    });
  });

  it("evaluates user expressions, each to a bundle or an error", async () => {
    const { content } = await kernel.execute("globalThis.u = 4; undefined", { user_expressions: { good: "u * 2", bad: "nowhere" } });
    expect(content.user_expressions).toMatchObject({
      good: { status: "ok", data: { "text/plain": "8" } },
      bad: { status: "error", ename: "ReferenceError" },
    });
  });

  it("reports an error alike in output and reply", async () => {
    const { reply, outputs } = await kernel.run("throw new RangeError('too far')");
    const { execution_count, status, ...error } = reply.content;
    expect([status, typeof execution_count]).toEqual(["error", "number"]);
    expect(ofType(outputs, "error")[0]?.content).toEqual(error);
    expect(error).toMatchObject({ ename: "RangeError", evalue: "too far" });
  });

  it("reports diagnostics with place, number and the line itself", async () => {
    const { reply } = await kernel.run("bad syntax");
    expect(reply.content).toMatchObject({ ename: "CompileError", evalue: "';' expected. (line 1, column 5)" });
    expect(reply.content.traceback[0]).toMatch(/^Cell \[\d+\], line 1, column 5 - .*TS1005.*\n {4}bad syntax\n {8}.*\^/);
  });

  it("aborts what waits behind an error, unless told otherwise", async () => {
    const waiting = async (stop_on_error: boolean) => {
      const first = await kernel.send("execute_request", { code: "await new Promise((r) => setTimeout(r, 100)); throw 1", stop_on_error });
      const second = await kernel.send("execute_request", { code: "1" });
      expect((await kernel.reply(first)).content.status).toBe("error");
      await kernel.idle(second);
      return (await kernel.reply(second)).content.status;
    };
    expect(await waiting(true)).toBe("aborted");
    expect(await waiting(false)).toBe("ok");
    expect((await kernel.execute("1")).content.status).toBe("ok");
  });

  it("refuses content of a wrong kind, naming the field", async () => {
    expect((await kernel.request("execute_request", { code: 3 })).content).toMatchObject({
      status: "error",
      ename: "InvalidRequest",
      evalue: "request: code is 3; expected a string",
    });
    expect((await kernel.request("history_request", { hist_access_type: "all" })).content).toMatchObject({
      status: "error",
      ename: "InvalidRequest",
    });
  });

  it("runs cells strictly one after the other, however they come", async () => {
    await kernel.execute("globalThis.log = []; undefined");
    const ids = [];
    for (let i = 0; i < 20; i++)
      ids.push(
        await kernel.send("execute_request", {
          code: `log.push('a${i}'); await new Promise((r) => setTimeout(r, ${20 - i})); log.push('b${i}')`,
        }),
      );
    await kernel.reply(ids.at(-1) as string);
    const { outputs } = await kernel.run("log.join(' ')");
    const expected = Array.from({ length: 20 }, (_, i) => `a${i} b${i}`).join(" ");
    expect(ofType(outputs, "execute_result")[0]?.content.data["text/plain"]).toContain(expected);
    for (const id of ids)
      expect(
        kernel
          .of(id)
          .map(({ content }) => content.execution_state)
          .filter(Boolean),
      ).toEqual(["busy", "idle"]);
  });
});

describe("late work", () => {
  it("prints at its own cell, from timers, promises and intervals, after that cell has ended", async () => {
    const { reply } = await kernel.run("setTimeout(() => console.log('late'), 100); undefined");
    const other = await kernel.run("await new Promise((r) => setTimeout(r, 200)); console.log('other')");
    const first = String(reply.parent_header.msg_id);
    await kernel.until(() => text(kernel.of(first)) === "late\n");
    expect(text(other.outputs)).toBe("other\n");
  });

  const CRASHES = [
    { name: "a throw in a timer", code: "setTimeout(() => { throw new RangeError('in a timer') }, 20); undefined", evalue: "in a timer" },
    { name: "an unhandled rejection", code: "Promise.reject(new RangeError('nobody caught')); undefined", evalue: "nobody caught" },
    {
      name: "a rejection much later",
      code: "(async () => { await new Promise((r) => setTimeout(r, 30)); throw new RangeError('later') })(); undefined",
      evalue: "later",
    },
    {
      name: "an event handler",
      code: "const e = new (process.getBuiltinModule('node:events').EventEmitter)(); setImmediate(() => e.emit('error', new RangeError('event'))); undefined",
      evalue: "event",
    },
    { name: "process.exit in a timer", code: "setTimeout(() => process.exit(1), 20); undefined", evalue: "process.exit(1)" },
    {
      name: "something thrown that is no error",
      code: "setTimeout(() => { throw Object.create(null) }, 20); undefined",
      evalue: "object thrown",
    },
  ] as const;

  it.each(CRASHES)("$name is shown at its cell and ends nothing", async ({ code, evalue }) => {
    const { reply } = await kernel.run(code);
    const { outputs } = await kernel.run("await new Promise((r) => setTimeout(r, 120)); 1");
    const id = String(reply.parent_header.msg_id);
    await kernel.until(() => ofType(kernel.of(id), "error").length > 0);
    expect(ofType(kernel.of(id), "error")[0]?.content.evalue).toContain(evalue);
    expect(ofType(outputs, "error")).toEqual([]);
  });

  it.each(["process.exit(2)", "process.abort()"])("%s in a cell is an error of that cell", async (code) => {
    expect((await kernel.execute(code)).content).toMatchObject({ status: "error", ename: "ExitRefused" });
    expect((await kernel.execute("1")).content.status).toBe("ok");
  });
});

describe("positions count code points", () => {
  // "𝒳" is one code point and two UTF-16 units.
  const CASES = [
    { code: "hel", cursor_pos: 3, start: 0, end: 3 },
    { code: "'𝒳𝒳'; hel", cursor_pos: 9, start: 6, end: 9 },
    { code: "'𝒳'; hel // 𝒳", cursor_pos: 8, start: 5, end: 8 },
    { code: "hel", cursor_pos: 99, start: 0, end: 3 },
  ];
  it.each(CASES)("$code at $cursor_pos", async ({ code, cursor_pos, start, end }) => {
    const { content } = await kernel.request("complete_request", { code, cursor_pos });
    expect(content).toEqual({
      status: "ok",
      matches: ["hello"],
      cursor_start: start,
      cursor_end: end,
      metadata: { _jupyter_types_experimental: [{ text: "hello", type: "function", start, end, signature: "" }] },
    });
  });
});

it("inspection comes as text and Markdown; what is unknown is not found", async () => {
  const found = await kernel.request("inspect_request", { code: "known", cursor_pos: 3, detail_level: 0 });
  expect(found.content.data).toEqual({
    "text/plain": "const known: number\n\nA **number**.",
    "text/markdown": "```typescript\nconst known: number\n```\n\nA **number**.",
  });
  expect((await kernel.request("inspect_request", { code: "x", cursor_pos: 1 })).content).toEqual({
    status: "ok",
    found: false,
    data: {},
    metadata: {},
  });
});

it("is_complete answers with status and indent", async () => {
  expect((await kernel.request("is_complete_request", { code: "f() {" })).content).toEqual({ status: "incomplete", indent: "  " });
  expect((await kernel.request("is_complete_request", { code: "f()" })).content).toEqual({ status: "complete" });
});
