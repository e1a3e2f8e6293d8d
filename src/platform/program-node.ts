import { type ChildProcess, spawn } from "node:child_process";
import type { LineProgram } from "./platform.js";

/** Characters of the error stream that are kept. */
const KEPT = 2000;
/** Characters of a line, at most: what has no end would fill the memory. */
const LONGEST = 2 ** 24;
/** Where a program can be made the head of a group, so that what it starts ends with it. */
const GROUPS = process.platform !== "win32";

/** Programs that run: they end with this process. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) killGroup(child);
});

/** Node's form of a program that answers lines with lines. */
export function startProgram([command = "", ...args]: readonly string[]): LineProgram {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], detached: GROUPS });
  running.add(child);
  const lines = new LineQueue();
  let said = "";
  let ending = "";
  const end = (how: string) => {
    ending ||= [how, said.trim()].filter(Boolean).join(": ");
    lines.end();
  };
  const kill = (how = "was ended") => {
    killGroup(child);
    end(how);
  };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-KEPT);
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (!lines.push(text)) kill(`said a line of more than ${LONGEST} characters`);
  });
  // What is sent to a program that has ended is answered by its end.
  child.stdin.on("error", () => undefined);
  child.on("error", (error) => {
    running.delete(child);
    end(error.message);
  });
  child.on("close", (code, signal) => {
    running.delete(child);
    end(signal ? `ended by ${signal}` : `ended with code ${code}`);
  });
  return {
    send: (line) => void child.stdin.write(`${line}\n`),
    next: () => lines.next(),
    ending: () => ending,
    kill: () => kill(),
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (!GROUPS) {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // It ended before Node was told.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Lines as they are asked for, from pieces of text as they come. */
class LineQueue {
  private readonly lines: string[] = [];
  private rest = "";
  private ended = false;
  private receive: ((line: string | undefined) => void) | undefined;

  /** Takes a piece; false when a line has no end. */
  push(text: string): boolean {
    const [first = "", ...others] = text.split("\n");
    const parts = [this.rest + first, ...others];
    this.rest = parts.pop()!;
    this.lines.push(...parts);
    this.hand();
    return this.rest.length <= LONGEST;
  }

  end(): void {
    this.ended = true;
    this.hand();
  }

  /** The next line; undefined when no more comes. */
  next(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.receive = resolve;
      this.hand();
    });
  }

  private hand(): void {
    if (this.lines.length === 0 && !this.ended) return;
    const { receive } = this;
    if (!receive) return;
    this.receive = undefined;
    receive(this.lines.shift());
  }
}
