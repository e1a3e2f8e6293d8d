import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium as playwright } from "playwright-core";
import { chromium, repository } from "./tools.js";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless Chromium, the one that `npm test` found. */
export function launchChromium(): Promise<Browser> {
  if (!chromium) throw new Error("launchChromium: no Chromium was found; expected one on PATH; npm test installs it where it may");
  return playwright.launch({ executablePath: chromium, args: QUIET });
}

/** Where a test leaves a picture for people to look at. */
export function screenshotPath(name: string): string {
  const folder = join(repository, ".cache/screenshots");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}
