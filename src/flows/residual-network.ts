import {
  add,
  concatenate,
  constant,
  matmul,
  mul,
  relu,
  sigmoid,
  sliceAxis,
  type Tensor,
  tanh,
  type Variable,
  variable,
} from "../compute/index.js";
import { glorotUniform, heUniform, type Initialisation, normalWith, uniformWithin, zeros } from "../nn/index.js";
import { fold, type Key } from "../numerics/random.js";

/** What comes before each layer of a block. */
export type FlowActivation = "relu" | "tanh";

/** Who may see whom. Degrees of units ascend; a unit sees inputs and units of its own degree and below, an output units below its own. */
export interface NetworkDegrees {
  readonly inputs: readonly number[];
  hidden(units: number): readonly number[];
  readonly outputs: readonly number[];
}

/** What a residual network is. */
export interface ResidualNetworkOptions {
  /** Columns of y; 0 for a network of the context alone. */
  readonly inputs: number;
  /** C, columns of the context; 0 without. */
  readonly context: number;
  /** Units within each block; the first number is also the width of what the blocks add to. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly activation: FlowActivation;
  /** Left out where all may see all. */
  readonly degrees?: NetworkDegrees;
  readonly name: string;
}

/** A network whose outputs start near zero. */
export interface ResidualNetwork {
  readonly variables: readonly Variable[];
  /** Outputs `[B, outputs]` of y `[B, inputs]`; of the context alone `[B or 1, outputs]`. */
  apply(y: Tensor | undefined, context: Tensor | undefined): Tensor;
  /** The same in strips, for one context; with degrees, of which every hidden layer has all. */
  strips(context: Tensor | undefined): Strips;
}

