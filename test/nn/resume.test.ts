import { afterEach, describe, expect, it } from "vitest";
import { backend } from "../../src/compute/index.js";
import {
  adam,
  batchNormLayer,
  type Checkpoint,
  cosineDecay,
  dropoutLayer,
  type Layer,
  linear,
  sequential,
  sgd,
  type TrainingOptions,
  train,
} from "../../src/nn/index.js";
import { key } from "../../src/numerics/random.js";
import { NOTEBOOK } from "../../src/platform/notebook.js";
import { held, network, options, regression, STEPS, timeless } from "./regression.js";

const engine = await backend("wasm");

/** All that has a state or draws, and three layers of one name. */
const busy = (): Layer =>
  sequential([
    linear({ inputs: 2, outputs: 8 }, key(3)),
    batchNormLayer({ channels: 8 }),
    dropoutLayer({ rate: 0.2 }),
    linear({ inputs: 8, outputs: 4 }, key(4)),
    linear({ inputs: 4, outputs: 1 }, key(5)),
  ]);

/** Options that abort in a certain step, counted from 0. */
function interrupting(step: number, more: Partial<TrainingOptions>): TrainingOptions {
  const [stop, schedule] = [new AbortController(), cosineDecay()];
  const watched = (time: Parameters<typeof schedule>[0]) => {
    if (time.step === step) stop.abort();
    return schedule(time);
  };
  return options({ ...more, signal: stop.signal, schedule: watched });
}

describe("resuming", () => {
  const OPTIMISERS = { adam: adam({ learningRate: 0.05 }), nesterov: sgd({ learningRate: 0.02, momentum: 0.9, nesterov: true }) };

  it.each([
    { at: "the first step", step: 0, optimiser: "adam" as const },
    { at: "the last step of an epoch, before it is validated", step: 2 * STEPS - 1, optimiser: "adam" as const },
    { at: "the first step of an epoch", step: 3 * STEPS, optimiser: "nesterov" as const },
    { at: "the middle of an epoch", step: 4 * STEPS + 2, optimiser: "nesterov" as const },
    { at: "the very last step", step: 6 * STEPS - 1, optimiser: "adam" as const },
  ])("after an interrupt in $at gives the same bits", async ({ step, optimiser }) => {
    const [whole, first, second] = [busy(), busy(), busy()];
    const how = { optimiser: OPTIMISERS[optimiser], schedule: cosineDecay() };
    const expected = await train(engine, regression(whole), options(how));
    const part = await train(engine, regression(first), interrupting(step, how));
    expect([part.stopped, part.history.length, part.checkpoint.epoch * STEPS + part.checkpoint.step]).toEqual([
      "interrupt",
      Math.floor(step / STEPS),
      step + 1,
    ]);
    const rest = await train(engine, regression(second), options({ ...how, resume: structuredClone(part.checkpoint) }));
    expect(timeless(rest.history)).toEqual(timeless(expected.history));
    expect(held(engine, second)).toEqual(held(engine, whole));
    const { history: _, best: ours, ...end } = rest.checkpoint;
    const { history: __, best: theirs, ...same } = expected.checkpoint;
    expect([end, ours!.variables]).toEqual([same, theirs!.variables]);
  });

  it("from a checkpoint of onEpoch does too, on the reference backend as well", async () => {
    for (const where of [engine, await backend("reference")]) {
      const [whole, second] = [busy(), busy()];
      let kept: Checkpoint | undefined;
      const expected = await train(where, regression(whole), {
        ...options({ epochs: 4 }),
        onEpoch: ({ epoch }, checkpoint) => {
          if (epoch === 2) kept = checkpoint();
        },
      });
      const rest = await train(where, regression(second), options({ epochs: 4, resume: kept! }));
      expect(timeless(rest.history)).toEqual(timeless(expected.history));
      expect(held(where, second)).toEqual(held(where, whole));
    }
  });

  it("with more epochs goes on where a finished training ended, and with as many returns what it had", async () => {
    const [whole, second, third] = [network(), network(), network()];
    const expected = await train(engine, regression(whole), options({ epochs: 5 }));
    const { checkpoint, history } = await train(engine, regression(), options({ epochs: 3 }));
    const rest = await train(engine, regression(second), options({ epochs: 5, resume: checkpoint }));
    expect(timeless(rest.history)).toEqual(timeless(expected.history));
    expect(held(engine, second)).toEqual(held(engine, whole));
    const again = await train(engine, regression(third), options({ epochs: 3, resume: checkpoint }));
    expect([again.history, again.best]).toEqual([history, history.at(-1)]);
  });

  it("keeps count of patience", async () => {
    const how = { epochs: 500, patience: 4, optimiser: adam({ learningRate: 0.3 }) };
    const expected = await train(engine, regression(), options(how));
    const { checkpoint } = await train(engine, regression(), options({ ...how, epochs: expected.best!.epoch + 2 }));
    const rest = await train(engine, regression(), options({ ...how, resume: checkpoint }));
    expect([rest.stopped, timeless(rest.history)]).toEqual(["patience", timeless(expected.history)]);
  });

  it("takes a checkpoint that later training did not touch", async () => {
    let [kept, copy]: (Checkpoint | undefined)[] = [];
    await train(engine, regression(), {
      ...options(),
      onEpoch: ({ epoch }, checkpoint) => {
        if (epoch !== 2) return;
        kept = checkpoint();
        copy = structuredClone(kept);
      },
    });
    expect(kept).toEqual(copy);
    expect(kept!.history).toHaveLength(2);
  });
});

