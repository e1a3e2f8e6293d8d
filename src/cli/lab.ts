import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { basename, delimiter, dirname, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Command, EnvironmentError, UsageError } from "./command.js";
import { installSpecs, ownDataDirectory } from "./kernelspecs.js";
import { capture } from "./programs.js";
import { activeJupyter, type JupyterEnvironment, makeEnvironment } from "./python.js";

const FIRST_PORT = 8888;
const PORTS_TO_TRY = 50;
const START_SECONDS = 60;

const HELP = `galton lab: JupyterLab with the TypeScript kernel in place

Usage: galton lab [folder | notebook.ipynb] [options]

Uses the JupyterLab that is active when it is 4.6 or later, else one in an environment of its own. The server listens on
this machine only and asks for a token; its URL is printed. Ctrl-C ends it.

  --environment DIR   Python environment to use or make (default .venv)
  --python PATH       Python to make it with (default: python3 on PATH)
  --port N            port (default: the first free one from ${FIRST_PORT})
  --no-browser        print the URL only
  --verbose           show the server's log
  -- ARGUMENT...      more arguments for JupyterLab itself`;

/** `galton lab`: JupyterLab with everything in place. */
export const lab: Command = { name: "lab", summary: "JupyterLab with the TypeScript kernel in place", help: HELP, run: runLab };

interface Place {
  readonly folder: string;
  /** Notebook to open, relative to the folder. */
  readonly notebook: string | undefined;
}

interface Server {
  readonly port: number;
  readonly token: string;
}

async function runLab(given: readonly string[]): Promise<number> {
  const end = given.includes("--") ? given.indexOf("--") : given.length;
  const { values, positionals } = parseArgs({
    args: given.slice(0, end),
    allowPositionals: true,
    options: {
      environment: { type: "string", default: ".venv" },
      python: { type: "string" },
      port: { type: "string" },
      "no-browser": { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  });
  if (positionals.length > 1) throw new UsageError(`galton lab: ${positionals.length} places were given; expected one folder or notebook`);
  const place = toPlace(positionals[0] ?? ".");
  const server = { port: await choosePort(values.port), token: randomBytes(24).toString("hex") };
  const jupyter = activeJupyter() ?? makeEnvironment(values.environment, "requirements.txt", values.python);
  const dataDirectory = ownDataDirectory(jupyter.origin === "own" ? resolve(values.environment) : undefined);
  installSpecs(dataDirectory);
  return serve(jupyter, place, {
    ...server,
    dataDirectory,
    browser: !values["no-browser"] && hasDisplay(),
    verbose: values.verbose,
    more: given.slice(end + 1),
  });
}

function toPlace(given: string): Place {
  const path = resolve(given);
  if (!existsSync(path)) throw new UsageError(`galton lab: ${given} does not exist; expected a folder or a notebook`);
  if (statSync(path).isDirectory()) {
    return {
      folder: path,
      notebook: readdirSync(path)
        .filter((name) => name.endsWith(".ipynb"))
        .sort()[0],
    };
  }
  if (!path.endsWith(".ipynb"))
    throw new UsageError(`galton lab: ${given} is no notebook; expected a folder or a file that ends in .ipynb`);
  return { folder: dirname(path), notebook: basename(path) };
}

async function choosePort(given: string | undefined): Promise<number> {
  if (given !== undefined) {
    const port = Number(given);
    if (!(Number.isInteger(port) && port >= 1 && port <= 65535))
      throw new UsageError(`galton lab: --port is ${JSON.stringify(given)}; expected a whole number from 1 to 65535`);
    if (await isFree(port)) return port;
    throw new EnvironmentError(
      `galton lab: port ${port} is in use, perhaps by another JupyterLab; choose another with --port, or leave --port out to take the first free one.`,
    );
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TO_TRY; port++) if (await isFree(port)) return port;
  throw new EnvironmentError(`galton lab: ports ${FIRST_PORT} to ${FIRST_PORT + PORTS_TO_TRY - 1} are all in use; choose one with --port.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once("error", () => settle(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => settle(true)));
  });
}

function hasDisplay(): boolean {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.env.BROWSER);
}

interface ServeOptions extends Server {
  readonly dataDirectory: string;
  readonly browser: boolean;
  readonly verbose: boolean;
  /** Arguments for JupyterLab itself. */
  readonly more: readonly string[];
}

async function serve(jupyter: JupyterEnvironment, place: Place, options: ServeOptions): Promise<number> {
  const child = startServer(jupyter, place, options);
  const ended = new Promise<number>((settle) => child.once("exit", (code) => settle(code ?? 0)));
  forwardSignals(child);
  const base = `http://127.0.0.1:${options.port}`;
  const ready = await Promise.race([isReady(base, options.token), ended.then(() => false)]);
  if (!ready) {
    child.kill();
    throw new EnvironmentError(
      `galton lab: JupyterLab ${jupyter.labVersion} did not start (its messages are above; galton lab --verbose shows its whole log).`,
    );
  }
  const url = `${base}/lab${place.notebook ? `/tree/${encodeURIComponent(place.notebook)}` : ""}?token=${options.token}`;
  console.log(
    `JupyterLab ${jupyter.labVersion} (${jupyter.origin === "active" ? "the active one" : "in its own environment"}) serves ${place.folder}\n\n  ${url}\n`,
  );
  if (options.browser) openBrowser(url);
  else if (!hasDisplay())
    console.log(
      "There is no display here, so no browser was opened: open the URL in a browser on this machine (from another one through an SSH tunnel).",
    );
  console.log("Ctrl-C ends it.");
  return ended;
}

function startServer(jupyter: JupyterEnvironment, place: Place, { port, token, dataDirectory, verbose, more }: ServeOptions): ChildProcess {
  const settings = {
    "ServerApp.ip": "127.0.0.1",
    "ServerApp.port": String(port),
    "ServerApp.port_retries": "0",
    "ServerApp.open_browser": "False",
    "ServerApp.root_dir": place.folder,
    "ServerApp.allow_root": "True",
    "MultiKernelManager.default_kernel_name": "galton",
    "Application.log_level": verbose ? "INFO" : "ERROR",
  };
  const jupyterPath = [dataDirectory, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter);
  return spawn(jupyter.python, ["-m", "jupyterlab", ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`), ...more], {
    // A group of its own: Ctrl-C in the terminal reaches only us, and we end the server in order.
    detached: process.platform !== "win32",
    stdio: ["ignore", "inherit", "inherit"],
    // The token travels in the environment, where other users' `ps` does not show it.
    env: { ...process.env, JUPYTER_TOKEN: token, JUPYTER_PATH: jupyterPath },
  });
}

function forwardSignals(child: ChildProcess): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill("SIGTERM"));
}

async function isReady(base: string, token: string): Promise<boolean> {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline) {
    const status = await fetch(`${base}/api/status`, { headers: { Authorization: `token ${token}` } }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return true;
    await delay(100);
  }
  return false;
}

function openBrowser(url: string): void {
  if (process.platform === "darwin") capture("open", [url]);
  else if (process.platform === "win32") capture("cmd", ["/c", "start", "", url.replaceAll("&", "^&")]);
  else
    spawn("xdg-open", [url], { stdio: "ignore", detached: true })
      .on("error", () => console.log("No browser could be opened; open the URL yourself."))
      .unref();
}
