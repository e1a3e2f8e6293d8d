/** One measurement: microseconds of a step. */
export interface ComputeRow {
  readonly name: string;
  readonly backend: string;
  readonly threads: number;
  /** Median. */
  readonly us: number;
  readonly min: number;
  readonly max: number;
  readonly gflops?: number;
  /** Of the fastest product of this engine with as many threads, measured in this run. */
  readonly fractionOfPeak?: number;
  readonly torchUs?: number;
  readonly torchThreads?: number;
  /** Median over the rounds of torch's time by ours: above 1 we are faster. */
  readonly ratio?: number;
}

/** On what a run measured; its first row. */
export interface MachineRow {
  readonly machine: string;
  readonly cores: number;
  readonly node: string;
  /** Version; empty without. */
  readonly torch: string;
}

/** Where the time of a step goes, by kind of kernel, the longest first. */
export interface ProfileRow {
  readonly name: string;
  /** Sum over the kernels. */
  readonly us: number;
  readonly profile: readonly KindTime[];
}

/** What the kernels of one kind take in a step. */
export interface KindTime {
  readonly kind: string;
  readonly calls: number;
  /** Pieces that threads may share. */
  readonly units: number;
  readonly flops: number;
  readonly us: number;
  readonly gflops: number;
}

export type BenchRow = ComputeRow | MachineRow | ProfileRow;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** Four digits say all that a measurement knows; counts stay. */
export function rounded<Row extends object>(row: Row): Row {
  const shorten = (value: unknown) => (typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value);
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, shorten(value)])) as Row;
}
