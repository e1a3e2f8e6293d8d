import { describe, expect, it } from "vitest";
import { fold, galtonBoard, key } from "../../src/index.js";

const board = galtonBoard();
const { exact } = board;

// Exact dynamic programming by other hands, columns 5, ..., 25: values to the digits given.
const REFERENCE = {
  at08: [
    0.0011, 0.00654, 0.01874, 0.03522, 0.05012, 0.0592, 0.06219, 0.06135, 0.05937, 0.05828, 0.05927, 0.06279, 0.06862, 0.07552, 0.08085,
    0.08053, 0.07064, 0.05091, 0.0275, 0.00966, 0.00162,
  ],
  at06: [
    0.00052, 0.0034, 0.01087, 0.02317, 0.03788, 0.05166, 0.06242, 0.06979, 0.0746, 0.07796, 0.08072, 0.08312, 0.08462, 0.08393, 0.07919,
    0.06872, 0.05246, 0.03316, 0.01594, 0.00508, 0.00079,
  ],
  logRatio: [
    0.7436, 0.6537, 0.5448, 0.4188, 0.2801, 0.1362, -0.0037, -0.129, -0.2283, -0.2909, -0.309, -0.2804, -0.2096, -0.1056, 0.0208, 0.1586,
    0.2975, 0.4286, 0.545, 0.6429, 0.7214,
  ],
  score: [
    -2.9106, -2.5895, -2.1805, -1.6839, -1.1135, -0.497, 0.1252, 0.7028, 1.1761, 1.4817, 1.5696, 1.4261, 1.0812, 0.5912, 0.0168, -0.5868,
    -1.1721, -1.7007, -2.1477, -2.5029, -2.7696,
  ],
};

describe("the board of the paper", () => {
  it.each([
    { name: "p(x | -0.8)", values: exact.columns.map((x) => exact.probabilities(-0.8)[x]!), expected: REFERENCE.at08, digits: 5 },
    { name: "p(x | -0.6)", values: exact.columns.map((x) => exact.probabilities(-0.6)[x]!), expected: REFERENCE.at06, digits: 5 },
    { name: "log r(x | -0.8, -0.6)", values: [...exact.logRatio(exact.columns, -0.8, -0.6)], expected: REFERENCE.logRatio, digits: 4 },
    { name: "t(x | -0.8)", values: [...exact.score(exact.columns, -0.8)], expected: REFERENCE.score, digits: 4 },
  ])("has the reference $name", ({ values, expected, digits }) => {
    expect(values.map((value) => value.toFixed(digits))).toEqual(expected.map((value) => value.toFixed(digits)));
  });

  // Mirrored rows would leave all but the probabilities and the means unchanged.
  it.each([
    { slope: -0.8, mean: 15.58306 },
    { slope: -0.6, mean: 15.43579 },
  ])("has the mean column $mean at $slope", ({ slope, mean }) => {
    expect(meanColumn(exact.probabilities(slope))).toBeCloseTo(mean, 5);
  });

  it("has the reference divergence, information and moments of the joint ratio", () => {
    expect(exact.divergence(-0.8, -0.6)).toBeCloseTo(0.0348651, 7);
    expect(exact.fisherInformation(-0.8)).toBeCloseTo(1.412325, 6);
    expect(exact.jointFisherInformation(-0.8)).toBeCloseTo(2.355, 3);
    expect(exact.jointLogRatio(-0.8, -0.6).mean).toBeCloseTo(0.054606, 6);
    expect(exact.jointLogRatio(-0.8, -0.6).std).toBeCloseTo(0.3357, 4);
    const logRatio = exact.logRatio(exact.columns, -0.8, -0.6);
    const square = exact.columns.reduce((sum, x, i) => sum + exact.probabilities(-0.6)[x]! * logRatio[i]! ** 2, 0);
    expect(square).toBeCloseTo(0.0632462, 7);
  });

  it("is binomial where the nails do not lean", () => {
    const probabilities = exact.probabilities(0);
    for (let k = 0; k <= 20; k++) expect(probabilities[5 + k]).toBeCloseTo(binomial(20, k) / 2 ** 20, 15);
  });

  it("reaches columns 5 to 25 and no other", () => {
    expect(exact.columns).toEqual(Array.from({ length: 21 }, (_, i) => i + 5));
    expect(exact.probabilities(-0.8)).toHaveLength(32);
  });
});

describe.each([
  { rows: 20, nails: 31 },
  { rows: 2, nails: 2 },
  { rows: 9, nails: 4 },
  { rows: 12, nails: 3 },
  { rows: 11, nails: 30 },
])("a board of $rows rows and $nails nails", ({ rows, nails }) => {
  const small = galtonBoard({ rows, nails });
  const slope = -0.7;

  it("has probabilities that sum to one and a score that averages to zero", () => {
    const probabilities = small.exact.probabilities(slope);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 13);
    const score = small.exact.score(small.exact.columns, slope);
    expect(small.exact.columns.reduce((sum, x, i) => sum + probabilities[x]! * score[i]!, 0)).toBeCloseTo(0, 13);
  });

  it("has the score that a difference of log p gives", () => {
    const h = 1e-4;
    const { columns, logProb, score } = small.exact;
    const [up, down] = [logProb(columns, slope + h), logProb(columns, slope - h)];
    score(columns, slope).forEach((t, i) => {
      expect((up[i]! - down[i]!) / (2 * h)).toBeCloseTo(t, 5);
    });
  });

  it("keeps every ball on the board", () => {
    for (let i = 0; i < 300; i++) {
      const [column] = small.draw({ slope }, fold(key(1), i)).x;
      expect(small.exact.columns).toContain(column);
    }
  });
});

