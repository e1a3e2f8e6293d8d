import { describe, expect, it } from "vitest";
import { type Backend, backend, log, mean, mul, square, sub, type Values, variable } from "../../src/compute/index.js";
import { DomainError, NotConvergedError, ShapeError } from "../../src/errors.js";
import {
  adam,
  type Checkpoint,
  type Divergence,
  dropoutLayer,
  type EpochRecord,
  linear,
  mlp,
  sequential,
  sgd,
  type TrainingOptions,
  train,
} from "../../src/nn/index.js";
import { key, standardNormals } from "../../src/numerics/random.js";

const ROWS = 203;

/** y = x0 - 2 x1 + noise. */
function data(rows = ROWS, seed = 1): { x: Values; y: Values } {
  const x = standardNormals(key(seed), 2 * rows);
  const noise = standardNormals(key(seed + 1000), rows);
  const y = noise.map((e, i) => x[2 * i]! - 2 * x[2 * i + 1]! + 0.1 * e);
  return { x: { shape: [rows, 2], values: x }, y: { shape: [rows, 1], values: y } };
}

/** A network of its own for each training, always with the same first weights. */
const network = () => mlp({ inputs: 2, hidden: [8], outputs: 1, activation: "tanh" }, key(3));

function task(net = network(), given = data()) {
  return {
    network: net,
    data: given,
    loss: ({ x, y }: Record<"x" | "y", Parameters<typeof square>[0]>) => mean(square(sub(net.apply(x as never), y))),
  };
}

const options = (more: Partial<TrainingOptions> = {}): TrainingOptions => ({ key: key(5), epochs: 6, batchSize: 32, ...more });

const weights = (engine: Backend, net: ReturnType<typeof network>) => net.variables.map((v) => [...engine.read(v)]);

/** Histories without the clock. */
const timeless = (history: readonly EpochRecord[]) => history.map(({ seconds: _, ...record }) => record);

