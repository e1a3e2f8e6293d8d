import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Stream } from "../../src/numerics/random.js";
import type * as Contract from "../../src/simulators/contract.js";
import type * as Marginals from "../../src/simulators/denominator.js";
import type * as Boards from "../../src/simulators/galton-board.js";
import type { GoldSimulator } from "../../src/simulators/gold-simulator.js";
import type * as Mining from "../../src/simulators/mine.js";
import type * as Filing from "../../src/simulators/mine-to-file.js";
import type * as Simulating from "../../src/simulators/simulate.js";
import type * as Making from "../../src/simulators/simulator.js";
import { buildLibrary } from "../support/built-library.js";

type Library = typeof Boards & typeof Filing & typeof Marginals & typeof Mining & typeof Simulating & typeof Making;

let library: Library;
let folder: string;

beforeAll(async () => {
  const built = await buildLibrary();
  folder = built.folder;
  const modules = ["denominator", "galton-board", "mine", "mine-to-file", "simulate", "simulator"].map((name) =>
    built.load<object>(`simulators/${name}`),
  );
  library = Object.assign({}, ...(await Promise.all(modules))) as Library;
  await writeFile(join(folder, "own.mjs"), ownModule(join(folder, "dist")));
});

afterAll(() => rm(folder, { recursive: true }));

describe("the same numbers", () => {
  it.each([1, 2, 3])("with %d workers as in the calling thread", async (workers) => {
    const board = library.galtonBoard();
    const options = { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 1001, seed: 5 };
    expect(await library.mine(board, { ...options, workers })).toEqual(await library.mine(board, options));
    const simulated = { theta: { slope: -0.8 }, n: 1001, seed: 5 };
    expect(await library.simulate(board, { ...simulated, workers })).toEqual(await library.simulate(board, simulated));
  });

  it("for a board of another size, and with a prior", async () => {
    const board = library.galtonBoard({ rows: 6, nails: 4 });
    const { uniform } = (await import(join(folder, "dist/probability/uniform.js"))) as typeof import("../../src/probability/uniform.js");
    const options = { prior: uniform(board.parameters), n: 333, seed: 5 };
    expect(await library.simulate(board, { ...options, workers: 2 })).toEqual(await library.simulate(board, options));
  });

  it("for hypotheses that vary, a marginal, dropped failures and a simulator's own gold", async () => {
    const { uniform } = (await import(join(folder, "dist/probability/uniform.js"))) as typeof import("../../src/probability/uniform.js");
    const own = (await import(join(folder, "own.mjs"))) as {
      fragile: Contract.Simulator<{ a: readonly [0, 2] }>;
      gold: GoldSimulator<{ a: readonly [0, 2] }>;
    };
    const prior = uniform({ a: [0, 2] });
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    for (const [simulator, denominator] of [
      [own.fragile, prior],
      [own.fragile, library.marginalOver(prior, { draws: 3 })],
      [own.gold, [{ a: 1 }, { a: 0 }]],
    ] as const) {
      const options = { numerator: prior, denominator, n: 501, seed: 5, failures: "drop" } as const;
      const alone = await library.mine(simulator, options);
      expect(alone.x.rows + alone.failures.count).toBe(501);
      expect(alone.failures.count > 0).toBe(simulator === own.fragile);
      for (const workers of [1, 2]) expect(await library.mine(simulator, { ...options, workers })).toEqual(alone);
    }
    vi.restoreAllMocks();
  });

  it("in a file", async () => {
    const board = library.galtonBoard({ rows: 4, nails: 5 });
    const options = { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 20_000, seed: 5 };
    const [alone, shared] = [join(folder, "alone.arrows"), join(folder, "shared.arrows")];
    await library.mineToFile(board, { ...options, path: alone });
    await library.mineToFile(board, { ...options, path: shared, workers: 2 });
    expect((await readFile(shared)).equals(await readFile(alone))).toBe(true);
  });

  it("after an interruption of workers", async () => {
    const board = library.galtonBoard({ rows: 4, nails: 5 });
    const controller = new AbortController();
    let drawn = 0;
    // The calling thread draws theta when it sends a shard, so that this ends the run between the first shards and the last.
    const numerator = (source: Stream) => {
      if (++drawn === 30_000) controller.abort(new Error("enough"));
      return { slope: -source.uniform() };
    };
    const options = { numerator, denominator: { slope: -0.6 }, n: 60_000, seed: 5, workers: 2 };
    const stopped = (await library.mine(board, { ...options, signal: controller.signal }).catch((reason: unknown) => reason)) as {
      name: string;
      partial: Mining.Mined<typeof board.parameters, true>;
    };
    expect(stopped.name).toBe("InterruptedError");
    expect(stopped.partial.x.rows).toBeLessThan(60_000);
    const whole = await library.mine(board, { ...options, workers: 1 });
    expect(await library.mine(board, { ...options, resume: stopped.partial })).toEqual(whole);
  });

  it("for a simulator that a user's own module exports", async () => {
    const { constant } = (await import(join(folder, "own.mjs"))) as { constant: Contract.Simulator<{ a: readonly [0, 2] }> };
    const options = { theta: { a: 1 }, n: 50, seed: 5 };
    expect(await library.simulate(constant, { ...options, workers: 2 })).toEqual(await library.simulate(constant, options));
  });
});

