import { DomainError } from "../errors.js";
import { fold, type Key } from "../numerics/random.js";
import type { SimulatorSource } from "./contract.js";
import { EventRunner } from "./event-runner.js";
import { attempt, type ShardFailure } from "./failure.js";
import type { AnySimulator } from "./gold-simulator.js";
import { type EventGold, mineEvent, mineOwnGold } from "./mine-event.js";

/** A range of events to simulate: what a worker is sent. Event i has the key `fold(key, i)`. */
export interface Shard {
  readonly key: Key;
  /** Number of the first event. */
  readonly start: number;
  readonly count: number;
  /** Parameters of each event `[count, D]`; for mining theta0. */
  readonly theta: Float64Array;
  /** For mining. */
  readonly gold?: ShardGold;
  /** Whether simulations that fail are left out. */
  readonly drop: boolean;
}

/** What is mined, and against what. */
export interface ShardGold {
  /** theta1 of each event `[count, D]`; of a marginal the K thetas of each event `[count, K, D]`, the first of which it is drawn at. */
  readonly denominator: Float64Array;
  /** K; undefined for a denominator that is no marginal. */
  readonly draws: number | undefined;
  /** Whether to find the joint score. */
  readonly score: boolean;
  /** Whether to find the score at theta1 of the events drawn there. */
  readonly denominatorScore: boolean;
}

/** What comes of a shard. */
export interface ShardResult {
  /** Observations `[count, L]`; NaN where the simulation failed. */
  readonly x: Float64Array;
  /** `[count]` when mining, else empty. */
  readonly jointLogRatio: Float64Array;
  /** `[count, D]` when mining with the score, else empty. */
  readonly jointScore: Float64Array;
  /** `[count, D]` when mining the score at theta1, else empty. */
  readonly denominatorScore: Float64Array;
  readonly failed: readonly ShardFailure[];
}

/** Event i is drawn from theta0 when i is even, so that every beginning of a sample is balanced. */
export function labelOf(event: number): 0 | 1 {
  return event % 2 === 0 ? 0 : 1;
}

/** Simulates the events of a shard in turn. */
export function runShard(simulator: AnySimulator, shard: Shard): ShardResult {
  const { start, count, gold, theta } = shard;
  const [D, L] = [theta.length / count, simulator.observables.length];
  const result = emptyResult({ count, D, L }, gold);
  const event = eventFunction(simulator, shard, result);
  for (let i = 0; i < count; i++) {
    const failure = shard.drop ? attempt(start + i, () => event(i)) : void event(i);
    if (!failure) continue;
    result.failed.push({ ...failure, theta: drawnAt(shard, i) });
    result.x.fill(Number.NaN, i * L, (i + 1) * L);
  }
  return result;
}

/** A worker's entry: finds the simulator by its source and runs a shard. */
export async function runShardFrom({ source, shard }: { readonly source: SimulatorSource; readonly shard: Shard }): Promise<ShardResult> {
  return runShard(await importSimulator(source), shard);
}

async function importSimulator({ module, name, args }: SimulatorSource): Promise<AnySimulator> {
  const exported: unknown = ((await import(module)) as Record<string, unknown>)[name];
  const found = args && typeof exported === "function" ? (exported as (...args: readonly unknown[]) => unknown)(...args) : exported;
  if (typeof found !== "object" || found === null || !("run" in found || "runWithGold" in found)) {
    throw new DomainError(
      "simulator",
      "source.name",
      name,
      `the name of a simulator that ${module} exports`,
      "with args, name the function that makes it",
    );
  }
  return found as AnySimulator;
}

interface MutableResult extends ShardResult {
  readonly failed: ShardFailure[];
}

function emptyResult({ count, D, L }: Record<"count" | "D" | "L", number>, gold: ShardGold | undefined): MutableResult {
  return {
    x: new Float64Array(count * L),
    jointLogRatio: new Float64Array(gold ? count : 0),
    jointScore: new Float64Array(gold?.score ? count * D : 0),
    denominatorScore: new Float64Array(gold?.denominatorScore ? count * D : 0),
    failed: [],
  };
}

/** Simulates event i of the shard into the result. */
function eventFunction(simulator: AnySimulator, shard: Shard, result: ShardResult): (i: number) => void {
  const { key, start, gold } = shard;
  const L = simulator.observables.length;
  if (!gold) {
    if ("runWithGold" in simulator) throw noTrace();
    const runner = new EventRunner("simulate", simulator);
    return (i) => result.x.set(runner.simulate(rowAt(shard, i), fold(key, start + i), start + i), i * L);
  }
  const mineOne = "runWithGold" in simulator ? mineOwnGold(simulator) : mineEvent(simulator, new EventRunner("mine", simulator));
  const [D, K] = [shard.theta.length / shard.count, gold.draws ?? 1];
  const part = (values: Float64Array, i: number) => (values.length === 0 ? undefined : values.subarray(i * D, (i + 1) * D));
  return (i) => {
    const event: EventGold = {
      key: fold(key, start + i),
      number: start + i,
      label: labelOf(start + i),
      theta0: rowAt(shard, i),
      theta1: gold.denominator.subarray(i * K * D, (i + 1) * K * D),
      draws: gold.draws,
      score: part(result.jointScore, i),
      denominatorScore: part(result.denominatorScore, i),
    };
    const { x, jointLogRatio } = mineOne(event);
    result.jointLogRatio[i] = jointLogRatio;
    result.x.set(x, i * L);
  };
}

function rowAt({ theta, count }: Shard, i: number): Float64Array {
  const D = theta.length / count;
  return theta.subarray(i * D, (i + 1) * D);
}

/** The parameters that event i was drawn at `[D]`. */
function drawnAt(shard: Shard, i: number): readonly number[] {
  const { gold, start } = shard;
  const own = rowAt(shard, i);
  if (!gold || labelOf(start + i) === 0) return [...own];
  const first = i * (gold.draws ?? 1) * own.length;
  return [...gold.denominator.subarray(first, first + own.length)];
}

function noTrace(): DomainError {
  return new DomainError(
    "simulate",
    "simulator",
    "a simulator with its own gold",
    "one made by simulator(...)",
    "use mine, and numeratorEvents of the sample",
  );
}
