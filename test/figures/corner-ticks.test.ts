import { describe, expect, it } from "vitest";
import { corner } from "../../src/figures/corner.js";
import { fewTicks, LETTER } from "../../src/figures/corner-ticks.js";
import { normalSamples } from "./posteriors.js";

/** Of d3-format, which vega's types leave out. */
interface Locale {
  readonly format: (specifier: string) => (value: number) => string;
}

describe("ticks", () => {
  const DOMAINS = [
    [0, 1],
    [-3.2, 3.9],
    [0.12, 0.13],
    [-7, 7],
    [1.5e-8, 9e-8],
    [0, 1e6],
    [172.31, 173.02],
    [-0.00031, 0.0002],
  ] as const;
  it.each(DOMAINS)("of [%d, %d] keep apart, inside, and say what they are", (low, high) => {
    for (const pixels of [60, 90, 150, 240]) {
      const { values, width } = fewTicks([low, high], pixels, 4);
      expect(values.length).toBeGreaterThanOrEqual(1);
      expect(values.length).toBeLessThanOrEqual(6);
      for (const [i, value] of values.entries()) {
        const place = ((value - low) / (high - low)) * pixels;
        expect(place - width / 2).toBeGreaterThanOrEqual(-4 - 1e-6);
        expect(place + width / 2).toBeLessThanOrEqual(pixels + 4 + 1e-6);
        if (i > 0) expect(((value - values[i - 1]!) / (high - low)) * pixels).toBeGreaterThan(width);
        expect(width).toBeGreaterThanOrEqual(LETTER);
      }
    }
  });

  const SMALL_STEPS = [
    [0, 10],
    [-10, 10],
    [0, 12.5],
    [0, 0.1],
    [0, 1.1],
    [0, 3000],
    [100_000, 100_010],
    [-123_466, -123_456],
    [1e-3, 1.004e-3],
    [0, 1.1e7],
    [-9e-6, 9e-6],
  ] as const;
  it.each([...DOMAINS, ...SMALL_STEPS])("of [%d, %d] are written with the decimals that they need", async (low, high) => {
    const { defaultLocale } = (await import("vega")) as unknown as { defaultLocale: () => Locale };
    const write = defaultLocale().format;
    for (const pixels of [60, 90, 150, 240, 600]) {
      const { values, format, width } = fewTicks([low, high], pixels, 4);
      const written = values.map(write(format));
      const read = written.map((text) => Number(text.replace("−", "-")));
      for (const [i, value] of values.entries()) expect(Math.abs(read[i]! - value)).toBeLessThan(1e-9 * (high - low));
      expect(width).toBeGreaterThanOrEqual(LETTER * Math.max(0, ...written.map(({ length }) => length)) - 1e-9);
    }
  });

  it("at halves and quarters stand in the figure as such", async () => {
    const svg = await corner(normalSamples(200, 1, 1), { ranges: { theta1: [0, 12] }, width: 60 }).toSvg();
    const written = Array.from(svg.matchAll(/<text[^>]*>([\d.]+)<\/text>/g), ([, text]) => text);
    expect(written).toEqual(expect.arrayContaining(["2.5", "5.0", "7.5", "10.0"]));
  });
});
