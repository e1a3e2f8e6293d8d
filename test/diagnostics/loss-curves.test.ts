import { expect, it } from "vitest";
import { lossCurves } from "../../src/diagnostics/loss-curves.js";
import { fold, key, standardNormals } from "../../src/index.js";

interface Losses {
  readonly training: readonly number[];
  readonly validation?: readonly number[];
}

const check = ({ training, validation }: Losses) => {
  const history = training.map((trainingLoss, i) => ({
    epoch: i + 1,
    trainingLoss,
    validationLoss: validation?.[i],
    learningRate: 1e-3,
    gradientNorm: 1,
    seconds: 1,
  }));
  return lossCurves({ training: [{ history, bestEpoch: 1, stopped: "epochs" }] });
};
const curve = (epochs: number, loss: (epoch: number) => number) => Array.from({ length: epochs }, (_, epoch) => loss(epoch));
/** Falls by 0.1 with a time of 3 epochs to 0.6. */
const decaying = (epoch: number) => 0.6 + 0.1 * Math.exp(-epoch / 3);

it("a loss that falls to its floor passes, with noise of a tenth of the fall too", () => {
  const exact = curve(40, decaying);
  expect(check({ training: exact, validation: exact })).toMatchObject({ grade: "pass", advice: "" });
  for (let seed = 0; seed < 20; seed++) {
    const noise = standardNormals(key(seed), 40);
    const validation = exact.map((loss, i) => loss + 0.01 * noise[i]!);
    expect(check({ training: exact, validation }).grade, `seed ${seed}`).toBe("pass");
  }
});

it("a loss that still falls warns, with the part of the last quarter", () => {
  const line = curve(8, (epoch) => 1 - epoch / 10);
  const found = check({ training: line, validation: line });
  expect(found).toMatchObject({ grade: "warn", advice: "the loss is still falling: train for more epochs" });
  expect(found.value).toBeCloseTo(2 / 7, 12);
});

it("a training loss that runs ahead of a validation loss that stays warns", () => {
  const noise = standardNormals(fold(key(1), 1), 20);
  const training = curve(20, (epoch) => 0.6 - 0.01 * epoch + 0.1 * Math.exp(-epoch / 3));
  const validation = curve(20, (epoch) => decaying(epoch) + 1e-4 * noise[epoch]!);
  expect(check({ training, validation })).toMatchObject({ grade: "warn", advice: expect.stringContaining("by heart") as string });
  expect(check({ training: curve(20, decaying), validation }).grade).toBe("pass");
});

it("an offset between the two sets of events is no overfitting", () => {
  expect(check({ training: curve(40, decaying), validation: curve(40, (epoch) => decaying(epoch) + 0.3) }).grade).toBe("pass");
});

it("no validation losses, or too few of them, warn", () => {
  for (const losses of [{ training: curve(8, decaying) }, { training: curve(3, decaying), validation: curve(3, decaying) }]) {
    expect(check(losses)).toMatchObject({ grade: "warn", message: "there are no validation losses to judge by" });
  }
});
