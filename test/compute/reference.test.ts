import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { CASES } from "./cases.js";
import { expectDerivatives } from "./differences.js";
import { lawsOf } from "./laws.js";
import { samplesOf } from "./samples.js";

describe("gradients on the reference backend are derivatives, first and second", () => {
  const backend = referenceBackend();
  it.each(samplesOf(["odd", "one", "empty"], 2).filter(({ samples }) => samples[0]!.case.exactGradient !== false))(
    "$name",
    ({ samples }) => {
      for (const { sample } of samples) expectDerivatives(backend, sample);
    },
  );
});

it("has a name of its own for each case", () => {
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
});

lawsOf("reference", () => referenceBackend(), { variants: ["odd"], each: 1 });

lawsOf("reference in float32", () => referenceBackend({ precision: "float32" }));
