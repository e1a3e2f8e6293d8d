import { fromMinedColumns, type MinedHeader, minedColumnNames, toMinedColumns } from "../data/mined-columns.js";
import { type MinedSample, takeRows } from "../data/mined-sample.js";
import { FormatError, InterruptedError } from "../errors.js";
import { appendColumns, batchesOf, readColumns } from "../io/column-file.js";
import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { AnySimulator } from "./gold-simulator.js";
import type { MineOptions } from "./mine-options.js";
import { type MinedRange, minePlan, mineRange } from "./mine-range.js";
import { assertRun } from "./run-events.js";

/** Events of a batch: what is in memory at a time. */
const BATCH = 16_384;
/** Name of the text that travels with the columns. */
const HEADER = "galton";

/** What `mineToFile` wrote. */
export interface MinedFile {
  readonly path: string;
  /** Simulations in the file, failed ones among them. */
  readonly simulations: number;
  /** Of these, those that gave no event. */
  readonly failed: number;
}

/**
 * Mines into a file, for samples that are larger than memory or take longer than patience: as `mine`, batch by batch, and when it is interrupted or
 * killed the same call goes on after the last whole batch. The file is an Arrow IPC stream, described in docs/mined-files.md.
 *
 * @param simulator - What to run.
 * @param options - As of `mine`, and `path`: the file.
 * @returns What was written; `readMined` reads it.
 * @throws {FormatError} When there is another file, or one of another run.
 * @throws {GaltonError} When it cannot be written, e.g. when the disk is full; what was written before stays.
 * @throws {InterruptedError} When interrupted; run it again to go on.
 * @throws As `mine`.
 * @example
 * await mineToFile(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 1000, seed: 1, path: `${folder}/mined.arrows` });
 * const mined = await readMined(`${folder}/mined.arrows`);
 */
export async function mineToFile<const Ranges extends ParameterRanges>(
  simulator: AnySimulator<Ranges>,
  { path, ...options }: MineOptions<Ranges> & { readonly path: string },
): Promise<MinedFile> {
  const where = "mineToFile";
  assertRun(where, simulator, options);
  const plan = minePlan(where, simulator, options);
  const { n, seed } = options;
  const { name, parameters, observables } = simulator;
  const header: MinedHeader = {
    ...{ simulator: name, parameters, observables, seed, n, draws: plan.denominator.draws },
    ...{ score: plan.score, denominatorScore: plan.score && plan.denominator.varies },
  };
  const writer = await appendColumns(where, path, { columns: minedColumnNames(header), metadata: { [HEADER]: headerText(header) } });
  while (writer.rows < n) {
    const [from, to] = [writer.rows, Math.min(n, writer.rows + BATCH)];
    const plain = options as unknown as MineOptions;
    const range = await mineRange(where, simulator as unknown as AnySimulator, { plan, options: plain, from, to });
    const { done, interrupted } = range.state;
    if (done > from) await writer.append(toMinedColumns(header, finished(range)));
    if (interrupted !== undefined) {
      throw new InterruptedError(where, `${done} of ${n} events, which are in ${path}`, { path, simulations: done }, interrupted);
    }
    if (to === n) range.failures.warn(range.failures.below(n), to - from);
  }
  await writer.close();
  let failed = 0;
  for await (const batch of batchesOf(where, path)) failed += batch.failed!.reduce((total, flag) => total + flag, 0);
  return { path, simulations: n, failed };
}

/** JSON has no infinity: the ends of the ranges are texts. */
function headerText(header: MinedHeader): string {
  const ranges = Object.entries(header.parameters).map(([name, range]) => [name, range.map(String)]);
  return JSON.stringify({ ...header, parameters: Object.fromEntries(ranges) });
}

function readHeader(text: string): MinedHeader {
  const { parameters, ...rest } = JSON.parse(text) as Omit<MinedHeader, "parameters"> & { parameters: Record<string, [string, string]> };
  const ranges = Object.entries(parameters).map(([name, [low, high]]) => [name, [Number(low), Number(high)]]);
  return { ...rest, parameters: Object.fromEntries(ranges) as ParameterRanges };
}

/** The events that were done. */
function finished(range: MinedRange) {
  const { from, state, failures, label, jointLogRatio } = range;
  const rows = Uint32Array.from({ length: state.done - from }, (_, i) => i);
  const take = (matrix: Matrix) => takeRows(matrix, rows);
  const failed = new Float64Array(rows.length);
  for (const event of failures.eventsBelow(state.done)) failed[event - from] = 1;
  return {
    theta0: take(range.theta0),
    theta1: take(range.theta1),
    x: take(range.x),
    label: label.slice(0, rows.length),
    jointLogRatio: jointLogRatio.slice(0, rows.length),
    jointScore: range.jointScore && take(range.jointScore),
    denominatorScore: range.denominatorScore && take(range.denominatorScore),
    failed,
  };
}

/**
 * Reads what `mineToFile` wrote.
 *
 * @param path - The file.
 * @param range - Simulations `from` to `to - 1`; default all. A part of a file needs no more memory than it holds.
 * @returns The sample, with the joint score when it was mined.
 * @throws {FormatError} When it is damaged or torn, no file of mined events, or not finished and no range is given.
 */
export async function readMined(path: string, range?: { readonly from?: number; readonly to?: number }): Promise<MinedSample> {
  const where = "readMined";
  const { columns, metadata, rows, complete } = await readColumns(where, path, range);
  const text = metadata[HEADER];
  if (text === undefined) throw new FormatError(where, path, "holds no mined events", "give a file that mineToFile wrote");
  const header = readHeader(text);
  if (!complete && !range) {
    throw new FormatError(where, path, `holds ${rows} of ${header.n} simulations`, "run mineToFile again to go on, or say which to read");
  }
  return fromMinedColumns(header, columns);
}
