import { sizeOf } from "../../shape.js";
import type { ReferenceKernel } from "./kernel.js";

export const matmul: ReferenceKernel<"matmul"> = ({ transposeA, transposeB }, [a, b], shape) => {
  const [m, n] = shape.slice(-2) as [number, number];
  const k = a!.shape.at(transposeA ? -2 : -1)!;
  const [rowA, alongA] = transposeA ? [1, m] : [k, 1];
  const [alongB, columnB] = transposeB ? [1, k] : [n, 1];
  const result = new Float64Array(sizeOf(shape));
  for (let i = 0; i < result.length; i++) {
    const matrix = Math.floor(i / (m * n));
    const startA = matrix * m * k + (Math.floor(i / n) % m) * rowA;
    const startB = matrix * k * n + (i % n) * columnB;
    let total = 0;
    for (let j = 0; j < k; j++) total += a!.values[startA + j * alongA]! * b!.values[startB + j * alongB]!;
    result[i] = total;
  }
  return result;
};
