import { beforeAll, describe, expect, it } from "vitest";
import { takeRows } from "../../src/data/mined-sample.js";
import { heldOutVerdict } from "../../src/diagnostics/held-out-verdict.js";
import {
  carl,
  fold,
  galtonBoard,
  type Key,
  key,
  type LabelledSample,
  type Matrix,
  mine,
  standardNormals,
  type Theta,
  uniform,
  uniforms,
  type VerifiableRatio,
  verdict,
} from "../../src/index.js";
import { DISPLAY } from "../../src/platform/notebook.js";

const board = galtonBoard();
const trained = { slope: [-1, -0.4] } as const;
let events: LabelledSample;
beforeAll(async () => {
  events = await mine(board, { numerator: uniform({ slope: [-1, -0.4] }), denominator: { slope: -0.6 }, n: 8000, seed: 1, score: false });
});

type Distortion = (logRatio: number, place: { readonly slope: number; readonly event: number; readonly x: number }) => number;

const falling = [1, 0.8, 0.7, 0.65, 0.64, 0.64, 0.64, 0.64].map((loss, i) => ({
  epoch: i + 1,
  trainingLoss: loss,
  validationLoss: loss,
  learningRate: 1e-3,
  gradientNorm: 1,
  seconds: 1,
}));

/** The exact ratio of the board, distorted. */
function exactRatio(distort: Distortion = (value) => value, members = 1): VerifiableRatio {
  const table = new Map<number, Float64Array>();
  const probabilities = (slope: number) => {
    const found = table.get(slope) ?? board.exact.probabilities(slope);
    table.set(slope, found);
    return found;
  };
  const at = (x: number, slope: number, event: number) =>
    distort(Math.log(probabilities(slope)[x]! / probabilities(-0.6)[x]!), { slope, event, x });
  const logRatioOf = ({ x, theta0 }: LabelledSample) => x.values.map((value, i) => at(value, theta0.values[i]!, i));
  return {
    name: "exact",
    parameters: board.parameters,
    observables: board.observables,
    trained,
    denominator: { slope: -0.6 },
    training: [{ history: falling, bestEpoch: 8, stopped: "epochs" }],
    heldOut: events,
    logRatioOf,
    membersOf: (sample) =>
      Array.from({ length: members }, (_, m) =>
        logRatioOf(sample).map((value, i) => value + (m === 0 ? 0 : distort(0, { slope: 0, event: i, x: 0 }))),
      ),
    logRatio: (x, theta: Theta) => x.values.map((value, i) => at(value, theta.slope!, i)),
  };
}

const gradesOf = async (ratio: VerifiableRatio, seed = 1) => {
  const made = await heldOutVerdict(ratio, events, { key: key(seed) });
  return Object.fromEntries(made.checks.map(({ name, grade }) => [name, grade]));
};

