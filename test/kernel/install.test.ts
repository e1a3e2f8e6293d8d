import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConnectionError, readConnection } from "../../kernel-ext/src/connection/connection.js";
import { HELP, runCommand, UsageError } from "../../kernel-ext/src/install/command.js";
import { installKernelspec, KernelspecError, uninstallKernelspec } from "../../kernel-ext/src/install/kernelspec.js";
import { PlaceError } from "../../kernel-ext/src/install/places.js";

const MAIN = fileURLToPath(new URL("../../kernel-ext/dist/main.js", import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "install-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("installKernelspec", () => {
  const options = { displayName: "Mine", engine: "tslab", fallbackDirectories: ["/a", "/b"] } as const;

  it("writes kernel.json and three logos, nothing else, and again over itself", () => {
    const place = { dataDirectory: folder, name: "mine" };
    expect(installKernelspec({ ...place, ...options })).toBe(join(folder, "kernels", "mine"));
    installKernelspec({ ...place, ...options });
    expect(readdirSync(join(folder, "kernels", "mine")).sort()).toEqual([
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
    ]);
    const { argv, ...rest } = JSON.parse(readFileSync(join(folder, "kernels", "mine", "kernel.json"), "utf8"));
    expect(argv[0]).toBe(process.execPath);
    expect(argv[1]).toMatch(/main\.js$/);
    expect(argv.slice(2)).toEqual(["--engine", "tslab", "--fallback", "/a", "--fallback", "/b", "{connection_file}"]);
    expect(rest).toEqual({ display_name: "Mine", language: "typescript", interrupt_mode: "message", metadata: { debugger: false } });
  });

  it("is undone by uninstallKernelspec, which tells when there was nothing", () => {
    const place = { dataDirectory: folder, name: "mine" };
    const written = installKernelspec({ ...place, ...options });
    expect(uninstallKernelspec(place)).toBe(written);
    expect(existsSync(written)).toBe(false);
    expect(uninstallKernelspec(place)).toBeUndefined();
  });

  it.each(["", "..", "a/b", "a b"])("refuses the name %j", (name) => {
    expect(() => installKernelspec({ dataDirectory: folder, name, ...options })).toThrow(KernelspecError);
  });
});

describe("galton-kernel", () => {
  it("installs, says where, and uninstalls", () => {
    const installed = execFileSync(process.execPath, [MAIN, "install", "--prefix", folder, "--name", "n", "--display-name", "N"], {
      encoding: "utf8",
    });
    expect(installed).toBe(`Installed "N" in ${join(folder, "share/jupyter/kernels/n")}\n`);
    expect(execFileSync(process.execPath, [MAIN, "uninstall", "--prefix", folder, "--name", "n"], { encoding: "utf8" })).toContain(
      "Removed",
    );
  });

  it("tells its version and its help", () => {
    const { version } = JSON.parse(readFileSync(new URL("../../kernel-ext/package.json", import.meta.url), "utf8"));
    expect(execFileSync(process.execPath, [MAIN, "--version"], { encoding: "utf8" })).toBe(`${version}\n`);
    expect(execFileSync(process.execPath, [MAIN, "--help"], { encoding: "utf8" })).toBe(`${HELP}\n`);
  });

  const REFUSALS = [
    { name: "no argument", args: [], error: UsageError },
    { name: "two arguments", args: ["a", "b"], error: UsageError },
    { name: "an unknown engine", args: ["--engine", "coffee", "file"], error: UsageError },
    { name: "an unknown option", args: ["--fast"], error: UsageError },
    { name: "two places", args: ["install", "--user", "--prefix", "x"], error: PlaceError },
  ] as const;
  it.each(REFUSALS)("refuses $name", ({ args, error }) => {
    expect(() => runCommand(args)).toThrow(error);
  });

  it("refuses to uninstall what is not there, with exit code 1; wrong usage has 2", () => {
    expect(() => runCommand(["uninstall", "--prefix", folder])).toThrow(PlaceError);
    expect(spawnSync(process.execPath, [MAIN, "uninstall", "--prefix", folder]).status).toBe(1);
    expect(spawnSync(process.execPath, [MAIN, "--fast"]).status).toBe(2);
  });
});

describe("readConnection", () => {
  const good = {
    transport: "tcp",
    ip: "127.0.0.1",
    key: "k",
    signature_scheme: "hmac-sha256",
    shell_port: 1,
    iopub_port: 2,
    stdin_port: 3,
    control_port: 4,
    hb_port: 5,
  };
  const write = (content: unknown) => {
    const file = join(folder, "connection.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };

  it("reads ports, key and hash", () => {
    const ports = { shell: 1, iopub: 2, stdin: 3, control: 4, heartbeat: 5 };
    expect(readConnection(write(good))).toEqual({ transport: "tcp", ip: "127.0.0.1", key: "k", hash: "sha256", ports });
  });

  const REFUSALS = [
    { name: "no JSON", content: "{", says: "is no JSON" },
    { name: "a list", content: [], says: "holds no JSON object" },
    { name: "another transport", content: { ...good, transport: "udp" }, says: "transport" },
    { name: "a port of 0", content: { ...good, hb_port: 0 }, says: "hb_port" },
    { name: "no key", content: { ...good, key: undefined }, says: "key" },
    { name: "another scheme", content: { ...good, signature_scheme: "rsa" }, says: "signature_scheme" },
  ];
  it.each(REFUSALS)("refuses $name", ({ content, says }) => {
    expect(() => readConnection(write(content))).toThrow(ConnectionError);
    expect(() => readConnection(write(content))).toThrow(says);
  });

  it("refuses a file that is not there", () => {
    expect(() => readConnection(join(folder, "none"))).toThrow("cannot be read (ENOENT)");
  });
});