/** A network that is evaluated as its inputs become known: in all it costs as much as evaluating it once. */
export interface Strips {
  /** Evaluates the units of degrees below `degree` that were not yet; of y `[B, inputs]` what is not known may be any number. */
  advance(y: Tensor, degree: number): void;
  /** Outputs from `start` to `end` `[B, end - start]`, which see none but the units that were evaluated. */
  outputs(start: number, end: number): Tensor;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Standard deviation of the last layers' first weights: a flow starts near the identity. */
const NEAR_ZERO = 0.01;
const ACTIVATIONS = { relu, tanh };

/**
 * h_0 = W y + V c,   h_i = h_(i-1) + sigmoid(G_i c) layer(act(layer(act(h_(i-1))))),   outputs = layer(h_last)
 *
 * The context has a say in every block, and what is linear in y and c goes straight through.
 *
 * @source He et al. 2016, arXiv:1603.05027, figure 4e; gated by the context as in Durkan et al. 2019, arXiv:1906.04032, appendix B.1
 */
export function residualNetwork(options: ResidualNetworkOptions, key: Key): ResidualNetwork {
  const { hidden, outputs, degrees, name } = options;
  const first = firstLayer(options, key);
  const blocks = hidden.map((units, i) => makeBlock({ ...options, units, name: `${name}.${i}` }, fold(key, i + 3)));
  const seen = degrees && { from: degrees.hidden(hidden[0]!), to: degrees.outputs.map((degree) => degree - 1) };
  const last = dense({ seen, inputs: hidden[0]!, outputs, name: `${name}.last`, weight: normalWith(NEAR_ZERO), bias: zeros }, fold(key, 2));
  return {
    variables: [first, ...blocks, last].flatMap(({ variables }) => variables),
    apply: (y, c) => last.apply(blocks.reduce((h, block) => block.apply(h, c), first.apply(y, c))),
    strips(c) {
      const evaluate = blocks.map((block) => block.strips(c));
      const known: Tensor[] = [];
      let start = 0;
      return {
        advance(y, degree) {
          const endOf = (units: number) => degrees!.hidden(units).filter((own) => own < degree).length;
          const range = { start, end: endOf(hidden[0]!) };
          known.push(evaluate.reduce((h, strip, i) => strip(h, range, endOf(hidden[i]!)), first.apply(y, c, range)));
          start = range.end;
        },
        outputs: (from, to) => last.part(concatenate(known), { start: from, end: to }),
      };
    },
  };
}

function firstLayer({ inputs, context, hidden, activation, degrees, name }: ResidualNetworkOptions, key: Key) {
  const outputs = hidden[0]!;
  const weight = weightsFor(activation);
  const seen = degrees && { from: degrees.inputs, to: degrees.hidden(outputs) };
  const bias = uniformWithin(1 / Math.sqrt(Math.max(inputs, 1)));
  const ofInputs = inputs > 0 ? dense({ seen, inputs, outputs, name: `${name}.first`, weight, bias }, fold(key, 0)) : undefined;
  const ofContext =
    context > 0 ? dense({ inputs: context, outputs, name: `${name}.context`, weight, bias: zeros }, fold(key, 1)) : undefined;
  return {
    variables: [...(ofInputs?.variables ?? []), ...(ofContext?.variables ?? [])],
    apply(y: Tensor | undefined, c: Tensor | undefined, range?: Range): Tensor {
      const parts = [...(y && ofInputs ? [ofInputs.apply(y, range)] : []), ...(c && ofContext ? [ofContext.apply(c, range)] : [])];
      return parts.reduce((sum, part) => add(sum, part));
    },
  };
}

function makeBlock({ context, hidden, activation, degrees, units, name }: ResidualNetworkOptions & { readonly units: number }, key: Key) {
  const width = hidden[0]!;
  const act = ACTIVATIONS[activation];
  const [outer, inner] = [degrees?.hidden(width), degrees?.hidden(units)];
  const into = outer && inner && { from: outer, to: inner };
  const back = outer && inner && { from: inner, to: outer };
  const weight = weightsFor(activation);
  const one = dense(
    { seen: into, inputs: width, outputs: units, name: `${name}.in`, weight, bias: uniformWithin(1 / Math.sqrt(width)) },
    fold(key, 0),
  );
  const near = { weight: normalWith(NEAR_ZERO), bias: zeros };
  const two = dense({ seen: back, inputs: units, outputs: width, name: `${name}.out`, ...near }, fold(key, 1));
  const gate =
    context > 0 ? dense({ inputs: context, outputs: width, name: `${name}.gate`, weight, bias: zeros }, fold(key, 2)) : undefined;
  const gateOf = (c: Tensor | undefined) => (gate && c ? sigmoid(gate.apply(c)) : undefined);
  const joined = (h: Tensor, moved: Tensor, open: Tensor | undefined) => add(h, open ? mul(moved, open) : moved);
  return {
    variables: [one, two, ...(gate ? [gate] : [])].flatMap(({ variables }) => variables),
    apply: (h: Tensor, c: Tensor | undefined) => joined(h, two.apply(act(one.apply(act(h)))), gateOf(c)),
    strips(c: Tensor | undefined) {
      const [growOne, growTwo, open] = [growing(one), growing(two), gateOf(c)];
      return (h: Tensor, range: Range, unitsEnd: number) =>
        joined(h, growTwo(act(growOne(act(h), unitsEnd)), range.end), open && sliceAxis(open, 1, range));
    },
  };
}

const weightsFor = (activation: FlowActivation) => (activation === "relu" ? heUniform : glorotUniform);

/** A layer whose inputs come strip by strip. */
function growing(layer: Dense): (strip: Tensor, end: number) => Tensor {
  const known: Tensor[] = [];
  let start = 0;
  return (strip, end) => {
    known.push(strip);
    const more = layer.part(concatenate(known), { start, end });
    start = end;
    return more;
  };
}

interface DenseOptions {
  /** Degrees of inputs and outputs; left out where all may see all. */
  readonly seen?: { readonly from: readonly number[]; readonly to: readonly number[] } | undefined;
  readonly inputs: number;
  readonly outputs: number;
  readonly name: string;
  readonly weight: Initialisation;
  readonly bias: Initialisation;
}

interface Dense {
  readonly variables: readonly Variable[];
  /** Some of the outputs, default all, of all inputs. */
  apply(x: Tensor, range?: Range): Tensor;
  /** Some of the outputs of the first inputs `[B, k]`, all of which they may see. */
  part(x: Tensor, range: Range): Tensor;
}

function dense({ seen, inputs, outputs, name, ...first }: DenseOptions, key: Key): Dense {
  const weight = variable(`${name}.weight`, [inputs, outputs], first.weight(fold(key, 0), [inputs, outputs]));
  const bias = variable(`${name}.bias`, [outputs], first.bias(fold(key, 1), [outputs]));
  const mask = seen?.from.flatMap((from) => seen.to.map((to) => (to >= from ? 1 : 0)));
  const masked = mask ? () => mul(weight.tensor, constant(mask, [inputs, outputs])) : () => weight.tensor;
  const columns = (whole: Tensor, axis: number, { start, end }: Range) =>
    start === 0 && end === outputs ? whole : sliceAxis(whole, axis, { start, end });
  return {
    variables: [weight, bias],
    apply: (x, range = { start: 0, end: outputs }) => add(matmul(x, columns(masked(), 1, range)), columns(bias.tensor, 0, range)),
    part(x, range) {
      const rows = sliceAxis(weight.tensor, 0, { start: 0, end: x.shape[1]! });
      return add(matmul(x, columns(rows, 1, range)), columns(bias.tensor, 0, range));
    },
  };
}
