import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine, ExecuteResult } from "../../../kernel-ext/src/engine/engine.js";
import { makeEngine } from "../../../kernel-ext/src/engine/index.js";
import { TERMINATE } from "../../../kernel-ext/src/kernel/link.js";
import { makeTerminable } from "../../../kernel-ext/src/kernel/terminable.js";
import { type Folder, makeFolder } from "./folder.js";

/** What the kernel's other thread does: ends whatever the main thread runs, as soon as it is told. */
const TERMINATOR = `
const { Session } = require("node:inspector");
const { parentPort } = require("node:worker_threads");
const session = new Session();
session.connectToMainThread();
parentPort.on("message", () => {
  const expression = 'process[Symbol.for("${TERMINATE}")]()';
  session.post("Runtime.evaluate", { expression, silent: true }, () => parentPort.postMessage("terminated"));
});
parentPort.postMessage("ready");
`;

/** Cells that call `stopMe()` and would then never end. */
const ENDLESS = [
  { name: "a synchronous loop", code: "let reached = 1;\nreached = 2;\nstopMe();\nwhile (true);" },
  { name: "a loop after an await", code: "let reached = 2;\nawait null;\nstopMe();\nfor (;;) reached += 0;" },
  { name: "a loop in a function of an earlier cell", code: "let reached = 2;\nspin();" },
  {
    name: "a loop in a timer's callback",
    code: "let reached = 2;\nawait new Promise(() => setTimeout(() => { stopMe(); while (true); }, 0));",
  },
];

const globals = globalThis as { stopMe?: () => void };

describe("typescript", () => {
  let folder: Folder;
  let engine: Engine;
  let terminator: Worker;
  const run = (code: string): Promise<ExecuteResult> => engine.execute({ code, cell: 1 });

  beforeAll(async () => {
    makeTerminable();
    folder = makeFolder();
    engine = await makeEngine("typescript", {
      directory: folder.path,
      fallbackDirectories: [],
      globals: "declare function stopMe(): void;",
      cacheDirectory: folder.path,
    });
    terminator = new Worker(TERMINATOR, { eval: true });
    await once(terminator, "message");
    globals.stopMe = () => terminator.postMessage("stop");
    await run("const earlier = [1, 2, 3]; function spin(): never { stopMe(); while (true); }");
  });
  afterAll(async () => {
    delete globals.stopMe;
    await terminator.terminate();
    await engine.close();
    folder.remove();
  });

  it.each(ENDLESS)("$name is stopped and the state kept", async ({ code }) => {
    const terminated = once(terminator, "message");
    const result = run(code);
    await terminated;
    engine.interrupt();
    expect(await result).toMatchObject({ status: "error", name: "InterruptedError" });
    expect(await run("earlier.length + reached")).toEqual({ status: "ok", value: 5, hasValue: true });
    expect(await run("await Promise.resolve('goes on')")).toMatchObject({ value: "goes on" });
  });

  it("a pending await is left", async () => {
    const result = run("let first = 1;\nawait new Promise(() => {});\nlet second = 2;");
    await new Promise((resume) => setTimeout(resume, 50));
    engine.interrupt();
    expect(await result).toMatchObject({ status: "error", name: "InterruptedError" });
    expect(await run("first")).toMatchObject({ value: 1 });
    expect(await run("second")).toMatchObject({ status: "diagnostics" });
  });

  it("an interrupted cell runs no further when what it awaited comes", async () => {
    await run("let release = () => {}; let after = 'untouched'; const gate = new Promise<void>((open) => { release = open; });");
    const result = run("await gate;\n;\nafter = 'touched';");
    await new Promise((resume) => setImmediate(() => setImmediate(resume)));
    engine.interrupt();
    await result;
    await run("release(); await gate;");
    expect(await run("after")).toMatchObject({ value: "untouched" });
  });

  it("an interrupt between cells does nothing", async () => {
    engine.interrupt();
    expect(await run("earlier[0]")).toMatchObject({ value: 1 });
  });
});

describe("tslab", () => {
  it("leaves a pending await and keeps the state", async () => {
    const folder = makeFolder();
    const engine = await makeEngine("tslab", { directory: folder.path, fallbackDirectories: [] });
    await engine.execute({ code: "const earlier = 3;", cell: 1 });
    const result = engine.execute({ code: "await new Promise(() => {});", cell: 2 });
    await new Promise((resume) => setTimeout(resume, 500));
    engine.interrupt();
    expect(await result).toMatchObject({ status: "error", name: "InterruptedError" });
    expect(await engine.execute({ code: "earlier", cell: 3 })).toMatchObject({ value: 3 });
    await engine.close();
    folder.remove();
  });
});
