import { expect, it } from "vitest";
import { corner } from "../../src/figures/corner.js";
import { plotSimulations } from "../../src/figures/simulations.js";
import { DomainError, type Matrix, ShapeError } from "../../src/index.js";
import { normalSamples } from "./posteriors.js";

const good = normalSamples(50, 2, 1);
const broken = (at: number, value: number): Matrix => ({ ...good, values: good.values.map((old, i) => (i === at ? value : old)) });

it.each([
  ["NaN", () => corner(broken(7, Number.NaN)), DomainError, /^corner: samples\.theta\[3\]\[1\] is NaN; expected a finite number/],
  [
    "NaN in one of several",
    () =>
      corner([
        { label: "a", samples: good },
        { label: "b", samples: broken(0, Infinity) },
      ]),
    DomainError,
    /^corner: samples\[1\]\.theta\[0\]\[0\] is Infinity/,
  ],
  [
    "few samples",
    () => corner(normalSamples(9, 2, 1)),
    ShapeError,
    /^corner: samples\.theta has shape \[9, 2\]; expected \[N, D\] with N at least 10/,
  ],
  ["names that do not fit", () => corner(good, { names: ["a"] }), ShapeError, /^corner: names has shape \[1\]; expected \[2\]/],
  ["a name twice", () => corner(good, { names: ["a", "a"] }), DomainError, /^corner: names\[1\] is "a"/],
  [
    "a truth of another length",
    () => corner(good, { truth: [1, 2, 3] }),
    ShapeError,
    /^corner: truth has shape \[3\]; expected \[2\]; give theta1, theta2/,
  ],
  [
    "a truth of an unknown name",
    () => corner(good, { truth: { mass: 1 } }),
    DomainError,
    /^corner: truth\.mass is 1; expected one of the parameters theta1, theta2/,
  ],
  ["a truth that is NaN", () => corner(good, { truth: { theta1: Number.NaN } }), DomainError, /^corner: truth\.theta1 is NaN/],
  ["an unknown label", () => corner(good, { labels: { x: "x (m)" } }), DomainError, /^corner: labels\.x is "x \(m\)"/],
  ["an empty range", () => corner(good, { ranges: { theta1: [1, 1] } }), DomainError, /^corner: ranges\.theta1 is \[1,1\]/],
  ["a level of one", () => corner(good, { levels: [0.5, 1] }), DomainError, /^corner: levels\[1\] is 1; expected a number between 0 and 1/],
  ["no level", () => corner(good, { levels: [] }), ShapeError, /^corner: levels has shape \[0\]/],
  ["a quantile of zero", () => corner(good, { quantiles: [0] }), DomainError, /^corner: quantiles\[0\] is 0/],
  ["half a bin", () => corner(good, { bins: 0.5 }), DomainError, /^corner: bins is 0\.5/],
  [
    "weights of another length",
    () => corner({ theta: good, weights: [1] }),
    ShapeError,
    /^corner: samples\.weights has shape \[1\]; expected \[50\]/,
  ],
  [
    "a negative weight",
    () => corner({ theta: good, weights: good.values.slice(0, 50).map((_, i) => (i === 4 ? -1 : 1)) }),
    DomainError,
    /^corner: samples\.weights\[4\] is -1/,
  ],
  [
    "weights of zero",
    () => corner({ theta: good, weights: new Float64Array(50) }),
    DomainError,
    /^corner: samples\.weights is 0; expected a positive sum/,
  ],
  [
    "a label twice",
    () => corner(["a", "a"].map((label) => ({ label, samples: good }))),
    DomainError,
    /^corner: samples\[1\]\.label is "a"/,
  ],
  [
    "posteriors of other parameters",
    () =>
      corner([
        { label: "a", samples: good },
        { label: "b", samples: normalSamples(20, 1, 1) },
      ]),
    DomainError,
    /^corner: samples\[1\] is \["theta1"\]; expected the parameters of the first/,
  ],
  [
    "more parameters than fit",
    () => corner(normalSamples(20, 30, 1)),
    ShapeError,
    /^corner: samples has shape \[N, 30\]; expected at most \d+ parameters/,
  ],
  ["no round", () => plotSimulations([], { names: ["a", "b"] }), ShapeError, /^plotSimulations: rounds has shape \[0\]/],
  ["one name", () => plotSimulations({ theta: good }, { names: ["a"] }), ShapeError, /^plotSimulations: names has shape \[1\]/],
  [
    "an unknown parameter",
    () => plotSimulations({ theta: good }, { names: ["a", "b"], show: ["a", "c"] }),
    DomainError,
    /^plotSimulations: show\[1\] is "c"; expected one of the names a, b/,
  ],
  [
    "NaN in a round",
    () => plotSimulations([{ theta: good }, { theta: broken(2, Number.NaN) }], { names: ["a", "b"] }),
    DomainError,
    /^plotSimulations: rounds\[1\]\.theta\[1\]\[0\] is NaN/,
  ],
  [
    "NaN in the posterior",
    () => plotSimulations({ theta: good }, { names: ["a", "b"], posterior: broken(2, Number.NaN) }),
    DomainError,
    /^plotSimulations: posterior\.theta\[1\]\[0\] is NaN/,
  ],
  [
    "no samples",
    () => corner(undefined as never),
    DomainError,
    /^corner: samples is undefined; expected a record with theta; give samples/,
  ],
  [
    "an estimator",
    () => corner({ name: "npe", at: () => good } as never),
    DomainError,
    /^corner: samples\.theta is undefined; expected a record with theta; give samples, as estimator\.at\(x\)/,
  ],
  ["a promise", () => corner(Promise.resolve(good) as never), DomainError, /^corner: samples\.theta is undefined/],
  ["a text as names", () => corner(good, { names: "ab" as never }), DomainError, /^corner: names is "ab"; expected a list of names/],
  ["numbers as names", () => corner(good, { names: [1, 2] as never }), DomainError, /^corner: names is \[1,2\]; expected a list of names/],
  ["a number as levels", () => corner(good, { levels: 0.5 as never }), DomainError, /^corner: levels is 0\.5; expected a list/],
  ["null options", () => corner(good, null as never), DomainError, /^corner: options is null; expected a record of options/],
  [
    "nothing among several",
    () => corner([{ label: "a", samples: good }, undefined as never]),
    DomainError,
    /^corner: samples\[1\]\.label is undefined/,
  ],
  [
    "no samples among several",
    () =>
      corner([
        { label: "a", samples: good },
        { label: "b", samples: undefined as never },
      ]),
    DomainError,
    /^corner: samples\[1\] is undefined; expected a record with theta/,
  ],
  [
    "no options",
    () => plotSimulations({ theta: good }, undefined as never),
    DomainError,
    /^plotSimulations: options is undefined; expected a record with names; name the columns/,
  ],
  ["no names", () => plotSimulations({ theta: good }, {} as never), DomainError, /^plotSimulations: options\.names is undefined/],
  ["a text as the names", () => plotSimulations({ theta: good }, { names: "ab" as never }), DomainError, /^plotSimulations: names is "ab"/],
  [
    "bare rows",
    () => plotSimulations([[1, 2] as never, [3, 4] as never], { names: ["a", "b"] }),
    DomainError,
    /^plotSimulations: rounds\[0\] is \[1,2\]; expected a record with theta; write \{ theta: rows \}/,
  ],
  [
    "a bare matrix",
    () => plotSimulations(good as never, { names: ["a", "b"] }),
    DomainError,
    /^plotSimulations: rounds\.theta is undefined; expected a record with theta/,
  ],
  ["no rounds", () => plotSimulations(undefined as never, { names: ["a", "b"] }), DomainError, /^plotSimulations: rounds is undefined/],
] as const)("refuses %s", (_, call, error, message) => {
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});
