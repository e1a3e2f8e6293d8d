import { is, type Law, nothing, refused } from "./laws.js";

/** What a cell is worth, and what of it later cells see. */
export const CELLS: readonly Law[] = [
  {
    name: "the last expression is the value",
    steps: [
      ["1 + 1", is(2)],
      ["1;\n'two';", is("two")],
      ["({ a: 1 })", is({ a: 1 })],
    ],
  },
  {
    name: "a cell that ends in a statement has no value",
    steps: [
      ["const a = 1", nothing],
      ["if (a) a", nothing],
      ["", nothing],
      ["// only words", nothing],
    ],
  },
  {
    name: "undefined is no value",
    steps: [
      ["undefined", nothing],
      ["[].forEach(() => 1)", nothing],
    ],
  },
  {
    name: "null, false and zero are values",
    steps: [
      ["null", is(null)],
      ["false", is(false)],
      ["0", is(0)],
    ],
  },
  { name: "a string alone is a value, not a directive", steps: [["'use it'", is("use it")]] },
  { name: "an assignment is an expression", steps: ["let a = 1", ["a = 5", is(5)]] },
  {
    name: "await at top level",
    steps: [
      ["const a = await Promise.resolve(3);\na", is(3)],
      ["await Promise.resolve(a + 1)", is(4)],
    ],
  },
  { name: "a promise is not awaited unasked", steps: [["typeof (Promise.resolve(1) as { then?: unknown }).then", is("function")]] },
  { name: "for await at top level", steps: [["let sum = 0;\nfor await (const k of [1, Promise.resolve(2)]) sum += k;\nsum", is(3)]] },
  {
    name: "values, functions and classes reach later cells",
    steps: ["const a = 1; function f(x: number) { return x + a; } class C { readonly b = 2; }", ["f(new C().b)", is(3)]],
  },
  {
    name: "types reach later cells",
    steps: [
      "interface P { a: number } type Q = P | string; enum E { A, B = 7 } namespace N { export const z = 1; }",
      ["const p: Q = { a: E.B }; (p as P).a + N.z", is(8)],
    ],
  },
  {
    name: "const enums and abstract classes reach later cells",
    steps: [
      "const enum E { A = 3 } abstract class S { abstract area(): number; }",
      ["class T extends S { area() { return E.A; } }\nnew T().area()", is(3)],
    ],
  },
  {
    name: "generics and overloads keep their types",
    steps: [
      "function f(x: string): string;\nfunction f(x: number): number;\nfunction f(x: unknown) { return x; }\nconst box = <T>(x: T) => ({ x });",
      ["f(2) + box(3).x", is(5)],
      ["f('a').length + box('bc').x.length", is(3)],
    ],
  },
  {
    name: "destructuring declarations",
    steps: ["const { a, b: [c, ...d], ...e } = { a: 1, b: [2, 3, 4], f: 5, g: 6 };", ["[a, c, d, e]", is([1, 2, [3, 4], { f: 5, g: 6 }])]],
  },
  {
    name: "several declarations in one statement",
    steps: ["let a = 1, b = a + 1, c: number | undefined;", ["[a, b, c]", is([1, 2, undefined])]],
  },
  { name: "functions are hoisted", steps: [["const a = f(); function f() { return 4; } a", is(4)]] },
  {
    name: "generators and async functions",
    steps: ["function* g() { yield 1; yield 2; } async function h() { return 3; }", ["[...g(), await h()]", is([1, 2, 3])]],
  },
  {
    name: "the export keyword is tolerated",
    steps: ["export const a = 1; export function f() { return a; } const b = 2; export { b };", ["f() + b", is(3)]],
  },
  { name: "export default with a name", steps: ["export default function g() { return 9; }", ["g()", is(9)]] },
  { name: "comments and blank lines at both ends", steps: [["\n// first\n\n7 // last\n/* end */\n", is(7)]] },
  { name: "names of Object.prototype are free", steps: ["const toString = 3, constructor = 4;", ["toString + constructor", is(7)]] },
  {
    name: "a decorated class",
    steps: ["function mark(_: unknown, context?: unknown): void {}\n@mark class D { a = 1; }", ["new D().a", is(1)]],
  },
  {
    name: "using ends with its cell",
    steps: [
      "const log: string[] = [];",
      "{ using r = { [Symbol.dispose]() { log.push('closed'); } }; log.push('open'); }",
      ["log", is(["open", "closed"])],
    ],
  },
  {
    name: "using at top level",
    steps: [
      "const log: string[] = [];",
      "using r = { [Symbol.dispose]() { log.push('closed'); } };\nexport const inner = 3;",
      ["[log, inner]", is([["closed"], 3])],
    ],
  },
  { name: "unused names are no errors", steps: ["const unused = 1; function g(a: number) { const b = 1; }"] },
  {
    name: "satisfies, as const and optional chaining",
    steps: [["const c = { a: [1, 2] } as const satisfies { a: readonly number[] };\nc?.a?.[1]", is(2)]],
  },
  {
    name: "private names and accessors",
    steps: ["class A { #x = 1; get x() { return this.#x; } static s = 4; }", ["new A().x + A.s", is(5)]],
  },
  {
    name: "global augmentation lasts",
    steps: [
      "declare global { interface Array<T> { second(): T | undefined; } }\nArray.prototype.second = function () { return this[1]; };",
      ["[1, 2].second()", is(2)],
      ["Reflect.deleteProperty(Array.prototype, 'second')", is(true)],
    ],
  },
  { name: "console is known", steps: [["typeof console.log", is("function")]] },
  {
    name: "Node's globals are known",
    steps: [
      [
        "[typeof process.pid, typeof Buffer.from, typeof setTimeout, typeof fetch, typeof structuredClone]",
        is(["number", "function", "function", "function", "function"]),
      ],
    ],
  },
  {
    name: "the session's globals are known",
    steps: [["typeof shown === 'function'", is(false)], "declare const x: ReturnType<typeof shown>;"],
  },
];

