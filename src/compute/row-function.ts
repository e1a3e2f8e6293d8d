import { concatenated } from "../numerics/concatenate.js";
import type { Backend } from "./backends/backend.js";
import { program } from "./program.js";
import type { Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Values of each row of an input, row-major. */
export interface InputRows {
  readonly values: Float64Array;
  /** Numbers in a row. */
  readonly columns: number;
  /** True for one row that all rows of the other inputs share: the trace sees `[1, columns]`. */
  readonly shared?: boolean;
}

/** Rows at a time: enough to be fast, few enough to stay in the cache. */
const CHUNK = 1024;
const SMALLEST = 16;

/**
 * A function of rows, from a traced one: `[N, K]` arrays by name in, `[N, width]` out.
 *
 * Rows go through in chunks; the last is filled up, a single one to a power of two, so that few programs are made.
 *
 * @param backend - What computes.
 * @param names - Of the inputs.
 * @param trace - Gives `[B]` or `[B, width]`.
 */
export function rowFunction<Name extends string>(
  backend: Backend,
  names: readonly Name[],
  trace: (inputs: Readonly<Record<Name, Tensor>>) => Tensor,
): (rows: Readonly<Record<Name, InputRows>>, count: number) => Float64Array {
  const made = program(backend, names, (inputs) => ({ outputs: { value: trace(inputs) } }));
  return (rows, count) => {
    const parts: Float64Array[] = [];
    for (let start = 0; start < count; start += CHUNK) {
      const size = Math.min(CHUNK, count - start);
      const padded = count > CHUNK ? CHUNK : Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(size)));
      const executable = made.at(
        Object.fromEntries(names.map((name) => [name, [rows[name].shared ? 1 : padded, rows[name].columns]])) as unknown as Record<
          Name,
          Shape
        >,
      );
      for (const name of names) {
        const { values, columns, shared } = rows[name];
        const target = executable.input(name);
        if (shared) {
          target.set(values);
          continue;
        }
        target.fill(0);
        target.set(values.subarray(start * columns, (start + size) * columns));
      }
      executable.run();
      const value = executable.output("value");
      parts.push(Float64Array.from(value.subarray(0, (value.length / padded) * size)));
    }
    return concatenated(parts);
  };
}
