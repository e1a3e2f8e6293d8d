import { add, maxPool, mean, relu } from "../../compute/index.js";
import { fold, type Key } from "../../numerics/random.js";
import { heNormal } from "../initialisation.js";
import { batchNormLayer } from "./batch-norm.js";
import { convolutionLayer } from "./convolution.js";
import { composed, type Layer, sequential } from "./layer.js";
import { linear } from "./linear.js";

/** What a residual block is. */
export interface ResidualBlockOptions {
  /** Channels of what comes in. */
  readonly inputs: number;
  /** Channels of what goes out. */
  readonly outputs: number;
  /** Steps of the first convolution; default 1. */
  readonly stride?: number;
  /** Names its variables; default "block". */
  readonly name?: string;
}

/**
 * Two 3 x 3 convolutions around which the input passes: y = relu(norm(conv(relu(norm(conv(x))))) + skip(x)), where skip
 * is the identity, or a 1 x 1 convolution with a norm where the shape changes.
 *
 * @param options - See `ResidualBlockOptions`.
 * @param key - Which first values.
 * @returns A layer from [N, H, W, inputs] to [N, H / stride, W / stride, outputs], rounded up.
 * @throws {DomainError} When a size is no whole number of at least 1.
 * @source He, Zhang, Ren, Sun 2016, arXiv:1512.03385, section 3.2, eqs. 1 and 2 (option B)
 */
export function residualBlock({ inputs, outputs, stride = 1, name = "block" }: ResidualBlockOptions, key: Key): Layer {
  const branch = sequential([
    normalised({ inputs, outputs, size: 3, stride, name: `${name}.0` }, fold(key, 0)),
    relu,
    normalised({ inputs: outputs, outputs, size: 3, stride: 1, name: `${name}.1` }, fold(key, 1)),
  ]);
  const same = stride === 1 && inputs === outputs;
  const skip = same ? sequential([]) : normalised({ inputs, outputs, size: 1, stride, name: `${name}.skip` }, fold(key, 2));
  return composed([branch, skip], (x, pass) => relu(add(branch.apply(x, pass), skip.apply(x, pass))));
}

/** Units of the four stages, and the stride with which each begins. */
const STAGES = [
  { outputs: 64, stride: 1 },
  { outputs: 128, stride: 2 },
  { outputs: 256, stride: 2 },
  { outputs: 512, stride: 2 },
] as const;

/** What the network is for. */
export interface Resnet18Options {
  /** Channels of the images. */
  readonly channels: number;
  /** Length of what goes out. */
  readonly outputs: number;
  /** Names its variables; default "resnet18". */
  readonly name?: string;
}

/**
 * The residual network with 18 layers: 7 x 7 convolution of stride 2, largest of 3 x 3 with stride 2, four stages of two
 * blocks with 64, 128, 256 and 512 channels, mean over the image, linear.
 *
 * @param options - See `Resnet18Options`.
 * @param key - Which first values.
 * @returns A layer from [N, H, W, channels] to [N, outputs].
 * @throws {DomainError} When a size is no whole number of at least 1.
 * @source He, Zhang, Ren, Sun 2016, arXiv:1512.03385, table 1
 * @example
 * resnet18({ channels: 1, outputs: 1 }, key(1)).apply(images); // [N, 64, 64, 1] to [N, 1]
 */
export function resnet18({ channels, outputs, name = "resnet18" }: Resnet18Options, key: Key): Layer {
  return sequential([
    normalised({ inputs: channels, outputs: 64, size: 7, stride: 2, name: `${name}.stem` }, fold(key, 0)),
    relu,
    (x) => maxPool(x, 3, { stride: 2, padding: 1 }),
    ...STAGES.flatMap((stage, i) => {
      const inputs = STAGES[Math.max(i - 1, 0)]!.outputs;
      const again = { inputs: stage.outputs, outputs: stage.outputs };
      return [
        residualBlock({ inputs, ...stage, name: `${name}.${i}.0` }, fold(key, 2 * i + 1)),
        residualBlock({ ...again, name: `${name}.${i}.1` }, fold(key, 2 * i + 2)),
      ];
    }),
    (x) => mean(x, { axis: [1, 2] }),
    linear({ inputs: 512, outputs, name: `${name}.head` }, fold(key, 2 * STAGES.length + 1)),
  ]);
}

interface NormalisedOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly size: number;
  readonly stride: number;
  readonly name: string;
}

/** A convolution that keeps the size of the image but for its stride, and a batch normalisation in place of a bias. */
function normalised({ name, ...options }: NormalisedOptions, key: Key): Layer {
  const padding = (options.size - 1) / 2;
  const filters = { ...options, padding, bias: false, initialisation: heNormal, name: `${name}.convolution` };
  return sequential([convolutionLayer(filters, key), batchNormLayer({ channels: options.outputs, name: `${name}.norm` })]);
}
