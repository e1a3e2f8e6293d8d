import { bernoulli, simulator } from "../../src/index.js";

/** The paper's board as a user would write it in a notebook: nothing but a function. */
export const handBoard = simulator({ name: "hand-board", parameters: { slope: [-1, 0] }, observables: ["column"] }, (theta, sample) => {
  let nail = 15;
  for (let row = 0; row < 20; row++) {
    const f = Math.sin((Math.PI * row) / 19);
    const p = (1 - f) / 2 + f / (1 + Math.exp(-10 * theta.slope * ((2 * nail) / 30 - 1)));
    const left = sample("left", bernoulli(p));
    nail += row % 2 === 0 ? 1 - left : -left;
  }
  return [nail];
});

/** Log p of a path of the paper's board and its derivative in the slope, exactly: d log p = P' / P to the left, -P' / (1 - P) to the right. */
export function exactPath(lefts: ArrayLike<number>, slope: number): { readonly logProb: number; readonly score: number } {
  let nail = 15;
  let logProb = 0;
  let score = 0;
  for (let row = 0; row < lefts.length; row++) {
    const f = Math.sin((Math.PI * row) / (lefts.length - 1));
    const s = 1 / (1 + Math.exp(-10 * slope * ((2 * nail) / 30 - 1)));
    const p = (1 - f) / 2 + f * s;
    const derivative = f * 10 * ((2 * nail) / 30 - 1) * s * (1 - s);
    logProb += lefts[row] === 1 ? Math.log(p) : Math.log1p(-p);
    score += lefts[row] === 1 ? derivative / p : -derivative / (1 - p);
    nail += row % 2 === 0 ? 1 - lefts[row]! : -lefts[row]!;
  }
  return { logProb, score };
}
