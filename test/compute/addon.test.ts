import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { addonFile, loadAddon } from "../../src/compute/backends/native/addon.js";
import { buildAddon } from "../../src/compute/backends/native/build.js";
import { nativeBackend as nativeBackendOfBrowsers } from "../../src/compute/backends/native/native-browser.js";
import { backend } from "../../src/compute/index.js";

const built = buildAddon();
const folder = mkdtempSync(join(tmpdir(), "galton-addon-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the addon", () => {
  it("that is not there is told as missing, with what to do", () => {
    expect(loadAddon(join(folder, "none.node"))).toEqual({ missing: expect.stringMatching(/not built; galton install native builds it/) });
  });

  it("that is damaged, or was made for another system, is told as missing, with its name", () => {
    const file = join(folder, "damaged.node");
    writeFileSync(file, "\x7fELF and nothing that a loader wants");
    expect(loadAddon(file)).toEqual({
      missing: expect.stringMatching(/damaged\.node cannot be loaded \(.*\); delete it and run galton install native/s),
    });
  });

  it("is named by platform, architecture and sources, so that one for others is never loaded", () => {
    expect(addonFile()).toMatch(new RegExp(`galton-${process.platform}-${process.arch}-[0-9a-f]{12}\\.node$`));
  });

  it("is missing in browsers", () => {
    expect(nativeBackendOfBrowsers({})).toEqual({ missing: expect.stringContaining("wasm") });
  });

  it.skipIf("reason" in built)("refuses what is no machine, no program and no array", () => {
    const loaded = loadAddon();
    if ("missing" in loaded) throw new Error(loaded.missing);
    const { addon } = loaded;
    expect(() => addon.make(0, "")).toThrow("threads");
    expect(() => addon.make(1, "mmx")).toThrow("no such instruction set");
    const machine = addon.make(1, "");
    expect(() => addon.load({}, new Int32Array(4), [])).toThrow("expected a machine");
    expect(() => addon.load(machine, [] as unknown as Int32Array, [])).toThrow("expected an Int32Array");
    expect(() => addon.load(machine, new Int32Array(4), [1 as unknown as Float32Array])).toThrow("expected Float32Arrays");
    expect(() => addon.run({})).toThrow("expected a program");
  });
});

it.each([0, 1.5, 257, Number.NaN])("backend refuses %s threads", async (threads) => {
  await expect(backend("auto", { threads })).rejects.toThrow(/^backend: threads is .*; expected a whole number from 1 to 256/);
});

it("backend refuses a name it does not know", async () => {
  await expect(backend("cuda" as "auto")).rejects.toThrow(
    'backend: name is "cuda"; expected "auto", "native", "wasm", "reference" or "tfjs"',
  );
});
