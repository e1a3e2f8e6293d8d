import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { putTensorFlowInPlace } from "../../src/cli/install-tfjs.js";
import type { TensorFlow } from "../../src/compute/backends/tfjs/kernel.js";
import { tfjsBackend } from "../../src/compute/backends/tfjs/tfjs.js";
import { repository } from "../support/tools.js";
import { lawsOf } from "./laws.js";

// Downloads 210 MB the first time, so on request elsewhere: GALTON_TEST_TFJS=1.
const wanted = process.env.CI === "true" || process.env.GALTON_TEST_TFJS === "1";
const place = wanted ? putTensorFlowInPlace(join(repository, ".cache", "tfjs-node"), console.log) : "";
const tf = () => createRequire(import.meta.url)(place) as TensorFlow;

describe.skipIf(!wanted)("the real @tensorflow/tfjs-node, put in place by galton install tfjs", () => {
  lawsOf("tfjs-node", () => tfjsBackend(tf()));

  it("is TensorFlow itself", () => {
    expect(tf().getBackend()).toBe("tensorflow");
  });
});
