import { refuseShape, type Shape, sameShape, showShape, sizeOf } from "../shape.js";
import { makeTensor, type Tensor } from "../tensor.js";
import { reshape } from "./layout.js";

/** Which sides of a product are transposed; default neither. */
export interface MatmulOptions {
  /** Exchanges the last two axes of a first. */
  readonly transposeA?: boolean;
  /** Exchanges the last two axes of b first. */
  readonly transposeB?: boolean;
}

/**
 * Product of matrices, [..., M, K] x [..., K, N]; the axes in front are the same on both sides, or absent on b.
 *
 * @throws {ShapeError} When they do not fit.
 */
export function matmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: MatmulOptions = {}): Tensor {
  if (a.shape.length < 2) throw refuseShape("matmul", "a", a.shape, "[..., M, K]", "reshape a vector to [1, K]");
  if (b.shape.length < 2) throw refuseShape("matmul", "b", b.shape, "[..., K, N]", "reshape a vector to [K, 1]");
  const [m, k] = matrixSizes(a.shape, transposeA);
  const [kOfB, n] = matrixSizes(b.shape, transposeB);
  const batch = a.shape.slice(0, -2);
  const fits = k === kOfB && (b.shape.length === 2 || sameShape(batch, b.shape.slice(0, -2)));
  if (!fits) throw refuseShape("matmul", "b", b.shape, `a shape that a ${showShape(a.shape)} multiplies${orders(transposeA, transposeB)}`);
  // One matrix for the whole batch: rows of all of a, unless its rows are what is summed over.
  if (batch.length > 0 && b.shape.length === 2) {
    if (transposeA)
      throw refuseShape("matmul", "b", b.shape, `${showShape([...batch, ...b.shape])}, a matrix for each of a, when a is transposed`);
    return reshape(matmul(reshape(a, [sizeOf(batch) * m, k]), b, { transposeB }), [...batch, m, n]);
  }
  return makeTensor({ name: "matmul", transposeA, transposeB }, [a, b], [...batch, m, n]);
}

function matrixSizes(shape: Shape, transposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

function orders(transposeA: boolean, transposeB: boolean): string {
  const turned = [transposeA && "a", transposeB && "b"].filter(Boolean);
  return turned.length > 0 ? ` with ${turned.join(" and ")} transposed` : "";
}
