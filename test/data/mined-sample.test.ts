import { expect, it } from "vitest";
import { denominatorEvents, galtonBoard, mine, numeratorEvents, uniform } from "../../src/index.js";

const board = galtonBoard();
const mined = await mine(board, { numerator: uniform(board.parameters), denominator: { slope: -0.6 }, n: 101, seed: 1 });

it.each([
  { name: "numeratorEvents", events: numeratorEvents(mined), label: 0, theta: mined.theta0, rows: 51 },
  { name: "denominatorEvents", events: denominatorEvents(mined), label: 1, theta: mined.theta1, rows: 50 },
])("$name keeps the events with label $label, in order", ({ events, label, theta, rows }) => {
  const kept = Array.from(mined.label.keys()).filter((i) => mined.label[i] === label);
  expect(events.theta).toEqual({ rows, columns: 1, values: Float64Array.from(kept, (i) => theta.values[i]!) });
  expect(events.x).toEqual({ rows, columns: 1, values: Float64Array.from(kept, (i) => mined.x.values[i]!) });
  expect(events).toMatchObject({ simulator: "galton-board", parameters: { slope: [-1, 0] }, observables: ["column"], seed: 1 });
});
