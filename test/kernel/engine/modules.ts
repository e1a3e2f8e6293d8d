import { COMMONJS_PACKAGES, ESM_PACKAGE, LATE_PACKAGE } from "./folder.js";
import { is, type Law, nothing, refused, throws } from "./laws.js";

/** Imports of packages, Node's own modules and JSON. */
export const PACKAGES: readonly Law[] = [
  {
    name: "every form of import",
    steps: [
      "import path, { join as glue } from 'node:path';\nimport * as os from 'os';\nimport type { Stats } from 'node:fs';\nimport { type Dirent, existsSync } from 'node:fs';",
      ["[path.sep, glue('a', 'b'), typeof os.cpus, existsSync('/')]", is(["/", "a/b", "function", true])],
      ["const size = (s: Stats, d: Dirent) => s.size + d.name.length; typeof size", is("function")],
    ],
  },
  { name: "an import below its use", steps: [["const j = join('a', 'b');\nimport { join } from 'node:path';\nj", is("a/b")]] },
  {
    name: "imports reach closures of later cells",
    steps: ["import { basename } from 'node:path';", "const f = (p: string) => basename(p);", ["f('/a/b.c')", is("b.c")]],
  },
  {
    name: "a package that is an ES module",
    steps: [
      { files: ESM_PACKAGE },
      ["import name, { twice, Point } from 'doubler';\n[name, twice(4), new Point(3).x]", is(["doubler", 8, 3])],
      ["twice(5) + new Point(1).x", is(11)],
    ],
  },
  {
    name: "a subpath of an exports map",
    steps: [
      { files: ESM_PACKAGE },
      ["import { thrice } from 'doubler/sub'; thrice(2)", is(6)],
      ["import { twice } from 'doubler/main.js';", refused(1, 23, /Cannot find module/)],
    ],
  },
  {
    name: "dynamic import",
    steps: [
      { files: ESM_PACKAGE },
      ["const m = await import('doubler'); m.twice(2)", is(4)],
      ["const which = 'doubler/sub'; (await import(which)).thrice(1)", is(3)],
    ],
  },
  {
    name: "a type-only import is not loaded",
    steps: [
      { files: ESM_PACKAGE },
      ["import { Options } from 'doubler';\nconst o: Options = { scale: 2 }; o.scale", is(2)],
      ["const q: Options = { scale: 3 }; q.scale", is(3)],
    ],
  },
  {
    name: "CommonJS: default and names",
    steps: [
      { files: COMMONJS_PACKAGES },
      ["import { square } from 'plain'; import * as all from 'plain'; square(3) + all.square(1)", is(10)],
      ["import { half } from 'hidden'; half(8)", is(4)],
    ],
  },
  {
    name: "a package without types is any",
    steps: [{ files: COMMONJS_PACKAGES }, ["import untyped from 'untyped'; untyped.answer", is(42)]],
  },
  {
    name: "an import for its effect",
    steps: [
      {
        files: {
          "node_modules/effect/package.json": JSON.stringify({ name: "effect", main: "m.js" }),
          "node_modules/effect/m.js": "globalThis.effects = 1;",
        },
      },
      ["import 'effect';", nothing],
      ["[(globalThis as { effects?: number }).effects, Reflect.deleteProperty(globalThis, 'effects')]", is([1, true])],
    ],
  },
  {
    name: "JSON, read anew each time",
    steps: [
      { files: { "data.json": '{"a": 1, "b": [2]}' } },
      ["import data, { a } from './data.json'; data.b[0] + a", is(3)],
      { files: { "data.json": '{"a": 5, "b": [2]}' } },
      ["import again from './data.json'; again.a", is(5)],
    ],
  },
  {
    name: "require",
    steps: [
      { files: COMMONJS_PACKAGES },
      ["require('plain').square(2)", is(4)],
      ["const fs = require('node:fs') as typeof import('node:fs'); fs.existsSync('/')", is(true)],
    ],
  },
  { name: "import = require", steps: [{ files: COMMONJS_PACKAGES }, "import plain = require('plain');", ["plain.square(2)", is(4)]] },
  { name: "import.meta and __dirname", steps: [["import.meta.dirname === __dirname && import.meta.url.startsWith('file:')", is(true)]] },
  {
    name: "a package installed after a failed import",
    steps: [
      ["import { arrived } from 'late';", refused(1, 25, /Cannot find module 'late'/)],
      "const before = 1;",
      { files: LATE_PACKAGE },
      ["import { arrived } from 'late'; arrived", is(true)],
      ["[before, arrived]", is([1, true])],
      ["arrived.nope", refused(1, 9, /nope/)],
    ],
  },
  {
    name: "a package of a fallback folder",
    steps: [
      ["import { borrowed } from 'lender'; borrowed", is("lent")],
      ["borrowed.length", is(4)],
      ["borrowed.nope", refused(1, 10, /nope/)],
    ],
  },
  { name: "the package that encloses the notebook", steps: [["import { self } from 'enclosing'; self", is("own")]] },
];

