import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Figure } from "../../src/index.js";

const path = (name: string) => fileURLToPath(new URL(`output/${name}.svg`, import.meta.url));

/**
 * Compares a figure with the committed one. On a difference the new one is written beside it as `-changed.svg`:
 * look at both; `UPDATE_FIGURES=1 npx vitest run test/figures` accepts what is new.
 */
export async function expectSameFigure(name: string, figure: Figure): Promise<void> {
  const svg = await figure.toSvg();
  rmSync(path(`${name}-changed`), { force: true });
  if (process.env.UPDATE_FIGURES) writeFileSync(path(name), svg);
  const committed = existsSync(path(name)) ? normalise(readFileSync(path(name), "utf8")) : "";
  if (normalise(svg) !== committed) writeFileSync(path(`${name}-changed`), svg);
  expect(normalise(svg) === committed, `${name}.svg differs from ${name}-changed.svg`).toBe(true);
}

/** Coordinates to a tenth of a pixel, ids without their hash, no version. */
function normalise(svg: string): string {
  return svg
    .replace(/-?\d+\.\d+/g, (number) => (Number(number) + 0).toFixed(1).replace("-0.0", "0.0"))
    .replace(/(id="|url\(#|href="#)g[0-9a-z]+-/g, "$1")
    .replace(/software: Galton [^<]*/, "software: Galton");
}
