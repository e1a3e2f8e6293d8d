import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { expect, it } from "vitest";
import { launchChromium } from "../support/chromium.js";
import { chromium, repository } from "../support/tools.js";

// The laws of operations in a page, on the module that a bundle for browsers gets by package.json's "browser" field.

const BROWSER_FORMS: Record<string, string> = {
  "platform/index.js": "src/platform/browser.ts",
  "native/native.js": "src/compute/backends/native/native-browser.ts",
};

const inPlaceOfNode: Plugin = {
  name: "browser-field",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/(platform\/index|native\/native)\.js$/ }, ({ path }) => {
      const form = Object.keys(BROWSER_FORMS).find((end) => path.endsWith(end));
      return { path: join(repository, BROWSER_FORMS[form!]!) };
    }),
};

const PAGE = `
  import { backend } from "./src/compute/index.js";
  import { disagreementOf } from "./test/compute/agreement.js";
  import { samplesOf } from "./test/compute/samples.js";
  window.run = async () => {
    const engine = await backend("auto");
    const cases = samplesOf(["odd", "one", "empty", "large"], 1);
    const wrong = cases.flatMap(({ name, samples }) =>
      samples.flatMap(({ sample, text }) => {
        const sentence = disagreementOf(engine, sample);
        return sentence ? [name + " " + text + ": " + sentence] : [];
      }),
    );
    return { name: engine.name, cases: cases.length, wrong };
  };
`;

// Needs Chromium; `npm test` sets it up, and in CI its absence is an error there.
it.skipIf(!chromium)("in Chromium the WebAssembly backend keeps the laws of all operations", { timeout: 180_000 }, async () => {
  const stdin = { contents: PAGE, resolveDir: repository, loader: "ts" } as const;
  const how = { bundle: true, write: false, format: "iife", logLevel: "silent" } as const;
  const { outputFiles } = await build({ stdin, ...how, plugins: [inPlaceOfNode], external: ["@tensorflow/*"] });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0]!.text });
    type Window = { run(): Promise<{ name: string; cases: number; wrong: string[] }> };
    const { name, cases, wrong } = await page.evaluate(() => (globalThis as unknown as Window).run());
    expect(name).toBe("wasm");
    expect(wrong).toEqual([]);
    expect(cases).toBeGreaterThan(100);
  } finally {
    await browser.close();
  }
});
