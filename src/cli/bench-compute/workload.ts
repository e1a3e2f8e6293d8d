import {
  type Backend,
  constantKey,
  type Executable,
  grad,
  matmul,
  mean,
  mul,
  program,
  type Shape,
  softplus,
  sub,
  type Tensor,
  type Variable,
} from "../../compute/index.js";
import { key, standardNormals } from "../../index.js";
import { adam, clipByGlobalNorm, makePass, type Pass } from "../../nn/index.js";

/** One training step, or one product, under a name that the torch peer knows too. */
export interface Workload {
  readonly name: string;
  /** Floating-point operations of the products and convolutions of a step, forward and backward. */
  readonly flops: number;
  prepare(backend: Backend): Executable;
}

/** What a training step is made of. */
export interface Step {
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly variables: readonly Variable[];
  loss(inputs: Readonly<Record<string, Tensor>>, pass: Pass): Tensor;
  readonly learningRate?: number;
  /** Largest norm of all gradients together. */
  readonly clip?: number;
}

/** Forward, backward, clipping where asked for, Adam: all in one program, on random data. */
export function trainingStep(backend: Backend, { inputs, variables, loss, learningRate = 1e-3, clip }: Step): Executable {
  const optimiser = adam({ learningRate }).init(variables);
  const labels = Object.keys(inputs);
  const step = program(backend, labels, (given) => {
    const pass = makePass({ training: true, key: constantKey(key(1)) });
    const value = loss(given, pass);
    const raw = grad(
      value,
      variables.map(({ tensor }) => tensor),
    );
    const gradients = clip === undefined ? raw : clipByGlobalNorm(clip)(raw);
    return { outputs: { value }, updates: [...optimiser.update(gradients), ...pass.updates()] };
  });
  const executable = step.at(inputs);
  labels.forEach((label, i) => {
    const room = executable.input(label);
    const draws = standardNormals(key(100 + i), room.length);
    // Labels are 0 or 1.
    room.set(label === "y" ? draws.map((draw) => (draw > 0 ? 1 : 0)) : draws);
  });
  return executable;
}

/** Binary cross-entropy of a logit, mean over the batch. */
export const crossEntropy = (logit: Tensor, y: Tensor): Tensor => mean(sub(softplus(logit), mul(y, logit)));

/** C = A B. */
export function product(m: number, n: number, k: number): Workload {
  return {
    name: `gemm-${m}x${n}x${k}`,
    flops: 2 * m * n * k,
    prepare(backend) {
      const executable = program(backend, ["a", "b"], ({ a, b }) => ({ outputs: { c: matmul(a, b) } })).at({ a: [m, k], b: [k, n] });
      executable.input("a").set(standardNormals(key(1), m * k));
      executable.input("b").set(standardNormals(key(2), k * n));
      return executable;
    },
  };
}
