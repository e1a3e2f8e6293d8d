import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchmarkTask, type BenchmarkTaskName, benchmarkTasks, c2st, type Matrix, type Simulations, simulate } from "../index.js";
import { METHODS, type Method, type SequentialMethod } from "./bench-sbi/methods.js";
import { assertData, type Observation, ownObservations, storedObservations } from "./bench-sbi/observations.js";
import { askPeer, type PeerRun } from "./bench-sbi/peer.js";
import { UsageError } from "./command.js";
import { startTorch, type TorchPeer } from "./torch-peer.js";

/** Options as they are on the command line; lists have commas. */
export interface BenchSbiOptions {
  readonly tasks?: string | undefined;
  readonly methods?: string | undefined;
  readonly sims?: string | undefined;
  readonly seed?: string | undefined;
  /** A Python with sbi. */
  readonly peer?: string | undefined;
  /** Folder of `<task>/observation-*.json.gz`. */
  readonly data?: string | undefined;
  readonly observations?: string | undefined;
  /** Draws of each posterior and of each reference. */
  readonly draws?: string | undefined;
  /** Rounds of the sequential methods, each of a part of the simulations. */
  readonly rounds?: string | undefined;
}

/** One task and method. */
export interface SbiRow {
  readonly task: string;
  readonly method: string;
  readonly simulations: number;
  readonly seed: number;
  /** Mean over the observations. */
  readonly c2st: number;
  readonly observations: readonly number[];
  /** Of a sequential method the mean over the observations, of all rounds. */
  readonly trainSeconds: number;
  /** Mean over the observations. */
  readonly sampleSeconds: number;
  readonly peerC2st?: number;
  readonly peerTrainSeconds?: number;
  readonly peerSampleSeconds?: number;
}

interface Plan {
  readonly tasks: readonly string[];
  readonly methods: readonly string[];
  readonly sims: readonly number[];
  readonly numbers: readonly number[];
  readonly seed: number;
  readonly draws: number;
  readonly rounds: number;
}