describe("on held-out events", () => {
  it("the exact ratio passes, on other events as well", async () => {
    // One warning in a hundred checks is what the levels allow; of 5 times 4 checks more than 2 come once in a thousand runs.
    let warnings = 0;
    for (let seed = 2; seed < 7; seed++) {
      const others = await mine(board, {
        numerator: uniform({ slope: [-1, -0.4] }),
        denominator: { slope: -0.6 },
        n: 4000,
        seed,
        score: false,
      });
      const { checks } = await heldOutVerdict(exactRatio(), others, { key: key(seed) });
      expect(checks.map(({ name }) => name)).toEqual(["loss curves", "closure", "mean of r", "calibration"]);
      expect(checks.filter(({ grade }) => grade === "fail")).toEqual([]);
      warnings += checks.filter(({ grade }) => grade === "warn").length;
    }
    expect(warnings).toBeLessThanOrEqual(2);
  });

  const noise = standardNormals(fold(key(5), 1), 8000);
  it.each([
    { what: "half as far from 0", distort: (value: number) => value / 2, seen: ["calibration"] },
    { what: "twice as far from 0", distort: (value: number) => 2 * value, seen: ["closure", "mean of r", "calibration"] },
    { what: "0, whatever the event", distort: () => 0, seen: ["closure"] },
    { what: "of the wrong sign", distort: (value: number) => -value, seen: ["closure", "mean of r", "calibration"] },
    { what: "shifted", distort: (value: number) => value + 0.3, seen: ["mean of r", "calibration"] },
    {
      what: "noisy",
      distort: (value: number, { event }: { event: number }) => value + 0.8 * noise[event]!,
      seen: ["mean of r", "calibration"],
    },
    {
      what: "wrong in theta, in the two halves of the range against each other",
      distort: (value: number, { slope }: { slope: number }) => value + (slope < -0.7 ? 0.25 : -0.25),
      seen: ["closure", "mean of r", "calibration"],
    },
  ])("one that is $what is called out", async ({ distort, seen }) => {
    const grades = await gradesOf(exactRatio(distort));
    for (const name of seen) expect(["warn", "fail"]).toContain(grades[name]);
  });

  it("NaN fails, and says how many and where", async () => {
    const made = await heldOutVerdict(
      exactRatio((value, { event }) => (event === 7 ? Number.NaN : value)),
      events,
      { key: key(1) },
    );
    expect(made.checks.map(({ name, grade }) => [name, grade])).toEqual([
      ["loss curves", "pass"],
      ["estimates", "fail"],
    ]);
    const place = `{"slope":${events.theta0.values[7]}}`;
    expect(made.check("estimates")).toMatchObject({
      value: 1,
      message: `1 of 8000 estimates of log r are NaN, infinite or above 350; the first is NaN at theta0 = ${place}`,
    });
    expect(made.grade).toBe("fail");
  });

  it("members that disagree are called out, and members that agree are not", async () => {
    const differing = (size: number) => exactRatio((value, { event, slope }) => (slope === 0 ? size * noise[event]! : value), 2);
    expect((await gradesOf(differing(0.01))).ensemble).toBe("pass");
    expect((await gradesOf(differing(0.2))).ensemble).toBe("warn");
    expect((await gradesOf(differing(1))).ensemble).toBe("fail");
  });

  it("gives the same numbers for the same key", async () => {
    const run = async () => (await heldOutVerdict(exactRatio(), events, { key: key(3) })).toString();
    expect(await run()).toBe(await run());
  });
});

