import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { KernelClient, TINY_KERNEL } from "../support/kernel-client.js";

const started: KernelClient[] = [];

async function start(env: Record<string, string> = {}): Promise<KernelClient> {
  const kernel = await KernelClient.start({ ...TINY_KERNEL, env });
  started.push(kernel);
  return kernel;
}

afterEach(async () => {
  for (const kernel of started.splice(0)) await kernel.stop();
});

const STATES = [
  { name: "an idle kernel", code: "1" },
  { name: "a kernel that awaits", code: "await new Promise(() => {})" },
  { name: "a kernel that spins", code: "for (;;);" },
  { name: "a kernel that spins and catches", code: "for (;;) try { for (;;); } catch {}" },
] as const;

for (const channel of ["control", "shell"] as const) {
  it.each(STATES)(`shutdown on ${channel} ends $name with exit code 0, after its reply`, async ({ code }) => {
    const kernel = await start();
    const cell = await kernel.send("execute_request", { code });
    await kernel.until(() => kernel.of(cell).some(({ header }) => header.msg_type === "execute_input"));
    const id = await kernel.send("shutdown_request", { restart: true }, { channel });
    expect((await kernel.reply(id)).content).toEqual({ status: "ok", restart: true });
    await kernel.exited();
    expect(kernel.stderr).toBe("");
    expect(kernel.process.exitCode).toBe(0);
    await kernel.until(() => kernel.iopub.some(({ header }) => header.msg_type === "shutdown_reply"));
  });
}

it("SIGTERM ends the kernel in good order", async () => {
  const kernel = await start();
  await kernel.execute("1");
  kernel.process.kill("SIGTERM");
  await kernel.exited();
  expect(kernel.process.exitCode).toBe(0);
});

it.each(["undefined", "for (;;);"])("an orphan ends itself, also while it runs %s", async (code) => {
  const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await once(parent, "spawn");
  const kernel = await start({ JPY_PARENT_PID: String(parent.pid) });
  await kernel.execute("1");
  await kernel.send("execute_request", { code });
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await kernel.exited();
  expect(kernel.process.signalCode).toBeNull();
});

it("a port that is taken is a clear message and exit code 1", async () => {
  const kernel = await start();
  const [script, file] = kernel.process.spawnargs.slice(1) as [string, string];
  const second = spawn(process.execPath, [script, file], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  second.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await once(second, "exit");
  expect(code).toBe(1);
  expect(stderr).toMatch(/tcp:\/\/127\.0\.0\.1:\d+ cannot be bound \(EADDRINUSE\)/);
});
