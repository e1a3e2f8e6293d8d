import { expect, it } from "vitest";
import { constantRate, cosineDecay, exponentialDecay, oneCycle, type Schedule, stepDecay, warmUp } from "../../src/nn/index.js";

const STEPS_PER_EPOCH = 10;

/** What a schedule says at a step of 100. */
const at = (schedule: Schedule, step: number) => schedule({ step, epoch: Math.floor(step / STEPS_PER_EPOCH), fraction: step / 100 });

it.each([
  { name: "constantRate", schedule: constantRate, values: { 0: 1, 50: 1, 99: 1 } },
  {
    name: "cosineDecay",
    schedule: cosineDecay(),
    values: { 0: 1, 25: (1 + Math.SQRT1_2) / 2, 50: 0.5, 75: (1 - Math.SQRT1_2) / 2, 100: 0 },
  },
  { name: "cosineDecay to 0.2", schedule: cosineDecay({ final: 0.2 }), values: { 0: 1, 50: 0.6, 100: 0.2 } },
  { name: "exponentialDecay", schedule: exponentialDecay(), values: { 0: 1, 50: 0.1, 100: 0.01 } },
  { name: "stepDecay", schedule: stepDecay({ every: 3, factor: 0.5 }), values: { 0: 1, 29: 1, 30: 0.5, 59: 0.5, 60: 0.25, 99: 0.125 } },
  { name: "warmUp", schedule: warmUp({ steps: 4 }), values: { 0: 0.25, 1: 0.5, 3: 1, 4: 1, 99: 1 } },
  { name: "warmUp, then another", schedule: warmUp({ steps: 4, followedBy: exponentialDecay() }), values: { 0: 0.25, 50: 0.1 } },
  { name: "oneCycle", schedule: oneCycle(), values: { 0: 0.04, 15: 0.52, 30: 1, 65: 0.500002, 100: 4e-6 } },
])("$name says what its formula says", ({ schedule, values }) => {
  for (const [step, value] of Object.entries(values)) expect(at(schedule, Number(step))).toBeCloseTo(value as number, 12);
});

it.each([
  { make: () => cosineDecay({ final: -1 }), message: /cosineDecay: final is -1/ },
  { make: () => exponentialDecay({ final: 0 }), message: /exponentialDecay: final is 0/ },
  { make: () => stepDecay({ every: 0 }), message: /stepDecay: every is 0/ },
  { make: () => stepDecay({ every: 1, factor: 0 }), message: /stepDecay: factor is 0/ },
  { make: () => warmUp({ steps: 0.5 }), message: /warmUp: steps is 0.5/ },
  { make: () => oneCycle({ rise: 1 }), message: /oneCycle: rise is 1/ },
  { make: () => oneCycle({ initial: -1 }), message: /oneCycle: initial is -1/ },
  { make: () => oneCycle({ final: -1 }), message: /oneCycle: final is -1/ },
])("refuses $message", ({ make, message }) => expect(make).toThrow(message));
