import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import PDFDocument from "pdfkit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { platform as browser } from "../../src/platform/browser.js";
import { readAdvances } from "../../src/platform/font-metrics.js";
import { fontFile } from "../../src/platform/fonts.js";
import { platform } from "../../src/platform/index.js";
import { readSvgHead } from "../../src/platform/svg-head.js";

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48"><title>A &amp; B</title><desc>θ &lt; 1</desc><rect width="96" height="48"/></svg>';

it("has two forms of one interface", () => {
  expect(Object.keys(browser).sort()).toEqual(Object.keys(platform).sort());
  expect([platform.name, browser.name]).toEqual(["node", "browser"]);
});

describe("files", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "galton-platform-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("are written whole, over what was there, and read back", async () => {
    const path = join(folder, "made", "x.bin");
    for (const bytes of [Uint8Array.of(1, 2, 3), Uint8Array.of(4)]) {
      await platform.writeFile(path, bytes);
      expect(await platform.readFile(path)).toEqual(bytes);
    }
    expect(await readdir(join(folder, "made"))).toEqual(["x.bin"]);
  });

  it("leave nothing behind when they cannot be written, and what was there stays", async () => {
    await mkdir(join(folder, "taken"));
    await writeFile(join(folder, "taken", "inside"), "kept");
    await expect(platform.writeFile(join(folder, "taken"), "text")).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(await readdir(folder)).toEqual(["taken"]);
    expect(await readFile(join(folder, "taken", "inside"), "utf8")).toBe("kept");
  });
});

describe("text width", () => {
  const sentences = ["log r(x | θ₀, θ₁)", "−0.75", "coupling c / Λ² (TeV⁻²)", "wiggle", "ﬁ", "☃"];

  it.each(
    sentences.flatMap((text) => [
      { text, bold: false },
      { text, bold: true },
    ]),
  )("of $text, bold $bold, is that of another reader of the font", async ({ text, bold }) => {
    const measure = await platform.textWidth();
    const document = new PDFDocument().font(fontFile(bold ? "bold" : "regular")).fontSize(10);
    const letters = Array.from(text, (letter) => document.widthOfString(letter)); // apart, so that none is kerned or joined
    expect(measure!(text, 10, bold)).toBeCloseTo(
      letters.reduce((sum, width) => sum + width, 0),
      9,
    );
  });

  it("of a character that the font lacks is that of its box", async () => {
    const advance = readAdvances(new Uint8Array(await readFile(fontFile("regular"))));
    expect(advance(0x1f600)).toBe(advance(0xffff));
    expect(advance(0x1f600)).toBeGreaterThan(0);
  });

  it("is the host's own business in a browser", async () => {
    expect(await browser.textWidth()).toBeUndefined();
  });
});

describe("PNG", () => {
  it("is as large as asked and says so", async () => {
    const chunks = chunksOf(await platform.svgToPng(SVG, 192));
    expect(chunks.map(({ type }) => type).slice(0, 4)).toEqual(["IHDR", "pHYs", "iTXt", "iTXt"]);
    expect([chunks[0]!.data.readUInt32BE(0), chunks[0]!.data.readUInt32BE(4)]).toEqual([192, 96]);
    expect(chunks[2]!.data.toString("utf8")).toBe("Title\0\0\0\0\0A & B");
    expect(chunks[3]!.data.toString("utf8")).toBe("Description\0\0\0\0\0θ < 1");
  });

  it("has the checksum of each chunk", async () => {
    for (const { type, data, checksum } of chunksOf(await platform.svgToPng(SVG, 96))) {
      const gzip = gzipSync(Buffer.concat([Buffer.from(type, "latin1"), data]));
      expect(checksum).toBe(gzip.readUInt32LE(gzip.length - 8));
    }
  });
});

it.each([
  ['<svg width="2in" height="10mm"/>', 192, 37.795],
  ['<svg viewBox="0 0 30 20"/>', 30, 20],
  ['<svg width="100%" height="50%" viewBox="0,0,30,20"/>', 30, 20],
  ['<?xml version="1.0"?>\n<svg width="12pt" height="1pc" stroke-width="3"/>', 16, 16],
])("the head of %s", (svg, width, height) => {
  const head = readSvgHead(svg);
  expect(head.width).toBeCloseTo(width, 3);
  expect(head.height).toBeCloseTo(height, 3);
  expect([head.title, head.description]).toEqual(["", ""]);
});

describe("a browser", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("offers files as downloads under their name", async () => {
    const anchor = { href: "", download: "", click: vi.fn() };
    vi.stubGlobal("document", { createElement: () => anchor });
    await browser.writeFile("figures/a.svg", "text");
    expect(anchor.download).toBe("a.svg");
    expect(anchor.href).toMatch(/^blob:/);
    expect(anchor.click).toHaveBeenCalledOnce();
  });

  it("says what cannot be done, and what to do", async () => {
    await expect(browser.svgToPdf(SVG)).rejects.toThrow(
      "PDF cannot be made in a browser; save as .svg or .png, or run the notebook in Node",
    );
    await expect(browser.svgToPng(SVG, 96)).rejects.toThrow("there is no page to draw on or to download from");
    vi.stubGlobal("fetch", async () => new Response(null, { status: 404 }));
    await expect(browser.readFile("x.json")).rejects.toThrow("readFile: x.json answered 404");
  });
});

function chunksOf(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const chunks: { type: string; data: Buffer; checksum: number }[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const data = bytes.subarray(at + 8, at + 8 + length);
    chunks.push({ type: bytes.toString("latin1", at + 4, at + 8), data, checksum: bytes.readUInt32BE(at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}