/** Posteriors of the benchmark's tasks against their references; sbi takes its turn on the same simulations. */
export async function* benchSbi(options: BenchSbiOptions): AsyncGenerator<SbiRow> {
  const plan = planOf(options);
  if (options.data !== undefined) assertData(options.data, plan.tasks, plan.numbers);
  const library = { option: "--peer", library: "sbi" };
  const peer = options.peer === undefined ? undefined : await startTorch("galton bench sbi", options.peer, "bench_sbi.py", library);
  const folder = mkdtempSync(join(tmpdir(), "galton-bench-"));
  try {
    for (const name of plan.tasks) yield* rowsOfTask(name, plan, { data: options.data, peer, folder });
  } finally {
    peer?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Surroundings {
  readonly data: string | undefined;
  readonly peer: TorchPeer | undefined;
  readonly folder: string;
}

async function* rowsOfTask(name: string, plan: Plan, { data, ...rest }: Surroundings): AsyncGenerator<SbiRow> {
  const task = benchmarkTasks[name as BenchmarkTaskName]();
  const request = { task: name, numbers: plan.numbers, draws: plan.draws };
  const observations: Observation[] = [];
  const source = data === undefined ? ownObservations(task, request) : storedObservations(data, request);
  for await (const observation of source) observations.push(observation);
  for (const n of plan.sims) {
    const simulations = await simulate(task, { prior: task.prior, n, seed: plan.seed });
    for (const method of plan.methods) {
      process.stderr.write(`galton bench sbi: ${name}, ${method}, ${n} simulations\n`);
      yield await measure({ name, task, method, simulations, observations, n, ...rest }, plan);
    }
  }
}

interface Measured extends Omit<Surroundings, "data"> {
  readonly name: string;
  readonly task: BenchmarkTask;
  readonly method: string;
  readonly simulations: Simulations;
  readonly observations: readonly Observation[];
  readonly n: number;
}

async function measure(measured: Measured, plan: Plan): Promise<SbiRow> {
  const { name, method, n, observations, peer, folder, simulations } = measured;
  const ours = await run(measured, plan);
  const row = {
    task: name,
    method,
    simulations: n,
    seed: plan.seed,
    c2st: await meanC2st(observations, ours.samples),
    observations: plan.numbers,
    trainSeconds: round(ours.trainSeconds),
    sampleSeconds: round(mean(ours.sampleSeconds)),
  };
  const known = METHODS[method]!.peer;
  if (!peer || !known) return row;
  const request = { task: name, method: known, simulations, observations, draws: plan.draws, seed: plan.seed };
  const theirs = await askPeer(peer, folder, request);
  return {
    ...row,
    peerC2st: await meanC2st(observations, theirs.samples),
    peerTrainSeconds: round(theirs.trainSeconds),
    peerSampleSeconds: round(mean(theirs.sampleSeconds)),
  };
}

async function run(measured: Measured, plan: Plan): Promise<PeerRun> {
  const method = METHODS[measured.method]!;
  return "rounds" in method ? runRounds(method, measured, plan) : runOnce(method, measured, plan);
}

/** All rounds for each observation. */
async function runRounds(method: SequentialMethod, { task, observations, n }: Measured, { seed, draws, rounds }: Plan): Promise<PeerRun> {
  const [samples, trainSeconds, sampleSeconds]: [Matrix[], number[], number[]] = [[], [], []];
  for (const { x, number } of observations) {
    const { draw, seconds } = await method.rounds(task, { x, sims: n, rounds, seed });
    trainSeconds.push(seconds);
    const begin = performance.now();
    samples.push(await draw(x, { n: draws, seed: seed + number }));
    sampleSeconds.push((performance.now() - begin) / 1000);
  }
  return { trainSeconds: mean(trainSeconds), sampleSeconds, samples };
}

async function runOnce(method: Method, { task, simulations, observations }: Measured, { seed, draws }: Plan): Promise<PeerRun> {
  const start = performance.now();
  const draw = await method.train(simulations, { prior: task.prior, seed });
  const trainSeconds = (performance.now() - start) / 1000;
  const [samples, sampleSeconds]: [Matrix[], number[]] = [[], []];
  for (const { x, number } of observations) {
    const begin = performance.now();
    samples.push(await draw(x, { n: draws, seed: seed + number }));
    sampleSeconds.push((performance.now() - begin) / 1000);
  }
  return { trainSeconds, sampleSeconds, samples };
}

async function meanC2st(observations: readonly Observation[], samples: readonly Matrix[]): Promise<number> {
  const accuracies: number[] = [];
  for (const [i, { reference }] of observations.entries()) accuracies.push((await c2st(reference, samples[i]!, { seed: 1 })).accuracy);
  return round(mean(accuracies));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const round = (value: number) => Number(value.toPrecision(5));

function planOf({ tasks, methods, sims, seed, observations, draws, rounds }: BenchSbiOptions): Plan {
  return {
    tasks: namesOf("--tasks", tasks ?? Object.keys(benchmarkTasks).join(","), Object.keys(benchmarkTasks)),
    methods: namesOf("--methods", methods ?? "npe-nsf,npe-maf,nle-maf,nre", Object.keys(METHODS)),
    sims: numbersOf("--sims", sims ?? "1000,10000"),
    numbers: numbersOf("--observations", observations ?? "1,2,3,4,5"),
    seed: numberOf("--seed", seed ?? "1"),
    draws: numberOf("--draws", draws ?? "10000"),
    rounds: numberOf("--rounds", rounds ?? "5"),
  };
}

function namesOf(option: string, text: string, known: readonly string[]): string[] {
  const names = text.split(",");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`galton bench: ${option} has ${JSON.stringify(unknown)}; expected some of ${known.join(", ")}`);
}

function numbersOf(option: string, text: string): number[] {
  return text.split(",").map((part) => numberOf(option, part));
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`galton bench: ${option} has ${JSON.stringify(text)}; expected positive whole numbers`);
}
