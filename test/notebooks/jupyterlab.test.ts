import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, screenshotPath } from "../support/chromium.js";
import { LabNotebook, type LabServer, startLab } from "../support/jupyterlab.js";
import { chromium, python, repository } from "../support/tools.js";

const NOTEBOOK = "01-galton-board.ipynb";

// Needs a real JupyterLab and a real Chromium; `npm test` sets both up, and in CI their absence is an error there.
describe.skipIf(!python || !chromium)("notebook 01 in JupyterLab", { timeout: 300_000 }, () => {
  let folder: string;
  let server: LabServer;
  let browser: Browser;
  let lab: LabNotebook;

  beforeAll(async () => {
    // Inside the repository, as notebooks/ is, so that "galton" is the enclosing package; a copy, since JupyterLab saves.
    mkdirSync(join(repository, ".cache"), { recursive: true });
    folder = mkdtempSync(join(repository, ".cache/lab-"));
    cpSync(join(repository, "notebooks", NOTEBOOK), join(folder, NOTEBOOK));
    server = await startLab(join(folder, NOTEBOOK));
    browser = await launchChromium();
    lab = new LabNotebook(await browser.newPage({ viewport: { width: 1300, height: 1000 } }));
    await lab.open(server.url);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts with nothing but what a person wants to read", () => {
    expect(server.said).toMatch(/^JupyterLab [\d.]+ \([^)]*\) serves /);
    expect(server.said).not.toMatch(/error|warn/i);
  });

  it("runs all cells without an error and draws the figures", async () => {
    await lab.command("notebook:run-all-cells");
    await lab.idle();
    const cells = await lab.cells();
    const outputs = cells.flatMap((cell) => cell.outputs);
    expect(outputs.filter(({ output_type }) => output_type === "error")).toEqual([]);
    expect(cells.map(({ executionCount }) => executionCount)).toEqual(cells.map((_, index) => index + 1));
    const figures = outputs.filter(({ data }) => data && "application/vnd.vegalite.v5+json" in data);
    expect(figures.length).toBeGreaterThanOrEqual(5);
    await expectFiguresDrawn(figures.length);
  });

  it("asks nobody about news", async ({ skip }) => {
    skip(!server.said.includes("in its own environment"), "the active JupyterLab is not ours to settle");
    expect(await lab.page.locator(".Toastify__toast").count()).toBe(0);
  });

  /** Lab draws what is scrolled into view. */
  async function expectFiguresDrawn(expected: number): Promise<void> {
    const drawn = lab.page.locator(".jp-Notebook .vega-embed .marks");
    for (let index = 0; index < expected; index++) {
      await lab.page.evaluate((at) => {
        const codeCells = document.querySelectorAll(".jp-Notebook .jp-OutputArea .jp-RenderedVegaCommon5");
        codeCells[at]?.scrollIntoView({ block: "center" });
      }, index);
      await drawn.nth(index).waitFor({ state: "visible" });
      await lab.page.screenshot({ path: screenshotPath(`notebook-01-figure-${index + 1}`) });
    }
    expect(await drawn.count()).toBe(expected);
  }

  it("completes a member with the names that the type has", async () => {
    await lab.type("board.");
    await lab.page.keyboard.press("Tab");
    const completer = lab.page.locator(".jp-Completer:not(.lm-mod-hidden)");
    await completer.waitFor();
    expect(await completer.textContent()).toContain("parameters");
    await lab.page.screenshot({ path: screenshotPath("completion") });
    await lab.page.keyboard.press("Escape");
  });

  it("shows the documentation of a function of galton's", async () => {
    await lab.type("mine(");
    await lab.page.keyboard.press("ArrowLeft");
    await lab.page.keyboard.press("Shift+Tab");
    const tooltip = lab.page.locator(".jp-Tooltip");
    await tooltip.waitFor();
    expect(await tooltip.allInnerTexts().then((texts) => texts.join())).toMatch(
      /mine<[\s\S]*joint\s+log-ratio\s+and\s+the\s+joint\s+score/,
    );
    await lab.page.screenshot({ path: screenshotPath("documentation") });
    await lab.page.keyboard.press("Escape");
  });

  it("interrupts a loop and keeps the state", async () => {
    await lab.type("const kept = 41; console.log('running'); while (true) {}");
    await lab.command("notebook:run-cell", false);
    // The sockets have a thread of their own: what the cell printed is here while it spins.
    await expect.poll(async () => JSON.stringify((await lab.cells()).at(-1)?.outputs)).toContain("running");
    await lab.command("notebook:interrupt-kernel");
    await lab.idle(10_000);
    expect((await lab.cells()).at(-1)?.outputs).toMatchObject([{ output_type: "stream" }, { output_type: "error", ename: "Interrupted" }]);
    await lab.page.screenshot({ path: screenshotPath("interrupt") });
    await lab.type("kept + 1");
    await lab.command("notebook:run-cell");
    expect((await lab.cells()).at(-1)?.outputs).toMatchObject([{ output_type: "execute_result", data: { "text/plain": "42" } }]);
  });

  it("restarts and runs all", async () => {
    for (let extra = 0; extra < 4; extra++) await lab.command("notebook:delete-cell");
    // Done when the last cell is: a kernel that is about to restart is idle too.
    const done = lab.command("notebook:restart-run-all");
    await lab.page.locator(".jp-Dialog .jp-mod-accept").click();
    await done;
    const cells = await lab.cells();
    expect(cells.flatMap(({ outputs }) => outputs).filter(({ output_type }) => output_type === "error")).toEqual([]);
    expect(cells.map(({ executionCount }) => executionCount)).toEqual(cells.map((_, index) => index + 1));
  });
});
