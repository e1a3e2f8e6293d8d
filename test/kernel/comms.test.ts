import { afterAll, beforeAll, expect, it } from "vitest";
import { KernelClient, type Received, TINY_KERNEL } from "../support/kernel-client.js";

let kernel: KernelClient;
const COMMS = 'globalThis[Symbol.for("jupyter.notebook")].comms';
const ofType = (messages: readonly Received[], type: string) => messages.filter(({ header }) => header.msg_type === type);

beforeAll(async () => {
  kernel = await KernelClient.start(TINY_KERNEL);
});
afterAll(() => kernel.stop());

it("a comm opened by a cell carries data, metadata and buffers both ways", async () => {
  const { reply, outputs } = await kernel.run(`
    globalThis.comm = ${COMMS}.open("target", { a: 1 }, { metadata: { version: "2.1.0" }, buffers: [new Uint8Array([1, 2, 3]).subarray(1)] });
    comm.onMessage(({ data, metadata, buffers }) => comm.send({ echo: data, metadata }, { buffers: buffers.map((b) => b.map((x) => x + 1)) }));
    return comm.id`);
  const [open] = ofType(outputs, "comm_open");
  expect(open).toMatchObject({
    content: { target_name: "target", data: { a: 1 } },
    metadata: { version: "2.1.0" },
    parent_header: reply.parent_header,
  });
  expect(open?.buffers.map((buffer) => [...buffer])).toEqual([[2, 3]]);
  const sent = await kernel.send(
    "comm_msg",
    { comm_id: open?.content.comm_id, data: { b: 2 } },
    { buffers: [Buffer.from([9]), Buffer.alloc(0)], metadata: { m: 1 } },
  );
  await kernel.idle(sent);
  const [busy, echo, idle] = kernel.of(sent);
  expect([busy?.content.execution_state, idle?.content.execution_state]).toEqual(["busy", "idle"]);
  expect(echo).toMatchObject({ header: { msg_type: "comm_msg" }, content: { data: { echo: { b: 2 }, metadata: { m: 1 } } } });
  expect(echo?.buffers.map((buffer) => [...buffer])).toEqual([[10], []]);
});

it("a comm opened by the front end reaches its target; comm_info lists it; close is heard", async () => {
  await kernel.execute(
    `${COMMS}.registerTarget("ours", (comm, { data }) => { comm.send({ got: data }); comm.onClose(() => console.log("closed")) })`,
  );
  const opened = await kernel.send("comm_open", { comm_id: "one", target_name: "ours", data: { x: 1 } });
  await kernel.idle(opened);
  expect(ofType(kernel.of(opened), "comm_msg")[0]?.content).toEqual({ comm_id: "one", data: { got: { x: 1 } } });
  expect((await kernel.request("comm_info_request", { target_name: "ours" })).content).toEqual({
    status: "ok",
    comms: { one: { target_name: "ours" } },
  });
  expect(Object.keys((await kernel.request("comm_info_request", {})).content.comms)).toContain("one");
  expect((await kernel.request("comm_info_request", { target_name: "none" })).content.comms).toEqual({});
  await kernel.idle(await kernel.send("comm_close", { comm_id: "one", data: {} }));
  expect((await kernel.request("comm_info_request", { target_name: "ours" })).content.comms).toEqual({});
  await kernel.until(() => kernel.iopub.some(({ content }) => content.text === "closed\n"));
});

it("an open, two messages and a close that come in one go are heard in their order, none lost", async () => {
  await kernel.execute(`${COMMS}.registerTarget("hasty", (comm) => {
    console.log("opened");
    comm.onMessage(({ data }) => console.log("message " + data.i));
    comm.onClose(() => console.log("closed"));
  })`);
  const told = () =>
    ofType(kernel.iopub, "stream")
      .map(({ content }) => String(content.text))
      .join("");
  for (let round = 1; round <= 20; round++) {
    const comm_id = `hasty-${round}`;
    const sent = [
      await kernel.send("comm_open", { comm_id, target_name: "hasty", data: {} }),
      await kernel.send("comm_msg", { comm_id, data: { i: 1 } }),
      await kernel.send("comm_msg", { comm_id, data: { i: 2 } }),
      await kernel.send("comm_close", { comm_id, data: {} }),
    ];
    for (const request of sent) await kernel.idle(request);
  }
  const expected = "opened\nmessage 1\nmessage 2\nclosed\n".repeat(20);
  await kernel.until(() => told().length - told().indexOf("opened") >= expected.length, 5000);
  expect(told().slice(told().indexOf("opened"))).toBe(expected);
});

