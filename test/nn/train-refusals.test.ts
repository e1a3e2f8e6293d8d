import { describe, expect, it } from "vitest";
import { add, backend, log, mean, mul, sqrt, square, sub } from "../../src/compute/index.js";
import { DomainError, NotConvergedError, ShapeError } from "../../src/errors.js";
import { type Divergence, mlp, sgd, type TrainingOptions, type TrainingTask, train } from "../../src/nn/index.js";
import { key } from "../../src/numerics/random.js";
import { data, held, network, options, regression, STEPS } from "./regression.js";

const engine = await backend("wasm");

interface Case {
  readonly name: string;
  readonly options?: Partial<TrainingOptions>;
  readonly task?: Partial<TrainingTask<"x" | "y">>;
  readonly error: typeof DomainError | typeof ShapeError;
  readonly message: RegExp;
}

const { x, y } = data(10);
const REFUSALS: readonly Case[] = [
  { name: "no epochs", options: { epochs: 0 }, error: DomainError, message: /^train: epochs is 0/ },
  { name: "half a row", options: { batchSize: 0.5 }, error: DomainError, message: /^train: batchSize is 0.5/ },
  { name: "all rows for validation", options: { validation: 1 }, error: DomainError, message: /^train: validation is 1/ },
  { name: "no patience", options: { patience: 0 }, error: DomainError, message: /^train: patience is 0/ },
  { name: "no time", options: { seconds: 0 }, error: DomainError, message: /^train: seconds is 0/ },
  {
    name: "patience without validation",
    options: { validation: 0, patience: 2 },
    error: DomainError,
    message: /^train: patience is 2; expected none without validation; hold a part/,
  },
  { name: "a schedule below 0", options: { schedule: () => -1 }, error: DomainError, message: /^train: schedule at step 0 is -1/ },
  { name: "no data", task: { data: {} as never }, error: DomainError, message: /^train: data is {}/ },
  {
    name: "a number as data",
    task: { data: { x: { shape: [], values: [1] }, y } },
    error: ShapeError,
    message: /^train: data.x has shape \[\]/,
  },
  { name: "no rows", task: { data: data(0) }, error: ShapeError, message: /^train: data.x has shape \[0, 2\]; expected at least one row/ },
  {
    name: "too few values",
    task: { data: { x: { shape: [10, 2], values: [1] }, y } },
    error: ShapeError,
    message: /^train: data.x has shape \[1\]; expected 20 numbers/,
  },
  {
    name: "rows that differ",
    task: { data: { x, y: data(11).y } },
    error: ShapeError,
    message: /^train: data.y has shape \[11, 1\]; expected \[10, ...\]/,
  },
  {
    name: "a NaN",
    task: { data: { x: { shape: [2, 2], values: [0, 1, Number.NaN, 0] }, y: data(2).y } },
    error: DomainError,
    message: /^train: data.x is NaN; expected finite numbers; row 1/,
  },
  {
    name: "one row, and that for validation",
    task: { data: data(1) },
    error: DomainError,
    message: /^train: validation is 0.2; expected a part/,
  },
  {
    name: "two kinds of validation",
    options: { validation: 0.1 },
    task: { validationData: data(5) },
    error: DomainError,
    message: /^train: validation is 0.1; expected 0 beside validationData/,
  },
  {
    name: "validation data of other names",
    task: { validationData: { x } as never },
    error: DomainError,
    message: /^train: validationData is \["x"\]; expected arrays named x, y/,
  },
  {
    name: "validation data of other shapes",
    task: { validationData: { x: y, y } },
    error: ShapeError,
    message: /^train: validationData.x has shape \[10, 1\]; expected \[N, 2\]/,
  },
  {
    name: "a loss for each row",
    task: { loss: ({ x }) => square(x) },
    error: ShapeError,
    message: /^train: loss has shape \[32, 2\]; expected \[\]; take the mean/,
  },
  { name: "nothing to train", task: { network: { variables: [], state: [] } }, error: DomainError, message: /^train: network is \[\]/ },
];

const refused = (run: Promise<unknown>) =>
  run.then(
    () => expect.unreachable(),
    (error: unknown) => error as Error,
  );

it.each(REFUSALS)("train refuses $name", async ({ options: more, task, error, message }) => {
  const thrown = await refused(train(engine, { ...regression(), ...task }, options(more)));
  expect(thrown).toBeInstanceOf(error);
  expect(thrown.message).toMatch(message);
});

