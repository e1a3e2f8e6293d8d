import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../../kernel-ext/src/engine/engine.js";
import { makeEngine } from "../../../kernel-ext/src/engine/index.js";
import { CELLS, REDECLARED, UNWRITABLE } from "./cells.js";
import { ERRORS, REFUSALS } from "./failures.js";
import { type Folder, makeFolder } from "./folder.js";
import { COMPLETENESS, COMPLETIONS, INSPECTIONS } from "./language.js";
import { type Law, obey } from "./laws.js";
import { LIMITS } from "./limits.js";
import { LOCAL, PACKAGES } from "./modules.js";

const GLOBALS = "/** Shows a value. */\ndeclare function shown(value: unknown): void;";

const ENCLOSING = {
  "package.json": JSON.stringify({ name: "enclosing", type: "module", exports: { types: "./own.d.ts", default: "./own.js" } }),
  "own.js": "export const self = 'own';",
  "own.d.ts": "export declare const self: string;",
};

const LENDER = {
  "node_modules/lender/package.json": JSON.stringify({ name: "lender", main: "main.js", types: "main.d.ts" }),
  "node_modules/lender/main.js": "exports.borrowed = 'lent';",
  "node_modules/lender/main.d.ts": "export declare const borrowed: string;",
};

const GROUPS: Readonly<Record<string, readonly Law[]>> = {
  cells: CELLS,
  redeclared: REDECLARED,
  unwritable: UNWRITABLE,
  refusals: REFUSALS,
  errors: ERRORS,
  packages: PACKAGES,
  local: LOCAL,
};

describe.each(["typescript", "tslab"] as const)("%s", (name) => {
  let folder: Folder;
  let lender: Folder;
  let engine: Engine;

  beforeAll(async () => {
    folder = makeFolder(ENCLOSING);
    lender = makeFolder(LENDER);
    engine = await makeEngine(name, {
      directory: folder.path,
      fallbackDirectories: [lender.path],
      globals: GLOBALS,
      cacheDirectory: lender.path,
    });
    await engine.warm();
  });
  afterEach(() => engine.reset());
  afterAll(async () => {
    await engine.close();
    folder.remove();
    lender.remove();
  });

  const law = (title: string, keep: () => Promise<void>) => (LIMITS[name].has(title) ? it.fails(title, keep) : it(title, keep));
  const prepare = async ({ files = {}, cells = [] }: { files?: Readonly<Record<string, string>>; cells?: readonly string[] }) => {
    folder.write(files);
    for (const [index, code] of cells.entries()) expect(await engine.execute({ code, cell: index + 1 })).toMatchObject({ status: "ok" });
  };

  for (const [group, laws] of Object.entries(GROUPS)) {
    for (const each of laws) law(`${group}: ${each.name}`, () => obey(each, engine, folder));
  }

  for (const each of COMPLETIONS) {
    law(`completion: ${each.name}`, async () => {
      await prepare(each);
      const code = each.code.replace(/\|(?!.*\|)/, "");
      const { matches, start, end } = await engine.complete(code, each.code.lastIndexOf("|"));
      const texts = matches.map(({ text }) => text);
      expect(texts.slice(0, each.found.length)).toEqual(each.found);
      for (const absent of each.absent ?? []) expect(texts).not.toContain(absent);
      expect(code.slice(start, end)).toBe(each.replaces);
    });
  }

  for (const each of INSPECTIONS) {
    law(`inspection: ${each.name}`, async () => {
      await prepare(each);
      const { found, signature, documentation } = await engine.inspect(
        each.code.replace("|", ""),
        each.code.indexOf("|"),
        each.detail ?? 0,
      );
      expect({ found, signature }).toEqual({ found: true, signature: each.signature });
      for (const part of each.documentation ?? []) expect(documentation).toContain(part);
    });
  }

  law("inspection: nothing where nothing is", async () => {
    expect(await engine.inspect("  ", 1, 0)).toEqual({ found: false, signature: "", documentation: "" });
  });

  for (const [code, status, indent] of COMPLETENESS) {
    law(`completeness: ${JSON.stringify(code)}`, async () => {
      expect(engine.isComplete(code)).toEqual(status === "incomplete" ? { status, indent } : { status });
    });
  }

  law("reset forgets values and types", async () => {
    await prepare({ cells: ["const a = 1; interface I { a: number }"] });
    engine.reset();
    expect(await engine.execute({ code: "a", cell: 1 })).toMatchObject({ status: "diagnostics" });
    expect(await engine.execute({ code: "const i: I = { a: 1 };", cell: 2 })).toMatchObject({ status: "diagnostics" });
  });

  law("names itself and its language", async () => {
    expect(engine.name).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`));
    expect(engine.languageVersion).toMatch(/^5\.\d+\.\d+/);
  });
});
