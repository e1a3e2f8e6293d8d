import type { Shape } from "../../../src/compute/index.js";
import * as compute from "../../../src/compute/index.js";
import type { Given } from "../draw.js";
import type { Case } from "./case.js";

const { relu, tanh, sigmoid, softplus, gelu } = compute;
const LEADS: Record<string, readonly number[]> = { "": [], "batch of 3, ": [3], "batch of 2 x 2, ": [2, 2], "batch of 0, ": [0] };
const TURNS = [false, true].flatMap((transposeA) => [false, true].map((transposeB) => ({ transposeA, transposeB })));
const turned = (turn: boolean, [rows, columns]: readonly [number, number]) => (turn ? [columns, rows] : [rows, columns]);

export const PRODUCT: readonly Case[] = [
  ...Object.entries(LEADS).flatMap(([text, lead]) =>
    TURNS.map(
      ({ transposeA, transposeB }): Case => ({
        name: `matmul, ${text}a${transposeA ? "^T" : ""} b${transposeB ? "^T" : ""}`,
        sample(draw) {
          const [m, k, n] = draw.lengths(3) as [number, number, number];
          const inputs = [draw.normal([...lead, ...turned(transposeA, [m, k])]), draw.normal([...lead, ...turned(transposeB, [k, n])])];
          return { inputs, build: (a, b) => compute.matmul(a!, b!, { transposeA, transposeB }) };
        },
      }),
    ),
  ),
  ...[false, true].map(
    (transposeB): Case => ({
      name: `matmul, one b${transposeB ? "^T" : ""} for the batch`,
      sample(draw) {
        const [batch, m, k] = draw.lengths(3) as [number, number, number];
        return {
          inputs: [draw.normal([batch, m, k]), draw.normal(turned(transposeB, [k, 4]))],
          build: (a, b) => compute.matmul(a!, b!, { transposeB }),
        };
      },
    }),
  ),
  {
    name: "matmul of a matrix with itself, transposed",
    sample(draw) {
      const [m, k] = draw.lengths(2) as [number, number];
      return { inputs: [draw.normal([m, k])], build: (a) => compute.matmul(a!, a!, { transposeB: true }) };
    },
  },
  ...Object.entries({ relu, tanh, sigmoid, softplus, gelu }).map(
    ([name, activation]): Case => ({
      name: `matmul with bias and ${name}`,
      sample(draw) {
        const [m, k, n] = draw.lengths(3) as [number, number, number];
        // Halves, and a bias of 1/8 or 5/8: the sums are never closer than 1/8 to the kink of relu.
        const halves = (shape: Shape): Given => ({ shape, values: draw.whole(shape, -2, 2).values.map((x) => x / 2), smooth: true });
        return {
          inputs: [halves([m, k]), halves([k, n]), halves([n])],
          build: (x, w, bias) => activation(compute.add(compute.matmul(x!, w!), compute.add(bias!, 0.125))),
        };
      },
    }),
  ),
];
