import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { renderSpec } from "../../src/figures/render.js";
import { DISPLAY, type Figure, renderSvg } from "../../src/index.js";
import { fontFiles } from "../../src/platform/fonts.js";
import { CASES, manyPoints } from "./cases.js";
import { expectSameFigure } from "./snapshot.js";

const { Resvg } = createRequire(import.meta.url)("@resvg/resvg-js") as typeof import("@resvg/resvg-js");
const MM = 25.4;

// Laws that every figure keeps; a new figure is a new row of CASES.
describe.each(Object.entries(CASES))("%s", (name, make) => {
  const figure = make();

  it("looks as committed", () => expectSameFigure(name, figure));

  it("leaves Vega nothing to warn about", async () => {
    expect((await renderSpec(figure.spec)).warnings).toEqual([]);
  });

  it("speaks Vega-Lite 5", () => {
    expect(figure.spec.$schema).toBe("https://vega.github.io/schema/vega-lite/v5.json");
    expect([...wordsOf(figure.spec)].filter((word) => !KNOWN.has(word))).toEqual([]);
  });

  it("has the same bytes each time", async () => {
    const [svg, again] = [await figure.toSvg(), await make().toSvg()];
    expect(again).toBe(svg);
    for (const format of ["png", "pdf"] as const) expect(equal(await renderSvg(svg, format), await renderSvg(again, format))).toBe(true);
  });

  it("is a labelled image for those who do not see it", async () => {
    const svg = await figure.toSvg();
    expect(svg).toMatch(/^<svg [^>]*role="img"><title>[^<]+<\/title><desc>[^<]+software: Galton [^<]*<\/desc>/);
    expect(svg).not.toContain("aria-hidden");
  });

  it("has text of 7 points and more", async () => {
    const svg = await figure.toSvg();
    const points = Array.from(svg.matchAll(/font-size="([\d.]+)px"/g), (match) => Number(match[1]) * (72 / 96) * scaleOf(svg));
    expect(points.length).toBeGreaterThan(0);
    expect(Math.min(...points)).toBeGreaterThanOrEqual(7);
  });

  it("keeps all of its text inside the page", async () => {
    const svg = await figure.toSvg();
    const { x, y, width, height } = textBox(svg);
    const [, pageWidth = 0, pageHeight = 0] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.map(Number);
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(pageWidth);
    expect(y + height).toBeLessThanOrEqual(pageHeight);
  });

  it("is a vector PDF of the page's size with its fonts inside", async () => {
    const pdf = Buffer.from(await figure.toPdf()).toString("latin1");
    expect(pdf.startsWith("%PDF-")).toBe(true);
    expect(pdf).toContain("/FontFile2");
    expect(pdf).not.toContain("/Subtype /Image");
    expect(pdf).not.toContain("Helvetica");
    const [, width = 0] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!.map(Number);
    expect((width / 72) * MM).toBeCloseTo(figure.drawing.width, 1);
  });

  it("is a PNG of 300 dots per inch", async () => {
    const png = Buffer.from(await figure.toPng());
    expect(Math.abs(png.readUInt32BE(16) - (figure.drawing.width / MM) * 300)).toBeLessThanOrEqual(1);
    const physical = png.indexOf("pHYs") + 4;
    expect([png.readUInt32BE(physical), png[physical + 8]]).toEqual([Math.round(300 / 0.0254), 1]);
  });

  it("shows itself in a notebook in four ways", async () => {
    const bundle = await figure[DISPLAY]();
    expect(Object.keys(bundle)).toEqual(["application/vnd.vegalite.v5+json", "image/svg+xml", "image/png", "text/plain"]);
    expect(bundle["application/vnd.vegalite.v5+json"]).toBe(figure.spec);
    expect(bundle["image/svg+xml"]).toBe(await figure.toSvg());
    expect(
      Buffer.from(bundle["image/png"] as string, "base64")
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    expect(bundle["text/plain"]).toBe(`Figure: ${figure.drawing.description}`);
  });
});

it("gives two figures in one page different ids", async () => {
  const ids = async (figure: Figure) => Array.from((await figure.toSvg()).matchAll(/ id="([^"]+)"/g), (match) => match[1]);
  const [likelihood, other] = [await ids(CASES.likelihood!()), await ids(CASES["contours-one-parameter"]!())];
  expect(likelihood.length).toBeGreaterThan(0);
  expect(likelihood.filter((id) => other.includes(id))).toEqual([]);
});

it("gives each series of a figure its own colour, and its own dash or shape", () => {
  const marks = JSON.stringify(CASES.curve!().spec.layer);
  for (const color of ["#0072B2", "#D55E00", "#009E73"]) expect(marks).toContain(color);
  expect(new Set(Array.from(marks.matchAll(/"strokeDash":(\[[^\]]*\])/g), (match) => match[1])).size).toBe(2);
  const shapes = JSON.stringify(CASES.shapes!().spec.layer);
  for (const shape of ["circle", "square", "triangle-up", "diamond"]) expect(shapes).toContain(`"shape":"${shape}"`);
});

it("draws ten thousand points in a document under 1.2 MB", async () => {
  const svg = await manyPoints().toSvg();
  expect(svg.length).toBeLessThan(1.2e6);
  expect(svg.match(/ transform="translate\([^)]*\)" d="M1.2/g)?.length).toBe(10_000);
});

/** Words of the document that Vega-Lite 5.6's own schema has accepted; to use another, validate against that schema first. */
const KNOWN = new Set(
  `$schema description background padding config autosize type contains width height title encoding x y x2 y2 field scale domain range nice zero axis
  grid tickCount values format labelExpr layer data mark stroke fill shape legend orient direction columns columnPadding rowPadding offset labelLimit
  labelOffset symbolOpacity symbolSize symbolStrokeWidth color strokeWidth strokeDash strokeJoin fillOpacity opacity filled size line clip order detail
  concat spacing resolve vconcat bounds labels minExtent maxExtent titleLimit titleFontWeight legendX legendY text anchor fontSize fontWeight`.split(
    /\s+/,
  ),
);

/** Names of all properties but those of rows and of the configuration. */
function wordsOf(node: unknown, words = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const item of node) wordsOf(item, words);
  else if (typeof node === "object" && node !== null) {
    for (const [name, value] of Object.entries(node)) {
      words.add(name);
      if (name !== "values" && name !== "config") wordsOf(value, words);
    }
  }
  return words;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function scaleOf(svg: string): number {
  return Number(/ width="([\d.]+)"/.exec(svg)![1]) / Number(/viewBox="0 0 ([\d.]+)/.exec(svg)![1]);
}

/** What the text alone covers, by a renderer that knows the font. */
function textBox(svg: string) {
  const bare = svg.replace(/<(?:path|rect|line)\b[^>]*\/>/g, "").replace(/ width="[^"]*" height="[^"]*"/, "");
  return new Resvg(bare, { font: { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: "DejaVu Sans" } }).getBBox()!;
}
