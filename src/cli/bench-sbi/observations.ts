import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type BenchmarkTask, key, type Matrix, posterior, simulate } from "../../index.js";
import { EnvironmentError, UsageError } from "../command.js";

/** An observation with draws from its true posterior. */
export interface Observation {
  readonly number: number;
  /** `[L]` */
  readonly x: readonly number[];
  /** Draws `[draws, D]`. */
  readonly reference: Matrix;
}

/** What to load or to make. */
export interface ObservationRequest {
  readonly task: string;
  readonly numbers: readonly number[];
  /** Number of draws of a reference. */
  readonly draws: number;
}

/** Far from any seed of the training simulations. */
const FIRST_SEED = 7_000_000_000;
const REFERENCE_BUDGET = 1200;

/** The project's own observations: draws from the prior, and the posteriors of their exact likelihoods. */
export async function* ownObservations(task: BenchmarkTask, { numbers, draws }: ObservationRequest): AsyncGenerator<Observation> {
  for (const number of numbers) {
    const seed = FIRST_SEED + number;
    const { x } = await simulate(task, { prior: task.prior, n: 1, seed });
    yield { number, x: Array.from(x.values), reference: await exactDraws(task, x.values, { draws, seed }) };
  }
}

async function exactDraws(task: BenchmarkTask, x: Float64Array, { draws, seed }: { draws: number; seed: number }): Promise<Matrix> {
  if (task.exactPosterior) return task.exactPosterior(x).sample(key(seed), draws);
  const samples = await posterior(task.logLikelihood(x), task.prior).sample({ n: draws, seed, seconds: REFERENCE_BUDGET });
  for (const sentence of samples.diagnosis) process.stderr.write(`galton bench sbi: reference of ${task.name}: ${sentence}\n`);
  if (samples.theta.rows === draws) return samples.theta;
  const got = `${samples.theta.rows} of ${draws} draws, stopped: ${samples.stopped}`;
  throw new EnvironmentError(
    `galton bench sbi: the reference posterior of ${task.name} gave ${got}; ask for fewer --draws, or give --data`,
  );
}

/** Refuses a folder that lacks one of the files. */
export function assertData(data: string, tasks: readonly string[], numbers: readonly number[]): void {
  if (!existsSync(data))
    throw new UsageError(`galton bench: --data ${data} is not there; expected a folder of <task>/observation-*.json.gz`);
  for (const task of tasks) {
    for (const number of numbers) {
      if (existsSync(fileOf(data, task, number))) continue;
      throw new UsageError(`galton bench: --data ${data} has no ${task}/observation-${number}.json.gz; it has ${present(data, task)}`);
    }
  }
}

function present(data: string, task: string): string {
  if (!existsSync(join(data, task))) return `${readdirSync(data).sort().join(", ") || "nothing"}`;
  return `${task}/${readdirSync(join(data, task)).sort().join(", ") || "nothing"}`;
}

function fileOf(data: string, task: string, number: number): string {
  return join(data, task, `observation-${number}.json.gz`);
}

/** Observations from files, with their references' first rows. */
export function* storedObservations(data: string, { task, numbers, draws }: ObservationRequest): Generator<Observation> {
  for (const number of numbers) {
    const file = fileOf(data, task, number);
    const { observation, referencePosterior } = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as {
      observation: number[];
      referencePosterior: number[][];
    };
    if (referencePosterior.length < draws)
      throw new UsageError(`galton bench: ${file} has ${referencePosterior.length} draws; expected at least --draws ${draws}`);
    const rows = referencePosterior.slice(0, draws);
    const reference = { rows: draws, columns: rows[0]!.length, values: Float64Array.from(rows.flat()) };
    yield { number, x: observation, reference };
  }
}
