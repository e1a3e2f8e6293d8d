import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { toRow } from "../numerics/parameters.js";
import type { Key } from "../numerics/random.js";
import type { Draw, Simulator } from "./contract.js";
import { EventRunner } from "./event-runner.js";
import type { Trace } from "./trace.js";

/** One event with its trace; `Simulator.draw`. */
export function drawOnce(simulator: Simulator<ParameterRanges>, theta: Theta, key: Key): Draw {
  const runner = new EventRunner("draw", simulator);
  runner.record(toRow("draw", "theta", theta, simulator.parameters), key);
  const trace = runner.tape.snapshot();
  return { x: trace.x, trace };
}

/** Log p(x, z given theta) of a trace; `Simulator.logProb`. */
export function pathLogProb(simulator: Simulator<ParameterRanges>, theta: Theta, trace: Trace): number {
  const runner = new EventRunner("logProb", simulator);
  runner.tape.load(trace);
  const difference = runner.replay(toRow("logProb", "theta", theta, simulator.parameters));
  return trace.logProbs.reduce((sum, logProb) => sum + logProb, difference);
}
