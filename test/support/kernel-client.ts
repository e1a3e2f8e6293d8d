/**
 * A small Jupyter client over real sockets, written against the specification and sharing no code with the kernel.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Dealer, Request, Subscriber } from "zeromq";

export interface Received {
  readonly header: { readonly msg_id: string; readonly msg_type: string; readonly version: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly metadata: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: content is what the law under test looks into
  readonly content: any;
  readonly buffers: readonly Buffer[];
}

export interface SendOptions {
  readonly channel?: "shell" | "control" | "stdin";
  readonly buffers?: readonly Uint8Array[];
  readonly metadata?: Record<string, unknown>;
  /** Key to sign with instead of the right one. */
  readonly key?: string;
}

export interface KernelStart {
  /** Arguments after `node`, before the connection file. */
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Leaves the stdin socket unconnected until `connectStdin` is called. */
  readonly lateStdin?: boolean;
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The shell on the tiny engine. */
export const TINY_KERNEL: KernelStart = { argv: [path("./tiny-kernel.mjs")] };

const PORTS = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;

export class KernelClient {
  readonly iopub: Received[] = [];
  readonly replies: Received[] = [];
  readonly inputs: Received[] = [];
  stderr = "";
  readonly #caused = new Map<string | undefined, Received[]>();
  readonly #key = randomUUID();
  readonly #folder = mkdtempSync(join(tmpdir(), "kernel-client-"));
  // One identity on all three, as the specification asks: input requests go to the identity of the cell's request.
  readonly #sockets = { shell: dealer(), control: dealer(), stdin: dealer() };
  readonly #subscriber = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  readonly #heart = new Request({ linger: 0 });
  #wake: (() => void)[] = [];
  #process!: ChildProcess;
  #stdinAddress = "";

  static async start(start: KernelStart): Promise<KernelClient> {
    const client = new KernelClient();
    await client.#start(start);
    return client;
  }

  get process(): ChildProcess {
    return this.#process;
  }

  async #start({ argv, cwd, env, lateStdin = false }: KernelStart): Promise<void> {
    const ports = await freePorts(PORTS.length);
    const record = { ip: "127.0.0.1", transport: "tcp", key: this.#key, signature_scheme: "hmac-sha256" };
    const file = join(this.#folder, "connection.json");
    writeFileSync(file, JSON.stringify({ ...record, ...Object.fromEntries(PORTS.map((name, i) => [name, ports[i]])) }));
    const environment = {
      ...process.env,
      GALTON_KERNEL_HISTORY: join(this.#folder, "history"),
      JPY_PARENT_PID: String(process.pid),
      ...env,
    };
    this.#process = spawn(process.execPath, [...argv, file], { cwd, env: environment, stdio: ["ignore", "ignore", "pipe"] });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    const at = (name: (typeof PORTS)[number]) => `tcp://127.0.0.1:${ports[PORTS.indexOf(name)]}`;
    this.#subscriber.subscribe();
    this.#subscriber.connect(at("iopub_port"));
    this.#sockets.shell.connect(at("shell_port"));
    this.#sockets.control.connect(at("control_port"));
    this.#stdinAddress = at("stdin_port");
    if (!lateStdin) this.connectStdin();
    this.#heart.connect(at("hb_port"));
    void this.#read(this.#subscriber, this.iopub);
    void this.#read(this.#sockets.shell, this.replies);
    void this.#read(this.#sockets.control, this.replies);
    void this.#read(this.#sockets.stdin, this.inputs);
    await this.until(() => this.iopub.find(({ header }) => header.msg_type === "iopub_welcome"));
  }

  connectStdin(): void {
    this.#sockets.stdin.connect(this.#stdinAddress);
  }

  async #read(socket: AsyncIterable<Buffer[]>, into: Received[]): Promise<void> {
    for await (const frames of socket) {
      const message = parse(frames, this.#key);
      into.push(message);
      if (into === this.iopub) this.#index(message);
      for (const wake of this.#wake.splice(0)) wake();
    }
  }

  #index(message: Received): void {
    const { msg_id } = message.parent_header;
    const caused = this.#caused.get(msg_id) ?? [];
    caused.push(message);
    this.#caused.set(msg_id, caused);
  }

  /** Waits until `look` finds something in what has arrived. */
  async until<T>(look: () => T | undefined | false, limit = 30_000): Promise<T> {
    for (const start = Date.now(); Date.now() - start < limit; ) {
      const found = look();
      if (found) return found;
      await Promise.race([new Promise<void>((resolve) => this.#wake.push(resolve)), sleep(100)]);
    }
    throw new Error(`nothing found within ${limit} ms; kernel said: ${this.stderr}`);
  }

  /** Sends a message and returns its id. */
  async send(
    type: string,
    content: object,
    { channel = "shell", buffers = [], metadata = {}, key = this.#key }: SendOptions = {},
  ): Promise<string> {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: "test",
      username: "test",
      date: new Date().toISOString(),
      version: "5.4",
    };
    const json = [header, {}, metadata, content].map((part) => JSON.stringify(part));
    await this.#sockets[channel].send(["<IDS|MSG>", sign(key, json), ...json, ...buffers.map((buffer) => Buffer.from(buffer))]);
    return header.msg_id;
  }

  /** Sends frames as they are. */
  async sendRaw(frames: readonly string[], channel: "shell" | "control" = "shell"): Promise<void> {
    await this.#sockets[channel].send([...frames]);
  }

  reply(id: string, limit?: number): Promise<Received> {
    return this.until(() => this.replies.find(({ parent_header }) => parent_header.msg_id === id), limit);
  }

  /** Sends a request and waits for its reply and its idle. */
  async request(type: string, content: object, options?: SendOptions): Promise<Received> {
    const id = await this.send(type, content, options);
    const reply = await this.reply(id);
    await this.idle(id);
    return reply;
  }

  idle(id: string): Promise<Received> {
    return this.until(() => this.of(id).find(({ header, content }) => header.msg_type === "status" && content.execution_state === "idle"));
  }

  execute(code: string, content: object = {}): Promise<Received> {
    return this.request("execute_request", { code, silent: false, store_history: true, allow_stdin: false, ...content });
  }

  /** Runs a cell: its reply and every message that it caused on iopub, in order. */
  async run(code: string, content: object = {}): Promise<{ readonly reply: Received; readonly outputs: Received[] }> {
    const reply = await this.execute(code, content);
    return { reply, outputs: this.of(String(reply.parent_header.msg_id)) };
  }

  /** What a request caused on iopub so far. */
  of(id: string): Received[] {
    return this.#caused.get(id) ?? [];
  }

  async heartbeat(): Promise<void> {
    await this.#heart.send("beat");
    await this.#heart.receive();
  }

  async exited(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, "exit");
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.exited();
    for (const socket of [...Object.values(this.#sockets), this.#subscriber, this.#heart]) socket.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function dealer(): Dealer {
  return new Dealer({ linger: 0, routingId: "client" });
}

function sign(key: string, frames: readonly (string | Buffer)[]): string {
  return frames.reduce((hmac, frame) => hmac.update(frame), createHmac("sha256", key)).digest("hex");
}

function parse(frames: readonly Buffer[], key: string): Received {
  const split = frames.findIndex((frame) => frame.toString("latin1") === "<IDS|MSG>");
  const json = frames.slice(split + 2, split + 6);
  if (frames[split + 1]?.toString() !== sign(key, json)) throw new Error("the kernel's signature is wrong");
  const [header, parent_header, metadata, content] = json.map((frame) => JSON.parse(frame.toString("utf8")));
  return { header, parent_header, metadata, content, buffers: frames.slice(split + 6) };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listen() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
