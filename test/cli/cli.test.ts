import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../support/tools.js";

const GALTON = join(repository, "dist/cli/main.js");
const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "galton-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function galton(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  return spawnSync(process.execPath, [GALTON, ...args], {
    encoding: "utf8",
    cwd: folder,
    timeout: 60_000,
    env: { ...process.env, ...env },
  });
}

/** A PATH of its own, with nothing on it but the scripts given. */
function pathWith(name: string, scripts: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  symlinkSync(process.execPath, join(path, "node"));
  for (const [script, text] of Object.entries(scripts)) {
    writeFileSync(join(path, script), `#!/bin/sh\n${text}\n`);
    chmodSync(join(path, script), 0o755);
  }
  return path;
}

describe("galton", () => {
  it.each(["lab", "run", "install", "uninstall", "bench", "doctor"])("%s explains itself with --help", (command) => {
    const { status, stdout } = galton([command, "--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: galton ${command}`);
    expect(galton(["--help"]).stdout).toContain(`  ${command} `);
  });

  it("tells the version of its package", () => {
    expect(galton(["--version"]).stdout.trim()).toBe(version);
  });

  it.each([
    { args: [], says: /Usage/ },
    { args: ["labb"], says: /unknown command "labb"; expected one of lab, run/ },
    { args: ["lab", "nowhere"], says: /nowhere does not exist/ },
    { args: ["lab", "--port", "x"], says: /--port is "x"; expected a whole number/ },
    { args: ["lab", "--colour"], says: /--colour/ },
    { args: ["install"], says: /0 places were given; expected one of --user, --sys-prefix and --prefix DIR/ },
    { args: ["install", "--user", "--sys-prefix"], says: /2 places were given/ },
    { args: ["run", "."], says: /\. is a folder; expected a notebook/ },
    { args: ["install", "--user", "--engine", "deno"], says: /--engine is "deno"; expected typescript or tslab/ },
    { args: ["bench", "speed"], says: /expected kernel, mine, compute, ratio or sbi/ },
    { args: ["bench", "mine", "--n", "0"], says: /--n is "0"/ },
    { args: ["bench", "kernel", "--engine", "deno"], says: /--engine is "deno"; expected typescript, tslab/ },
  ])("ends with code 2 on $args", ({ args, says }) => {
    const { status, stdout, stderr } = galton(args);
    expect(status).toBe(2);
    expect(stdout + stderr).toMatch(says);
  });
});

describe("galton install", () => {
  const specs = () =>
    existsSync(join(folder, "prefix/share/jupyter/kernels")) ? readdirSync(join(folder, "prefix/share/jupyter/kernels")) : [];

  it("writes a kernelspec that uninstall takes away again", () => {
    expect(galton(["install", "--prefix", "prefix"]).status).toBe(0);
    const spec = JSON.parse(readFileSync(join(folder, "prefix/share/jupyter/kernels/galton/kernel.json"), "utf8"));
    expect(spec).toMatchObject({
      display_name: "TypeScript (Galton)",
      language: "typescript",
      interrupt_mode: "message",
      metadata: { debugger: false },
    });
    expect(spec.argv.at(-1)).toBe("{connection_file}");
    expect(existsSync(spec.argv[1])).toBe(true);
    expect(galton(["uninstall", "--prefix", "prefix"]).status).toBe(0);
    expect(specs()).toEqual([]);
  });

  it("installs the tslab engine under a name of its own", () => {
    expect(galton(["install", "--prefix", "prefix", "--engine", "tslab"]).status).toBe(0);
    expect(specs()).toEqual(["galton-tslab"]);
    expect(galton(["uninstall", "--prefix", "prefix", "--engine", "tslab"]).status).toBe(0);
  });

  it("finds the user's folder by JUPYTER_DATA_DIR", () => {
    const data = join(folder, "data");
    expect(galton(["install", "--user"], { JUPYTER_DATA_DIR: data }).status).toBe(0);
    expect(readdirSync(join(data, "kernels"))).toEqual(["galton"]);
  });

  it("finds the active environment for --sys-prefix, and says when there is none", () => {
    const environment = join(folder, "environment");
    expect(galton(["install", "--sys-prefix"], { VIRTUAL_ENV: environment }).status).toBe(0);
    expect(readdirSync(join(environment, "share/jupyter/kernels"))).toEqual(["galton"]);
    const none = galton(["install", "--sys-prefix"], { VIRTUAL_ENV: "", CONDA_PREFIX: "", PATH: pathWith("no-environment", {}) });
    expect(none).toMatchObject({ status: 1 });
    expect(none.stderr).toMatch(/no active Python environment/);
  });

  it("says when there is nothing to uninstall", () => {
    const { status, stderr } = galton(["uninstall", "--prefix", "prefix"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/no kernelspec/);
  });
});

describe("galton lab", () => {
  it("says that a port is in use", async () => {
    const server = createServer();
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    const { port } = server.address() as { port: number };
    const { status, stderr } = galton(["lab", ".", "--port", String(port)]);
    server.close();
    expect(status).toBe(1);
    expect(stderr).toContain(`port ${port} is in use`);
  });

  it.each([
    { missing: "python3", scripts: {}, says: /python3 was not found on PATH/ },
    { missing: "a new enough Python", scripts: { python3: "echo 3.8.1" }, says: /is Python 3\.8\.1; JupyterLab needs 3\.10 or later/ },
    {
      missing: "the venv module",
      scripts: { python3: 'case "$2" in *venv*) exit 1;; *) echo 3.11.2;; esac' },
      says: /has no venv module[\s\S]*python3-venv/,
    },
    {
      missing: "the network",
      scripts: {
        python3: `case "$*" in *"-m venv"*) /bin/mkdir -p "$3/bin" && /bin/cp "$0" "$3/bin/python";; *"pip install"*) echo "NewConnectionError: Failed to establish a new connection" >&2; exit 1;; *) echo 3.11.2;; esac`,
      },
      says: /package index cannot be reached; connect to the network/,
    },
    {
      missing: "a compiler",
      scripts: {
        python3: `case "$*" in *"-m venv"*) /bin/mkdir -p "$3/bin" && /bin/cp "$0" "$3/bin/python";; *"pip install"*) echo "error: command 'gcc' failed: No such file or directory" >&2; exit 1;; *) echo 3.11.2;; esac`,
      },
      says: /no ready build for this Python and no compiler/,
    },
  ])("says that $missing is missing", ({ missing, scripts, says }) => {
    const path = pathWith(`without ${missing}`.replaceAll(" ", "-"), scripts);
    const { status, stderr } = galton(["lab", ".", "--environment", join(folder, `env-${missing}`.replaceAll(" ", "-"))], { PATH: path });
    expect(status).toBe(1);
    expect(stderr).toMatch(says);
  });
});

describe("galton doctor", () => {
  it("lists what was found and what is missing", () => {
    const { status, stdout } = galton(["doctor", "--json"], { PATH: pathWith("bare", {}) });
    expect(status).toBe(0);
    const { findings } = JSON.parse(stdout) as { findings: { what: string; state: string; advice?: string }[] };
    const states = Object.fromEntries(findings.map(({ what, state }) => [what, state]));
    expect(states).toMatchObject({
      Node: "found",
      TypeScript: "found",
      "ZeroMQ (Jupyter kernel)": "found",
      Python: "absent",
      JupyterLab: "absent",
    });
    for (const { state, advice } of findings) if (state !== "found") expect(advice).toBeTruthy();
  });
});
