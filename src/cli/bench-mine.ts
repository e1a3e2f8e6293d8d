import { availableParallelism } from "node:os";
import { galtonBoard, mine, type RunOptions, simulate } from "../index.js";

/** How much to measure. */
export interface BenchMineOptions {
  /** Balls for each measurement; default a million. */
  readonly n?: number;
  /** Repetitions, of which the minimum, median and maximum are told; default 3. */
  readonly rounds?: number;
}

/** One measurement; a draw is one `sample` of an event, however often its trace is replayed. */
export interface MineRow {
  readonly [column: string]: string | number;
  readonly name: string;
  readonly workers: number;
  readonly n: number;
  readonly draws: number;
  readonly secondsMin: number;
  readonly secondsMedian: number;
  readonly secondsMax: number;
  readonly drawsPerSecondPerCore: number;
}

/**
 * Simulating and mining the Galton board, in the calling thread and on all cores.
 *
 * @param options - How much.
 * @returns A row for each measurement.
 */
export async function benchMine({ n = 1_000_000, rounds = 3 }: BenchMineOptions = {}): Promise<MineRow[]> {
  const board = galtonBoard();
  const theta = { slope: -0.8 };
  const hypotheses = { numerator: theta, denominator: { slope: -0.6 } };
  const work: readonly (readonly [string, (run: RunOptions) => Promise<unknown>])[] = [
    ["simulate", (run) => simulate(board, { theta, ...run })],
    ["mine, ratio only", (run) => mine(board, { ...hypotheses, score: false, ...run })],
    ["mine, ratio and score", (run) => mine(board, { ...hypotheses, ...run })],
  ];
  const rows: MineRow[] = [];
  for (const workers of [0, availableParallelism()]) {
    for (const [name, run] of work) {
      const seconds = await time(rounds, () => run({ n, seed: 1, workers }));
      rows.push(rowOf({ name, workers, n, draws: n * board.rows }, seconds));
    }
  }
  return rows;
}

async function time(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.sort((a, b) => a - b);
}

function rowOf(
  what: { readonly name: string; readonly workers: number; readonly n: number; readonly draws: number },
  sorted: number[],
): MineRow {
  const median = sorted[Math.floor(sorted.length / 2)]!;
  return {
    ...what,
    secondsMin: sorted[0]!,
    secondsMedian: median,
    secondsMax: sorted.at(-1)!,
    drawsPerSecondPerCore: Math.round(what.draws / median / Math.max(1, what.workers)),
  };
}
