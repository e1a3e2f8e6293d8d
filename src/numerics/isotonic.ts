import { DomainError, ShapeError } from "../errors.js";

/** Neighbours that isotonic regression gives one value. */
export interface IsotonicBlock {
  /** Place of the first value. */
  readonly from: number;
  /** One past the place of the last value. */
  readonly to: number;
  /** Total weight, above 0. */
  readonly weight: number;
  /** Weighted mean of the values; rises from block to block. */
  readonly mean: number;
}

/**
 * The rising sequence that is nearest to the values, as blocks of equal value.
 *
 * minimise sum_i w_i (f_i - y_i)^2   with f_1 <= f_2 <= ... <= f_N
 *
 * By pooling adjacent violators, in a time proportional to N. Blocks of equal mean are one block.
 *
 * @param values - y `[N]`, in the order in which f is to rise.
 * @param weights - w `[N]`, above 0; default 1.
 * @returns The blocks, from left to right.
 * @throws {ShapeError} When there are no values or not one weight for each.
 * @throws {DomainError} When a value is not finite or a weight not positive.
 * @source Ayer, Brunk, Ewing, Reid, Silverman 1955, Annals of Mathematical Statistics 26, 641
 * @example
 * isotonicRegression([1, 3, 2, 4]).map(({ mean }) => mean); // 1, 2.5, 4
 */
export function isotonicRegression(values: ArrayLike<number>, weights?: ArrayLike<number>): IsotonicBlock[] {
  assertInputs(values, weights);
  const blocks: IsotonicBlock[] = [];
  for (let i = 0; i < values.length; i++) {
    let block: IsotonicBlock = { from: i, to: i + 1, weight: weights?.[i] ?? 1, mean: values[i]! };
    while (blocks.length > 0 && blocks.at(-1)!.mean >= block.mean) block = merged(blocks.pop()!, block);
    blocks.push(block);
  }
  return blocks;
}

function merged(left: IsotonicBlock, right: IsotonicBlock): IsotonicBlock {
  const weight = left.weight + right.weight;
  // From the left mean on, so that blocks of equal mean keep it to the last bit.
  return { from: left.from, to: right.to, weight, mean: left.mean + (right.mean - left.mean) * (right.weight / weight) };
}

function assertInputs(values: ArrayLike<number>, weights?: ArrayLike<number>): void {
  const where = "isotonicRegression";
  if (values.length === 0) throw new ShapeError(where, "values", "[0]", "[N] with N at least 1");
  if (weights && weights.length !== values.length) throw new ShapeError(where, "weights", `[${weights.length}]`, `[${values.length}]`);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new DomainError(where, `values[${i}]`, values[i], "a finite number");
    const weight = weights?.[i] ?? 1;
    if (!(weight > 0 && weight < Infinity)) throw new DomainError(where, `weights[${i}]`, weight, "a number above 0");
  }
}