describe("with toys", () => {
  /** With a few held-out events, so that the toys are what takes the time. */
  const withFew = (distort?: Distortion): VerifiableRatio => {
    const rows = Array.from({ length: 400 }, (_, i) => i);
    const [x, theta0, theta1] = [events.x, events.theta0, events.theta1].map((matrix) => takeRows(matrix, rows)) as [
      Matrix,
      Matrix,
      Matrix,
    ];
    return { ...exactRatio(distort), heldOut: { ...events, x, theta0, theta1, label: events.label.slice(0, 400) } };
  };

  it("the exact likelihood covers, and an overconfident one fails", async () => {
    const options = { seed: 3, toys: 300, eventsPerToy: 100 };
    const exact = await verdict(withFew(), board, options);
    expect(exact.check("coverage 68.27 %")!.grade).not.toBe("fail");
    expect(exact.check("coverage 95.45 %")!.grade).not.toBe("fail");
    // Twice the logarithm: the statistic doubles, and 68.27 % becomes 52 %.
    const over = await verdict(
      withFew((value) => 2 * value),
      board,
      options,
    );
    expect(over.check("coverage 68.27 %")).toMatchObject({ grade: "fail" });
    expect(over.check("coverage 68.27 %")!.advice).toContain("too narrow");
  });

  it("an interruption keeps the toys that were done", async () => {
    const interrupt = new AbortController();
    let drawn = 0;
    const simulator = {
      ...board,
      draw: (theta: Theta, from: Key) => {
        if (++drawn === 250) interrupt.abort();
        return board.draw(theta as { slope: number }, from);
      },
    };
    const made = await verdict(withFew(), simulator, { seed: 3, toys: 1_000_000, signal: interrupt.signal });
    expect(made.check("coverage 68.27 %")!.message).toContain("of 3 intervals hold the truth (interrupted: 3 of 1000000 toys)");
    expect(made.check("calibration")).toBeDefined();
  });

  it("a likelihood that is NaN, or the same everywhere, fails and says at which theta", async () => {
    const options = { seed: 3, toys: 10, eventsPerToy: 20 };
    const fewer = { ...withFew(), heldOut: undefined };
    const nan = await verdict({ ...fewer, logRatio: (x) => x.values.map(() => Number.NaN) }, board, options);
    expect(nan.check("coverage")!.message).toMatch(
      /^10 of 10 toys have no best fit; the first, at theta = \{"slope":-0\.\d+\}: logLikelihood: .* is NaN/,
    );
    const flat = await verdict({ ...fewer, logRatio: (x) => x.values.map(() => 0) }, board, options);
    expect(flat.check("coverage")).toMatchObject({ grade: "fail", value: 10 });
    expect(flat.grade).toBe("fail");
  });

  it("errors that are no estimates go on", async () => {
    const broken = () => {
      throw new TypeError("a bug");
    };
    await expect(verdict({ ...withFew(), logRatio: broken }, board, { seed: 1, toys: 2 })).rejects.toThrow("a bug");
  });

  it("simulations that fail are done again, and those that always fail say why", async () => {
    const failing = (part: number) => ({
      ...board,
      draw: (theta: Theta, from: Key) => {
        if (uniforms(from, 1)[0]! < part) throw new RangeError("no event");
        return board.draw(theta as { slope: number }, from);
      },
    });
    const options = { seed: 3, toys: 20, eventsPerToy: 20 };
    expect((await verdict(withFew(), failing(0.3), options)).check("coverage 68.27 %")!.grade).not.toBe("fail");
    await expect(verdict(withFew(), failing(1), options)).rejects.toThrow("no event");
  });

  it("an estimator that saw many denominators is held against the middle one", async () => {
    const asked: number[] = [];
    const exact = withFew();
    const against = ({ slope }: Theta) => {
      asked.push(slope!);
      return { logRatio: exact.logRatio };
    };
    const made = await verdict({ ...exact, denominator: undefined, against }, board, { seed: 3, toys: 5 });
    expect(asked).toEqual([-0.6]);
    expect(made.check("coverage 68.27 %")).toBeDefined();
  });

  it("a single pair of points has no intervals, and where nothing can be checked it is no pass", async () => {
    const pair = await verdict({ ...withFew(), trained: { slope: [-0.8, -0.8] } }, board, { seed: 3 });
    expect(pair.checks.map(({ name }) => name)).toEqual(["loss curves", "closure", "mean of r", "calibration"]);
    const nothing = await verdict({ ...withFew(), denominator: undefined, heldOut: undefined }, board, { seed: 3 });
    expect(nothing.toString()).toBe(
      "exact: warn; nothing could be checked: there are no held-out events, and no one denominator to fit toys with",
    );
  });

  it("an estimator without held-out events is judged on fresh ones", async () => {
    const made = await verdict({ ...withFew(), heldOut: undefined }, board, { seed: 3, toys: 20 });
    expect(made.check("calibration")!.grade).not.toBe("fail");
  });

  it("refuses another simulator and options out of range", async () => {
    await expect(verdict(withFew(), { ...board, observables: ["row"] }, { seed: 1 })).rejects.toThrow(
      'verdict: simulator.observables is ["row"]; expected column, as the estimator was trained with',
    );
    await expect(verdict(withFew(), board, { seed: 1, toys: 0 })).rejects.toThrow("verdict: toys is 0; expected a whole number from 1");
  });
});

it("ends each fit, and can be switched off", async () => {
  const mined = await mine(board, { numerator: uniform({ slope: [-1, -0.4] }), denominator: { slope: -0.6 }, n: 2000, seed: 1 });
  const ratio = await carl({ hidden: [10] }).fit(mined, { seed: 1, epochs: 3 });
  expect(ratio.verdict!.checks).toHaveLength(4);
  expect(ratio.verdict!.toString().split("\n")).toHaveLength(6);
  const { "text/html": html } = ratio.verdict![DISPLAY]();
  expect(html).toMatch(/^<table><caption>carl: (pass|warn|fail)<\/caption>/);
  expect((await carl({ hidden: [10] }).fit(mined, { seed: 1, epochs: 3, verdict: false })).verdict).toBeUndefined();
  expect((await verdict(ratio, board, { seed: 2, toys: 20 })).checks.map(({ name }) => name)).toContain("coverage 68.27 %");
});