/** Names that several cells declare or assign. */
export const REDECLARED: readonly Law[] = [
  { name: "const of another type", steps: ["const a = 1", ["const a = 'abc';\na.length", is(3)], ["a.toUpperCase()", is("ABC")]] },
  {
    name: "let as const and const as let",
    steps: ["let a = 1; const b = 2;", "const a = 'x'; let b = [1];", ["b = [...b, a.length]; b", is([1, 1])]],
  },
  {
    name: "class, function, interface, type, enum",
    steps: [
      "class C { a = 1; } function f() { return 1; } interface I { a: 1 } type T = 1; enum E { A }",
      "class C { b = 2; } function f(x: string) { return x; } interface I { b: 2 } type T = 2; enum E { B = 5 }",
      ["const i: I = { b: 2 }; const t: T = 2; [new C().b, f('q'), i.b, t, E.B]", is([2, "q", 2, 2, 5])],
    ],
  },
  {
    name: "a function as a const, and back",
    steps: ["function f() { return 1; }", "const f = 2;", ["f", is(2)], "function f() { return 3; }", ["f()", is(3)]],
  },
  {
    name: "an import",
    steps: [
      "import { join } from 'node:path';",
      "const join = 5;",
      ["join", is(5)],
      "import { join } from 'node:path';",
      ["join('a', 'b')", is("a/b")],
    ],
  },
  { name: "from its old value", steps: ["const a = 1;", ["const b = a + 1; b", is(2)], ["const c = b + a; c", is(3)]] },
  {
    name: "closures see a later assignment",
    steps: [
      "let x = 1; const read = () => x;",
      ["x = 5; read()", is(5)],
      ["x++; read()", is(6)],
      ["[x] = [7]; read()", is(7)],
      ["({ x } = { x: 8 }); read()", is(8)],
    ],
  },
  { name: "later cells see what a closure assigned", steps: ["let n = 0; function tick() { n += 1; }", "tick(); tick();", ["n", is(2)]] },
  {
    name: "closures of several cells share a variable",
    steps: ["let n = 0;", "const up = () => { n++; };", "const get = () => n;", ["up(); up(); get()", is(2)]],
  },
  { name: "assignments are checked", steps: ["let n = 0;", ["n = 'text'", refused(1, 1, /not assignable/)], ["n", is(0)]] },
  { name: "a const is not assigned", steps: ["const c = 0;", ["c = 1", refused(1, 1, /Cannot assign to 'c'/)], ["c", is(0)]] },
  { name: "narrowing by assignment", steps: ["let s: string | undefined;", ["s = 'abc'; s.length", is(3)]] },
  {
    name: "let without a value starts anew",
    steps: ["let a: number | undefined = 4;", "let a: number | undefined;", ["a === undefined", is(true)]],
  },
  {
    name: "functions of other cells call the newest",
    steps: ["function step() { return 1; }", "const walk = () => step();", "function step() { return 2; }", ["walk()", is(2)]],
  },
  {
    name: "parameters and locals shadow earlier cells",
    steps: [
      "const a = 1;",
      ["((a: string) => a.length)('four')", is(4)],
      ["{ const a = 'xy'; console.assert(a.length === 2); }", nothing],
      ["for (var a2 = 0; a2 < 3; a2++);\na", is(1)],
    ],
  },
  {
    name: "a hundred cells",
    steps: [
      ...Array.from({ length: 100 }, (_, i) => (i === 0 ? "const c0 = 0;" : `const c${i} = c${i - 1} + ${i};`)),
      ["c99 + c50", is(4950 + 1275)],
    ],
  },
  {
    name: "the same cell a hundred times",
    steps: ["let total = 0;", ...Array.from({ length: 100 }, () => "const one = 1; total += one;"), ["total", is(100)]],
  },
];

/** Types that no declaration file can hold. */
export const UNWRITABLE: readonly Law[] = [
  {
    name: "an anonymous class with private members",
    steps: ["const make = () => class { #a = 1; private b = 2; get sum() { return this.#a + this.b; } };", ["new (make())().sum", is(3)]],
  },
  {
    name: "a type that only a function knows",
    steps: ["function outer() { class Inner { a = 1; } return new Inner(); }\nconst inner = outer();", ["inner.a", is(1)]],
  },
  { name: "unique symbols", steps: ["const key: unique symbol = Symbol('k'); const o = { [key]: 3 };", ["o[key]", is(3)]] },
];