describe("train", async () => {
  const engine = await backend("wasm");

  it("learns, and tells each epoch", async () => {
    const { history, best, stopped } = await train(engine, task(), options({ epochs: 60, optimiser: adam({ learningRate: 0.02 }) }));
    expect(stopped).toBe("epochs");
    expect(history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(history[0]!.validationLoss!).toBeGreaterThan(1);
    expect(best!.validationLoss!).toBeLessThan(0.15);
    expect(history.every(({ gradientNorm, learningRate }) => gradientNorm > 0 && Math.abs(learningRate - 0.02) < 1e-8)).toBe(true);
  });

  it("repeats bit for bit with one key, and differs with another", async () => {
    const run = async (seed: number) => {
      const net = network();
      const { history } = await train(engine, task(net), options({ key: key(seed) }));
      return { history: timeless(history), weights: weights(engine, net) };
    };
    expect(await run(5)).toEqual(await run(5));
    expect((await run(5)).weights).not.toEqual((await run(6)).weights);
  });

  it("goes through every row once an epoch, the last batch with what is left", async () => {
    // The loss is the mean of x, so the epoch's mean over its rows is the mean of all, whatever the batches.
    const w = variable("w", [], [0]);
    const x = data(37).x;
    const still = {
      network: { variables: [w], state: [] },
      data: { x },
      loss: ({ x: batch }: Record<"x", typeof w.tensor>) => sub(mean(batch), mul(0, w.tensor)),
    };
    const { history } = await train(
      engine,
      still,
      options({ validation: 0, batchSize: 10, epochs: 1, optimiser: sgd({ learningRate: 1 }) }),
    );
    const expected = Array.from(x.values).reduce((a, b) => a + b) / x.values.length;
    expect(history[0]!.trainingLoss).toBeCloseTo(expected, 6);
  });

  it("keeps the weights of the epoch with the least validation loss", async () => {
    const net = network();
    const kept = new Map<number, number[][]>();
    const { best, history } = await train(engine, task(net), {
      // So large a rate that the loss goes up and down.
      ...options({ epochs: 25, optimiser: adam({ learningRate: 0.3 }) }),
      onEpoch: ({ epoch }) => void kept.set(epoch, weights(engine, net)),
    });
    const least = Math.min(...history.map(({ validationLoss }) => validationLoss!));
    expect(best!.validationLoss).toBe(least);
    expect(best!.epoch).toBeLessThan(25);
    expect(weights(engine, net)).toEqual(kept.get(best!.epoch));
  });

  it("ends after so many epochs without a better one", async () => {
    const { best, history, stopped } = await train(
      engine,
      task(),
      options({ epochs: 500, patience: 3, optimiser: adam({ learningRate: 0.3 }) }),
    );
    expect(stopped).toBe("patience");
    expect(history.length).toBe(best!.epoch + 3);
  });

  it.each([
    { name: "between epochs", at: 2 },
    { name: "within an epoch, by an interrupt", at: undefined },
  ])("goes on from a checkpoint $name with the same bits", async ({ at }) => {
    const make = () => {
      const net = sequential([
        linear({ inputs: 2, outputs: 8 }, key(3)),
        dropoutLayer({ rate: 0.2 }),
        linear({ inputs: 8, outputs: 1 }, key(4)),
      ]);
      return { net, task: task(net as never) };
    };
    const whole = make();
    const expected = await train(engine, whole.task, options());
    const first = make();
    let checkpoint: Checkpoint | undefined;
    if (at === undefined) {
      const stop = new AbortController();
      const part = await train(
        engine,
        first.task,
        options({
          signal: stop.signal,
          onEpoch: ({ epoch }) => {
            if (epoch === 3) stop.abort();
          },
        }),
      );
      expect(part.stopped).toBe("interrupt");
      checkpoint = part.checkpoint;
      expect(checkpoint.step).toBe(1);
    } else {
      const part = await train(engine, first.task, options({ epochs: at }));
      checkpoint = part.checkpoint;
    }
    const second = make();
    const rest = await train(engine, second.task, options({ resume: structuredClone(checkpoint) }));
    expect(timeless(rest.history)).toEqual(timeless(expected.history));
    expect(weights(engine, second.net as never)).toEqual(weights(engine, whole.net as never));
  });

  it("is interrupted within a moment, and keeps the best so far", async () => {
    const net = network();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 150);
    const start = performance.now();
    const { best, stopped, history } = await train(engine, task(net), options({ epochs: 1e6, signal: stop.signal }));
    expect(performance.now() - start).toBeLessThan(1500);
    expect(stopped).toBe("interrupt");
    expect(history.length).toBeGreaterThan(0);
    expect(best!.validationLoss).toBe(Math.min(...history.map(({ validationLoss }) => validationLoss!)));
  });

  it("ends when its time is over", async () => {
    const { stopped } = await train(engine, task(), options({ epochs: 1e6, seconds: 0.1 }));
    expect(stopped).toBe("seconds");
  });

  it("stops where the loss is no number, with what it had and the best weights", async () => {
    const net = network();
    const bad = {
      ...task(net),
      loss: ({ x, y }: Record<"x" | "y", Parameters<typeof square>[0]>) => mean(log(sub(net.apply(x as never), y))),
    };
    const error = await train(engine, bad, options()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotConvergedError);
    const { message, best } = error as NotConvergedError<Divergence>;
    expect(message).toMatch(/^train: the loss became NaN in epoch 1 of 6, step 1 of 6; lower the learning rate/);
    expect(best).toEqual({ history: [], best: undefined, epoch: 1, step: 1 });
    expect(weights(engine, net)).toEqual(network().variables.map(({ initial }) => [...initial]));
  });

  it("validates on data of their own", async () => {
    const { history } = await train(engine, { ...task(), validationData: data(50, 9) }, options({ epochs: 2 }));
    expect(history[1]!.validationLoss).toBeGreaterThan(0);
  });

  const REFUSALS: readonly {
    name: string;
    options?: Partial<TrainingOptions>;
    change?: object;
    error: new (...args: never[]) => Error;
    message: RegExp;
  }[] = [
    { name: "no epochs", options: { epochs: 0 }, error: DomainError, message: /^train: epochs is 0/ },
    { name: "half a row", options: { batchSize: 0.5 }, error: DomainError, message: /^train: batchSize is 0.5/ },
    { name: "all rows for validation", options: { validation: 1 }, error: DomainError, message: /^train: validation is 1/ },
    { name: "no time", options: { seconds: 0 }, error: DomainError, message: /^train: seconds is 0/ },
    {
      name: "patience without validation",
      options: { validation: 0, patience: 2 },
      error: DomainError,
      message: /^train: patience is 2; expected none without validation/,
    },
    { name: "a schedule below 0", options: { schedule: () => -1 }, error: DomainError, message: /^train: schedule at step 0 is -1/ },
    {
      name: "rows that differ",
      change: { data: { x: data(10).x, y: data(11).y } },
      error: ShapeError,
      message: /^train: data.y has shape \[11, 1\]; expected \[10, ...\]/,
    },
    {
      name: "a NaN",
      change: { data: { x: { shape: [1, 2], values: [0, Number.NaN] }, y: data(1).y } },
      error: DomainError,
      message: /^train: data.x is NaN; expected finite numbers; row 0/,
    },
    { name: "no data", change: { data: {} }, error: DomainError, message: /^train: data is / },
    {
      name: "a loss for each row",
      change: { loss: ({ x }: { x: Parameters<typeof square>[0] }) => square(x) },
      error: ShapeError,
      message: /^train: loss has shape \[32, 2\]; expected \[\]/,
    },
    { name: "nothing to train", change: { network: { variables: [], state: [] } }, error: DomainError, message: /^train: network is / },
  ];
  it.each(REFUSALS)("refuses $name", async ({ options: more, change, error, message }) => {
    const thrown = await train(engine, { ...task(), ...change } as never, options(more)).catch((refused: unknown) => refused);
    expect(thrown).toBeInstanceOf(error);
    expect((thrown as Error).message).toMatch(message);
  });

  it("refuses a checkpoint of another training", async () => {
    const { checkpoint } = await train(engine, task(), options({ epochs: 1 }));
    await expect(train(engine, task(network(), data(90)), options({ resume: checkpoint }))).rejects.toThrow(/^train: resume has shape/);
    await expect(train(engine, task(), options({ resume: checkpoint, key: key(8) }))).rejects.toThrow(/^train: resume.key is/);
    const other = mlp({ inputs: 2, hidden: [9], outputs: 1, activation: "tanh" }, key(3));
    await expect(train(engine, task(other), options({ resume: checkpoint }))).rejects.toThrow(/^train: resume.variables/);
  });
});
