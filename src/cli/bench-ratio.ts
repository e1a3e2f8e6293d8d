import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backend } from "../compute/index.js";
import { alices, carl, galtonBoard, type MinedSample, mine, uniform } from "../index.js";
import { chooseEngines } from "./bench-compute/engines.js";
import { median, rounded } from "./bench-compute/row.js";
import { startTorch, type TorchPeer } from "./torch-peer.js";

/** Options as they are on the command line. */
export interface BenchRatioOptions {
  readonly torch?: string | undefined;
  readonly backends?: string | undefined;
  readonly threads: string;
  readonly rounds: number;
  /** Number of events, held-out ones among them. */
  readonly n: number;
  readonly epochs: number;
}

/** Whole trainings, tracing and compiling among them. */
export interface RatioRow {
  readonly method: string;
  readonly backend: string;
  readonly threads: number;
  /** Median over the rounds. */
  readonly seconds: number;
  readonly min: number;
  readonly max: number;
  readonly torchSeconds?: number;
  readonly torchMin?: number;
  readonly torchMax?: number;
  /** Median over the rounds of torch's time by ours: above 1 we are faster. */
  readonly ratio?: number;
}

const BATCH = 128;
const HIDDEN = [100, 100, 100];

/** Trains CARL and ALICES (whose score takes double backpropagation) on the Galton board; torch takes its turn in each round. */
export async function* benchRatio(options: BenchRatioOptions): AsyncGenerator<RatioRow> {
  const engines = await chooseEngines(options.backends, options.threads);
  const mined = await mine(galtonBoard(), {
    numerator: uniform({ slope: [-1, -0.4] }),
    denominator: { slope: -0.6 },
    n: options.n,
    seed: 1,
  });
  const folder = mkdtempSync(join(tmpdir(), "galton-bench-"));
  const torch = options.torch === undefined ? undefined : await startTorch("galton bench ratio", options.torch, "bench_ratio.py");
  try {
    const data = join(folder, "mined.f32");
    writeFileSync(data, table(mined));
    for (const method of ["carl", "alices"] as const) {
      for (const engine of engines) yield await measure({ method, engine, mined, data, torch }, options);
    }
  } finally {
    torch?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Task {
  readonly method: "alices" | "carl";
  readonly engine: { readonly name: Parameters<typeof backend>[0] & string; readonly threads: number };
  readonly mined: MinedSample;
  readonly data: string;
  readonly torch: TorchPeer | undefined;
}

async function measure({ method, engine, mined, data, torch }: Task, { rounds, epochs, n }: BenchRatioOptions): Promise<RatioRow> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  const request = { method, data, rows: n, epochs, batch: BATCH, threads: engine.threads };
  for (let round = 0; round < rounds; round++) {
    ours.push(await train(method, mined, { engine, epochs }));
    if (torch) theirs.push((await torch.ask(request)).seconds as number);
  }
  const row = {
    method,
    backend: engine.name,
    threads: engine.threads,
    seconds: median(ours),
    min: Math.min(...ours),
    max: Math.max(...ours),
  };
  if (!torch) return rounded(row);
  const ratio = median(theirs.map((seconds, round) => seconds / ours[round]!));
  return rounded({ ...row, torchSeconds: median(theirs), torchMin: Math.min(...theirs), torchMax: Math.max(...theirs), ratio });
}

async function train(
  method: Task["method"],
  mined: MinedSample,
  { engine, epochs }: { engine: Task["engine"]; epochs: number },
): Promise<number> {
  const fit = {
    seed: 1,
    epochs,
    batchSize: BATCH,
    patience: epochs,
    verdict: false,
    backend: await backend(engine.name, { threads: engine.threads }),
  };
  const start = performance.now();
  if (method === "carl") await carl({ hidden: HIDDEN }).fit(mined, fit);
  else await alices({ hidden: HIDDEN, alpha: 1 }).fit(mined as Parameters<ReturnType<typeof alices>["fit"]>[0], fit);
  return (performance.now() - start) / 1000;
}

/** Rows of x, theta, y, log r(x, z), t(x, z) in float32; x and theta with mean 0 and standard deviation 1, as the networks see them. */
function table({ x, theta0, label, jointLogRatio, jointScore }: MinedSample): Float32Array {
  const standard = (values: Float64Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { values: values.map((value) => (value - mean) / std), std };
  };
  const [events, thetas] = [standard(x.values), standard(theta0.values)];
  const score = jointScore!.values.map((value) => value * thetas.std);
  const columns = [events.values, thetas.values, label, jointLogRatio, score];
  return Float32Array.from(
    { length: columns.length * label.length },
    (_, i) => columns[i % columns.length]![Math.floor(i / columns.length)]!,
  );
}