describe.each([
  { rows: 10, nails: 5 },
  { rows: 9, nails: 31 },
])("all paths of $rows rows and $nails nails", ({ rows, nails }) => {
  const small = galtonBoard({ rows, nails });
  const [slope0, slope1] = [-0.8, -0.6];
  const paths = enumerate(rows, nails);

  it("sum to the exact probabilities", () => {
    const probabilities = new Float64Array(nails + 1);
    for (const { column, logProb } of paths) probabilities[column]! += Math.exp(logProb(slope0));
    small.exact.probabilities(slope0).forEach((p, x) => {
      expect(p).toBeCloseTo(probabilities[x]!, 14);
    });
  });

  it("have the exact moments of joint ratio and score", () => {
    const h = 1e-4;
    const expected = (f: (path: Path) => number) => paths.reduce((sum, path) => sum + Math.exp(path.logProb(slope0)) * f(path), 0);
    const logRatio = ({ logProb }: Path) => logProb(slope0) - logProb(slope1);
    const { mean, std } = small.exact.jointLogRatio(slope0, slope1);
    expect(mean).toBeCloseTo(expected(logRatio), 13);
    expect(std ** 2 + mean ** 2).toBeCloseTo(
      expected((path) => logRatio(path) ** 2),
      13,
    );
    const information = expected(({ logProb }) => ((logProb(slope0 + h) - logProb(slope0 - h)) / (2 * h)) ** 2);
    expect(small.exact.jointFisherInformation(slope0)).toBeCloseTo(information, 5);
    expect(small.exact.fisherInformation(slope0)).toBeLessThan(information);
  });
});

it.each([
  { refused: () => galtonBoard({ rows: 1 }), message: "galtonBoard: rows is 1; expected an integer of at least 2" },
  { refused: () => galtonBoard({ nails: 1 }), message: "galtonBoard: nails is 1; expected an integer of at least 2" },
  { refused: () => galtonBoard({ rows: 2.5 }), message: "galtonBoard: rows is 2.5" },
  { refused: () => exact.logProb([4], -0.8), message: "logProb: x[0] is 4; expected a column of 0, ..., 31 that a ball can reach" },
  { refused: () => exact.score([[15], [15.5]], -0.8), message: "score: x[1] is 15.5; expected a column" },
  { refused: () => exact.logRatio([Number.NaN], -0.8, -0.6), message: "logRatio: x[0][0] is NaN; expected a finite number" },
  { refused: () => exact.probabilities(Number.NaN), message: "galtonBoard.exact: slope is NaN; expected a finite number" },
  { refused: () => exact.jointLogRatio(-0.8, Number.POSITIVE_INFINITY), message: "galtonBoard.exact: slope is Infinity" },
  { refused: () => exact.logRatio([], -0.8, -0.6), message: "logRatio: x has shape [0, 1]" },
])("refuses: $message", ({ refused, message }) => {
  expect(refused).toThrow(message);
});

interface Path {
  readonly column: number;
  readonly logProb: (slope: number) => number;
}

/** Every possible path, by the recipe itself: an independent second hand, which shares no line with the source. */
function enumerate(rows: number, nails: number): Path[] {
  return Array.from({ length: 2 ** rows }, (_, bits) => pathOf(bits, rows, nails)).flatMap((path) => path ?? []);
}

function pathOf(bits: number, rows: number, nails: number): Path | undefined {
  let position = Math.floor(nails / 2);
  const steps: { row: number; position: number; left: boolean }[] = [];
  for (let row = 0; row < rows; row++) {
    const left = ((bits >> row) & 1) === 1;
    const odd = row % 2 === 1;
    if (odd && ((position === 0 && left) || (position === nails && !left))) return undefined;
    if (!(odd && (position === 0 || position === nails))) steps.push({ row, position, left });
    if (odd) position -= left ? 1 : 0;
    else position += left ? 0 : 1;
  }
  const logStep = (slope: number) => (sum: number, step: (typeof steps)[number]) => {
    const f = Math.sin((Math.PI * step.row) / (rows - 1));
    const zh = step.position / (nails - 1);
    const p = (1 - f) / 2 + f / (1 + Math.exp(-10 * slope * (2 * zh - 1)));
    return sum + Math.log(step.left ? p : 1 - p);
  };
  return { column: position, logProb: (slope) => steps.reduce(logStep(slope), 0) };
}

function meanColumn(probabilities: Float64Array): number {
  return probabilities.reduce((sum, p, x) => sum + p * x, 0);
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}
