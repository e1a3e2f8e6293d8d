import { DomainError, type MissingGoldError } from "../errors.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { fold, type Key } from "../numerics/random.js";
import type { Simulator, SimulatorSource } from "./contract.js";
import { EventRunner } from "./event-runner.js";
import { scoreOnTape } from "./score.js";

/** A range of events to simulate: what a worker is sent. Event i has the key `fold(key, i)`. */
export interface Shard {
  readonly key: Key;
  /** Number of the first event. */
  readonly start: number;
  readonly count: number;
  /** Parameters of each event `[count, D]`; for mining theta0. */
  readonly theta: Float64Array;
  /** For mining. */
  readonly gold?: {
    /** theta1 `[D]`, the same for all events. */
    readonly denominator: Float64Array;
    /** Whether to find the joint score. */
    readonly score: boolean;
  };
}

/** What comes of a shard. */
export interface ShardResult {
  /** Observations `[count, L]`. */
  readonly x: Float64Array;
  /** `[count]` when mining, else empty. */
  readonly jointLogRatio: Float64Array;
  /** `[count, D]` when mining with the score, else empty. */
  readonly jointScore: Float64Array;
}

/** Event i is drawn from theta0 when i is even, so that every beginning of a sample is balanced. */
export function labelOf(event: number): 0 | 1 {
  return event % 2 === 0 ? 0 : 1;
}

/** Simulates the events of a shard in turn. */
export function runShard(simulator: Simulator<ParameterRanges>, shard: Shard): ShardResult {
  return shard.gold ? mineShard(simulator, shard, shard.gold) : simulateShard(simulator, shard);
}

/** A worker's entry: finds the simulator by its source and runs a shard. */
export async function runShardFrom({ source, shard }: { readonly source: SimulatorSource; readonly shard: Shard }): Promise<ShardResult> {
  return runShard(await importSimulator(source), shard);
}

async function importSimulator({ module, name, args }: SimulatorSource): Promise<Simulator<ParameterRanges>> {
  const exported: unknown = ((await import(module)) as Record<string, unknown>)[name];
  const found = args && typeof exported === "function" ? (exported as (...args: readonly unknown[]) => unknown)(...args) : exported;
  if (typeof found !== "object" || found === null || !("run" in found)) {
    throw new DomainError(
      "simulator",
      "source.name",
      name,
      `the name of a simulator that ${module} exports`,
      "with args, name the function that makes it",
    );
  }
  return found as Simulator<ParameterRanges>;
}

function simulateShard(simulator: Simulator<ParameterRanges>, { key, start, count, theta }: Shard): ShardResult {
  const runner = new EventRunner("simulate", simulator);
  const [D, L] = [theta.length / count, simulator.observables.length];
  const x = new Float64Array(count * L);
  for (let i = 0; i < count; i++) x.set(runner.simulate(theta.subarray(i * D, (i + 1) * D), fold(key, start + i), start + i), i * L);
  return { x, jointLogRatio: new Float64Array(0), jointScore: new Float64Array(0) };
}

function mineShard(simulator: Simulator<ParameterRanges>, shard: Shard, { denominator, score }: NonNullable<Shard["gold"]>): ShardResult {
  const runner = new EventRunner("mine", simulator);
  const { key, start, count, theta } = shard;
  const [D, L] = [denominator.length, simulator.observables.length];
  const x = new Float64Array(count * L);
  const jointLogRatio = new Float64Array(count);
  const jointScore = new Float64Array(score ? count * D : 0);
  for (let i = 0; i < count; i++) {
    const numerator = theta.subarray(i * D, (i + 1) * D);
    const swapped = labelOf(start + i) === 1;
    const [own, other] = swapped ? [denominator, numerator] : [numerator, denominator];
    runner.record(own, fold(key, start + i), start + i);
    runner.verify(own);
    const toOther = logRatioTo(runner, other);
    jointLogRatio[i] = swapped ? toOther : -toOther;
    if (score) scoreOnTape(simulator, runner, { row: numerator, atRow: swapped ? toOther : 0 }, jointScore.subarray(i * D, (i + 1) * D));
    x.set(runner.tape.x, i * L);
  }
  return { x, jointLogRatio, jointScore };
}

function logRatioTo(runner: EventRunner, other: Float64Array): number {
  const logRatio = runner.replay(other);
  if (!Number.isFinite(logRatio)) throw impossible(runner, other);
  return logRatio;
}

function impossible(runner: EventRunner, other: Float64Array): MissingGoldError {
  const address = runner.firstChange(other, (logRatio) => !Number.isFinite(logRatio));
  return runner.missing(`the draw ${address} is impossible at ${runner.show(other)}: its support depends on theta`, address, {
    advice: "choose hypotheses under which the same draws are possible",
  });
}
