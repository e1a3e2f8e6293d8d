import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { KERNELS, kernelSources } from "../../src/compute/backends/native/addon.js";
import { SOURCES } from "../../src/compute/backends/wasm/modules.js";

it("the WebAssembly module was made from the kernels as they are (else run node scripts/build-wasm.mjs)", () => {
  const digest = createHash("sha256");
  for (const name of kernelSources()) digest.update(name).update(readFileSync(join(KERNELS, name)));
  expect(digest.digest("hex")).toBe(SOURCES);
});
