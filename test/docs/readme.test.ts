import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { repository } from "../support/tools.js";

const readme = readFileSync(join(repository, "README.md"), "utf8");
const exampleAt = (place: number) => join(repository, `.cache/readme-example-${place}.ts`);

const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

afterEach(() => {
  for (const place of blocks.keys()) rmSync(exampleAt(place + 1), { force: true });
  vi.restoreAllMocks();
});

it.each(blocks.map((code, i) => ({ code, place: i + 1 })))(
  "example $place of the README runs and prints what its comments say",
  async ({ code, place }) => {
    const promised = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map((match) => match[1]);
    const printed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((...parts) => void printed.push(parts.join(" ")));
    mkdirSync(join(repository, ".cache"), { recursive: true });
    writeFileSync(exampleAt(place), code.replaceAll(/save\(([^"\n]*)"/g, 'save($1".cache/'));
    await import(/* @vite-ignore */ exampleAt(place));
    expect(printed).toEqual(promised);
  },
);

it("the documents' relative links lead somewhere", () => {
  for (const document of ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]) {
    const text = readFileSync(join(repository, document), "utf8");
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !existsSync(join(repository, target)))).toEqual([]);
  }
});

it("the README names every notebook and every command", () => {
  for (const notebook of readdirSync(join(repository, "notebooks")).filter((name) => name.endsWith(".ipynb"))) {
    expect(readme).toContain(`(notebooks/${notebook})`);
  }
  for (const command of ["lab", "run", "install", "bench", "doctor"]) expect(readme).toContain(`galton ${command}`);
});
