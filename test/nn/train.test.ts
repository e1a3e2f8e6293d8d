import { describe, expect, it } from "vitest";
import { add, backend, mean, mul, randomNormal, square, sub, type Tensor, variable } from "../../src/compute/index.js";
import {
  adam,
  batchNormLayer,
  clipByGlobalNorm,
  type DrawingPass,
  linear,
  mlp,
  type Schedule,
  sequential,
  sgd,
  type TrainingTask,
  type TrainingTime,
  train,
} from "../../src/nn/index.js";
import { key, standardNormals } from "../../src/numerics/random.js";
import { data, held, network, options, regression, timeless } from "./regression.js";

const engine = await backend("wasm");

/** A network of one number w, and a loss of it and a batch of normal numbers. */
function oneNumber(rows: number, loss: (w: Tensor, x: Tensor, pass: DrawingPass) => Tensor) {
  const w = variable("w", [], [0]);
  const x = standardNormals(key(2), rows);
  const task: TrainingTask<"x"> = {
    network: { variables: [w], state: [] },
    data: { x: { shape: [rows], values: x } },
    loss: (batch, pass) => loss(w.tensor, batch.x, pass),
  };
  return { x, task, value: () => engine.read(w)[0]! };
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
const all = { validation: 0 };
const plain = sgd({ learningRate: 1 });

describe("an epoch", () => {
  it("goes through every row once, the last batch with what is left, and takes the mean over rows", async () => {
    const { task, x } = oneNumber(37, (w, x) => add(mean(x), mul(0, w)));
    const { history } = await train(engine, task, options({ ...all, batchSize: 10, epochs: 3 }));
    for (const { trainingLoss } of history) expect(trainingLoss).toBeCloseTo(sum(x) / 37, 6);
  });

  it("leaves the validation rows out, which are the same in every epoch", async () => {
    const { task, x } = oneNumber(37, (w, x) => add(mean(x), mul(0, w)));
    const { history } = await train(engine, task, options({ validation: 0.2, batchSize: 3 }));
    // 0.2 of 37 rows are 7.
    for (const { trainingLoss, validationLoss } of history) expect(30 * trainingLoss + 7 * validationLoss!).toBeCloseTo(sum(x), 5);
    expect(new Set(history.map(({ validationLoss }) => validationLoss)).size).toBe(1);
  });

  it("has an order of its own, by the key", async () => {
    // The last batch has one row, whose number moves w as much as the ten of another batch together.
    const run = async (seed: number) => {
      const { task, value } = oneNumber(31, (w, x) => mul(w, mean(x)));
      const after = [0];
      const onEpoch = () => void after.push(value());
      await train(engine, task, { key: key(seed), ...all, batchSize: 10, epochs: 4, optimiser: plain, onEpoch });
      return after.slice(1).map((w, i) => Math.round(1e4 * (w - after[i]!)));
    };
    const steps = await run(1);
    expect(new Set(steps).size).toBe(4);
    expect(await run(1)).toEqual(steps);
    expect(await run(2)).not.toEqual(steps);
  });

  it("draws anew at each training step, and the same for each validation", async () => {
    const modes: boolean[] = [];
    const { task } = oneNumber(40, (w, x, pass) => {
      modes.push(pass.training);
      return add(mean(randomNormal(pass.key, { shape: x.shape, stream: pass.nextStream() })), mul(0, w));
    });
    const { history } = await train(engine, task, options({ validation: 0.5, batchSize: 20 }));
    expect(new Set(history.map(({ trainingLoss }) => trainingLoss)).size).toBe(6);
    expect(new Set(history.map(({ validationLoss }) => validationLoss)).size).toBe(1);
    expect(modes).toEqual([true, false]);
  });
});

describe("a step", () => {
  it("multiplies the learning rate by the schedule, which is told the time", async () => {
    const times: TrainingTime[] = [];
    const schedule: Schedule = (time) => {
      times.push(time);
      return 1 / (1 + time.step);
    };
    const { task, value } = oneNumber(20, (w) => w);
    const { history } = await train(
      engine,
      task,
      options({ ...all, batchSize: 10, epochs: 3, optimiser: sgd({ learningRate: 2 }), schedule }),
    );
    expect(times.map(({ step, epoch }) => [step, epoch])).toEqual(Array.from({ length: 6 }, (_, i) => [i, Math.floor(i / 2)]));
    for (const { step, fraction } of times) expect(fraction).toBeCloseTo(step / 6, 12);
    expect(value()).toBeCloseTo(-2 * (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5 + 1 / 6), 5);
    expect(history.map(({ learningRate }) => learningRate)).toEqual([1, 1 / 2, 1 / 3].map(Math.fround));
  });

  it("clips the gradient, and tells its norm before", async () => {
    const { task, value } = oneNumber(20, (w) => mul(100, w));
    const { history } = await train(
      engine,
      task,
      options({ ...all, batchSize: 10, epochs: 1, optimiser: plain, clip: clipByGlobalNorm(0.25) }),
    );
    expect([history[0]!.gradientNorm, value()]).toEqual([100, -0.5]);
  });

  it("takes a variable that two layers share once", async () => {
    const { task, value } = oneNumber(10, (w) => w);
    const [w] = task.network.variables;
    await train(engine, { ...task, network: { variables: [w!, w!], state: [] } }, options({ ...all, epochs: 1, optimiser: plain }));
    expect(value()).toBe(-1);
  });
});

describe("training", () => {
  it("learns, and tells each epoch", async () => {
    const told: number[] = [];
    const { history, best, stopped } = await train(engine, regression(), {
      ...options({ epochs: 60, optimiser: adam({ learningRate: 0.02 }) }),
      onEpoch: async ({ epoch }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        told.push(epoch);
      },
    });
    const numbers = Array.from({ length: 60 }, (_, i) => i + 1);
    expect([stopped, told, history.map(({ epoch }) => epoch)]).toEqual(["epochs", numbers, numbers]);
    expect(history[0]!.validationLoss!).toBeGreaterThan(1);
    expect(best!.validationLoss!).toBeLessThan(0.15);
    expect(history.every(({ gradientNorm, seconds }) => gradientNorm > 0 && seconds >= 0)).toBe(true);
  });

  it("overfits a few points", async () => {
    const net = mlp({ inputs: 2, hidden: [50, 50], outputs: 1, activation: "tanh" }, key(1));
    const noise = { ...data(8), y: { shape: [8, 1], values: standardNormals(key(6), 8) } };
    const { history } = await train(
      engine,
      regression(net, noise),
      options({ ...all, epochs: 500, optimiser: adam({ learningRate: 0.01 }) }),
    );
    expect(history.at(-1)!.trainingLoss).toBeLessThan(1e-4);
  });

  it("repeats bit for bit with one key, and differs with another", async () => {
    const run = async (seed: number) => {
      const net = network();
      const { history } = await train(engine, regression(net), options({ key: key(seed) }));
      return { history: timeless(history), held: held(engine, net) };
    };
    expect(await run(5)).toEqual(await run(5));
    expect((await run(5)).held).not.toEqual((await run(6)).held);
  });

  it("keeps weights and running moments of the epoch with the least validation loss", async () => {
    const net = sequential([
      linear({ inputs: 2, outputs: 8 }, key(1)),
      batchNormLayer({ channels: 8 }),
      linear({ inputs: 8, outputs: 1 }, key(2)),
    ]);
    const after: number[][][] = [];
    const { best, history } = await train(engine, regression(net), {
      // So large a rate that the loss goes up and down.
      ...options({ epochs: 25, optimiser: adam({ learningRate: 0.3 }) }),
      onEpoch: () => void after.push(held(engine, net)),
    });
    const least = Math.min(...history.map(({ validationLoss }) => validationLoss!));
    expect(best!.validationLoss).toBe(least);
    expect(best!.epoch).toBeLessThan(25);
    expect(held(engine, net)).toEqual(after[best!.epoch - 1]);
    expect(after.at(-1)).not.toEqual(after[best!.epoch - 1]);
    const start = [...net.variables, ...net.state].map(({ initial }) => [...initial]);
    for (const [i, values] of after[0]!.entries()) expect(values).not.toEqual(start[i]);
  });

  it("by default takes 50 epochs, batches of 128 rows, Adam at 1e-3, and a fifth of the rows for validation", async () => {
    const [bare, told] = [network(), network()];
    const { history } = await train(engine, regression(bare), { key: key(5) });
    const defaults = { epochs: 50, batchSize: 128, optimiser: adam({ learningRate: 1e-3 }), validation: 0.2, debug: false };
    const same = await train(engine, regression(told), { key: key(5), ...defaults });
    expect(timeless(history)).toEqual(timeless(same.history));
    expect(history).toHaveLength(50);
  });

  it("without validation keeps the last epoch", async () => {
    const { best, history } = await train(engine, regression(), options(all));
    expect([best, best!.validationLoss, best!.epoch]).toEqual([history.at(-1), undefined, 6]);
  });

  it("validates on data of their own, and then trains on all rows", async () => {
    const { task, x } = oneNumber(20, (w, x) => add(mean(x), mul(0, w)));
    const validationData = { x: { shape: [3], values: [1, 2, 6] } };
    const { history } = await train(engine, { ...task, validationData }, options({ epochs: 1, batchSize: 2 }));
    expect(history[0]!.validationLoss).toBeCloseTo(3, 6);
    expect(history[0]!.trainingLoss).toBeCloseTo(sum(x) / 20, 6);
  });

  it("ends after so many epochs without a better one", async () => {
    const rate = adam({ learningRate: 0.3 });
    const { best, history, stopped } = await train(engine, regression(), options({ epochs: 500, patience: 3, optimiser: rate }));
    expect([stopped, history.length]).toEqual(["patience", best!.epoch + 3]);
  });

  it("agrees with the reference backend to the float32 error of a few steps", async () => {
    const run = async (name: "reference" | "wasm") => (await train(await backend(name), regression(), options({ epochs: 3 }))).history;
    const [exact, fast] = [await run("reference"), await run("wasm")];
    for (const [i, record] of exact.entries()) {
      expect(fast[i]!.validationLoss! / record.validationLoss!).toBeCloseTo(1, 5);
      expect(fast[i]!.gradientNorm / record.gradientNorm).toBeCloseTo(1, 4);
    }
    expect(exact).toHaveLength(3);
  });
});

it("a loss that is a square has its minimum at the mean of the data", async () => {
  const { task, value, x } = oneNumber(64, (w, x) => mean(square(sub(w, x))));
  await train(engine, task, options({ ...all, epochs: 40, batchSize: 64, optimiser: sgd({ learningRate: 0.25 }) }));
  expect(value()).toBeCloseTo(sum(x) / 64, 5);
});
