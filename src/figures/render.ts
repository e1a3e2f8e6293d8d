import { platform } from "../platform/index.js";
import type { VegaLiteSpec } from "./spec.js";

/** A rendered document and what Vega had to say about it. */
export interface Rendered {
  readonly svg: string;
  /** Every warning and error that Vega and Vega-Lite logged; none for a figure of this library. */
  readonly warnings: readonly string[];
}

/** Renders a Vega-Lite document to SVG without a browser; Vega is loaded at the first call. */
export async function renderSpec(spec: VegaLiteSpec): Promise<Rendered> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  await measureInOurFont(vega);
  const warnings: string[] = [];
  const logger = collectInto(warnings);
  const ownCopy = structuredClone(spec) as unknown as Parameters<typeof compile>[0]; // Vega numbers the rows that it is given
  const compiled = compile(ownCopy, { logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger });
  try {
    return { svg: await view.toSVG(), warnings };
  } finally {
    view.finalize();
  }
}

function collectInto(warnings: string[]) {
  const collect = (...parts: readonly unknown[]) => {
    warnings.push(parts.map(String).join(" "));
    return logger;
  };
  const ignore = () => logger;
  const level = (value?: number) => (value === undefined ? 1 : logger);
  const logger = { level, error: collect, warn: collect, info: ignore, debug: ignore } as import("vega").LoggerInterface;
  return logger;
}

const OURS = Symbol.for("galton.text-width");

/** Without a canvas Vega guesses widths from the number of letters; for text in our font we know them. Other text stays with Vega. */
async function measureInOurFont(vega: object): Promise<void> {
  const { textMetrics } = vega as unknown as { readonly textMetrics: TextMetrics }; // exported, and absent from its types
  if (OURS in textMetrics.width) return;
  const measure = await platform.textWidth();
  if (measure === undefined) return;
  const before = textMetrics.width;
  const width = (item: TextItem, text: string) =>
    item.font?.startsWith("DejaVu Sans")
      ? measure(String(text ?? ""), item.fontSize ?? 11, item.fontWeight === "bold")
      : before(item, text);
  textMetrics.width = Object.assign(width, { [OURS]: true });
}

interface TextMetrics {
  width: (item: TextItem, text: string) => number;
}

interface TextItem {
  readonly font?: string;
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}
