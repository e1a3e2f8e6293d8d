import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium.js";
import { chromium, repository } from "../support/tools.js";

// The packages as users get them: packed, installed from the tarballs into an empty folder, run by several Nodes.

const NODES = ["20", "22", "24"];
const SMOKE = `import { galtonBoard, simulate } from "galton";
const board = galtonBoard();
const { x } = await simulate(board, { theta: { slope: -0.8 }, n: 1000, seed: 1 });
console.log(x.rows, x.values.reduce((a, b) => a + b) / x.rows);`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "galton-package-"));
  const tarballs = ["galton", "galton-kernel"].map((name) => pack(name));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }));
  npm("install", ...tarballs);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npm(...args: string[]): void {
  const { status, stderr, stdout } = spawnSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(status, stdout + stderr).toBe(0);
}

/** Packs a workspace; returns the tarball's path. */
function pack(name: string): string {
  const from = name === "galton" ? repository : join(repository, "kernel-ext");
  const { stdout, status, stderr } = spawnSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: from,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  const file = readdirSync(folder).find(
    (entry) => entry.startsWith(`${name}-`) && /-\d+\.\d+\.\d+\.tgz$/.test(entry) && entry === `${name}-${versionOf(from)}.tgz`,
  );
  expect(file, stdout).toBeDefined();
  return join(folder, file!);
}

function versionOf(place: string): string {
  return (JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as { version: string }).version;
}

function inFolder(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(program, args, { cwd: folder, encoding: "utf8", timeout: 180_000 });
}

describe("the packed packages in an empty folder", { timeout: 300_000 }, () => {
  it("install a kernelspec with npx galton install", () => {
    const { status, stderr } = inFolder("npx", "galton", "install", "--prefix", "prefix");
    expect(status, stderr).toBe(0);
    const { argv } = JSON.parse(readFileSync(join(folder, "prefix/share/jupyter/kernels/galton/kernel.json"), "utf8")) as {
      argv: string[];
    };
    expect(argv.filter((argument) => argument.startsWith("/")).every((path) => existsSync(path))).toBe(true);
  });

  it("run a notebook that imports galton, with its types", () => {
    const cell = (source: string, index: number) => ({
      cell_type: "code",
      id: `c${index}`,
      source,
      metadata: {},
      execution_count: null,
      outputs: [],
    });
    const sources = [
      SMOKE.replace("console.log(", "const shown = [").replace(/\);$/, "];"),
      "shown.length + board.observables.length",
      "const wrong: string = board.name.length;",
    ];
    writeFileSync(join(folder, "smoke.ipynb"), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: sources.map(cell) }));
    const { status, stderr } = inFolder("npx", "galton", "run", "smoke.ipynb", "--out", "executed");
    expect(stderr).toMatch(/cell 3.*Type 'number' is not assignable to type 'string'/s);
    expect(status).toBe(1);
    const { cells } = JSON.parse(readFileSync(join(folder, "executed/smoke.ipynb"), "utf8"));
    expect(cells[1].outputs[0].data["text/plain"]).toEqual(["3"]);
  });

  it("type-check in a strict project", () => {
    writeFileSync(
      join(folder, "smoke.ts"),
      `${SMOKE}\nexport const rows: number = x.rows;\n// @ts-expect-error a name that the board does not have\nawait simulate(board, { theta: { slop: 1 }, n: 1, seed: 1 });\n`,
    );
    const options = {
      strict: true,
      module: "NodeNext",
      moduleResolution: "NodeNext",
      target: "ES2022",
      noEmit: true,
      types: [],
      lib: ["ES2023", "DOM"],
      skipLibCheck: false,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["smoke.ts"] }));
    const { status, stdout } = inFolder("npx", "tsc", "-p", ".");
    expect(status, stdout).toBe(0);
  });

  it.each(NODES)("work in a plain script on Node %s", (major) => {
    writeFileSync(join(folder, "smoke.mjs"), SMOKE);
    const { status, stdout, stderr } = inFolder(nodeOf(major), "smoke.mjs");
    expect(status, stderr).toBe(0);
    expect(stdout).toBe(inFolder(process.execPath, "smoke.mjs").stdout);
  });

  it.each(NODES)("run a notebook on Node %s", (major) => {
    const cell = {
      cell_type: "code",
      id: "c",
      source: `${SMOKE}\nprocess.versions.node`,
      metadata: {},
      execution_count: null,
      outputs: [],
    };
    writeFileSync(join(folder, "node.ipynb"), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }));
    const { status, stderr } = inFolder(nodeOf(major), "node_modules/galton/dist/cli/main.js", "run", "node.ipynb", "--out", "executed");
    expect(status, stderr).toBe(0);
    const { cells } = JSON.parse(readFileSync(join(folder, "executed/node.ipynb"), "utf8"));
    expect(JSON.stringify(cells[0].outputs)).toContain(`'${major}.`);
  });

  it.skipIf(!chromium)("work in a browser bundle", async () => {
    writeFileSync(join(folder, "browser.js"), SMOKE.replace("console.log(", "globalThis.answer = [").replace(/\);$/, "];"));
    await build({
      entryPoints: [join(folder, "browser.js")],
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "browser",
      outdir: join(folder, "www"),
      absWorkingDir: folder,
      logLevel: "error",
    });
    const browser = await launchChromium();
    const server = serve(join(folder, "www"));
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(await server.url);
      await page.waitForFunction(() => "answer" in globalThis, undefined, { timeout: 30_000 }).catch(() => undefined);
      expect(errors).toEqual([]);
      const answer = await page.evaluate(() => (globalThis as unknown as { answer: number[] }).answer);
      expect(`${answer.join(" ")}\n`).toBe(inFolder(process.execPath, "smoke.mjs").stdout);
    } finally {
      server.close();
      await browser.close();
    }
  });
});

/** Node of a major version, from the npm package that carries the binary for this platform. */
function nodeOf(major: string): string {
  const place = join(folder, "nodes", major);
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const program = join(place, "node_modules", name, process.platform === "win32" ? "bin/node.exe" : "bin/node");
  if (!existsSync(program)) {
    mkdirSync(place, { recursive: true });
    npm("install", "--prefix", place, "--ignore-scripts", `${name}@${major}`);
  }
  return program;
}

function serve(root: string): { url: Promise<string>; close(): void } {
  const server = createServer((request, response) => {
    const file = join(root, request.url === "/" ? "index.html" : (request.url ?? ""));
    response.setHeader("content-type", file.endsWith(".js") ? "text/javascript" : "text/html");
    response.end(
      request.url === "/"
        ? '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/browser.js"></script>'
        : existsSync(file)
          ? readFileSync(file)
          : "",
    );
  });
  const url = new Promise<string>((settle) => {
    server.listen(0, "127.0.0.1", () => settle(`http://127.0.0.1:${(server.address() as { port: number }).port}/`));
  });
  return { url, close: () => server.close() };
}