describe("ending early", () => {
  const host = globalThis as { [NOTEBOOK]?: unknown };
  afterEach(() => void delete host[NOTEBOOK]);

  it("keeps the best epoch so far", async () => {
    const net = network();
    const after: number[][][] = [];
    const onEpoch = () => void after.push(held(engine, net));
    const { best, history } = await train(engine, regression(net), interrupting(3 * STEPS + 2, { onEpoch }));
    expect(history).toHaveLength(3);
    expect(held(engine, net)).toEqual(after[best!.epoch - 1]);
  });

  it("in the first epoch keeps the weights of the last step", async () => {
    const net = network();
    const { best, history, checkpoint } = await train(engine, regression(net), interrupting(1, {}));
    expect([best, history]).toEqual([undefined, []]);
    expect(held(engine, net)).toEqual(Object.values(checkpoint.variables).map((values) => [...values]));
    expect(held(engine, net)).not.toEqual(held(engine, network()));
  });

  it("before the first step throws the signal's reason and changes nothing", async () => {
    const net = network();
    await expect(train(engine, regression(net), options({ signal: AbortSignal.abort(new Error("enough")) }))).rejects.toThrow("enough");
    expect(held(engine, net)).toEqual(held(engine, network()));
  });

  it("when its time is over", async () => {
    const began = performance.now();
    const { stopped } = await train(engine, regression(), options({ epochs: 1e6, seconds: 0.1 }));
    expect(stopped).toBe("seconds");
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it("by the notebook's interrupt, within a moment, its progress shown till then", async () => {
    const stop = new AbortController();
    const lines: unknown[] = [];
    host[NOTEBOOK] = { interrupt: stop.signal, display: (bundle: { "text/plain": string }) => void lines.push(bundle["text/plain"]) };
    const began = performance.now();
    setTimeout(() => stop.abort(), 800);
    const { stopped, history, best } = await train(engine, { ...regression(), label: "fit line" }, options({ epochs: 1e6 }));
    expect(performance.now() - began).toBeLessThan(2500);
    expect(stopped).toBe("interrupt");
    expect(best!.validationLoss).toBe(Math.min(...history.map(({ validationLoss }) => validationLoss!)));
    expect(lines[0]).toMatch(/^fit line ░+ \d+\/6000000 steps/);
  });
});
