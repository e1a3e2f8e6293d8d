import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, screenshotPath } from "../support/chromium.js";
import { chromium, repository } from "../support/tools.js";

// The library's figures in a page, with the platform that package.json's "browser" field puts in place.

const inPlaceOfNode: Plugin = {
  name: "browser-field",
  setup: ({ onResolve }) => onResolve({ filter: /\/platform\/index\.js$/ }, () => ({ path: join(repository, "src/platform/browser.ts") })),
};

const PAGE = `
  import { plotCurve } from "./src/figures/curve.js";
  const axes = { x: "slope θ (dimensionless)", y: "log r(x | θ₀, θ₁)" };
  window.figure = plotCurve({ x: [0, 1, 2], y: [0, 1, 4], label: "exact" }, axes);
`;

type Window = { figure: { toSvg(): Promise<string>; toPng(dpi: number): Promise<Uint8Array>; save(path: string): Promise<void> } };

describe.skipIf(!chromium)("a figure in Chromium", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const stdin = { contents: PAGE, resolveDir: repository, loader: "ts" } as const;
    const { outputFiles } = await build({
      stdin,
      bundle: true,
      write: false,
      format: "iife",
      plugins: [inPlaceOfNode],
      logLevel: "silent",
    });
    browser = await launchChromium();
    page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0]!.text });
  });
  afterAll(() => browser.close());

  it("is drawn as SVG", async () => {
    const svg = await page.evaluate(() => (globalThis as unknown as Window).figure.toSvg());
    expect(svg).toContain("<title>log r(x | θ₀, θ₁) against slope θ (dimensionless): exact</title>");
    await page.setContent(svg);
    await page.screenshot({ path: screenshotPath("figure-in-browser") });
  });

  it("is drawn as PNG of the resolution asked for", async () => {
    const png = Buffer.from(await page.evaluate(async () => Array.from(await (globalThis as unknown as Window).figure.toPng(192))));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBe(Math.ceil((120 / 25.4) * 192));
    expect(png.includes("pHYs") && png.includes("iTXt")).toBe(true);
  });

  it("is saved as a download", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.evaluate(() => (globalThis as unknown as Window).figure.save("figures/a.csv")),
    ]);
    expect(download.suggestedFilename()).toBe("a.csv");
  });

  it("says that it cannot be saved as PDF", async () => {
    const save = () => page.evaluate(() => (globalThis as unknown as Window).figure.save("a.pdf"));
    await expect(save()).rejects.toThrow("PDF cannot be made in a browser");
  });
});
