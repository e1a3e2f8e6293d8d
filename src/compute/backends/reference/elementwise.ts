import { erf } from "../../../numerics/special.js";
import { sizeOf } from "../../shape.js";
import type { BinaryName, UnaryName } from "../../tensor.js";
import type { ReferenceKernel } from "./kernel.js";

const UNARY: Record<UnaryName, (a: number) => number> = {
  abs: Math.abs,
  erf,
  exp: Math.exp,
  floor: Math.floor,
  log: Math.log,
  neg: (a) => -a,
  reciprocal: (a) => 1 / a,
  relu: (a) => Math.max(a, 0),
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  sign: Math.sign,
  softplus: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
  sqrt: Math.sqrt,
  square: (a) => a * a,
  tanh: Math.tanh,
};

const BINARY: Record<BinaryName, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  div: (a, b) => a / b,
  equal: (a, b) => Number(a === b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  max: Math.max,
  min: Math.min,
  mul: (a, b) => a * b,
  sub: (a, b) => a - b,
};

export const unary: ReferenceKernel<"unary"> = ({ fn }, [a]) => a!.values.map((x) => UNARY[fn](x));

export const binary: ReferenceKernel<"binary"> = ({ fn }, [a, b]) => a!.values.map((x, i) => BINARY[fn](x, b!.values[i]!));

export const select: ReferenceKernel<"select"> = (_, [condition, whenTrue, whenFalse]) =>
  condition!.values.map((truth, i) => (truth !== 0 ? whenTrue : whenFalse)!.values[i]!);

export const constant: ReferenceKernel<"constant"> = ({ values }, _, shape) =>
  values.length === 1 ? new Float64Array(sizeOf(shape)).fill(values[0]!) : values;
