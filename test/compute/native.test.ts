import { describe } from "vitest";
import { buildAddon } from "../../src/compute/backends/native/build.js";
import { backend } from "../../src/compute/index.js";
import { lawsOf } from "./laws.js";

const built = buildAddon();

// Needs a C++ compiler; `npm test` builds the addon where there is one.
describe.skipIf("reason" in built)("native", () => {
  lawsOf("native", () => backend("native"));
});
