import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the repository. */
export const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Python with JupyterLab that `npm test` set up, or undefined when this run has none. */
export const python: string | undefined = firstThere([
  process.env.GALTON_TEST_PYTHON,
  join(repository, ".venv/bin/python"),
  join(repository, ".venv/Scripts/python.exe"),
]);

/** Chromium that `npm test` found or installed, or undefined when this run has none. */
export const chromium: string | undefined = firstThere([
  process.env.GALTON_TEST_CHROMIUM,
  ...(process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "chromium")),
]);

function firstThere(candidates: readonly (string | undefined)[]): string | undefined {
  return candidates.find((file) => file && existsSync(file));
}
