import { beforeAll, describe, expect, test } from "vitest";
import { add, type Backend, backend, constant, mul, neg, program, square, sub, sum, type Tensor } from "../../src/compute/index.js";
import { atomicLoss } from "../../src/estimators/apt.js";
import { fold, key, standardNormals } from "../../src/index.js";

let engine: Backend;
beforeAll(async () => {
  engine = await backend("auto");
});

const SCALES = {
  y: { mean: Float64Array.of(0), scale: Float64Array.of(1) },
  context: { mean: Float64Array.of(0), scale: Float64Array.of(1) },
};

interface Rows {
  readonly y: readonly number[] | Float64Array;
  readonly x: readonly number[] | Float64Array;
  readonly correction: readonly number[] | Float64Array;
  readonly ofPrior?: readonly number[];
}

/** The loss of one batch under a density given as a computation of y and x. */
function lossOf({ y, x, correction, ofPrior }: Rows, atoms: number, logProb: (y: Tensor, x: Tensor) => Tensor): number {
  const columns = { y, x, correction, ...(ofPrior && { ofPrior }) };
  const one = program(engine, Object.keys(columns), ({ y: rows, x: context, ...extra }) => {
    const batch = { y: rows!, context, extra: extra as Record<string, Tensor>, logProb: (a: Tensor, b?: Tensor) => logProb(a, b!) };
    return { outputs: { loss: atomicLoss(atoms)(batch, SCALES) } };
  });
  const values = Object.entries(columns).map(([name, column]) => [name, { shape: [column.length, 1], values: column }]);
  return one.run(Object.fromEntries(values)).loss[0]!;
}

/** log N(y; slope x + shift, 1 / precision), up to a constant, `[B]`. */
const normalOf =
  ({ slope = 1, shift = 0, precision = 1 }) =>
  (y: Tensor, x: Tensor) =>
    sum(mul(constant([-precision / 2]), square(sub(sub(y, mul(constant([slope]), x)), constant([shift])))), { axis: 1 });

describe("the loss of the atoms", () => {
  const rows = { y: [0.3, -1.2, 0.7], x: [0.1, -0.4, 2], correction: [0.2, -0.3, 0.5] };
  const logit = (m: number, i: number) => -0.5 * (rows.y[m]! - rows.x[i]!) ** 2 + rows.correction[m]!;

  test("is - mean log of the own atom's share, by enumeration of all of a batch of three", () => {
    const all = [0, 1, 2];
    const expected = -all.reduce((total, i) => total + logit(i, i) - Math.log(all.reduce((s, m) => s + Math.exp(logit(m, i)), 0)), 0) / 3;
    expect(lossOf(rows, 3, normalOf({}))).toBeCloseTo(expected, 5);
    // A batch has no more atoms than rows.
    expect(lossOf(rows, 10, normalOf({}))).toBeCloseTo(expected, 5);
  });

  test("takes the next rows, around the end, for fewer atoms", () => {
    const expected = -[0, 1, 2].reduce((total, i) => {
      const next = (i + 1) % 3;
      return total + logit(i, i) - Math.log(Math.exp(logit(i, i)) + Math.exp(logit(next, i)));
    }, 0);
    expect(lossOf(rows, 2, normalOf({}))).toBeCloseTo(expected / 3, 5);
  });

  test("combined, has the loss of npe on the events of the prior as well", () => {
    const ofPrior = [1, 0, 1];
    const own = [0, 2].reduce((total, i) => total - 0.5 * (rows.y[i]! - rows.x[i]!) ** 2, 0);
    expect(lossOf({ ...rows, ofPrior }, 3, normalOf({}))).toBeCloseTo(lossOf(rows, 3, normalOf({})) - own / 3, 5);
    expect(lossOf({ ...rows, ofPrior: [0, 0, 0] }, 3, normalOf({}))).toBe(lossOf(rows, 3, normalOf({})));
  });

  test("does not see a factor that depends on x alone", () => {
    const withFactor = (y: Tensor, x: Tensor) => add(normalOf({})(y, x), sum(mul(constant([3]), square(x)), { axis: 1 }));
    expect(lossOf(rows, 3, withFactor)).toBeCloseTo(lossOf(rows, 3, normalOf({})), 4);
  });

  // theta ~ prior N(0, 1) in the posterior, yet drawn from N(0.8, 0.25); x ~ N(theta, 0.25): the posterior is N(0.8 x, 0.2), whatever theta is drawn from.
  test("is least at the posterior of the prior, though theta is drawn from something else", () => {
    const [batches, B] = [40, 500];
    const samples = Array.from({ length: batches }, (_, b): Rows => {
      const [z, noise] = [standardNormals(fold(key(1), b), B), standardNormals(fold(key(2), b), B)];
      const y = z.map((value) => 0.8 + 0.5 * value);
      return { y, x: y.map((value, i) => value + 0.5 * noise[i]!), correction: y.map((value) => 0.5 * value * value) };
    });
    const losses = (density: Parameters<typeof normalOf>[0]) => samples.map((batch) => lossOf(batch, 10, normalOf(density)));
    const exact = losses({ slope: 0.8, precision: 5 });
    // What NPE would learn of these draws is the posterior of the proposal, N((x + 0.8) / 2, 1 / 8).
    const others = { posteriorOfTheProposal: { slope: 0.5, shift: 0.4, precision: 8 } };
    const moved = {
      right: { shift: 0.1 },
      left: { shift: -0.1 },
      steep: { slope: 0.95 },
      flat: { slope: 0.65 },
      narrow: { precision: 7 },
      wide: { precision: 3.5 },
    };
    for (const [name, change] of Object.entries({ ...moved, ...others })) {
      const differences = losses({ slope: 0.8, precision: 5, ...change }).map((value, b) => value - exact[b]!);
      const mean = differences.reduce((total, value) => total + value, 0) / batches;
      const se = Math.sqrt(differences.reduce((total, value) => total + (value - mean) ** 2, 0) / (batches - 1) / batches);
      expect(mean / se, name).toBeGreaterThan(5);
    }
  });

  test("is the logarithm of the number of atoms for a density that knows nothing", () => {
    const flat = { ...rows, correction: [0, 0, 0] };
    expect(lossOf(flat, 3, (y) => neg(sum(mul(constant([0]), y), { axis: 1 })))).toBeCloseTo(Math.log(3), 6);
  });
});
