import { DomainError } from "../errors.js";

/** Range of each parameter by name, `[low, high]` in the parameter's own unit. The order of the names is the order of theta's columns. */
export type ParameterRanges = Readonly<Record<string, readonly [low: number, high: number]>>;

/** A point in parameter space by name: `{ slope: -0.8 }`. */
export type Theta<Ranges extends ParameterRanges = ParameterRanges> = { readonly [Name in keyof Ranges]: number };

/**
 * The record as a row in the order of the names.
 *
 * @param where - Function that asks, for the message.
 * @param argument - Name of the argument, for the message.
 * @param theta - Point by name.
 * @param ranges - Names and ranges `[D]`.
 * @returns Values `[D]`.
 * @throws {DomainError} When a name is missing or unknown, or a value is not a number within its range.
 */
export function toRow(where: string, argument: string, theta: Theta, ranges: ParameterRanges): Float64Array {
  const names = Object.keys(ranges);
  for (const name of Object.keys(theta)) {
    if (!(name in ranges))
      throw new DomainError(where, `${argument}.${name}`, theta[name], `one of the parameters ${names.join(", ")}`, "check the name");
  }
  return Float64Array.from(names, (name) => {
    const value = theta[name];
    const [low, high] = ranges[name]!;
    if (!(typeof value === "number" && value >= low && value <= high)) {
      throw new DomainError(
        where,
        `${argument}.${name}`,
        value,
        `a number in [${low}, ${high}]`,
        "stay in the range that the simulator declares, or widen it there",
      );
    }
    return value;
  });
}

/** The row `[D]` as a record by name. */
export function toTheta(row: ArrayLike<number>, ranges: ParameterRanges): Theta {
  return Object.fromEntries(Object.keys(ranges).map((name, index) => [name, row[index]!]));
}
