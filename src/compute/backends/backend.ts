import type { Tensor, Variable } from "../tensor.js";

export type BackendName = "native" | "reference" | "tfjs" | "wasm";

/** Values of one array, row-major: float64 on the reference backend, float32 elsewhere. */
export type Numbers = Float32Array | Float64Array;

/** A traced computation: what a program is made from. */
export interface Graph {
  /** By label; each a node of its own. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** New values of variables, all computed before any is written. */
  readonly updates: readonly Update[];
}

export interface Update {
  readonly variable: Variable;
  /** Of the variable's shape. */
  readonly value: Tensor;
}

/** A graph made ready for one backend and one set of shapes. */
export interface Executable {
  /** Where to put the values of each input before `run`; looked up anew each time, since memory may move. */
  input(label: string): Numbers;
  /** Computes outputs and updates. Allocates nothing on native and wasm. */
  run(): void;
  /** What the last run computed; valid until the next. */
  output(label: string): Numbers;
  /** Runs once, on one thread, and tells where the time goes; absent where the backend has no kernels of its own. */
  profile?(): KernelTime[];
  /** Gives the memory back at once; otherwise that happens when nothing refers to it any more. */
  dispose(): void;
}

/** What computes. Made by `backend(name)`; a backend keeps the current values of the variables that its programs use. */
export interface Backend {
  readonly name: BackendName;
  /** Number of threads that share the work; results do not depend on it. */
  readonly threads: number;
  /** Makes a graph ready to run; `program` does it for each set of shapes. */
  prepare(graph: Graph): Executable;
  /** A copy of a variable's current values. */
  read(variable: Variable): Numbers;
  /** Sets a variable's values. */
  write(variable: Variable, values: ArrayLike<number>): void;
}

/** Time of one kernel call. */
export interface KernelTime {
  readonly kind: string;
  readonly units: number;
  readonly flops: number;
  readonly nanoseconds: number;
}
