import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { growingFiles, writeWhole } from "./files.js";
import type { Platform } from "./platform.js";
import { runInWorkers } from "./pool-node.js";
import { startProgram } from "./program-node.js";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** Node's form of the platform. What draws is loaded when it is first asked for. */
export const platform: Platform = {
  name: "node",
  version,
  writeFile: writeWhole,
  readFile: async (path) => new Uint8Array(await readFile(path)),
  textWidth: async () => (await import("./fonts.js")).makeTextWidth(),
  svgToPng: async (svg, dpi) => (await import("./png.js")).svgToPng(svg, dpi),
  svgToPdf: async (svg) => (await import("./pdf.js")).svgToPdf(svg, version),
  growingFiles,
  startProgram,
  runInWorkers,
  // Node 20 has the relaxed multiply-add behind this flag; later ones have it anyway and take the flag.
  readyWasm: () => setFlagsFromString("--experimental-wasm-relaxed-simd"),
};
