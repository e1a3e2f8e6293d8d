import { is, type Law, refused, throws } from "./laws.js";

/** Cells that do not run. */
export const REFUSALS: readonly Law[] = [
  {
    name: "a type error, at its place",
    steps: [["const a: number = 1;\n  const b: string = a;", refused(2, 9, /Type 'number' is not assignable to type 'string'/)]],
  },
  { name: "strict null checks", steps: [["const s: string = undefined;", refused(1, 7, /undefined/)]] },
  { name: "no implicit any", steps: [["function f(x) { return x; }", refused(1, 12, /implicitly has an 'any' type/)]] },
  { name: "an unknown name", steps: [["1 + nowhere", refused(1, 5, /Cannot find name 'nowhere'/)]] },
  {
    name: "an unknown member of an earlier cell's value",
    steps: ["const o = { a: 1 };", ["\no.b", refused(2, 3, /Property 'b' does not exist/)]],
  },
  { name: "an unknown module", steps: [["import x from 'no-such-package';", refused(1, 15, /Cannot find module 'no-such-package'/)]] },
  { name: "an unknown export", steps: [["import { nope } from 'node:path';", refused(1, 10, /no exported member/)]] },
  { name: "a syntax error", steps: [["const ok = 1;\nconst = 3;", refused(2, 7, /expected/)]] },
  { name: "an open bracket", steps: [["f(1", refused(1, 4, /'\)' expected/)]] },
  { name: "a refused cell changes nothing", steps: ["const a = 1;", ["const a = 'x'; a.nope", refused(1, 18, /nope/)], ["a + 1", is(2)]] },
  {
    name: "behind a decorated and exported declaration",
    steps: [["export const a = 1; const b = 2; const c: string = b;", refused(1, 40, /not assignable/)]],
  },
];

/** Cells that throw: name, message, and a traceback in the cells' own lines. */
export const ERRORS: readonly Law[] = [
  {
    name: "thrown at top level",
    steps: [["const a = 1;\n\nthrow new TypeError('no');", throws("TypeError", "no", ["TypeError: no", "    at Cell [1]:3:7"])]],
  },
  {
    name: "in a function of an earlier cell",
    steps: [
      "function f(a: number) {\n  throw new Error('bad ' + a);\n}",
      ["1;\nf(3)", throws("Error", "bad 3", ["Error: bad 3", "    at f (Cell [1]:2:9)", "    at Cell [2]:2:1"])],
    ],
  },
  {
    name: "after an await",
    steps: [
      "async function g() {\n  await null;\n  throw new Error('late');\n}",
      ["await g()", throws("Error", "late", ["Error: late", "    at g (Cell [1]:3:9)", "    at async Cell [2]:1:1"])],
    ],
  },
  {
    name: "behind an inserted export",
    steps: [
      [
        "const f = () => { throw new Error('x'); }; const b = f();",
        throws("Error", "x", ["Error: x", "    at f (Cell [1]:1:25)", "    at Cell [1]:1:54"]),
      ],
    ],
  },
  {
    name: "in a method, with types that are erased",
    steps: [
      "interface Long { a: number; b: string }\nclass C<T extends Long> {\n  run(t: T): never { throw new RangeError(t.b); }\n}",
      [
        "new C().run({ a: 1, b: 'q' })",
        throws("RangeError", "q", ["RangeError: q", "    at C.run (Cell [1]:3:28)", "    at Cell [2]:1:9"]),
      ],
    ],
  },
  {
    name: "something that is no Error",
    steps: [
      ["throw { code: 7 };", throws("Uncaught", "{ code: 7 }", ["Uncaught { code: 7 }"])],
      ["throw undefined", throws("Uncaught", "undefined")],
    ],
  },
  {
    name: "an error with a cause",
    steps: [
      [
        "throw new Error('outer', { cause: new TypeError('inner') });",
        throws("Error", "outer", ["Error: outer", "    at Cell [1]:1:7", "  [cause]: TypeError: inner", "      at Cell [1]:1:35"]),
      ],
    ],
  },
  {
    name: "an AggregateError",
    steps: [
      [
        "throw new AggregateError([new Error('one'), 'two'], 'both')",
        throws("AggregateError", "both", [
          "AggregateError: both",
          "    at Cell [1]:1:7",
          "  [errors]: Error: one",
          "      at Cell [1]:1:27",
          "  [errors]: Uncaught 'two'",
        ]),
      ],
    ],
  },
  {
    name: "the stack that user code reads",
    steps: [
      "function f() {\n  return new Error('seen').stack;\n}",
      ["f()", is("Error: seen\n    at f (Cell [1]:2:10)\n    at Cell [2]:1:1")],
    ],
  },
  {
    name: "a subclass with its own name",
    steps: ["class Odd extends Error { override name = 'Odd'; }", ["throw new Odd('strange')", throws("Odd", "strange")]],
  },
  {
    name: "what ran before the error is kept",
    steps: [
      ["const a = 1; let b = 2; throw new Error('stop'); const c = 3;", throws("Error", "stop")],
      ["a + b", is(3)],
      ["c", refused(1, 1, /Cannot find name 'c'/)],
    ],
  },
  {
    name: "a failed redeclaration leaves the old value and type",
    steps: ["const a = 'old';", ["if (true) throw new Error('stop');\nconst a = 5;", throws("Error", "stop")], ["a.length", is(3)]],
  },
  {
    name: "functions and types of a failed cell are kept",
    steps: [
      ["throw new Error('stop'); function f() { return 1; } interface I { a: number }", throws("Error", "stop")],
      ["const i: I = { a: f() }; i.a", is(1)],
    ],
  },
  {
    name: "the kernel goes on after an error",
    steps: [
      ["(null as unknown as { x: 1 }).x", throws("TypeError", "Cannot read properties of null (reading 'x')")],
      ["1", is(1)],
    ],
  },
];
