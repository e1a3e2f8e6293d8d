/**
 * The thread of sockets. It answers what needs no user code (kernel_info, interrupt, shutdown, heartbeat, debug),
 * hands every other request to the main thread, and sends what comes back, also while the main thread spins.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import type { Readable } from "zeromq";
import { clock } from "../session/flight.js";
import { StreamBatch } from "../session/streams.js";
import { debugReply, unknownAnswer } from "../session/unsupported.js";
import { makeEnvelope } from "../wire/envelope.js";
import { type Damage, fromFrames, type Packed, pack, toFrames } from "../wire/frames.js";
import { type Channel, isRequestType, type Message, REPLY_TYPES, type RequestType } from "../wire/messages.js";
import { makeSigner } from "../wire/signature.js";
import { Interrupter } from "./interrupter.js";
import { Shared, type SocketThreadData, type ToMain, type ToSockets } from "./link.js";
import { watchParent } from "./orphan.js";
import { bindSockets, closeSockets, Outbox } from "./sockets.js";

/** Time that the main thread has to close before the process is ended without it, ms. */
const SHUTDOWN_PATIENCE = 1500;

const { connection, session, info, link, input, shared: buffer, parent } = workerData as SocketThreadData;
const shared = new Shared(buffer);
const signer = makeSigner(connection.key, connection.hash);
const envelope = makeEnvelope(session, "k");
const sockets = await bindSockets(connection);
const outboxes: Readonly<Record<Channel, Outbox>> = {
  shell: new Outbox(sockets.shell),
  control: new Outbox(sockets.control),
  stdin: new Outbox(sockets.stdin),
  iopub: new Outbox(sockets.iopub),
};
const interrupter = new Interrupter({
  shared,
  ask: (serial) => tell({ kind: "interrupt", serial }),
  tellTerminated: (serial) => tell({ kind: "terminated", serial, when: clock() }),
});
const places = new Map<number, Message | undefined>();
const texts = new StreamBatch<number>((place, name, text) => {
  transmit(pack(envelope("iopub", "stream", { name, text }, { parent: places.get(place) })));
});
const dropped: Partial<Record<Damage, number>> = {};
let mainClosed: () => void = () => {};
let closing = false;

type LocalRequest = "kernel_info_request" | "interrupt_request" | "shutdown_request" | "debug_request";

const LOCAL: { readonly [Type in LocalRequest]: (request: Message) => object } = {
  kernel_info_request: () => info,
  debug_request: debugReply,
  interrupt_request: () => {
    void interrupter.interrupt();
    return { status: "ok" };
  },
  shutdown_request: ({ content }) => {
    const reply = { status: "ok", restart: content.restart === true };
    setImmediate(() => void shutDown(reply));
    return reply;
  },
};

function tell(message: ToMain): void {
  link.postMessage(message, message.kind === "request" ? message.message.buffers.map(({ buffer }) => buffer as ArrayBuffer) : []);
}

function send(message: Message): void {
  sendPacked(pack(message));
}

/** Text that waits leaves first: the notebook sees everything in the order in which it was made. */
function sendPacked(packed: Packed): void {
  texts.flush();
  transmit(packed);
}

function transmit(packed: Packed): void {
  outboxes[packed.channel].put(toFrames(packed, signer));
}

function status(state: string, parent?: Message): void {
  send(envelope("iopub", "status", { execution_state: state }, { parent }));
}

/** The requests that this thread answers itself. */
function answerHere(request: Message): boolean {
  const type = request.header.msg_type;
  if (isLocal(type)) answer(request, REPLY_TYPES[type], LOCAL[type]);
  else if (!isRequestType(type)) {
    const unknown = unknownAnswer(request);
    if (unknown?.type) answer(request, unknown.type, () => unknown.handle() as object);
  } else return false;
  return true;
}

function answer(request: Message, replyType: string, handle: (request: Message) => object): void {
  status("busy", request);
  send(envelope(request.channel, replyType, handle(request), { parent: request }));
  status("idle", request);
}

function isLocal(type: string): type is LocalRequest & RequestType {
  return Object.hasOwn(LOCAL, type);
}

async function serve(socket: Readable, channel: Channel, take: (message: Message) => void): Promise<void> {
  for await (const frames of socket as AsyncIterable<Buffer[]>) {
    const decoded = fromFrames(frames, channel, signer);
    if (decoded.ok) take(compact(decoded.message));
    else drop(channel, decoded.damage);
  }
}

function drop(channel: Channel, damage: Damage): void {
  dropped[damage] = (dropped[damage] ?? 0) + 1;
  if (dropped[damage] === 1) writeSync(2, `galton-kernel: dropped a message on ${channel} (${damage}); further ones are counted\n`);
}

/** Copies frames out of zeromq's memory, so that they can move to the other thread. */
function compact(message: Message): Message {
  const copy = (frames: readonly Uint8Array[]) => frames.map((frame) => new Uint8Array(frame));
  return { ...message, identities: copy(message.identities), buffers: copy(message.buffers) };
}

function takeRequest(message: Message): void {
  if (!answerHere(message)) tell({ kind: "request", message, received: clock() });
}

function takeInput({ header, content }: Message): void {
  if (header.msg_type !== "input_reply") return;
  input.postMessage(typeof content.value === "string" ? content.value : null);
  shared.notifyInput();
}

/** Each new subscription is welcomed, so that a client knows when it misses nothing any more. */
async function welcome(): Promise<void> {
  for await (const [frame] of sockets.iopub as AsyncIterable<Buffer[]>) {
    if (frame?.[0] !== 1) continue;
    const topic = frame.subarray(1);
    send({ ...envelope("iopub", "iopub_welcome", { subscription: topic.toString("utf8") }), identities: [new Uint8Array(topic)] });
  }
}

async function beat(): Promise<void> {
  for await (const frames of sockets.heartbeat) await sockets.heartbeat.send(frames);
}

/** Closes here first: the process must not exit while this thread holds sockets. */
async function shutDown(reply: { readonly status: string; readonly restart: boolean }): Promise<void> {
  if (closing) return;
  closing = true;
  const graceful = await Promise.race([closeMain(), sleep(SHUTDOWN_PATIENCE, false, { ref: false })]);
  send(envelope("iopub", "shutdown_reply", reply));
  await Promise.all(Object.values(outboxes).map((outbox) => outbox.close()));
  closeSockets(sockets);
  link.close();
  input.close();
  if (!graceful) await endProcess();
}

/** Frees the main thread from what it runs, for it has to close the session itself. */
async function closeMain(): Promise<true> {
  const closed = new Promise<void>((resolve) => {
    mainClosed = resolve;
  });
  await interrupter.interrupt();
  tell({ kind: "shutdown" });
  await closed;
  return true;
}

/** The main thread does not answer: give the sockets time to deliver what is under way, then go. */
async function endProcess(): Promise<void> {
  await sleep(100);
  process.kill(process.pid, "SIGKILL");
}

function takeFromMain(message: ToSockets): void {
  shared.taken();
  switch (message.kind) {
    case "send":
      sendPacked(message.packed);
      break;
    case "place":
      places.set(message.place, message.request);
      break;
    case "text":
      texts.write(message.place, message.name, message.text);
      break;
    case "closed":
      mainClosed();
      break;
    case "stop":
      void shutDown({ status: "ok", restart: false });
  }
}

link.on("message", takeFromMain);
watchParent(parent, () => void shutDown({ status: "ok", restart: false }));
void beat();
void welcome();
void serve(sockets.control, "control", takeRequest);
void serve(sockets.shell, "shell", takeRequest);
void serve(sockets.stdin, "stdin", takeInput);
status("starting");
