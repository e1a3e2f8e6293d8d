import type { Backend, Numbers } from "../../src/compute/backends/backend.js";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import type { Sample } from "./cases/case.js";
import { type Derived, derive } from "./derived.js";

const UNIT = 1e-5;

/**
 * A sample's result, gradients and second derivatives on a backend against the reference: a sentence about what differs.
 *
 * Each number may be off by UNIT (1 + the largest of its array; for the two sums of random terms, that of their sizes),
 * and by 8 times what rounding every operation of the graph to float32 changes in that array: which is what terms that
 * cancel each other cost.
 */
export function disagreementOf(backend: Backend, sample: Sample): string | undefined {
  const inputs = sample.inputs.map(({ values }) => values);
  const expected = derive(referenceBackend(), sample)(inputs);
  const rounded = derive(referenceBackend({ precision: "float32" }), sample)(inputs);
  const actual = derive(backend, sample)(inputs);
  return Object.keys(expected)
    .map((label) => disagreement(label, { expected, rounded, actual }))
    .find((sentence) => sentence !== undefined);
}

interface Compared {
  readonly expected: Derived;
  readonly rounded: Derived;
  readonly actual: Derived;
}

/** A sentence about the first number that is further off than allowed. */
function disagreement(label: string, compared: Compared): string | undefined {
  const [expected, actual] = [compared.expected[label]!, compared.actual[label]!];
  if (actual.length !== expected.length) return `${label} has ${actual.length} numbers instead of ${expected.length}`;
  const allowed = UNIT * (1 + scaleOf(label, compared.expected)) + 8 * largest(expected.map((x, i) => x - compared.rounded[label]![i]!));
  const wrong = expected.findIndex((x, i) => !close(x, actual[i]!, allowed));
  return wrong < 0 ? undefined : `${label}[${wrong}] is ${actual[wrong]} instead of ${expected[wrong]}, more than ${allowed} away`;
}

/** Equal within a distance; what is beyond float32 is infinite there, and NaN is like NaN alone. */
export function close(expected: number, actual: number, distance: number): boolean {
  const there = Math.fround(expected);
  if (!Number.isFinite(there)) return Object.is(there, Math.fround(actual));
  return Math.abs(expected - actual) <= distance;
}

/** The weights of the gradients in `slope` are of order 1. */
function scaleOf(label: string, derived: Derived): number {
  if (label === "value") return size(derived.terms!);
  if (label !== "slope") return largest(derived[label]!);
  return Object.keys(derived).reduce((total, name) => (name.startsWith("gradient") ? total + size(derived[name]!) : total), 0);
}

const size = (values: Numbers): number => Array.from(values).reduce((total, x) => (Number.isFinite(x) ? total + Math.abs(x) : total), 0);

const largest = (values: Numbers): number =>
  Array.from(values).reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
