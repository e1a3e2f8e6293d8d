import { chmodSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { linkInto, putTensorFlowInPlace } from "../../src/cli/install-tfjs.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "galton-tfjs-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const PLACE = "node_modules/@tensorflow/tfjs-node";

/** Programs that do as much of the real ones' work as the steps look at. */
const WORKING = {
  npm: `mkdir -p ${PLACE}/binding && echo '{}' > ${PLACE}/package.json`,
  python3: `[ "$3" = --version ] || [ "$1" = -c ] || { for last; do :; done; mkdir -p "$DOWNLOAD" && echo > "$DOWNLOAD/$last.whl"; }`,
  "g++": `for last; do :; done; echo > "$last"`,
};

/** Puts TensorFlow in place with these programs alone on PATH; what is undefined is not there. */
function attempt(changes: Partial<Record<keyof typeof WORKING, string | undefined>>): {
  readonly said: string[];
  readonly refusal: string;
} {
  const [path, into] = [join(folder, "bin"), join(folder, "cache")];
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  for (const [name, text] of Object.entries({ ...WORKING, ...changes })) {
    if (text === undefined) continue;
    writeFileSync(join(path, name), `#!/bin/sh\nPATH=/bin:/usr/bin\n${text}\n`);
    chmodSync(join(path, name), 0o755);
  }
  vi.stubEnv("PATH", path);
  vi.stubEnv("DOWNLOAD", join(into, "download"));
  const said: string[] = [];
  try {
    putTensorFlowInPlace(into, (step) => said.push(step));
  } catch (error) {
    return { said, refusal: (error as Error).message };
  }
  return { said, refusal: "" };
}

const LINUX = process.platform === "linux" && process.arch === "x64";

describe.skipIf(!LINUX)("galton install tfjs", () => {
  it.each([
    { lacks: "npm", changes: { npm: undefined }, says: "galton install tfjs: npm was not found; install Node with npm." },
    { lacks: "python", changes: { python3: undefined }, says: "python3 was not found; pip downloads TensorFlow" },
    { lacks: "pip", changes: { python3: "exit 1" }, says: "python3 was not found; Debian, Ubuntu: apt install python3-pip" },
    { lacks: "a compiler", changes: { "g++": undefined }, says: "a C++ compiler was not found; install g++ or clang++" },
  ])("refuses before it begins when there is no $lacks", ({ changes, says }) => {
    const { said, refusal } = attempt(changes);
    expect(said).toEqual([]);
    expect(refusal).toContain(says);
    expect(existsSync(join(folder, "cache"))).toBe(false);
  });

  it.each([
    { step: "npm", changes: { npm: "echo E404 >&2; exit 1" }, steps: 1, says: /npm could not install .*: E404; connect to the network/ },
    {
      step: "pip",
      changes: { python3: '[ "$3" = --version ] || { echo no route >&2; exit 1; }' },
      steps: 2,
      says: /pip could not download .*: no route; /,
    },
    {
      step: "unpacking",
      changes: { python3: `[ "$1" != -c ] || { echo disk full >&2; exit 1; }\n${WORKING.python3}` },
      steps: 2,
      says: /unpacked: disk full; make room/,
    },
    {
      step: "the compiler",
      changes: { "g++": "echo no such header >&2; exit 1" },
      steps: 3,
      says: /could not compile the binding: no such header; /,
    },
    { step: "the finished package", changes: {}, steps: 3, says: /does not load: (.|\n)*; delete .* and start again/ },
  ])("says what $step said when that failed", ({ changes, steps, says }) => {
    const { said, refusal } = attempt(changes);
    expect(refusal).toMatch(says);
    expect(said).toHaveLength(steps);
  });

  it("goes on where an attempt ended", () => {
    expect(attempt({ "g++": "exit 1" }).said).toHaveLength(3);
    const { said } = attempt({ npm: "exit 1" });
    expect(said).toEqual(["Compiling its binding (some seconds) ..."]);
  });

  it("links the package to where the library finds it, in place of an older one", () => {
    const [library, place] = [join(folder, "library"), join(folder, "cache", PLACE)];
    mkdirSync(join(library, PLACE), { recursive: true });
    expect(readlinkSync(linkInto(library, place))).toBe(place);
    expect(readlinkSync(linkInto(library, place))).toBe(place);
  });
});
