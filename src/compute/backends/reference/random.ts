import { threefry } from "../../../numerics/threefry.js";
import { sizeOf } from "../../shape.js";
import type { Operation } from "../../tensor.js";
import type { ReferenceKernel } from "./kernel.js";

export const random: ReferenceKernel<"random"> = (operation, [key], shape) => drawNumbers(operation, key!.values, sizeOf(shape));

/** The first `count` numbers of a draw with this key, 16 bits in each of four numbers. */
export function drawNumbers(
  { distribution, stream }: Pick<Extract<Operation, { name: "random" }>, "distribution" | "stream">,
  key: ArrayLike<number>,
  count: number,
): Float64Array {
  const words = new Int32Array(2);
  const halves = { high: key[0]! * 65536 + key[1]!, low: key[2]! * 65536 + key[3]! };
  return Float64Array.from({ length: count }, (_, position) => {
    threefry(words, halves, stream, position);
    const [u1, u2] = [toUniform(words[0]!), toUniform(words[1]!)];
    // u1 is at least 2^-24, so the logarithm is finite and the radius at most 5.8.
    return distribution === "uniform" ? u1 : Math.sqrt(-2 * Math.log(u1)) * Math.cos(2 * Math.PI * u2);
  });
}

/** An odd multiple of 2^-24, exact in float32. */
const toUniform = (word: number): number => ((word >>> 9) + 0.5) * 2 ** -23;
