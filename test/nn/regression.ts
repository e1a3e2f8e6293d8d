import { type Backend, mean, square, sub, type Values, type Variable } from "../../src/compute/index.js";
import { type EpochRecord, type Layer, mlp, type TrainingOptions, type TrainingTask } from "../../src/nn/index.js";
import { key, standardNormals } from "../../src/numerics/random.js";

/** y = x0 - 2 x1 + noise of standard deviation 0.1, for normal x. */
export function data(rows = 203, seed = 1): { x: Values; y: Values } {
  const x = standardNormals(key(seed), 2 * rows);
  const noise = standardNormals(key(seed + 1000), rows);
  const y = noise.map((e, i) => x[2 * i]! - 2 * x[2 * i + 1]! + 0.1 * e);
  return { x: { shape: [rows, 2], values: x }, y: { shape: [rows, 1], values: y } };
}

/** A network of its own, always with the same first weights. */
export const network = (): Layer => mlp({ inputs: 2, hidden: [8], outputs: 1, activation: "tanh" }, key(3));

/** Least squares. */
export function regression(net: Layer = network(), given = data()): TrainingTask<"x" | "y"> {
  return { network: net, data: given, loss: ({ x, y }, pass) => mean(square(sub(net.apply(x, pass), y))) };
}

/** 203 rows, 41 of them for validation: 6 steps an epoch, the last of 2 rows. */
export const STEPS = 6;
export const options = (more: Partial<TrainingOptions> = {}): TrainingOptions => ({ key: key(5), epochs: 6, batchSize: 32, ...more });

interface Holder {
  readonly variables: readonly Variable[];
  readonly state: readonly Variable[];
}

/** All that a network holds. */
export const held = (engine: Backend, net: Holder): number[][] => [...net.variables, ...net.state].map((one) => [...engine.read(one)]);

/** A history without the clock. */
export const timeless = (history: readonly EpochRecord[]): object[] => history.map(({ seconds: _, ...record }) => record);
