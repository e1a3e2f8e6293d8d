import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A notebook's folder that lives as long as a test. */
export interface Folder {
  readonly path: string;
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

export function makeFolder(files: Readonly<Record<string, string>> = {}): Folder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "galton-engine-")));
  const write = (contents: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(contents)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
  };
  write(files);
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** An installed package that only ES modules can import, with types and documentation. */
export const ESM_PACKAGE = {
  "node_modules/doubler/package.json": JSON.stringify({
    name: "doubler",
    type: "module",
    exports: { ".": { types: "./types/main.d.ts", import: "./main.js" }, "./sub": { types: "./types/sub.d.ts", import: "./sub.js" } },
  }),
  "node_modules/doubler/main.js":
    "export const twice = (x) => 2 * x; export class Point { constructor(x) { this.x = x; } } export default 'doubler';",
  "node_modules/doubler/sub.js": "export const thrice = (x) => 3 * x;",
  "node_modules/doubler/types/main.d.ts": `/**
 * Doubles a number.
 *
 * @param x - What is doubled.
 * @returns Twice the number.
 * @example
 * twice(2); // 4
 */
export declare function twice(x: number): number;
export declare class Point { constructor(x: number); readonly x: number; }
export interface Options { readonly scale: number }
declare const name: string;
export default name;`,
  "node_modules/doubler/types/sub.d.ts": "export declare function thrice(x: number): number;",
};

/** A CommonJS package whose exports Node's lexer cannot see, and one whose it can. */
export const COMMONJS_PACKAGES = {
  "node_modules/hidden/package.json": JSON.stringify({ name: "hidden", main: "main.js", types: "main.d.ts" }),
  "node_modules/hidden/main.js": "const make = () => ({ half: (x) => x / 2 }); module.exports = make();",
  "node_modules/hidden/main.d.ts": "export declare function half(x: number): number;",
  "node_modules/plain/package.json": JSON.stringify({ name: "plain", main: "main.js", types: "main.d.ts" }),
  "node_modules/plain/main.js": "exports.square = (x) => x * x;",
  "node_modules/plain/main.d.ts": "export declare function square(x: number): number;",
  "node_modules/untyped/package.json": JSON.stringify({ name: "untyped", main: "main.js" }),
  "node_modules/untyped/main.js": "module.exports = { answer: 42 };",
};

/** A package that asks for another which is not there yet. */
export const LATE_PACKAGE = {
  "node_modules/late/package.json": JSON.stringify({ name: "late", main: "main.js", types: "main.d.ts" }),
  "node_modules/late/main.js": "exports.arrived = true;",
  "node_modules/late/main.d.ts": "export declare const arrived: boolean;",
};
