import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EnvironmentError } from "./command.js";
import { packageDirectory } from "./package.js";
import { capture, findOnPath } from "./programs.js";

/** A Python that has JupyterLab. */
export interface JupyterEnvironment {
  readonly python: string;
  readonly labVersion: string;
  /** "active": found ready on PATH; "own": an environment made by Galton. */
  readonly origin: "active" | "own";
}

export const LAB_MINIMUM = [4, 6] as const;
const PYTHON_MINIMUM = [3, 10] as const;

/**
 * The Python of a suitable active JupyterLab (4.6 or later), or undefined. Its launcher stands beside its Python, in an environment
 * as in a system installation.
 */
export function activeJupyter(): JupyterEnvironment | undefined {
  const launcher = findOnPath("jupyter-lab");
  if (!launcher) return undefined;
  const python = ["python3", "python", "python.exe"].map((name) => join(dirname(launcher), name)).find(existsSync);
  const labVersion = python && labVersionOf(python);
  return python && labVersion && atLeast(labVersion, LAB_MINIMUM) ? { python, labVersion, origin: "active" } : undefined;
}

/** Version of JupyterLab in this Python, or undefined; reads metadata only, so it takes milliseconds. */
export function labVersionOf(python: string): string | undefined {
  const { ok, stdout } = capture(python, ["-c", "from importlib.metadata import version; print(version('jupyterlab'))"]);
  return ok ? stdout : undefined;
}

/** Python inside a virtual environment. */
export function pythonIn(environment: string): string {
  return process.platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
}

/**
 * A virtual environment that holds the pinned requirements; made or mended only when they changed.
 *
 * @param environment - Folder of the environment.
 * @param requirements - Name of a file in the package's `python/` folder.
 * @param basePython - Python to make it with; default: the first python3 on PATH.
 * @throws {EnvironmentError} When Python, its venv module or the network is missing; says which.
 */
export function makeEnvironment(environment: string, requirements = "requirements.txt", basePython?: string): JupyterEnvironment {
  const folder = resolve(environment);
  const python = pythonIn(folder);
  const stamp = join(folder, `.galton-${requirements}`);
  const wanted = requirementsHash();
  if (!(existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted)) {
    const base = basePython ?? findPython();
    assertPython(base);
    // An interrupted first start can leave an environment without pip; making it again mends it.
    if (!existsSync(python) || !capture(python, ["-m", "pip", "--version"]).ok) makeVenv(base, folder);
    installRequirements(python, requirements);
    writeFileSync(stamp, wanted);
  }
  const labVersion = labVersionOf(python);
  if (!labVersion) {
    rmSync(stamp, { force: true });
    throw new EnvironmentError(
      `galton: the Python environment ${folder} has no JupyterLab although it was set up; delete that folder and start again.`,
    );
  }
  settleLab(folder);
  return { python, labVersion, origin: "own" };
}

/** Path of the first Python on PATH. */
export function findPython(): string {
  const found = findOnPath("python3", "python", "py");
  if (found) return found;
  throw new EnvironmentError(
    "galton: python3 was not found on PATH; JupyterLab needs Python 3.10 or later. Install it (Debian, Ubuntu: apt install python3 python3-venv; " +
      "macOS: brew install python; Windows: winget install Python.Python.3.12), or name one with --python PATH. Notebooks also run without Python: galton run NOTEBOOK.",
  );
}

function assertPython(python: string): void {
  const { ok, stdout, stderr } = capture(python, ["-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"]);
  if (!ok) throw new EnvironmentError(`galton: ${python} does not run as a Python: ${stderr}; name another with --python PATH.`);
  if (!atLeast(stdout, PYTHON_MINIMUM)) {
    throw new EnvironmentError(
      `galton: ${python} is Python ${stdout}; JupyterLab needs ${PYTHON_MINIMUM.join(".")} or later; name another with --python PATH.`,
    );
  }
  if (!capture(python, ["-c", "import venv, ensurepip"]).ok) {
    throw new EnvironmentError(
      `galton: ${python} has no venv module, which makes the environment for JupyterLab. Install it (Debian, Ubuntu: apt install python3-venv), ` +
        "activate an environment that has JupyterLab 4.6 or later, or name another Python with --python PATH.",
    );
  }
}

function makeVenv(base: string, folder: string): void {
  console.log(`Making a Python environment in ${folder} ...`);
  const { ok, stderr } = capture(base, ["-m", "venv", folder], { seconds: 180 });
  if (!ok) throw new EnvironmentError(`galton: ${base} -m venv ${folder} failed: ${stderr}`);
  // JupyterLab runs a CommonJS file from here; inside a package of ES modules Node would take it for one and fail with its whole text.
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
}

/**
 * What a person sees first is the notebook: no question about news, no hint at versions other than the pinned one. An overrides.json
 * that is there already is the person's own.
 */
function settleLab(folder: string): void {
  const settings = join(folder, "share/jupyter/lab/settings");
  const file = join(settings, "overrides.json");
  if (existsSync(file)) return;
  mkdirSync(settings, { recursive: true });
  const overrides = { "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false } };
  writeFileSync(file, `${JSON.stringify(overrides, undefined, 2)}\n`);
}

function installRequirements(python: string, requirements: string): void {
  console.log("Installing JupyterLab into it (about 250 MB, up to a minute) ...");
  const constraints = atLeast(capture(python, ["-c", "import platform; print(platform.python_version())"]).stdout, [3, 11])
    ? ["-c", requirementFile("constraints.txt")]
    : [];
  const args = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-input",
    "-r",
    requirementFile(requirements),
    ...constraints,
  ];
  const { status, stderr, error } = spawnSync(python, args, { stdio: ["ignore", "inherit", "pipe"], encoding: "utf8" });
  if (status !== 0) throw new EnvironmentError(`galton: pip could not install JupyterLab: ${explainPip(stderr ?? error?.message ?? "")}`);
}

function explainPip(stderr: string): string {
  if (
    /NewConnectionError|ConnectTimeoutError|Temporary failure in name resolution|Max retries exceeded|ProxyError|Connection refused/.test(
      stderr,
    )
  ) {
    return "the Python package index cannot be reached; connect to the network (the first start needs it, later ones do not), or set pip's index or proxy.";
  }
  if (/No space left/.test(stderr)) return "the disk is full; JupyterLab needs about 250 MB.";
  if (/(gcc|cc|clang|cl\.exe|Microsoft Visual C\+\+).*(failed|required|not found)|error: command .* failed/.test(stderr)) {
    return "a package has no ready build for this Python and no compiler was found; use Python 3.11 to 3.13, for which all have one (--python PATH), or install a C compiler.";
  }
  return `\n${stderr.trim()}`;
}

function requirementFile(name: string): string {
  return join(packageDirectory, "python", name);
}

function requirementsHash(): string {
  const digest = createHash("sha256");
  for (const name of ["requirements.txt", "requirements-test.txt", "constraints.txt"]) digest.update(readFileSync(requirementFile(name)));
  return digest.digest("hex");
}

function atLeast(version: string, minimum: readonly number[]): boolean {
  const parts = version.split(".").map((part) => Number.parseInt(part, 10));
  for (const [index, least] of minimum.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}
