import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Engine, kernelInfo, type Message, Session } from "../../kernel-ext/src/index.js";
import { tinyEngine } from "../support/tiny-engine.mjs";

// The session without any transport, as a program uses it that runs notebooks itself.
const NOTEBOOK = Symbol.for("jupyter.notebook");
const globals = globalThis as Record<PropertyKey, unknown>;
let sent: Message[];
let session: Session;

function start(engine: Partial<Engine> = {}): Session {
  sent = [];
  session = new Session({ engine: { ...tinyEngine(), ...engine }, info: kernelInfo("typescript"), send: (message) => sent.push(message) });
  return session;
}

beforeEach(() => void start());
afterEach(() => session.close());

const types = () => sent.map(({ header, content }) => (header.msg_type === "status" ? content.execution_state : header.msg_type));

it("runs a cell and hands out its reply and its messages, reply before idle", async () => {
  const reply = await session.request("execute_request", { code: "console.log('a'); return 2" });
  expect(reply).toEqual({ status: "ok", execution_count: 1, user_expressions: {}, payload: [] });
  expect(types()).toEqual(["busy", "execute_input", "stream", "execute_result", "execute_reply", "idle"]);
  expect(sent.every(({ parent_header }) => parent_header.msg_id === sent[0]?.parent_header.msg_id)).toBe(true);
});

it("answers kernel_info, interrupt, shutdown and debug too", async () => {
  expect(await session.request("kernel_info_request", {})).toEqual(kernelInfo("typescript"));
  expect(await session.request("interrupt_request", {})).toEqual({ status: "ok" });
  expect(await session.request("shutdown_request", { restart: true })).toEqual({ status: "ok", restart: true });
  expect(await session.request("debug_request", { seq: 1, command: "x" })).toMatchObject({ success: false });
});

it("ends a pending cell by interrupt, tells the engine, and goes on", async () => {
  const interrupt = vi.fn();
  await session.close();
  start({ interrupt });
  const pending = session.request("execute_request", { code: "await new Promise(() => {})" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  session.interrupt();
  expect(await pending).toMatchObject({ status: "error", ename: "Interrupted" });
  expect(interrupt).toHaveBeenCalledOnce();
  expect(await session.request("execute_request", { code: "1" })).toMatchObject({ status: "ok" });
});

it("an engine that fails is an error reply, with idle after it", async () => {
  await session.close();
  start({
    execute: () => Promise.reject(new Error("engine broke")),
    complete: () => {
      throw new TypeError("no completion");
    },
  });
  expect(await session.request("execute_request", { code: "1" })).toMatchObject({ status: "error", evalue: "engine broke" });
  expect(await session.request("complete_request", { code: "1", cursor_pos: 1 })).toMatchObject({ status: "error", ename: "TypeError" });
  expect(types().at(-1)).toBe("idle");
});

it("without anyone to ask, prompt throws even when input is allowed", async () => {
  expect(await session.request("execute_request", { code: "prompt('?')", allow_stdin: true })).toMatchObject({ ename: "StdinError" });
});

it("each cell has a fresh interrupt signal; a timer keeps its own cell's", async () => {
  await session.request("execute_request", {
    code: `const host = globalThis[Symbol.for("jupyter.notebook")]; globalThis.signals = [host.interrupt]; setTimeout(() => signals.push(host.interrupt), 20); undefined`,
  });
  await session.request("execute_request", {
    code: `await new Promise((r) => setTimeout(r, 40)); signals.push(globalThis[Symbol.for("jupyter.notebook")].interrupt)`,
  });
  const [first, late, second] = globals.signals as AbortSignal[];
  expect(late).toBe(first);
  expect(second).not.toBe(first);
});

it("gives console, streams and globals back on close", async () => {
  expect(globals[NOTEBOOK]).toBe(session.host);
  const captured = console.log;
  await session.close();
  expect([globals[NOTEBOOK], globals.display, globals.prompt, globals.clearOutput]).toEqual([undefined, undefined, undefined, undefined]);
  expect(console.log).not.toBe(captured);
});

it("requests lost with a termination get their answer, later ones are left alone", async () => {
  await session.close();
  start({ complete: () => new Promise(() => {}) });
  const lost = session.request("complete_request", { code: "a", cursor_pos: 1 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  const [seconds, nanoseconds] = process.hrtime();
  const when = seconds * 1e3 + nanoseconds / 1e6;
  await new Promise((resolve) => setTimeout(resolve, 5));
  const later = session.request("complete_request", { code: "b", cursor_pos: 1 });
  session.settleLost(when);
  expect(await lost).toMatchObject({ status: "error", ename: "Interrupted" });
  expect(await Promise.race([later, new Promise((resolve) => setTimeout(resolve, 30, "pending"))])).toBe("pending");
});
