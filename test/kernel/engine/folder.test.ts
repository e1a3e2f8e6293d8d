import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { Engine, EngineOptions, ExecuteResult } from "../../../kernel-ext/src/engine/engine.js";
import { makeTypeScriptEngine } from "../../../kernel-ext/src/engine/typescript/typescript-engine.js";
import { type Folder, makeFolder } from "./folder.js";

const opened: { engine: Engine; folder: Folder }[] = [];

/** An engine in a folder of its own that holds these files. */
function open(files: Readonly<Record<string, string>>, options: Partial<EngineOptions> = {}) {
  const folder = makeFolder(files);
  const engine = makeTypeScriptEngine({
    directory: folder.path,
    fallbackDirectories: [],
    cacheDirectory: join(folder.path, "cache"),
    ...options,
  });
  opened.push({ engine, folder });
  const run = (code: string): Promise<ExecuteResult> => engine.execute({ code, cell: 1 });
  return { engine, folder, run };
}

afterEach(async () => {
  for (const { engine, folder } of opened.splice(0)) {
    await engine.close();
    folder.remove();
  }
});

const config = (compilerOptions: object): string => JSON.stringify({ compilerOptions });
const LOOSE = "function f(x) { return x; } f(1)";

it("applies the compiler options of the folder's tsconfig.json, and of an edited one", async () => {
  const { folder, run } = open({ "tsconfig.json": config({ strict: false }) });
  expect(await run(LOOSE)).toMatchObject({ value: 1 });
  folder.write({ "tsconfig.json": config({ strict: true, noUncheckedIndexedAccess: true }) });
  expect(await run(LOOSE)).toMatchObject({ status: "diagnostics" });
  expect(await run("const n: number = [1][0];")).toMatchObject({ status: "diagnostics" });
});

it("follows extends, and accepts comments", async () => {
  const { run } = open({ "base.json": config({ strict: false }), "tsconfig.json": '{ // loose\n "extends": "./base.json" }' });
  expect(await run(LOOSE)).toMatchObject({ value: 1 });
});

it("keeps what it relies on, whatever tsconfig.json says", async () => {
  const { run } = open({
    "tsconfig.json": config({
      module: "esnext",
      target: "es5",
      noEmit: true,
      declaration: true,
      verbatimModuleSyntax: true,
      noUnusedLocals: true,
      outDir: "out",
    }),
  });
  expect(await run("import { join } from 'node:path'; const unused = 1; await Promise.resolve(join('a', 'b'))")).toMatchObject({
    value: "a/b",
  });
});

it("knows the libraries that tsconfig.json names", async () => {
  const { run } = open({ "tsconfig.json": config({ lib: ["es2023", "dom"] }) });
  expect(await run("const f = (e: HTMLElement) => e.tagName;")).toMatchObject({ status: "ok" });
});

it("imports by the paths of tsconfig.json", async () => {
  const { run } = open({ "tsconfig.json": config({ paths: { "#lib/*": ["./library/*"] } }), "library/a.ts": "export const a = 5;" });
  expect(await run("import { a } from '#lib/a'; a")).toMatchObject({ value: 5 });
});

it("refuses to run with a broken tsconfig.json, and says where it is", async () => {
  const { folder, run } = open({ "tsconfig.json": config({ strict: "perhaps" }) });
  const result = await run("1");
  expect(result.status === "diagnostics" && result.diagnostics[0]?.message).toMatch(/^tsconfig\.json: .*strict.*; mend .*tsconfig\.json$/);
  folder.write({ "tsconfig.json": config({ strict: true }) });
  expect(await run("1")).toMatchObject({ value: 1 });
});

it("keeps the compiler's code cache, and starts without one, with a damaged one, and where none can be written", async () => {
  const first = open({});
  await first.engine.warm();
  const cache = join(first.folder.path, "cache");
  const [file] = readdirSync(cache);
  expect(file).toMatch(/^typescript-5\.\d+\.\d+-v8-.*\.bin$/);
  expect(readdirSync(cache)).toHaveLength(1);
  writeFileSync(join(cache, file as string), "damaged");
  const second = open({}, { cacheDirectory: cache });
  await second.engine.warm();
  expect(await second.run("1 + 1")).toMatchObject({ value: 2 });
  const blocked = open({ occupied: "a file" });
  const third = open({}, { cacheDirectory: join(blocked.folder.path, "occupied") });
  await third.engine.warm();
  expect(await third.run("1 + 1")).toMatchObject({ value: 2 });
  expect(existsSync(join(blocked.folder.path, "occupied"))).toBe(true);
});

it("gives way to a cell while it warms up", async () => {
  const { engine, run } = open({});
  const warm = engine.warm();
  expect(await run("1 + 1")).toMatchObject({ value: 2 });
  await warm;
  await engine.warm();
});

it("restores the stack hook that it found", async () => {
  const before = Error.prepareStackTrace;
  const { engine, run } = open({});
  await run("1");
  expect(Error.prepareStackTrace).not.toBe(before);
  await engine.close();
  expect(Error.prepareStackTrace).toBe(before);
});
