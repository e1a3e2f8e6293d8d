import { afterAll, beforeAll, expect, it } from "vitest";
import { KernelClient, type Received, TINY_KERNEL } from "../support/kernel-client.js";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await KernelClient.start(TINY_KERNEL);
});
afterAll(() => kernel.stop());

const shape = ({ header, content }: Received): string => {
  if (header.msg_type === "status") return content.execution_state;
  return header.msg_type === "stream" ? `${content.name}:${content.text}` : header.msg_type;
};

// The whole sequence of messages of a cell; a row is a cell.
const CASES = [
  { name: "a value", code: "40 + 2", expected: ["busy", "execute_input", "execute_result", "idle"] },
  { name: "no value", code: "undefined", expected: ["busy", "execute_input", "idle"] },
  {
    name: "streams in order",
    code: "console.log('a'); console.error('b'); console.log('c')",
    expected: ["busy", "execute_input", "stdout:a\n", "stderr:b\n", "stdout:c\n", "idle"],
  },
  {
    name: "neighbours joined",
    code: "console.log('a'); process.stdout.write('b')",
    expected: ["busy", "execute_input", "stdout:a\nb", "idle"],
  },
  {
    name: "text before a display",
    code: "console.log('a'); display(1)",
    expected: ["busy", "execute_input", "stdout:a\n", "display_data", "idle"],
  },
  {
    name: "an error",
    code: "console.log('a'); throw new RangeError('no')",
    expected: ["busy", "execute_input", "stdout:a\n", "error", "idle"],
  },
  { name: "silence", code: "console.log('a'); return 1", content: { silent: true }, expected: ["busy", "idle"] },
] as const;

it.each(CASES)("$name", async ({ code, expected, ...rest }) => {
  const { outputs } = await kernel.run(code, "content" in rest ? rest.content : {});
  expect(outputs.map(shape)).toEqual(expected);
});
