import { ESM_PACKAGE } from "./folder.js";

interface Ahead {
  readonly files?: Readonly<Record<string, string>>;
  /** Cells that ran before. */
  readonly cells?: readonly string[];
}

/** `|` marks the cursor; `found` are the first candidates in order, `absent` none of them. */
export interface CompletionLaw extends Ahead {
  readonly name: string;
  readonly code: string;
  readonly found: readonly string[];
  readonly absent?: readonly string[];
  /** The text that a candidate replaces. */
  readonly replaces: string;
}

export const COMPLETIONS: readonly CompletionLaw[] = [
  { name: "members", code: "[1, 2].ma|", found: ["map"], absent: ["filter"], replaces: "ma" },
  { name: "all members after a dot", code: "'a'.|", found: ["at"], absent: ["toFixed"], replaces: "" },
  {
    name: "members of an earlier cell's value",
    cells: ["const board = { nails: 3, rows: 4 };"],
    code: "board.n|",
    found: ["nails"],
    absent: ["rows"],
    replaces: "n",
  },
  {
    name: "members in the middle of a word",
    cells: ["const board = { nails: 3, rows: 4 };"],
    code: "board.na|xx + 1",
    found: ["nails"],
    replaces: "naxx",
  },
  {
    name: "names of earlier cells",
    cells: ["const slope = 1; function slide() {} type Slot = 1;"],
    code: "sl|",
    found: ["slide", "slope"],
    replaces: "sl",
  },
  {
    name: "names of the cell itself",
    code: "const local1 = 1; function f(local2: number) { return loc| }",
    found: ["local1", "local2"],
    replaces: "loc",
  },
  { name: "globals", code: "structuredC|", found: ["structuredClone"], replaces: "structuredC" },
  { name: "the session's globals", code: "show|", found: ["shown"], replaces: "show" },
  { name: "keywords", code: "asy|", found: ["async"], replaces: "asy" },
  { name: "names inside an import", files: ESM_PACKAGE, code: "import { tw| } from 'doubler'", found: ["twice"], replaces: "tw" },
  {
    name: "all names inside an import",
    files: ESM_PACKAGE,
    code: "import { | } from 'doubler'",
    found: ["Options", "Point", "twice"],
    replaces: "",
  },
  { name: "Node's modules", code: "import fs from 'node:fs|'", found: ["node:fs", "node:fs/promises"], replaces: "node:fs" },
  { name: "installed packages", files: ESM_PACKAGE, code: "import x from 'dou|'", found: ["doubler"], replaces: "dou" },
  {
    name: "the notebook's modules",
    files: { "mine.ts": "export const a = 1;" },
    code: "import { a } from './mi|'",
    found: ["mine"],
    replaces: "mi",
  },
  { name: "strings of a union", code: "const s: 'abc' | 'abd' = 'ab|'", found: ["abc", "abd"], replaces: "ab" },
  { name: "keys of an object", code: "const o: { left: number; right: number } = { le| }", found: ["left"], replaces: "le" },
  { name: "behind astral characters", code: "const s = '\u{1f600}\u{1f600}'; [s].ma|", found: ["map"], replaces: "ma" },
  { name: "in an unfinished call", code: "Math.max(Math.ab|", found: ["abs"], replaces: "ab" },
];

/** `|` marks the cursor. */
export interface InspectionLaw extends Ahead {
  readonly name: string;
  readonly code: string;
  readonly signature: string;
  readonly documentation?: readonly string[];
  readonly detail?: 0 | 1;
}

export const INSPECTIONS: readonly InspectionLaw[] = [
  { name: "a local", code: "const a = 1; a|", signature: "const a: 1" },
  {
    name: "a value of an earlier cell",
    cells: ["/** How steep. */\nconst slope: number = 1;"],
    code: "slo|pe + 1",
    signature: "const slope: number",
    documentation: ["How steep."],
  },
  { name: "a variable of an earlier cell", cells: ["let count = 1;"], code: "cou|nt", signature: "let count: number" },
  {
    name: "a function of an earlier cell",
    cells: ["/** Adds. */\nfunction add(a: number, b = 2) { return a + b; }"],
    code: "ad|d(1)",
    signature: "function add(a: number, b?: number): number",
    documentation: ["Adds."],
  },
  {
    name: "a class and its method",
    cells: ["interface P { x: number }\nclass C {\n  /** Goes. */\n  go(p: P): P { return p; }\n}"],
    code: "new C().g|o({ x: 1 })",
    signature: "(method) C.go(p: P): P",
    documentation: ["Goes."],
  },
  {
    name: "documentation and tags of a package",
    files: ESM_PACKAGE,
    cells: ["import { twice } from 'doubler';"],
    code: "twi|ce(2)",
    signature: "function twice(x: number): number",
    documentation: ["Doubles a number.", "*@param* `x` - What is doubled.", "*@returns* Twice the number.", "```ts\ntwice(2); // 4\n```"],
  },
  {
    name: "a built-in, behind its parenthesis",
    code: "Math.max|(1)",
    signature: "(method) Math.max(...values: number[]): number",
    documentation: ["Returns the larger of a set of supplied numeric expressions."],
  },
  {
    name: "the session's globals",
    code: "sho|wn(1)",
    signature: "function shown(value: unknown): void",
    documentation: ["Shows a value."],
  },
  {
    name: "the declaration's source",
    files: ESM_PACKAGE,
    cells: ["import { twice } from 'doubler';"],
    code: "twice|(2)",
    detail: 1,
    signature: "function twice(x: number): number",
    documentation: ["export declare function twice(x: number): number;"],
  },
];

/** `status`, and the indent of the next line when there is to be one. */
export const COMPLETENESS: readonly (readonly [code: string, status: "complete" | "invalid" | "incomplete", indent?: string])[] = [
  ["1 + 1", "complete"],
  ["", "complete"],
  ["// words", "complete"],
  ["const a = 1;\na", "complete"],
  ["/'/.test(s)", "complete"],
  ["/[(]/.test(y)", "complete"],
  ["`a ${1} b`", "complete"],
  ["await x", "complete"],
  ["for await (const a of b) {}", "complete"],
  ["declare function f(): void", "complete"],
  ["x +", "incomplete", ""],
  ["x &&", "incomplete", ""],
  ["x.", "incomplete", ""],
  ["const a =", "incomplete", ""],
  ["a ? b :", "incomplete", ""],
  ["() =>", "incomplete", ""],
  ["f(", "incomplete", "  "],
  ["[1,", "incomplete", "  "],
  ["const o = {", "incomplete", "  "],
  ["if (x) {\n  f(", "incomplete", "    "],
  ["if (x) {\n  f()", "incomplete", "  "],
  ["if (x)", "incomplete", ""],
  ["function f()", "incomplete", ""],
  ["class A {", "incomplete", "  "],
  ["import {", "incomplete", "  "],
  ["import { a } from", "incomplete", ""],
  ["@mark", "incomplete", ""],
  ["type A =", "incomplete", ""],
  ["try {}", "incomplete", ""],
  ["do {}", "incomplete", ""],
  ["`abc", "incomplete", ""],
  ["`a ${b", "incomplete", ""],
  ["/* begun", "incomplete", ""],
  ["'abc", "invalid"],
  ["'a\nb'", "invalid"],
  ["}", "invalid"],
  ["a b c", "invalid"],
  ["const = 3", "invalid"],
  ["else", "invalid"],
  ["f(1))", "invalid"],
];
