import type { LabelledSample, MinedSample, MinedSampleWithScore } from "../data/mined-sample.js";
import { type ArraysLayout, toSample, toSimulations } from "../data/sample-from.js";
import type { Simulations } from "../data/simulations.js";
import { FormatError } from "../errors.js";
import type { Matrix } from "../numerics/matrix.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import { columnsOf, type NamedColumns, readTable } from "./read-table.js";

/** What a file holds, and how its columns are called. */
export interface SimulationsFileOptions<Ranges extends ParameterRanges = ParameterRanges> extends ArraysLayout<Ranges> {
  /** What the file calls a column, by what it is called here: `{ "theta0.slope": "s0", label: "y" }`. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** What a file of labelled or mined events holds, and how its columns are called. */
export interface SampleFileOptions<
  Ranges extends ParameterRanges = ParameterRanges,
  Gold extends "none" | "ratio" | "score" = "none" | "ratio" | "score",
> extends SimulationsFileOptions<Ranges> {
  /** What to read besides x, theta and label: nothing (the default), the joint log ratio, or the joint score as well. */
  readonly gold?: Gold;
  /** theta0 of all events, when the file has no columns of it. */
  readonly theta0?: Theta<Ranges>;
  /** theta1 of all events, when the file has no columns of it. */
  readonly theta1?: Theta<Ranges>;
}

/** A sample with as much gold as was asked for. */
export type FileSample<Ranges extends ParameterRanges, Gold extends "none" | "ratio" | "score"> = Gold extends "score"
  ? MinedSampleWithScore<Ranges>
  : Gold extends "ratio"
    ? MinedSample<Ranges>
    : LabelledSample<Ranges>;

/**
 * A sample from a file that `readTable` reads: its columns are `theta0.NAME`, `theta1.NAME`, `x.NAME` (or NAME alone), `label`, and with gold
 * `jointLogRatio` and `jointScore.NAME`. Other columns are left where they are.
 *
 * @param path - The file.
 * @param options - Names and ranges, and what else is to be read.
 * @returns The sample.
 * @throws {FormatError} When the file cannot be read, or lacks a column.
 * @throws {DomainError} As `sampleFromArrays`.
 * @example
 * const folder = await (await import("node:fs/promises")).mkdtemp("/tmp/galton-");
 * await (await import("node:fs/promises")).writeFile(`${folder}/events.csv`, "mass,y\n0.3,0\n-0.2,1\n");
 * const sample = await sampleFromFile(`${folder}/events.csv`, {
 *   parameters: { mean: [-1, 1] }, observables: ["mass"], columns: { label: "y" }, theta0: { mean: 0.5 }, theta1: { mean: 0 },
 * });
 * sample.x.values; // 0.3, -0.2
 */
export async function sampleFromFile<const Ranges extends ParameterRanges, const Gold extends "none" | "ratio" | "score" = "none">(
  path: string,
  options: SampleFileOptions<Ranges, Gold>,
): Promise<FileSample<Ranges, Gold>> {
  const where = "sampleFromFile";
  const { parameters, observables, simulator = path, failures = "stop", gold = "none" } = options;
  const table = new FileColumns(where, path, await readTable(path), options.columns);
  const sample = toSample<Ranges>(where, {
    ...{ simulator, parameters, observables, failures },
    x: table.matrix("x", observables),
    theta0: options.theta0 ?? table.matrix("theta0", Object.keys(parameters)),
    theta1: options.theta1 ?? table.matrix("theta1", Object.keys(parameters)),
    label: table.column(["label"]),
    ...(gold !== "none" && { jointLogRatio: table.column(["jointLogRatio"]) }),
    ...(gold === "score" && { jointScore: table.matrix("jointScore", Object.keys(parameters)) }),
  });
  return sample as FileSample<Ranges, Gold>;
}

/**
 * Simulations from a file that `readTable` reads: its columns are `theta.NAME` and `x.NAME`, or NAME alone.
 *
 * @param path - The file.
 * @param options - Names and ranges.
 * @returns Simulations.
 * @throws {FormatError} When the file cannot be read, or lacks a column.
 * @throws {DomainError} As `simulationsFromArrays`.
 */
export async function simulationsFromFile<const Ranges extends ParameterRanges>(
  path: string,
  options: SimulationsFileOptions<Ranges>,
): Promise<Simulations<Ranges>> {
  const where = "simulationsFromFile";
  const { parameters, observables, simulator = path, failures = "stop" } = options;
  const table = new FileColumns(where, path, await readTable(path), options.columns);
  const theta = table.matrix("theta", Object.keys(parameters));
  return toSimulations<Ranges>(where, { ...{ simulator, parameters, observables, failures }, theta, x: table.matrix("x", observables) });
}

/** The columns of a file by what they are called here. */
class FileColumns {
  constructor(
    private readonly where: string,
    private readonly path: string,
    private readonly table: NamedColumns,
    private readonly renamed: Readonly<Record<string, string>> = {},
  ) {}

  /** Columns `what.NAME`; x and theta also by NAME alone. */
  matrix(what: string, names: readonly string[]): Matrix {
    const short = what === "x" || what === "theta";
    return columnsOf(
      this.table,
      names.map((name) => this.find(short ? [`${what}.${name}`, name] : [`${what}.${name}`])),
    );
  }

  /** The column of the first of these names that is there. */
  column(names: readonly string[]): Float64Array {
    return this.table[this.find(names)]!;
  }

  private find(names: readonly string[]): string {
    const called = names.map((name) => this.renamed[name] ?? name);
    const found = called.find((name) => Object.hasOwn(this.table, name));
    if (found !== undefined) return found;
    throw new FormatError(
      this.where,
      this.path,
      `has no column ${called.join(" or ")}; it has ${Object.keys(this.table).join(", ")}`,
      `say what it calls it: columns: { ${JSON.stringify(names[0])}: "..." }`,
    );
  }
}
