import { createHmac } from "node:crypto";
import typescript from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import own from "../../kernel-ext/package.json" with { type: "json" };
import { makeEnvelope } from "../../kernel-ext/src/wire/envelope.js";
import { fromFrames, pack, toFrames } from "../../kernel-ext/src/wire/frames.js";
import { isRequestType, type Message, REPLY_TYPES } from "../../kernel-ext/src/wire/messages.js";
import { makeSigner } from "../../kernel-ext/src/wire/signature.js";
import { KernelClient, TINY_KERNEL } from "../support/kernel-client.js";

const signer = makeSigner("key", "sha256");
const request: Message = {
  ...makeEnvelope("s", "t")("shell", "comm_msg", { text: "a𝒳\u2028", n: 1 }, { buffers: [Buffer.from([0, 255])] }),
  identities: [Buffer.from("id")],
};
const bytes = (frames: readonly (Uint8Array | string)[]) => frames.map((frame) => Buffer.from(frame as string));
const frames = () => bytes(toFrames(pack(request), signer));

describe("frames", () => {
  it("come back as the message they were made from", () => {
    const decoded = fromFrames(frames(), "shell", signer);
    expect(decoded).toEqual({ ok: true, message: { ...request, identities: [Buffer.from("id")], buffers: [Buffer.from([0, 255])] } });
  });

  it("are signed over the four JSON frames alone, as the specification says", () => {
    const [, , signature, ...rest] = frames();
    const expected = rest
      .slice(0, 4)
      .reduce((hmac, frame) => hmac.update(frame), createHmac("sha256", "key"))
      .digest("hex");
    expect(signature?.toString()).toBe(expected);
  });

  const change = (index: number, to: string) => frames().map((frame, i) => (i === index ? Buffer.from(to) : frame));
  const resigned = (index: number, to: string) => {
    const changed = change(index, to);
    changed[2] = Buffer.from(signer.sign(changed.slice(3, 7)));
    return changed;
  };
  const DAMAGES = [
    { name: "no frames", frames: [], damage: "no-delimiter" },
    { name: "no delimiter", frames: change(1, "<IDS>"), damage: "no-delimiter" },
    { name: "nothing after the delimiter", frames: frames().slice(0, 2), damage: "truncated" },
    { name: "three JSON frames", frames: frames().slice(0, 6), damage: "truncated" },
    { name: "another signature", frames: change(2, "0".repeat(64)), damage: "forged" },
    { name: "a shorter signature", frames: change(2, "00"), damage: "forged" },
    { name: "no signature", frames: change(2, ""), damage: "forged" },
    { name: "changed content", frames: change(6, "{}"), damage: "forged" },
    {
      name: "a swapped pair",
      frames: [...frames().slice(0, 3), frames()[4], frames()[3], ...frames().slice(5)] as Buffer[],
      damage: "forged",
    },
    { name: "content that is no JSON", frames: resigned(6, "{"), damage: "malformed" },
    { name: "content that is no object", frames: resigned(6, "[1]"), damage: "malformed" },
    { name: "a header without a type", frames: resigned(3, '{"msg_id": "1"}'), damage: "malformed" },
  ] as const;

  it.each(DAMAGES)("with $name are dropped as $damage", ({ frames, damage }) => {
    expect(fromFrames(frames, "shell", signer)).toEqual({ ok: false, damage });
  });

  it("without a key are neither signed nor checked", () => {
    const open = makeSigner("", "sha256");
    const plain = bytes(toFrames(pack(request), open));
    expect(plain[2]?.length).toBe(0);
    expect(fromFrames(change(2, "anything"), "shell", open)).toMatchObject({ ok: true });
  });
});

it("each request is answered by the reply of its name", () => {
  for (const [request, reply] of Object.entries(REPLY_TYPES)) {
    expect(reply).toBe(request.endsWith("_request") ? request.replace(/_request$/, "_reply") : undefined);
  }
  expect(isRequestType("toString")).toBe(false);
});

describe("over real sockets", () => {
  let kernel: KernelClient;
  beforeAll(async () => {
    kernel = await KernelClient.start(TINY_KERNEL);
  });
  afterAll(() => kernel.stop());

  it("forged, truncated and malformed messages get no answer and harm nothing", async () => {
    const forged = await kernel.send("execute_request", { code: "globalThis.forged = true" }, { key: "another key" });
    await kernel.sendRaw(["nonsense"]);
    await kernel.sendRaw(["<IDS|MSG>", "00", "{}"]);
    await kernel.sendRaw(["<IDS|MSG>", "00", "{", "{}", "{}", "{}"], "control");
    const { outputs } = await kernel.run("typeof forged");
    expect(outputs.at(2)?.content.data["text/plain"]).toBe("'undefined'");
    expect(kernel.of(forged)).toEqual([]);
    await kernel.until(() => kernel.stderr.includes("forged") && kernel.stderr.includes("truncated"));
  });

  it("every subscription is welcomed with its topic, on protocol 5.4", () => {
    const [welcome] = kernel.iopub;
    expect(welcome).toMatchObject({
      header: { msg_type: "iopub_welcome", version: "5.4" },
      parent_header: {},
      content: { subscription: "" },
    });
  });

  it("requests that the kernel does not know get an error reply; other messages get nothing", async () => {
    const reply = await kernel.request("create_subshell_request", {}, { channel: "control" });
    expect(reply).toMatchObject({
      header: { msg_type: "create_subshell_reply" },
      content: { status: "error", ename: "UnsupportedRequest" },
    });
    const nothing = await kernel.send("something_else", {});
    await kernel.execute("1");
    expect(kernel.of(nothing)).toEqual([]);
  });

  it("debug_request is answered as unsupported", async () => {
    const reply = await kernel.request("debug_request", { type: "request", seq: 7, command: "initialize" }, { channel: "control" });
    expect(reply.content).toMatchObject({ type: "response", request_seq: 7, success: false, command: "initialize" });
  });

  it("the heart beats while a cell spins", async () => {
    const id = await kernel.send("execute_request", { code: "const end = Date.now() + 400; while (Date.now() < end);" });
    await kernel.until(() => kernel.of(id).some(({ header }) => header.msg_type === "execute_input"));
    await kernel.heartbeat();
    expect(kernel.replies.some(({ parent_header }) => parent_header.msg_id === id)).toBe(false);
    await kernel.reply(id);
  });

  it("kernel_info is answered while a cell spins, with versions from the package files", async () => {
    const id = await kernel.send("execute_request", { code: "const end = Date.now() + 400; while (Date.now() < end);" });
    await kernel.until(() => kernel.of(id).some(({ header }) => header.msg_type === "execute_input"));
    const { content } = await kernel.request("kernel_info_request", {});
    expect(kernel.replies.some(({ parent_header }) => parent_header.msg_id === id)).toBe(false);
    expect(content).toMatchObject({
      status: "ok",
      protocol_version: "5.4",
      implementation: "galton-kernel",
      debugger: false,
      supported_features: [],
    });
    expect(content.implementation_version).toBe(own.version);
    expect(content.language_info).toMatchObject({
      name: "typescript",
      version: typescript.version,
      file_extension: ".ts",
    });
    await kernel.reply(id);
  });
});
