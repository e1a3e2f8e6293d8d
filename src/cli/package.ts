import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Folder of the installed package: its package.json, notebooks and Python requirements stand here. */
export const packageDirectory = fileURLToPath(new URL("../../", import.meta.url));

/** Version as package.json has it. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  return version;
}