it("train refuses a checkpoint of another training", async () => {
  const { checkpoint: resume } = await train(engine, regression(), options({ epochs: 1 }));
  const wide = mlp({ inputs: 2, hidden: [9], outputs: 1, activation: "tanh" }, key(3));
  const deep = mlp({ inputs: 2, hidden: [8, 8], outputs: 1, activation: "tanh" }, key(3));
  const cases = [
    { task: regression(network(), data(90)), more: {}, message: /^train: resume has shape \[162\]; expected \[72\] training rows/ },
    { task: regression(), more: { key: key(8) }, message: /^train: resume.key is/ },
    { task: regression(), more: { batchSize: 16 }, message: /^train: resume.batchSize is 32; expected 16/ },
    { task: regression(), more: { optimiser: sgd() }, message: /^train: resume.optimiser is/ },
    { task: regression(wide), more: {}, message: /^train: resume.variables.mlp.0.weight has shape \[16\]; expected \[18\]/ },
    { task: regression(deep), more: {}, message: /^train: resume.variables is/ },
  ];
  for (const { task, more, message } of cases)
    expect((await refused(train(engine, task, options({ resume, ...more })))).message).toMatch(message);
});

describe("a training that diverges", () => {
  /** log of what may be negative. */
  const broken = (net = network()): TrainingTask<"x" | "y"> => ({
    ...regression(net),
    loss: ({ x, y }) => mean(log(sub(net.apply(x), y))),
  });

  it("at once, tells where and puts the first weights back", async () => {
    const net = network();
    const error = (await refused(train(engine, broken(net), options()))) as NotConvergedError<Divergence>;
    expect(error).toBeInstanceOf(NotConvergedError);
    expect(error.message).toMatch(/^train: the loss became NaN in epoch 1 of 6, step 1 of 6; lower the learning rate.*; debug: true names/);
    expect(error.best).toEqual({ history: [], best: undefined, epoch: 1, step: 1, origin: undefined });
    expect(held(engine, net)).toEqual(held(engine, network()));
  });

  it("later, carries the history and puts the best weights back", async () => {
    const net = network();
    const after: number[][][] = [];
    const error = (await refused(
      train(engine, regression(net), {
        ...options({ optimiser: sgd({ learningRate: 0.05 }) }),
        schedule: ({ step }) => (step === 2 * STEPS + 3 ? 1e30 : 1),
        onEpoch: () => void after.push(held(engine, net)),
      }),
    )) as NotConvergedError<Divergence>;
    const { history, best, epoch, step } = error.best;
    expect([history.length, epoch, step]).toEqual([2, 3, 5]);
    expect(best).toBe(history[1]);
    expect(held(engine, net)).toEqual(after[1]);
  });

  it("tells a gradient that is not finite from a loss", async () => {
    // The root of 0 is 0; its slope is infinite, and times 0 no number.
    const net = network();
    const loss: TrainingTask<"x" | "y">["loss"] = ({ x }) => mean(sqrt(mul(0, net.apply(x))));
    const { message } = await refused(train(engine, { ...regression(net), loss }, options()));
    expect(message).toMatch(/^train: the gradient's norm became NaN in epoch 1 of 6, step 1 of 6/);
  });

  it("with debug names the operation, from the batch and the weights of that step", async () => {
    const values = Array.from({ length: 100 }, (_, i) => (i === 41 ? -5 : 0));
    const net = network();
    // The slope is no number either, so after the step all weights are none.
    const loss: TrainingTask<"x" | "y">["loss"] = ({ x, y }) => mean(sqrt(add(y, add(1, mul(0, net.apply(x))))));
    const task = { network: net, data: { x: data(100).x, y: { shape: [100, 1], values } }, loss };
    const error = (await refused(
      train(engine, task, options({ debug: true, validation: 0, batchSize: 10 })),
    )) as NotConvergedError<Divergence>;
    expect(error.best.step).toBeGreaterThan(1);
    expect(error.best.origin).toMatchObject({ operation: "sqrt", from: [-4], result: 'the output "loss"' });
    expect(error.message).toMatch(/of 10 \(sqrt gave NaN at \[\d, 0\] of its result \[10, 1\], from -4; .*\); lower/);
    expect(error.message).not.toMatch(/debug/);
    expect(held(engine, net)).toEqual(held(engine, network()));
  });

  it("only in validation, is told too", async () => {
    const net = network();
    const loss: TrainingTask<"x" | "y">["loss"] = ({ x, y }, { training }) =>
      mean(training ? square(sub(net.apply(x), y)) : log(sub(net.apply(x), add(y, 1e3))));
    const run = (debug: boolean) => refused(train(engine, { ...regression(net), loss }, options({ debug })));
    expect((await run(false)).message).toMatch(/^train: the validation loss became NaN in epoch 1 of 6, step 6 of 6; lower/);
    expect((await run(true)).message).toMatch(/^train: the validation loss became NaN in epoch 1 of 6, step 6 of 6 \(log gave NaN/);
  });
});
