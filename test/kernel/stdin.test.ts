import { afterAll, beforeAll, expect, it } from "vitest";
import { KernelClient, TINY_KERNEL } from "../support/kernel-client.js";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await KernelClient.start(TINY_KERNEL);
});
afterAll(() => kernel.stop());

async function ask(code: string, value: unknown): Promise<{ readonly request: unknown; readonly result: string }> {
  const before = kernel.inputs.length;
  const id = await kernel.send("execute_request", { code, allow_stdin: true });
  const request = await kernel.until(() => kernel.inputs[before]);
  expect(request).toMatchObject({ header: { msg_type: "input_request" }, parent_header: { msg_id: id } });
  await kernel.send("input_reply", { value }, { channel: "stdin" });
  await kernel.reply(id);
  await kernel.idle(id);
  return { request: request.content, result: kernel.of(id).at(2)?.content.data["text/plain"] };
}

const CASES = [
  { name: "a line", code: "prompt('name?')", value: "Ada 𝒳", request: { prompt: "name?", password: false }, result: "'Ada 𝒳'" },
  { name: "an empty line", code: "prompt()", value: "", request: { prompt: "", password: false }, result: "''" },
  {
    name: "a default for an empty line",
    code: "prompt('n', 'default')",
    value: "",
    request: { prompt: "n", password: false },
    result: "'default'",
  },
  { name: "a password", code: "prompt('pw', { password: true })", value: "s", request: { prompt: "pw", password: true }, result: "'s'" },
  { name: "no value at all", code: "prompt('n')", value: undefined, request: { prompt: "n", password: false }, result: "null" },
  {
    name: "after an await",
    code: "await null; const a = prompt('a'); return a + a",
    value: "x",
    request: { prompt: "a", password: false },
    result: "'xx'",
  },
] as const;

it.each(CASES)("prompt gives $name", async ({ code, value, request, result }) => {
  expect(await ask(code, value)).toEqual({ request, result });
});

it("what is printed before the prompt is shown before it", async () => {
  const id = await kernel.send("execute_request", { code: "console.log('question:'); prompt('?')", allow_stdin: true });
  const before = kernel.inputs.length;
  await kernel.until(() => kernel.inputs.length > before && kernel.of(id).some(({ content }) => content.text === "question:\n"));
  await kernel.heartbeat();
  await kernel.send("input_reply", { value: "x" }, { channel: "stdin" });
  await kernel.reply(id);
});

it("where input is not allowed, prompt throws and says so", async () => {
  const { content } = await kernel.execute("prompt('?')", { allow_stdin: false });
  expect(content).toMatchObject({ status: "error", ename: "StdinError" });
  expect(content.evalue).toContain("does not allow input");
});

it("an interrupt ends a prompt; a late answer does not reach the next one", async () => {
  const id = await kernel.send("execute_request", { code: "try { prompt('first') } catch {} prompt('again')", allow_stdin: true });
  const before = kernel.inputs.length;
  await kernel.until(() => kernel.inputs.length > before);
  await kernel.send("interrupt_request", {}, { channel: "control" });
  expect((await kernel.reply(id, 1000)).content.ename).toBe("Interrupted");
  await kernel.send("input_reply", { value: "too late" }, { channel: "stdin" });
  await kernel.execute("await new Promise((r) => setTimeout(r, 50))");
  expect((await ask("prompt('second')", "right")).result).toBe("'right'");
});

it("an input request waits for a front end whose stdin channel is not connected yet", async () => {
  const late = await KernelClient.start({ ...TINY_KERNEL, lateStdin: true });
  try {
    const id = await late.send("execute_request", { code: "prompt('?')", allow_stdin: true });
    await late.until(() => late.of(id).some(({ header }) => header.msg_type === "execute_input"));
    await late.heartbeat();
    late.connectStdin();
    await late.until(() => late.inputs[0], 5000);
    await late.send("input_reply", { value: "x" }, { channel: "stdin" });
    expect((await late.reply(id)).content.status).toBe("ok");
  } finally {
    await late.stop();
  }
});
