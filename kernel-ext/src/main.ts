#!/usr/bin/env node
/**
 * `galton-kernel`: what Jupyter starts for each notebook, and the command that tells Jupyter about it.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startKernel } from "./kernel/start.js";
import type { EngineName } from "./session/kernel-info.js";

const { values, positionals } = parseArgs({
  options: { engine: { type: "string", default: "typescript" }, fallback: { type: "string", multiple: true, default: [] } },
  allowPositionals: true,
});
await startKernel({
  connectionFile: positionals[0] ?? "",
  engine: values.engine as EngineName,
  fallbackDirectories: values.fallback,
  makeEngine: async (name, options) => (await import("./engine/index.js")).makeEngine(name, options),
});
