import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.js";
import type { FlowMethod } from "../../src/flows/flow.js";
import { maf } from "../../src/flows/maf.js";
import { mdn } from "../../src/flows/mdn.js";
import { couplingNsf, nsf } from "../../src/flows/nsf.js";
import { key } from "../../src/numerics/random.js";
import { FLOWS } from "./cases.js";

const SIZES = [{ transforms: 0 }, { transforms: 1.5 }, { transforms: Number.NaN }, { hidden: [] }, { hidden: [0] }, { hidden: [8, 2.5] }];
const SPLINES = [{ bins: 1 }, { bins: 65 }, { bins: 3.5 }, { bound: 0 }, { bound: -1 }, { bound: Infinity }, { bound: Number.NaN }];
const MAKERS = { maf, nsf, couplingNsf, mdn } as Record<string, (options: object) => FlowMethod>;
const WRONG = [
  ...SIZES.map((options) => ["maf", options] as const),
  ...["nsf", "couplingNsf"].flatMap((name) => [...SIZES, ...SPLINES].map((options) => [name, options] as const)),
  ...[{ components: 0 }, { components: 2.5 }, { hidden: [] }, { hidden: [-3] }].map((options) => ["mdn", options] as const),
];

describe("a flow refuses", () => {
  it.each(WRONG)("%s(%j)", (name, options) => {
    expect(() => MAKERS[name]!(options)).toThrow(DomainError);
    expect(() => MAKERS[name]!(options)).toThrow(`${name}: `);
  });

  it("a coupling of one dimension without a context", () => {
    expect(() => couplingNsf().make({ dimensions: 1, context: 0 }, key(1))).toThrow(DomainError);
    expect(() => couplingNsf().make({ dimensions: 1, context: 1 }, key(1))).not.toThrow();
  });
});

describe("a flow", () => {
  it.each(FLOWS)("$name can be made again from its settings, with the same first weights by key", (method) => {
    const maker = { maf, nsf, "nsf-coupling": couplingNsf, mdn }[method.name] as (settings: object) => FlowMethod;
    const weights = (of: FlowMethod, seed: number) =>
      of.make({ dimensions: 3, context: 2 }, key(seed)).variables.map((v) => [v.name, ...v.initial]);
    expect(weights(maker(method.settings), 5)).toEqual(weights(method, 5));
    expect(weights(method, 6)).not.toEqual(weights(method, 5));
  });

  it.each(FLOWS)("$name names each of its variables once", (method) => {
    const names = method.make({ dimensions: 3, context: 2 }, key(1)).variables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
