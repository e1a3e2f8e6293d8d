import { expectTypeOf, it } from "vitest";
import {
  galtonBoard,
  type IndependentPrior,
  key,
  type MinedSample,
  type MinedSampleWithScore,
  mine,
  normal,
  type Simulations,
  simulate,
  simulator,
  uniform,
} from "../../src/index.js";

// Checked by the compiler; the bodies that would refuse at run time are never called.
const plane = simulator({ name: "plane", parameters: { slope: [-1, 0], width: [0, 2] }, observables: ["x", "y"] }, (theta, sample) => {
  expectTypeOf(theta).toEqualTypeOf<{ readonly slope: number; readonly width: number }>();
  // @ts-expect-error no such parameter
  void theta.slop;
  // @ts-expect-error theta is read-only
  const write = () => (theta.slope = 1);
  void write;
  return [sample("x", normal(theta.slope, 1 + theta.width)), theta.width === 7 ? 0 : sample("y", normal(0, 1))];
});
type Ranges = { readonly slope: readonly [-1, 0]; readonly width: readonly [0, 2] };

it("knows the names of the parameters", () => {
  expectTypeOf(plane.parameters).toEqualTypeOf<Ranges>();
  expectTypeOf(uniform(plane.parameters)).toEqualTypeOf<IndependentPrior<"slope" | "width">>();
  expectTypeOf(simulate(plane, { theta: { slope: 0, width: 1 }, n: 1, seed: 1 })).resolves.toEqualTypeOf<Simulations<Ranges>>();
  expectTypeOf(mine(galtonBoard(), { numerator: { slope: 0 }, denominator: { slope: 0 }, n: 1, seed: 1 })).resolves.toEqualTypeOf<
    MinedSampleWithScore<{ readonly slope: readonly [-1, 0] }>
  >();
  const without = mine(galtonBoard(), { numerator: { slope: 0 }, denominator: { slope: 0 }, n: 1, seed: 1, score: false });
  expectTypeOf(without).resolves.toEqualTypeOf<MinedSample<{ readonly slope: readonly [-1, 0] }>>();
});

it("refuses what it does not know", () => {
  const never = [
    // @ts-expect-error an unknown name
    () => simulate(plane, { theta: { slope: 0, width: 1, tilt: 1 }, n: 1, seed: 1 }),
    // @ts-expect-error a name is missing
    () => simulate(plane, { theta: { slope: 0 }, n: 1, seed: 1 }),
    // @ts-expect-error both a point and a prior
    () => simulate(plane, { theta: { slope: 0, width: 1 }, prior: uniform(plane.parameters), n: 1, seed: 1 }),
    // @ts-expect-error a prior over other parameters
    () => simulate(plane, { prior: uniform({ slope: [0, 1] }), n: 1, seed: 1 }),
    // @ts-expect-error the denominator is over other parameters
    () => mine(plane, { numerator: uniform(plane.parameters), denominator: uniform({ slope: [0, 1] }), n: 1, seed: 1 }),
    // @ts-expect-error no seed
    () => simulate(plane, { theta: { slope: 0, width: 1 }, n: 1 }),
    // @ts-expect-error an unknown name
    () => plane.draw({ slop: 1, width: 1 }, key(1)),
    // @ts-expect-error sample takes a name and a distribution
    () => simulator({ name: "bad", parameters: { a: [0, 1] }, observables: ["x"] }, (_theta, sample) => [sample(normal(0, 1))]),
    // @ts-expect-error a range has two ends
    () => simulator({ name: "bad", parameters: { a: [0] }, observables: ["x"] }, () => [0]),
    // @ts-expect-error the score has a component for each parameter
    () => simulator({ name: "bad", parameters: { a: [0, 1] }, observables: ["x"], score: () => ({ b: 1 }) }, () => [0]),
  ];
  expectTypeOf(never).toBeArray();
});
