import { add } from "../../compute/index.js";
import { fold, type Key } from "../../numerics/random.js";
import { type Activation, activationFunction, initialisationFor } from "../activation.js";
import { assertWhole } from "../checks.js";
import { type Initialisation, zeros } from "../initialisation.js";
import { batchNormLayer } from "./batch-norm.js";
import { dropoutLayer } from "./dropout.js";
import { composed, type Layer, type LayerLike, sequential } from "./layer.js";
import { linear } from "./linear.js";

/** What a multilayer perceptron is. */
export interface MlpOptions {
  /** Length of the last axis of what comes in. */
  readonly inputs: number;
  /** Units of each hidden layer, e.g. [100, 100]; none gives a linear layer. */
  readonly hidden: readonly number[];
  /** Length of the last axis of what goes out; no activation follows. */
  readonly outputs: number;
  /** What follows each hidden layer; default "relu". Smooth ones ("tanh", "silu", "gelu") where the network is differentiated in its input. */
  readonly activation?: Activation;
  /** Part of the hidden units that is dropped in training, in [0, 1); default 0. */
  readonly dropout?: number;
  /** First weights of the hidden layers; default He's for relu and its kin, Glorot's for tanh, sigmoid and functions. */
  readonly initialisation?: Initialisation;
  /** Names its variables; default "mlp". */
  readonly name?: string;
}

/**
 * Multilayer perceptron: h_0 = x, h_i = activation(h_(i-1) W_i + b_i), y = h_last W + b.
 *
 * @param options - See `MlpOptions`.
 * @param key - Which first values.
 * @returns A layer from [..., inputs] to [..., outputs].
 * @throws {DomainError} When a size is no whole number of at least 1, the activation is unknown, or dropout not in [0, 1).
 * @example
 * const network = mlp({ inputs: 3, hidden: [100, 100], outputs: 1, activation: "tanh" }, key(1));
 * network.apply(x); // [N, 3] to [N, 1]
 */
export function mlp(options: MlpOptions, key: Key): Layer {
  const { inputs, hidden, outputs, activation = "relu", dropout = 0, name = "mlp" } = options;
  const act = activationFunction("mlp", activation);
  const { initialisation = initialisationFor(activation) } = options;
  const widths = [inputs, ...hidden];
  const layers: LayerLike[] = [];
  for (const [i, units] of hidden.entries()) {
    assertWhole("mlp", `hidden[${i}]`, units);
    layers.push(linear({ inputs: widths[i]!, outputs: units, initialisation, name: `${name}.${i}` }, fold(key, i)), act);
    if (dropout !== 0) layers.push(dropoutLayer({ rate: dropout }));
  }
  layers.push(linear({ inputs: widths.at(-1)!, outputs, name: `${name}.${hidden.length}` }, fold(key, hidden.length)));
  return sequential(layers);
}

/** What a residual perceptron is. */
export interface ResidualMlpOptions {
  /** Length of the last axis of what comes in. */
  readonly inputs: number;
  /** Units of every hidden layer. */
  readonly width: number;
  /** Number of residual blocks, of two hidden layers each. */
  readonly blocks: number;
  /** Length of the last axis of what goes out. */
  readonly outputs: number;
  /** Default "relu". */
  readonly activation?: Activation;
  /** Part of the units that is dropped inside each block in training, in [0, 1); default 0. */
  readonly dropout?: number;
  /** Whether each activation is preceded by batch normalisation; default false. */
  readonly normalise?: boolean;
  /** Names its variables; default "residualMlp". */
  readonly name?: string;
}

/**
 * Residual perceptron with pre-activation: h_0 = x W + b, h_i = h_(i-1) + V_i act(U_i act(h_(i-1))), y = h_last W' + b'.
 * V_i starts at 0, so that every block starts as the identity.
 *
 * @param options - See `ResidualMlpOptions`.
 * @param key - Which first values.
 * @returns A layer from [..., inputs] to [..., outputs].
 * @throws {DomainError} When a size is no whole number (blocks from 0, the others from 1), the activation is unknown, or dropout not in [0, 1).
 * @source He, Zhang, Ren, Sun 2016, arXiv:1603.05027, fig. 1b; Durkan et al. 2019, arXiv:1906.04032, appendix B
 * @example
 * residualMlp({ inputs: 3, width: 64, blocks: 2, outputs: 1 }, key(1)).apply(x); // [N, 3] to [N, 1]
 */
export function residualMlp(options: ResidualMlpOptions, key: Key): Layer {
  const { inputs, width, blocks, outputs, name = "residualMlp" } = options;
  assertWhole("residualMlp", "width", width);
  assertWhole("residualMlp", "blocks", blocks, 0);
  return sequential([
    linear({ inputs, outputs: width, name: `${name}.first` }, fold(key, 0)),
    ...Array.from({ length: blocks }, (_, i) => perceptronBlock(options, { key: fold(key, i + 1), name: `${name}.${i}` })),
    linear({ inputs: width, outputs, name: `${name}.last` }, fold(key, blocks + 1)),
  ]);
}

function perceptronBlock(options: ResidualMlpOptions, { key, name }: { key: Key; name: string }): Layer {
  const { width, activation = "relu", dropout = 0, normalise = false } = options;
  const act = activationFunction("residualMlp", activation);
  const norm = (i: number) => (normalise ? [batchNormLayer({ channels: width, name: `${name}.norm${i}` })] : []);
  const initialisation = initialisationFor(activation);
  const branch = sequential([
    ...norm(0),
    act,
    linear({ inputs: width, outputs: width, initialisation, name: `${name}.in` }, fold(key, 0)),
    ...norm(1),
    act,
    ...(dropout === 0 ? [] : [dropoutLayer({ rate: dropout })]),
    linear({ inputs: width, outputs: width, initialisation: zeros, biasInitialisation: zeros, name: `${name}.out` }, fold(key, 1)),
  ]);
  return composed([branch], (x, pass) => add(x, branch.apply(x, pass)));
}
