import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { writeWhole } from "./files.js";
import { makeTextWidth } from "./fonts.js";
import { svgToPdf } from "./pdf.js";
import type { Platform } from "./platform.js";
import { svgToPng } from "./png.js";
import { runInWorkers } from "./pool-node.js";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** Node's form of the platform. */
export const platform: Platform = {
  name: "node",
  version,
  writeFile: writeWhole,
  readFile: async (path) => new Uint8Array(await readFile(path)),
  textWidth: async () => makeTextWidth(),
  svgToPng,
  svgToPdf: (svg) => svgToPdf(svg, version),
  runInWorkers,
};