describe("errors in a worker", () => {
  const own = (name: string, run: () => number[]) => {
    const source = { module: pathToFileURL(join(folder, "own.mjs")).href, name };
    return library.simulator({ name, parameters: { a: [0, 2] }, observables: ["x"], source }, run);
  };
  const options = { theta: { a: 1 }, n: 50, seed: 5, workers: 2 };

  it("keep their class, message and event", async () => {
    const error = await library
      .simulate(
        own("broken", () => [Number.NaN]),
        options,
      )
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "DomainError", message: expect.stringContaining("x.x of broken, event ") });
  });

  it("are told even when the calling thread does not meet them", async () => {
    await expect(
      library.simulate(
        own("broken", () => [1]),
        options,
      ),
    ).rejects.toThrow("x.x of broken, event ");
  });

  it("say which export is not there", async () => {
    await expect(
      library.simulate(
        own("absent", () => [1]),
        options,
      ),
    ).rejects.toThrow('simulator: source.name is "absent"; expected the name of a simulator');
  });

  it("say which module is not there", async () => {
    const source = { module: "file:///no/such/module.mjs", name: "board" };
    const lost = library.simulator({ name: "lost", parameters: { a: [0, 2] }, observables: ["x"], source }, () => [1]);
    await expect(library.simulate(lost, options)).rejects.toThrow("/no/such/module.mjs");
  });

  it("tell of a thread that ends itself", async () => {
    await expect(
      library.simulate(
        own("exiting", () => [1]),
        options,
      ),
    ).rejects.toThrow("a worker thread ended with code 3");
  });
});

describe("an interrupt", () => {
  it("ends workers in the middle of an event", async () => {
    const source = { module: pathToFileURL(join(folder, "own.mjs")).href, name: "endless" };
    const endless = library.simulator({ name: "endless", parameters: { a: [0, 2] }, observables: ["x"], source }, () => [1]);
    const controller = new AbortController();
    const running = library.simulate(endless, { theta: { a: 1 }, n: 10, seed: 1, workers: 2, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("stopped by hand")), 200);
    await expect(running).rejects.toThrow("stopped by hand");
  });

  it("that came before starts no worker", async () => {
    const signal = AbortSignal.abort(new Error("too early"));
    await expect(library.simulate(library.galtonBoard(), { theta: { slope: 0 }, n: 10, seed: 1, workers: 2, signal })).rejects.toThrow(
      "too early",
    );
  });
});

/** A user's module beside the library: two simulators that work, one that does sometimes, three that do not. */
function ownModule(dist: string): string {
  const address = (path: string) => JSON.stringify(pathToFileURL(join(dist, path)).href);
  return `
import { simulator } from ${address("simulators/simulator.js")};
import { goldSimulator } from ${address("simulators/gold-simulator.js")};
import { normal } from ${address("probability/normal.js")};
const make = (name, run) => simulator({ name, parameters: { a: [0, 2] }, observables: ["x"], source: { module: import.meta.url, name } }, run);
export const constant = make("constant", ({ a }, sample) => [sample("x", normal(a, 1))]);
export const fragile = make("fragile", ({ a }, sample) => {
  const x = sample("x", normal(a, 1));
  if (x > 2) throw new Error("no convergence");
  return [x];
});
const place = { name: "gold", parameters: { a: [0, 2] }, observables: ["x"], source: { module: import.meta.url, name: "gold" } };
export const gold = goldSimulator(place, ({ a }, source, { numerator, denominator }) => {
  const x = a + source.normal();
  const jointLogRatio = ((x - denominator.a) ** 2 - (x - numerator.a) ** 2) / 2;
  return { x: [x], jointLogRatio, jointScore: { a: x - numerator.a } };
});
export const broken = make("broken", () => [NaN]);
export const exiting = make("exiting", () => process.exit(3));
export const endless = make("endless", () => { for (;;); });
`;
}
