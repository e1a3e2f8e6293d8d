import type { Failure } from "../data/failures.js";
import { fromMinedColumns, type MinedHeader, minedColumnNames, toMinedColumns } from "../data/mined-columns.js";
import { type MinedSample, takeRows } from "../data/mined-sample.js";
import { DomainError, FormatError, InterruptedError } from "../errors.js";
import { appendColumns, batchesOf, type ColumnWriter, readColumns } from "../io/column-file.js";
import { type Matrix, zeros } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import { key as makeKey } from "../numerics/random.js";
import { crc32 } from "../platform/crc32.js";
import { reportFailures } from "./failure.js";
import type { AnySimulator } from "./gold-simulator.js";
import type { MineOptions } from "./mine-options.js";
import { type MinedRange, type MinePlan, minePlan, mineRange } from "./mine-range.js";
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
 * @throws {FormatError} When there is another file, or one of another run: other names, seed, n or hypotheses.
 * @throws {GaltonError} When it cannot be written, e.g. when the disk is full; what was written before stays. When all simulations failed.
 * @throws {InterruptedError} When interrupted; run it again to go on.
 * @throws As `mine`.
 * @example
 * const path = `${folder}/mined.arrows`;
 * await mineToFile(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 1000, seed: 1, path });
 * (await readMined(path)).x.rows; // 1000
 */
export async function mineToFile<const Ranges extends ParameterRanges>(
  simulator: AnySimulator<Ranges>,
  { path, ...options }: MineOptions<Ranges> & { readonly path: string },
): Promise<MinedFile> {
  const where = "mineToFile";
  assertRun(where, simulator, options);
  const plan = minePlan(where, simulator, options);
  const header = headerOf(simulator, plan, options);
  const writer = await appendColumns(where, path, { columns: minedColumnNames(header), metadata: { [HEADER]: headerText(header) } });
  const failures = { count: await failedBefore(path, writer), examples: [] as Failure[] };
  const { n } = options;
  while (writer.rows < n) {
    const [from, to] = [writer.rows, Math.min(n, writer.rows + BATCH)];
    const plain = options as unknown as MineOptions;
    const range = await mineRange(where, simulator as unknown as AnySimulator, { plan, options: plain, from, to });
    const { done, interrupted } = range.state;
    if (done > from) await writer.append(toMinedColumns(header, finished(range)));
    if (interrupted !== undefined) throw stopped(path, { done, n, interrupted });
    const { count, examples } = range.failures.below(to);
    failures.count += count;
    if (failures.examples.length === 0) failures.examples.push(...examples.slice(0, 1));
  }
  await writer.close();
  reportFailures(where, failures, n);
  return { path, simulations: n, failed: failures.count };
}

function headerOf<Ranges extends ParameterRanges>(
  { name, parameters, observables }: AnySimulator<Ranges>,
  plan: MinePlan,
  { n, seed }: { readonly n: number; readonly seed: number },
): MinedHeader {
  const { score, denominator, numerator } = plan;
  const [key, rows] = [makeKey(seed), Math.min(n, BATCH)];
  const theta0 = numerator(key, 0, zeros(rows, Object.keys(parameters).length)).values;
  const hypotheses = crc32(bytesOf(denominator.rows(key, 0, rows)), crc32(bytesOf(theta0)));
  return {
    ...{ simulator: name, parameters, observables, seed, n, draws: denominator.draws },
    ...{ score, denominatorScore: score && denominator.varies, hypotheses: hypotheses.toString(16).padStart(8, "0") },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Failed simulations among those that a file has already. */
async function failedBefore(path: string, { rows }: ColumnWriter): Promise<number> {
  let count = 0;
  if (rows > 0) for await (const { failed } of batchesOf("mineToFile", path)) count += failed!.reduce((total, flag) => total + flag, 0);
  return count;
}

function stopped(
  path: string,
  { done, n, interrupted }: { readonly done: number; readonly n: number; readonly interrupted: unknown },
): InterruptedError<Omit<MinedFile, "failed">> {
  const told = `${done} of ${n} events, which are in ${path}`;
  return new InterruptedError("mineToFile", told, { path, simulations: done }, interrupted, "run it again to go on");
}

/** JSON has no infinity: the ends of the ranges are texts. */
function headerText(header: MinedHeader): string {
  const ranges = Object.entries(header.parameters).map(([name, range]) => [name, range.map(String)]);
  return JSON.stringify({ ...header, parameters: Object.fromEntries(ranges) });
}

/** The header of a file of mined events; undefined when the text is none, or the columns are not those it tells of. */
function readHeader(text: string, columns: readonly string[]): MinedHeader | undefined {
  try {
    const { parameters, ...rest } = JSON.parse(text) as Omit<MinedHeader, "parameters"> & { parameters: Record<string, [string, string]> };
    const ranges = Object.entries(parameters).map(([name, [low, high]]) => [name, [Number(low), Number(high)]]);
    const header = { ...rest, parameters: Object.fromEntries(ranges) as ParameterRanges };
    return minedColumnNames(header).join() === columns.join() ? header : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
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
 * @throws {DomainError} When `from` and `to` are no whole numbers, or fall.
 * @example
 * const path = `${folder}/part.arrows`;
 * await mineToFile(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 1000, seed: 1, path });
 * const part = await readMined(path, { from: 500, to: 600 });
 * part.x.rows; // 100
 */
export async function readMined(path: string, range?: { readonly from?: number; readonly to?: number }): Promise<MinedSample> {
  const where = "readMined";
  const { from = 0, to = Number.POSITIVE_INFINITY } = range ?? {};
  if (!(Number.isSafeInteger(from) && from >= 0)) throw new DomainError(where, "from", from, "a whole number");
  if (!(to >= from && (Number.isSafeInteger(to) || to === Number.POSITIVE_INFINITY))) {
    throw new DomainError(where, "to", to, `a whole number from ${from}`);
  }
  const { columns, metadata, rows, complete } = await readColumns(where, path, { from, to });
  const header = readHeader(metadata[HEADER] ?? "", Object.keys(columns));
  if (header === undefined) throw new FormatError(where, path, "holds no mined events", "give a file that mineToFile wrote");
  if (!complete && !range) {
    throw new FormatError(where, path, `holds ${rows} of ${header.n} simulations`, "run mineToFile again to go on, or say which to read");
  }
  return fromMinedColumns(header, columns, from);
}