/** The user's own modules beside the notebook. */
export const LOCAL: readonly Law[] = [
  {
    name: "a TypeScript module, by every name",
    steps: [
      { files: { "m1.ts": "export const v: number = 1; export type T = 'a';" } },
      ["import { v, type T } from './m1'; const t: T = 'a'; [v, t]", is([1, "a"])],
      ["import * as m from './m1.ts'; m.v", is(1)],
      ["import { v as w } from './m1.js'; w", is(1)],
    ],
  },
  {
    name: "a folder with an index",
    steps: [
      { files: { "dir/index.ts": "export default 3;" } },
      ["import three from './dir'; three", is(3)],
      ["import four from './dir/index.ts'; four", is(3)],
    ],
  },
  {
    name: "modules that import modules, packages and JSON",
    steps: [
      {
        files: {
          ...ESM_PACKAGE,
          "m2.ts":
            "import { w } from './inner/n.js'; import { twice } from 'doubler'; import data from './d2.json'; export const v = twice(w) + data.a;",
          "inner/n.ts": "import { sep } from 'node:path'; export const w = sep.length + 10;",
          "d2.json": '{"a": 100}',
        },
      },
      ["import { v } from './m2'; v", is(122)],
    ],
  },
  {
    name: "a module that is a circle",
    steps: [
      {
        files: {
          "c1.ts": "import { b } from './c2.js'; export const a = 1; export const f = () => b + 1;",
          "c2.ts": "import { a } from './c1.js'; export const b = 2; export const g = () => a;",
        },
      },
      ["import { f } from './c1'; f()", is(3)],
    ],
  },
  {
    name: "an edited module",
    steps: [
      { files: { "m3.ts": "export const v = 1;" } },
      ["import { v } from './m3'; v", is(1)],
      { files: { "m3.ts": "export const v = 'longer';" } },
      ["import { v } from './m3'; v.length", is(6)],
    ],
  },
  {
    name: "an edited module under a module",
    steps: [
      { files: { "m4.ts": "export { v } from './n4.js';", "n4.ts": "export const v = 1;" } },
      ["import { v } from './m4'; v", is(1)],
      { files: { "n4.ts": "export const v = 22;" } },
      ["import { v } from './m4'; v", is(22)],
    ],
  },
  {
    name: "an unedited module keeps its state",
    steps: [
      { files: { "m5.ts": "export let n = 0; export const up = () => ++n;" } },
      ["import { up, n } from './m5'; up(); n", is(1)],
      ["import { up as again } from './m5'; again(); n", is(2)],
    ],
  },
  {
    name: "a module that appears later",
    steps: [
      ["import { v } from './m6';", refused(1, 19, /Cannot find module '.\/m6'/)],
      { files: { "m6.ts": "export const v = 6;" } },
      ["import { v } from './m6'; v", is(6)],
    ],
  },
  {
    name: "a module that failed and was mended",
    steps: [
      { files: { "m7.ts": "throw new Error('not yet'); export const v = 7;" } },
      ["import { v } from './m7'; v", throws("Error", "not yet")],
      { files: { "m7.ts": "export const v = 7;" } },
      ["import { v } from './m7'; v", is(7)],
    ],
  },
  {
    name: "a module whose package is installed later",
    steps: [
      { files: { "m8.ts": "import { arrived } from 'late8'; export const v = arrived;" } },
      ["const m = await import('./m8');", throws("Error", /Cannot find package 'late8'/)],
      { files: Object.fromEntries(Object.entries(LATE_PACKAGE).map(([file, text]) => [file.replace("late", "late8"), text])) },
      ["import { v } from './m8'; v", is(true)],
    ],
  },
  {
    name: "an ES module in JavaScript",
    steps: [
      { files: { "j.js": "export const v = 4;\nexport const text = (n) => 'n' + n;" } },
      ["import { v, text } from './j.js'; text(v)", is("n4")],
    ],
  },
  { name: "a dynamic import", steps: [{ files: { "m9.ts": "export const v: number = 9;" } }, ["(await import('./m9')).v", is(9)]] },
];
