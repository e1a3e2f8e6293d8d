import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type History, historyFolder, openHistory } from "../../kernel-ext/src/session/history.js";
import { historyReply } from "../../kernel-ext/src/session/history-request.js";
import { InvalidRequest } from "../../kernel-ext/src/session/request-content.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "history-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function fill(history: History, inputs: readonly string[]): History {
  for (const [i, input] of inputs.entries()) history.input(i + 1, input);
  return history;
}

const three = () => {
  fill(openHistory(folder), ["old", "1 + 1"]);
  fill(openHistory(folder), ["a*b", "1 + 1", "x"]).output(2, "2");
  return fill(openHistory(folder), ["now", "line 1\nline 2", "now"]);
};
const ask = (content: Record<string, unknown>) => historyReply(three(), content).history;

// Three sessions; the third is the current one. A row is a request.
const CASES = [
  {
    name: "the last two",
    content: { hist_access_type: "tail", n: 2 },
    expected: [
      [3, 2, "line 1\nline 2"],
      [3, 3, "now"],
    ],
  },
  {
    name: "the last four, over sessions",
    content: { hist_access_type: "tail", n: 4 },
    expected: [
      [2, 3, "x"],
      [3, 1, "now"],
      [3, 2, "line 1\nline 2"],
      [3, 3, "now"],
    ],
  },
  { name: "none", content: { hist_access_type: "tail", n: 0 }, expected: [] },
  {
    name: "a range of this session, stop excluded",
    content: { hist_access_type: "range", session: 0, start: 1, stop: 2 },
    expected: [[3, 1, "now"]],
  },
  {
    name: "a range of the session before, with output",
    content: { hist_access_type: "range", session: -1, start: 2, stop: 4, output: true },
    expected: [
      [2, 2, ["1 + 1", "2"]],
      [2, 3, ["x", null]],
    ],
  },
  {
    name: "a range of a session by number, to its end",
    content: { hist_access_type: "range", session: 1, start: 1, stop: null },
    expected: [
      [1, 1, "old"],
      [1, 2, "1 + 1"],
    ],
  },
  { name: "a session that is not there", content: { hist_access_type: "range", session: -7, start: 1 }, expected: [] },
  {
    name: "a pattern",
    content: { hist_access_type: "search", pattern: "1 ? 1" },
    expected: [
      [1, 2, "1 + 1"],
      [2, 2, "1 + 1"],
    ],
  },
  {
    name: "a pattern, each input once, the latest",
    content: { hist_access_type: "search", pattern: "*", unique: true, n: 3 },
    expected: [
      [2, 3, "x"],
      [3, 2, "line 1\nline 2"],
      [3, 3, "now"],
    ],
  },
  { name: "a pattern over lines", content: { hist_access_type: "search", pattern: "line*2" }, expected: [[3, 2, "line 1\nline 2"]] },
  { name: "a literal star in a set", content: { hist_access_type: "search", pattern: "a[*]b" }, expected: [[2, 1, "a*b"]] },
  { name: "a set that excludes", content: { hist_access_type: "search", pattern: "[^n]*", n: 1 }, expected: [[3, 2, "line 1\nline 2"]] },
  { name: "a pattern that covers only a part", content: { hist_access_type: "search", pattern: "no" }, expected: [] },
] as const;

describe("history_request", () => {
  it.each(CASES)("gives $name", ({ content, expected }) => {
    expect(ask(content)).toEqual(expected);
  });

  it("refuses another way of access", () => {
    expect(() => ask({ hist_access_type: "all" })).toThrow(InvalidRequest);
  });
});

describe("on disk", () => {
  it("kernels side by side get numbers of their own and lose nothing", () => {
    const histories = Array.from({ length: 5 }, () => openHistory(folder));
    expect(new Set(histories.map((history) => history.session())).size).toBe(5);
    for (let line = 1; line <= 20; line++) for (const history of histories) history.input(line, `${history.session()}-${line}`);
    const { history } = historyReply(openHistory(folder), { hist_access_type: "search", pattern: "*" });
    expect(history).toHaveLength(100);
    for (const [session, line, input] of history) expect(input).toBe(`${session}-${line}`);
  });

  it("damaged lines are skipped and counted", () => {
    fill(openHistory(folder), ["good", "cut off"]);
    writeFileSync(join(folder, "2.jsonl"), 'no json\n{"line":1,"input":"kept"}\n{"line":"x","input":"y"}\n[]\n');
    appendFileSync(join(folder, "1.jsonl"), '{"line":3,"inp');
    const history = openHistory(folder);
    expect(historyReply(history, { hist_access_type: "search", pattern: "*" }).history).toEqual([
      [1, 1, "good"],
      [1, 2, "cut off"],
      [2, 1, "kept"],
    ]);
    expect(history.damaged).toBe(4);
  });

  it("a session that stored nothing leaves no file", () => {
    openHistory(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("a folder that cannot be written is said, and the session's history works in memory", () => {
    writeFileSync(join(folder, "file"), "");
    const warnings: string[] = [];
    const history = openHistory(join(folder, "file", "below"), (reason) => warnings.push(reason));
    expect(warnings[0]).toContain("cannot be written");
    expect(historyReply(fill(history, ["a"]), { hist_access_type: "tail", n: 5 }).history).toEqual([[1, 1, "a"]]);
  });
});

it("the folder comes from the environment, else from the person's data folder", () => {
  expect(historyFolder({ GALTON_KERNEL_HISTORY: "chosen" })).toBe("chosen");
  if (process.platform === "linux") expect(historyFolder({ XDG_DATA_HOME: "/data" })).toBe("/data/galton-kernel/history");
});
