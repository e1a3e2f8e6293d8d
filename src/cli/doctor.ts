import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { backend } from "../compute/index.js";
import type { Command } from "./command.js";
import { installedSpecs } from "./kernelspecs.js";
import { packageVersion } from "./package.js";
import { capture, findOnPath } from "./programs.js";
import { activeJupyter, labVersionOf, pythonIn } from "./python.js";

const HELP = `galton doctor: what was found, what is missing, what to do

Usage: galton doctor [--json]

  --json   one JSON object, for scripts

Exit code 0 when notebooks can run here, 1 when something needed is missing.`;

/** `galton doctor`. */
export const doctor: Command = { name: "doctor", summary: "what was found, what is missing, what to do", help: HELP, run: runDoctor };

interface Finding {
  readonly what: string;
  /** "missing" is needed by everything; "absent" only limits something, and the advice says what. */
  readonly state: "found" | "absent" | "missing";
  readonly detail: string;
  readonly advice?: string;
}

async function runDoctor(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean", default: false } } });
  const findings = [
    node(),
    galton(),
    typescript(),
    sockets(),
    figures(),
    await engine(),
    python(),
    jupyter(),
    kernelspecs(),
    tslab(),
    browser(),
  ];
  if (values.json) console.log(JSON.stringify({ findings }, undefined, 2));
  else for (const finding of findings) console.log(toText(finding));
  return findings.some(({ state }) => state === "missing") ? 1 : 0;
}

function toText({ what, state, detail, advice }: Finding): string {
  const mark = { found: "ok     ", absent: "absent ", missing: "MISSING" }[state];
  return `${mark} ${what.padEnd(23)} ${detail}${advice ? `\n${" ".repeat(32)}-> ${advice}` : ""}`;
}

const require = createRequire(import.meta.url);

function node(): Finding {
  return { what: "Node", state: "found", detail: `${process.versions.node} on ${process.platform} ${process.arch}` };
}

function galton(): Finding {
  return { what: "galton", state: "found", detail: packageVersion() };
}

function typescript(): Finding {
  const { version } = require("typescript") as { version: string };
  return { what: "TypeScript", state: "found", detail: version };
}

function sockets(): Finding {
  const zeromq = createRequire(require.resolve("galton-kernel/package.json"));
  return loads("ZeroMQ (Jupyter kernel)", () => String((zeromq("zeromq") as { version: string }).version), {
    state: "missing",
    advice: "no ready build for this platform; galton run still works; for JupyterLab use Linux, macOS or Windows on x64 or arm64",
  });
}

function figures(): Finding {
  return loads("figure export (resvg)", () => String((require("@resvg/resvg-js/package.json") as { version: string }).version), {
    state: "absent",
    advice: "PNG figures cannot be written; reinstall galton without --omit=optional",
    probe: () => require("@resvg/resvg-js"),
  });
}

async function engine(): Promise<Finding> {
  const what = "compute engine";
  const { name } = await backend("auto");
  if (name === "native") return { what, state: "found", detail: "native kernels, and WebAssembly" };
  return {
    what,
    state: "absent",
    detail: "WebAssembly only",
    advice: "galton install native compiles the faster kernels, where there is a C++ compiler",
  };
}

interface Otherwise {
  readonly state: "absent" | "missing";
  readonly advice: string;
  readonly probe?: () => unknown;
}

function loads(what: string, version: () => string, { state, advice, probe }: Otherwise): Finding {
  try {
    probe?.();
    return { what, state: "found", detail: version() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { what, state, detail: error.message.split("\n")[0] ?? "", advice };
  }
}

function python(): Finding {
  const found = findOnPath("python3", "python", "py");
  if (found) return { what: "Python", state: "found", detail: `${capture(found, ["--version"]).stdout} at ${found}` };
  return { what: "Python", state: "absent", detail: "not on PATH", advice: "galton lab needs Python 3.10 or later; galton run does not" };
}

function jupyter(): Finding {
  const active = activeJupyter();
  if (active) return { what: "JupyterLab", state: "found", detail: `${active.labVersion} (active, ${active.python})` };
  const own = pythonIn(resolve(".venv"));
  const version = existsSync(own) ? labVersionOf(own) : undefined;
  if (version) return { what: "JupyterLab", state: "found", detail: `${version} (.venv)` };
  return { what: "JupyterLab", state: "absent", detail: "none active, none in .venv", advice: "galton lab makes an environment with one" };
}

function kernelspecs(): Finding {
  const specs = installedSpecs();
  if (specs.length > 0) return { what: "kernelspecs", state: "found", detail: specs.join(", ") };
  return {
    what: "kernelspecs",
    state: "absent",
    detail: "none installed",
    advice: "galton install --user makes the kernel known to every Jupyter of yours; galton lab needs none",
  };
}

function tslab(): Finding {
  const kernel = createRequire(require.resolve("galton-kernel/package.json"));
  return loads("tslab engine", () => String((kernel("tslab/package.json") as { version: string }).version), {
    state: "absent",
    advice: "only for galton install --engine tslab: npm install tslab@1.0.22",
  });
}

function browser(): Finding {
  const display = process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  return display
    ? { what: "display", state: "found", detail: "a browser can be opened" }
    : { what: "display", state: "absent", detail: "none here", advice: "galton lab prints the URL; open it through an SSH tunnel" };
}
