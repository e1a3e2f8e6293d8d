import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { LineProgram } from "./platform.js";

/** Characters of the error stream that are kept. */
const KEPT = 2000;

/** Node's form of a program that answers lines with lines. */
export function startProgram([command = "", ...args]: readonly string[]): LineProgram {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  let ending = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-KEPT);
  });
  // What is sent to a program that has ended is answered by its end.
  child.stdin.on("error", () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<undefined>((resolve) => {
    const end = (how: string) => {
      ending ||= [how, said.trim()].filter(Boolean).join(": ");
      resolve(undefined);
    };
    child.on("error", (error) => end(error.message));
    child.on("close", (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${code}`));
  });
  return {
    send: (line) => void child.stdin.write(`${line}\n`),
    next: async () => {
      const next = await Promise.race([lines.next(), ended]);
      if (next?.done === false) return next.value;
      await ended;
      return undefined;
    },
    ending: () => ending,
    kill: () => void child.kill("SIGKILL"),
  };
}