it("an unknown target is closed, an unknown comm is left alone", async () => {
  const opened = await kernel.send("comm_open", { comm_id: "two", target_name: "nobody", data: {} });
  await kernel.idle(opened);
  expect(ofType(kernel.of(opened), "comm_close")[0]?.content).toEqual({ comm_id: "two", data: {} });
  const lost = await kernel.send("comm_msg", { comm_id: "nowhere", data: {} });
  await kernel.idle(lost);
  expect(kernel.of(lost)).toHaveLength(2);
});

it("is answered promptly while a cell awaits, as are completion, inspection and history", async () => {
  await kernel.execute(
    `globalThis.comm = ${COMMS}.open("prompt", {}, { id: "prompt" }); comm.onMessage(({ data }) => comm.send(data)); undefined`,
  );
  const cell = await kernel.send("execute_request", {
    code: "await new Promise((go) => { globalThis.go = go; comm.onMessage(({ data }) => data.go && go()) })",
  });
  await kernel.until(() => ofType(kernel.of(cell), "execute_input").length > 0);
  const message = await kernel.send("comm_msg", { comm_id: "prompt", data: { n: 1 } });
  await kernel.idle(message);
  expect(ofType(kernel.of(message), "comm_msg")).toHaveLength(1);
  await kernel.request("complete_request", { code: "he", cursor_pos: 2 });
  await kernel.request("inspect_request", { code: "known", cursor_pos: 2, detail_level: 0 });
  await kernel.request("is_complete_request", { code: "1" });
  await kernel.request("history_request", { hist_access_type: "tail", n: 1, output: false, raw: true });
  expect(kernel.replies.some(({ parent_header }) => parent_header.msg_id === cell)).toBe(false);
  await kernel.send("comm_msg", { comm_id: "prompt", data: { go: true } });
  expect((await kernel.reply(cell)).content.status).toBe("ok");
});

it("what a listener prints, shows and throws appears at the cell that installed it", async () => {
  const installed = await kernel.execute(
    `${COMMS}.open("printing", {}, { id: "printing" }).onMessage(() => { console.log("heard"); display("shown"); throw new Error("thrown") }); undefined`,
  );
  await kernel.execute("'another cell'");
  const message = await kernel.send("comm_msg", { comm_id: "printing", data: {} });
  await kernel.idle(message);
  expect(kernel.of(message).map(({ header }) => header.msg_type)).toEqual(["status", "status"]);
  await kernel.until(() => ofType(kernel.of(installed.parent_header.msg_id as string), "error").length > 0);
  const late = kernel.of(installed.parent_header.msg_id as string).slice(-3);
  expect(late.map(({ header }) => header.msg_type).sort()).toEqual(["display_data", "error", "stream"]);
});

it("ten thousand messages in a burst are all answered, in order, each between busy and idle", async () => {
  const n = 10_000;
  await kernel.execute(
    `globalThis.burst = ${COMMS}.open("burst", {}, { id: "burst" }); burst.onMessage(({ data }) => burst.send(data)); undefined`,
  );
  const ids: string[] = [];
  for (let i = 0; i < n; i++) ids.push(await kernel.send("comm_msg", { comm_id: "burst", data: { i } }));
  await kernel.idle(ids.at(-1) as string);
  const order = new Map(ids.map((id, i) => [id, i]));
  const seen = kernel.iopub.filter(({ parent_header }) => order.has(parent_header.msg_id ?? ""));
  expect(ofType(seen, "comm_msg").map(({ content }) => content.data.i)).toEqual(ids.map((_, i) => i));
  const states = new Map<string, string>();
  for (const { parent_header, header, content } of seen) {
    const id = parent_header.msg_id as string;
    states.set(id, `${states.get(id) ?? ""} ${header.msg_type === "status" ? content.execution_state : header.msg_type}`);
  }
  expect(new Set(states.values())).toEqual(new Set([" busy comm_msg idle"]));
  expect(states.size).toBe(n);
});
