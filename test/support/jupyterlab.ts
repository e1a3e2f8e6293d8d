/// <reference lib="dom" />
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { python, repository } from "./tools.js";

/** A running `galton lab`. */
export interface LabServer {
  readonly url: string;
  /** What it printed until then. */
  readonly said: string;
  close(): Promise<void>;
}

/** Starts `galton lab` on a folder or notebook and waits for the URL that it prints. */
export async function startLab(place: string): Promise<LabServer> {
  if (!python) throw new Error("startLab: no Python with JupyterLab; npm test makes one");
  const environment = dirname(dirname(python));
  const args = [
    join(repository, "dist/cli/main.js"),
    "lab",
    place,
    "--no-browser",
    "--environment",
    environment,
    "--",
    "--LabApp.expose_app_in_browser=True",
  ];
  const child = spawn(process.execPath, args, { cwd: repository, stdio: ["ignore", "pipe", "pipe"] });
  const { url, said } = await urlOf(child);
  const exited = new Promise<void>((settle) => child.once("exit", () => settle()));
  return {
    url,
    said,
    close: () => {
      child.kill("SIGINT");
      return exited;
    },
  };
}

function urlOf(child: ChildProcess): Promise<{ url: string; said: string }> {
  return new Promise((settle, refuse) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+\/lab\S*/.exec(said)?.[0];
      if (url) settle({ url, said });
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", (code) => refuse(new Error(`galton lab ended with ${code}:\n${said}`)));
  });
}

/** One code cell as the page knows it. */
export interface CellState {
  readonly source: string;
  readonly executionCount: number | null;
  readonly outputs: readonly {
    readonly output_type: string;
    readonly ename?: string;
    readonly evalue?: string;
    readonly text?: string;
    readonly data?: Record<string, unknown>;
  }[];
}

/** The notebook in a real JupyterLab page, driven as its menus drive it. */
export class LabNotebook {
  constructor(readonly page: Page) {}

  /** Opens the page and waits until the notebook's kernel is idle. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: 60_000 });
    await this.idle();
  }

  /** Waits until the kernel has answered and works on nothing. */
  async idle(timeout = 180_000): Promise<void> {
    await this.page.waitForFunction(
      () => {
        const app = (
          window as unknown as {
            jupyterapp: { shell: { currentWidget: { sessionContext: { session: { kernel: { status: string; info: unknown } } | null } } } };
          }
        ).jupyterapp;
        return app.shell.currentWidget?.sessionContext?.session?.kernel?.status === "idle";
      },
      undefined,
      { timeout, polling: 100 },
    );
  }

  /** Runs a command of JupyterLab's; does not wait for what it starts when `wait` is false. */
  async command(name: string, wait = true): Promise<void> {
    await this.page.evaluate(
      async ([id, awaited]) => {
        const { commands } = (window as unknown as { jupyterapp: { commands: { execute(id: string): Promise<unknown> } } }).jupyterapp;
        const done = commands.execute(id as string);
        if (awaited) await done;
      },
      [name, wait] as const,
    );
  }

  /** All code cells with their outputs. */
  cells(): Promise<CellState[]> {
    return this.page.evaluate(() => {
      interface Model {
        cells: Iterable<{ type: string; toJSON(): { source: string | string[]; execution_count: number | null; outputs: never[] } }>;
      }
      const { model } = (window as unknown as { jupyterapp: { shell: { currentWidget: { content: { model: Model } } } } }).jupyterapp.shell
        .currentWidget.content;
      return [...model.cells]
        .filter(({ type }) => type === "code")
        .map((cell) => cell.toJSON())
        .map(({ source, execution_count, outputs }) => ({ source: String(source), executionCount: execution_count, outputs }));
    });
  }

  /** Adds a cell at the end, types into it and leaves the cursor there. */
  async type(source: string): Promise<void> {
    await this.page.evaluate(() => {
      const { content } = (
        window as unknown as { jupyterapp: { shell: { currentWidget: { content: { activeCellIndex: number; widgets: unknown[] } } } } }
      ).jupyterapp.shell.currentWidget;
      content.activeCellIndex = content.widgets.length - 1;
    });
    await this.command("notebook:insert-cell-below");
    await this.command("notebook:enter-edit-mode");
    await this.page.keyboard.type(source);
  }
}
