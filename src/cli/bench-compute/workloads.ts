import { flowStep } from "./flows.js";
import { alicesStep, cnn4Step, mlpStep, resnetStep } from "./networks.js";
import { product, type Workload } from "./workload.js";

const PRODUCTS = [
  [512, 512, 512],
  [128, 100, 100],
  [1024, 100, 100],
  [8192, 100, 100],
  [1024, 256, 256],
] as const;

const FLOWS = [
  { dimensions: 5, context: 2 },
  { dimensions: 2, context: 5 },
];

/**
 * All workloads, by the names that the torch peer has too.
 *
 * @param batch - Rows of a batch, in place of those of the benchmark.
 */
export function workloads(batch?: number): Workload[] {
  const batches = (...usual: readonly number[]) => (batch === undefined ? usual : [batch]);
  const mlps = [100, 256].flatMap((hidden) =>
    (["tanh", "relu"] as const).flatMap((activation) => batches(128, 1024, 8192).map((rows) => mlpStep(hidden, activation, rows))),
  );
  const flows = (["maf", "nsf"] as const).flatMap((kind) =>
    FLOWS.flatMap((sizes) => batches(128, 1024).map((rows) => flowStep(kind, { ...sizes, batch: rows }))),
  );
  return [
    ...PRODUCTS.map(([m, n, k]) => product(m, n, k)),
    ...mlps,
    ...batches(128, 1024).map(alicesStep),
    ...flows,
    ...batches(32).map(cnn4Step),
    ...batches(32).map(resnetStep),
  ];
}

/** Whose compilation is measured: for the batch in the name, and then, by the same program, for other numbers of rows. */
export const COMPILED: Readonly<Record<string, readonly number[]>> = {
  "mlp-100-relu-b128": [100, 1024],
  "maf-5-2-b128": [100, 1024],
};
