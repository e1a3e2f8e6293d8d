import {
  type Backend,
  constantKey,
  type Executable,
  grad,
  matmul,
  mean,
  mul,
  type Program,
  program,
  type Shape,
  softplus,
  sub,
  type Tensor,
  type Variable,
} from "../../compute/index.js";
import { key, standardNormals, uniforms } from "../../index.js";
import { adam, clipByGlobalNorm, makePass, type Pass } from "../../nn/index.js";

/** One training step, or one product, under a name that the torch peer knows too. */
export interface Workload {
  readonly name: string;
  /**
   * Floating-point operations of the products and convolutions of a step, the same for every backend: twice the
   * multiplications of the forward pass, again for the gradient of the weights, and again for that of what comes in,
   * except where that is the data.
   */
  readonly flops: number;
  /** With new first weights. */
  make(): Computation;
}

/** What a workload computes. */
export interface Computation {
  /** Rows of the batch first. */
  readonly inputs: Readonly<Record<string, Shape>>;
  /** What is trained. */
  readonly variables: readonly Variable[];
  on(backend: Backend): Program<string, "value">;
}

/** A workload ready to run, on random data. */
export function prepare({ make }: Workload, backend: Backend): Executable {
  const { inputs, on } = make();
  const executable = on(backend).at(inputs);
  Object.keys(inputs).forEach((label, i) => {
    const room = executable.input(label);
    room.set(draws(label, key(100 + i), room.length));
  });
  return executable;
}

/** Labels y are 0 or 1, their expectations s between. */
function draws(label: string, from: ReturnType<typeof key>, count: number): Float64Array {
  if (label === "y") return uniforms(from, count).map((u) => (u > 0.5 ? 1 : 0));
  return label === "s" ? uniforms(from, count) : standardNormals(from, count);
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

/** Forward, backward, clipping where asked for, Adam: all in one program. */
export function trainingStep({ inputs, variables, loss, learningRate = 1e-3, clip }: Step): Computation {
  const weights = variables.map(({ tensor }) => tensor);
  return {
    inputs,
    variables,
    on(backend) {
      const optimiser = adam({ learningRate }).init(variables);
      return program(backend, Object.keys(inputs), (given) => {
        const pass = makePass({ training: true, key: constantKey(key(1)) });
        const value = loss(given, pass);
        const raw = grad(value, weights);
        const gradients = clip === undefined ? raw : clipByGlobalNorm(clip)(raw);
        return { outputs: { value }, updates: [...optimiser.update(gradients), ...pass.updates()] };
      });
    },
  };
}

/** Binary cross-entropy of a logit, mean over the batch. */
export const crossEntropy = (logit: Tensor, y: Tensor): Tensor => mean(sub(softplus(logit), mul(y, logit)));

/** C = A B. */
export function product(m: number, n: number, k: number): Workload {
  return {
    name: `gemm-${m}x${n}x${k}`,
    flops: 2 * m * n * k,
    make: () => ({
      inputs: { a: [m, k], b: [k, n] },
      variables: [],
      on: (backend) => program(backend, ["a", "b"], ({ a, b }) => ({ outputs: { value: matmul(a!, b!) } })),
    }),
  };
}
