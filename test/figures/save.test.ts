import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { plotCurve, renderSvg } from "../../src/index.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "galton-figures-"));
});
afterAll(() => rm(folder, { recursive: true }));

const options = { x: "time (s)", y: "height (m) & <more>", metadata: { simulations: 1000, seed: 7, estimator: "ALICES θ" } };
const figure = plotCurve({ x: [0, 1, 2], y: [0, 1, 4] }, options);

it("saves what the ending says, into folders that it makes, and leaves nothing else", async () => {
  const names = ["a.csv", "a.json", "a.pdf", "a.png", "a.svg"];
  for (const name of names) await figure.save(join(folder, "deep", "er", name));
  expect((await readdir(join(folder, "deep", "er"))).sort()).toEqual(names);
  const text = (name: string) => readFile(join(folder, "deep", "er", name), "utf8");
  expect(await text("a.svg")).toBe(await figure.toSvg());
  expect(await text("a.csv")).toBe(figure.toCsv());
  expect(JSON.parse(await text("a.json"))).toEqual(figure.spec);
});

it.each(["svg", "png", "pdf"] as const)("renderSvg of the displayed SVG gives the bytes of the saved .%s", async (format) => {
  await figure.save(join(folder, `b.${format}`));
  expect(Buffer.compare(await renderSvg(await figure.toSvg(), format), await readFile(join(folder, `b.${format}`)))).toBe(0);
});

it("carries what it was made from in each file", async () => {
  const facts = /simulations: 1000; seed: 7; estimator: ALICES θ; software: Galton \d+\.\d+\.\d+/;
  expect(await figure.toSvg()).toMatch(facts);
  expect(Buffer.from(await figure.toPng()).toString("utf8")).toMatch(facts);
  const pdf = Buffer.from(await figure.toPdf()).toString("latin1");
  const subject = new RegExp(`\\n${/\/Subject (\d+) 0 R/.exec(pdf)![1]} 0 obj\\n\\((.*?)\\)\\nendobj`, "s").exec(pdf)![1]!;
  expect(subject.replaceAll("\0", "")).toMatch(/simulations: 1000; seed: 7; estimator: ALICES .*; software: Galton \d/s); // UTF-16: plain letters follow a zero
});

it("has a size in millimetres: a column, a page, or a number", async () => {
  const widths = await Promise.all(
    (["column", "page", 100] as const).map(async (width) =>
      widthOf(await plotCurve({ x: [0, 1], y: [0, 1] }, { ...options, width }).toSvg()),
    ),
  );
  for (const [i, mm] of [86, 178, 100].entries()) expect(widths[i]).toBeCloseTo((mm / 25.4) * 96, 1);
});

it("is 2.5 times as large at 240 dots per inch as at 96", async () => {
  const [coarse, fine] = [Buffer.from(await figure.toPng(96)), Buffer.from(await figure.toPng(240))];
  expect(fine.readUInt32BE(16) / coarse.readUInt32BE(16)).toBeCloseTo(2.5, 2);
});

function widthOf(svg: string): number {
  return Number(/ width="([\d.]+)"/.exec(svg)![1]);
}
