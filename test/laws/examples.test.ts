import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { describe, expect, it } from "vitest";
import * as compute from "../../src/compute/index.js";
import * as galton from "../../src/index.js";

// Every @example of these layers runs, with the public names and its own module's; a line that ends in `; // 1, 2` must have that
// value, to the digits given.
const LAYERS = ["numerics", "probability", "data", "simulators", "flows", "diagnostics", "sequential", "saving"];
// Of these layers, the examples that make their own data.
const OTHERS = ["estimators", "io"];

const folder = await mkdtemp(join(tmpdir(), "galton-examples-"));
const examples = [
  ...(await Promise.all(LAYERS.map(examplesOf))).flat(),
  ...(await Promise.all(OTHERS.map(examplesOf))).flat().filter(({ code }) => /await (mine|simulate|encodeModel)\(/.test(code)),
];

it("there are examples", () => {
  expect(examples.length).toBeGreaterThan(10);
});

describe.each(examples)("$place", ({ place, code }) => {
  it("runs and says what is true", async () => {
    for (const { value, expected } of await run(place, code)) {
      const numbers = typeof value === "number" ? [value] : Array.from(value as ArrayLike<number>);
      expect(numbers).toHaveLength(expected.length);
      numbers.forEach((number, i) => {
        expect(Math.abs(number - Number(expected[i])), `${number}, not ${expected[i]}`).toBeLessThanOrEqual(unitOf(expected[i]!, number));
      });
    }
  });
});

/** One unit of the last decimal given, and never less than rounding on another processor may change. */
function unitOf(text: string, number: number): number {
  const decimals = text.split(".")[1]?.length;
  return Math.max(decimals ? 10 ** -decimals : 0, 1e-12 * Math.abs(number));
}

async function examplesOf(layer: string): Promise<{ place: string; code: string }[]> {
  const folder = fileURLToPath(new URL(`../../src/${layer}/`, import.meta.url));
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts"));
  const found = files.sort().map(async (file) => {
    const text = await readFile(`${folder}${file}`, "utf8");
    return Array.from(text.matchAll(/@example\n((?: \* .*\n)+?) \*\//g), ([, lines]) => ({
      place: `${layer}/${file}`,
      code: lines!.replace(/^ \* ?/gm, ""),
    }));
  });
  return (await Promise.all(found)).flat();
}

interface Claim {
  readonly value: unknown;
  readonly expected: readonly string[];
}

async function run(place: string, code: string): Promise<Claim[]> {
  const claimed = code.replace(/^(.+); \/\/ (-?[\d.][^a-z\n]*)$/gm, (_line, expression: string, values: string) => {
    return `claims.push({ value: ${expression}, expected: ${JSON.stringify(values.split(", ").map((text) => text.replace(/\.\.\.$/, "")))} });`;
  });
  const { code: script } = await transform(claimed, {
    loader: "ts",
    supported: { "top-level-await": true },
    format: "esm",
    target: "es2022",
  });
  const claims: Claim[] = [];
  const own = (await import(`../../src/${place.replace(/\.ts$/, ".js")}`)) as object;
  const scope = { ...compute, ...galton, ...own, claims, folder };
  const AsyncFunction = (async () => undefined).constructor as new (...names: string[]) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction(...Object.keys(scope), script)(...Object.values(scope));
  return claims;
}
