/**
 * Mixture density network: a mixture of normals whose weights, means and covariances are given by a network of the context,
 *
 *   p(y given c) = sum_k w_k N(y; m_k, (A_k^T A_k)^-1),   A_k lower triangular with a positive diagonal
 *
 * @module
 * @source Bishop 1994, "Mixture density networks", eqs. 22-25; the full covariances as in Papamakarios, Murray 2016, arXiv:1605.06376, appendix C
 */
import {
  add,
  broadcastTo,
  concatenate,
  constant,
  cumulativeSum,
  div,
  erf,
  gather,
  less,
  log,
  logSoftmax,
  logSumExp,
  mul,
  reshape,
  sliceAxis,
  softmax,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
  variable,
} from "../compute/index.js";
import { fold, type Key, standardNormals } from "../numerics/random.js";
import type { FlowMethod, FlowNetwork } from "./flow.js";
import { assertHidden, assertWhole } from "./options.js";
import { residualNetwork } from "./residual-network.js";
import type { FlowSizes } from "./transform.js";

/** What a mixture density network is. */
export interface MdnOptions {
  /** Number of normal components; default 10. */
  readonly components?: number;
  /** Units within each residual block of its network, at least one block; the first is also its width; default [50, 50]. */
  readonly hidden?: readonly number[];
}

/** softplus(u + SHIFT) is 1 at u = 0. */
const SHIFT = Math.log(Math.E - 1);
/** Least diagonal of A: the widest component, in standard deviations of the data, is one over it. */
const LEAST = 1e-3;
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Mixture density network: a density as a mixture of normals with full covariances. Quick to sample, closed in form; sharp edges and thin
 * curves need many components.
 *
 * @param options - Number of components, sizes of the network.
 * @returns A family of conditional densities, for `npe`, `nle` and `density`.
 * @throws {DomainError} When an option is no whole number from 1.
 * @example
 * mdn({ components: 5 }).name; // "mdn"
 */
export function mdn({ components = 10, hidden = [50, 50] }: MdnOptions = {}): FlowMethod {
  assertWhole("mdn", "components", components);
  assertHidden("mdn", hidden);
  return { name: "mdn", settings: { components, hidden }, make: (sizes, key) => makeMdn({ ...sizes, components, hidden }, key) };
}

/** The mixture at each row's context; B is 1 where all rows share one. */
interface Mixture {
  /** Unnormalised log weights `[B, K]`. */
  readonly logits: Tensor;
  /** `[B, K, D]`. */
  readonly means: Tensor;
  /** A `[B, K, D, D]`. */
  readonly factors: Tensor;
  /** Diagonal of A `[B, K, D]`. */
  readonly diagonal: Tensor;
}

function makeMdn({ dimensions: D, context, components: K, hidden }: FlowSizes & Required<MdnOptions>, key: Key): FlowNetwork {
  const lower = (D * (D - 1)) / 2;
  const outputs = K * (1 + 2 * D + lower);
  const network =
    context > 0 ? residualNetwork({ inputs: 0, context, hidden, outputs, activation: "tanh", name: "mdn" }, fold(key, 0)) : undefined;
  // Means apart from the start: components that begin alike stay alike.
  const start = variable("mdn.start", [1, outputs], firstParameters({ D, K, outputs }, fold(key, 1)));
  const mixture = (c: Tensor | undefined): Mixture => {
    const given = network && c ? add(network.apply(undefined, c), start.tensor) : start.tensor;
    const B = given.shape[0]!;
    const part = (from: number, width: number, shape: readonly number[]) =>
      reshape(sliceAxis(given, 1, { start: from * K, end: (from + width) * K }), [B, ...shape]);
    const diagonal = add(softplus(add(part(1 + D, D, [K, D]), SHIFT)), LEAST);
    const factors = triangular(diagonal, lower > 0 ? part(1 + 2 * D, lower, [K, lower]) : undefined);
    return { logits: part(0, 1, [K]), means: part(1, D, [K, D]), factors, diagonal };
  };
  return {
    variables: [...(network?.variables ?? []), start],
    logProb: (y, c) => mixtureLogProb(y, mixture(c)),
    noise: D + 1,
    draw: [(noise, c) => drawFrom(mixture(c), noise)],
  };
}

function firstParameters({ D, K, outputs }: Record<"D" | "K" | "outputs", number>, key: Key): Float64Array {
  const first = new Float64Array(outputs);
  first.set(standardNormals(key, K * D), K);
  return first;
}

/** `[B, K, D, D]` from a diagonal `[B, K, D]` and what is below it `[B, K, D (D - 1) / 2]`, row by row. */
function triangular(diagonal: Tensor, below: Tensor | undefined): Tensor {
  const [B, K, D] = diagonal.shape as [number, number, number];
  const rows = Array.from({ length: D }, (_, i) => {
    const from = (i * (i - 1)) / 2;
    const parts = [
      ...(below && i > 0 ? [sliceAxis(below, 2, { start: from, end: from + i })] : []),
      sliceAxis(diagonal, 2, { start: i, end: i + 1 }),
      ...(i < D - 1 ? [constant(0, [B, K, D - 1 - i])] : []),
    ];
    return reshape(concatenate(parts), [B, K, 1, D]);
  });
  return concatenate(rows, 2);
}

function mixtureLogProb(y: Tensor, { logits, means, factors, diagonal }: Mixture): Tensor {
  const [B, D] = y.shape as [number, number];
  const offset = sub(reshape(y, [B, 1, D]), means);
  const K = offset.shape[1]!;
  const z = sum(mul(factors, reshape(offset, [B, K, 1, D])), { axis: 3 });
  const logDensity = sub(add(mul(-0.5, sum(square(z), { axis: 2 })), sum(log(diagonal), { axis: 2 })), D * HALF_LOG_TWO_PI);
  return logSumExp(add(logSoftmax(logits), logDensity), { axis: 1 });
}

/** The last column of the noise chooses the component, by its normal probability; A (y - m) = the others is solved from the first row down. */
function drawFrom({ logits, means, factors }: Mixture, noise: Tensor): Tensor {
  const [B, D] = [noise.shape[0]!, means.shape[2]!];
  const K = means.shape[1]!;
  const uniform = mul(0.5, add(1, erf(mul(sliceAxis(noise, 1, { start: D, end: D + 1 }), Math.SQRT1_2))));
  const below = sliceAxis(broadcastTo(cumulativeSum(softmax(logits)), [B, K]), 1, { start: 0, end: K - 1 });
  const component = K === 1 ? constant(0, [B, 1]) : sum(less(below, uniform), { axis: 1, keepAxes: true });
  const chosen = (values: Tensor, width: number) => {
    // [B, K, width] to [B, width, K], of which one is taken.
    const all = broadcastTo(reshape(values, [values.shape[0]!, K, width]), [B, K, width]);
    const columns = Array.from({ length: width }, (_, i) => reshape(sliceAxis(all, 2, { start: i, end: i + 1 }), [B, K]));
    return columns.map((column) => gather(column, component));
  };
  const [mean, A] = [chosen(means, D), chosen(reshape(factors, [factors.shape[0]!, K, D * D]), D * D)];
  const solved: Tensor[] = [];
  for (let i = 0; i < D; i++) {
    const known = solved.reduce<Tensor>(
      (rest, value, j) => sub(rest, mul(A[i * D + j]!, value)),
      sliceAxis(noise, 1, { start: i, end: i + 1 }),
    );
    solved.push(div(known, A[i * D + i]!));
  }
  return concatenate(solved.map((value, d) => add(value, mean[d]!)));
}
