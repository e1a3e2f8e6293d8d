import { expect, it } from "vitest";
import { isMissing, packageName } from "../../../kernel-ext/src/engine/packages.js";
import { loadTslab } from "../../../kernel-ext/src/engine/tslab/tslab.js";

it.each([
  ["pkg", "pkg"],
  ["pkg/sub/file.js", "pkg"],
  ["@scope/pkg", "@scope/pkg"],
  ["@scope/pkg/sub", "@scope/pkg"],
  ["./m", undefined],
  ["../m", undefined],
  ["/abs", undefined],
  ["#internal", undefined],
  ["node:fs", undefined],
  ["file:///a/b.js", undefined],
  ["data:text/javascript,1", undefined],
])("packageName(%j) is %j", (specifier, name) => {
  expect(packageName(specifier)).toBe(name);
});

it("Node's own modules are never missing", () => {
  expect(["fs", "node:fs", "fs/promises"].map((name) => isMissing(name, ["/"]))).toEqual([false, false, false]);
  expect(isMissing("no-such-package", ["/"])).toBe(true);
});

it("loads tslab with its version", () => {
  expect(loadTslab("/").version).toBe("1.0.22");
});
