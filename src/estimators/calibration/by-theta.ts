import { DomainError } from "../../errors.js";
import { indexBelow } from "../../numerics/axes.js";
import { rowOf } from "../../numerics/matrix.js";
import type { CalibrationSample } from "./calibration.js";
import type { CurveRecord, EachRecord, GridRecord } from "./record.js";
import type { Events } from "./sample-checks.js";

/** Fits one curve to events; `place` says which they are, for messages. */
export type CurveFit = (where: string, place: string, events: Events) => CurveRecord;

/** Most different theta0 for which there is a curve each. */
const MOST = 1000;

interface Group {
  readonly theta: readonly number[];
  readonly events: Events;
}

/** A curve for each different theta0. */
export function fitEach(where: string, sample: CalibrationSample, fitCurve: CurveFit): Omit<EachRecord, "method"> {
  const groups = groupByTheta(where, sample);
  return {
    kind: "each",
    thetas: groups.map(({ theta }) => theta),
    curves: groups.map((group) => fitCurve(where, placeOf(group), group.events)),
  };
}

/** A curve for each node of the grid that the different theta0 make. */
export function fitGrid(where: string, sample: CalibrationSample, fitCurve: CurveFit): Omit<GridRecord, "method"> {
  const groups = groupByTheta(where, sample);
  const axes = Array.from({ length: sample.theta0.columns }, (_, d) =>
    Array.from(Float64Array.from(new Set(groups.map(({ theta }) => theta[d]!))).sort()),
  );
  const nodes = axes.reduce((product, axis) => product * axis.length, 1);
  if (groups.length !== nodes) {
    const what = `${groups.length} different points`;
    const expected = `all ${nodes} nodes of the grid ${axes.map(({ length }) => length).join(" x ")}`;
    throw new DomainError(where, "sample.theta0", what, expected, 'simulate at every node, or calibrate with theta: "each"');
  }
  const curves = new Array<CurveRecord>(nodes);
  for (const group of groups) {
    const place = axes.reduce((above, axis, d) => above * axis.length + indexBelow(axis, group.theta[d]!), 0);
    curves[place] = fitCurve(where, placeOf(group), group.events);
  }
  return { kind: "grid", axes, curves };
}

function placeOf({ theta }: Group): string {
  return `sample at theta0 = [${theta.join(", ")}]`;
}

function groupByTheta(where: string, { logRatio, label, theta0 }: CalibrationSample): Group[] {
  const places = new Map<string, number[]>();
  for (let i = 0; i < theta0.rows; i++) {
    const name = rowOf(theta0, i).join();
    const place = places.get(name);
    if (place) place.push(i);
    else places.set(name, [i]);
    if (places.size > MOST) {
      const advice = 'simulate at fewer theta0, or calibrate with theta: "pooled" or, with a sigmoid or an expectation, "parameterised"';
      throw new DomainError(where, "sample.theta0", `more than ${MOST} different points`, `at most ${MOST}`, advice);
    }
  }
  return Array.from(places.values(), (events) => ({
    theta: Array.from(rowOf(theta0, events[0]!), (value) => value + 0),
    events: {
      logRatio: Float64Array.from(events, (i) => logRatio[i]!),
      label: Float64Array.from(events, (i) => label[i]!),
    },
  }));
}
