import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { backend } from "../../src/compute/index.js";
import type { DensityEstimator } from "../../src/estimators/density/density-estimator.js";
import { density } from "../../src/estimators/density.js";
import {
  carl,
  cnnEmbedding,
  couplingNsf,
  deepSet,
  galtonBoard,
  key,
  type LikelihoodEstimator,
  logNormal,
  maf,
  mdn,
  mine,
  mlpEmbedding,
  nle,
  normal,
  npe,
  nsf,
  type PosteriorEstimator,
  scandal,
  simulate,
  simulator,
  uniform,
} from "../../src/index.js";
import { type ModelArray, readModel, writeModel } from "../../src/io/model-file.js";
import { independent } from "../../src/probability/independent.js";
import { loadDensity, loadLikelihood, loadPosterior, loadRatio, save } from "../../src/saving/save.js";

const quick = { seed: 2, epochs: 2, batchSize: 64, verdict: false } as const;
const folder = await mkdtemp(join(tmpdir(), "galton-save-density-"));

/** Four observables: a set of four, an image of 2 x 2. */
const four = simulator(
  { name: "four", parameters: { a: [-2, 2], b: [-Infinity, Infinity], c: [0, Infinity] }, observables: ["x1", "x2", "x3", "x4"] },
  ({ a, b, c }, sample) => [0, 1, 2, 3].map((i) => sample(`x${i}`, normal(a + b, 0.5 + c))),
);
const prior = independent({ a: uniform(-2, 2), b: normal(0, 1), c: logNormal(0, 1) });
const simulations = await simulate(four, { prior, n: 300, seed: 1 });
const X = [0.3, -0.2, 0.8, 0.1];
const THETAS = [
  [0.5, -0.3, 0.7],
  [-1.9, 2, 0.01],
  [3, 0, 1],
];

const FLOWS = {
  maf: maf({ transforms: 2, hidden: [8] }),
  nsf: nsf({ transforms: 2, hidden: [8], bins: 4, bound: 4 }),
  "nsf-coupling": couplingNsf({ transforms: 2, hidden: [8], bins: 4 }),
  mdn: mdn({ components: 3, hidden: [8] }),
};
const EMBEDDINGS = {
  none: undefined,
  mlp: mlpEmbedding({ hidden: [6], outputs: 3, activation: "tanh" }),
  "deep set": deepSet({ elements: 4, hidden: [6], outputs: 3 }),
  cnn: cnnEmbedding({ height: 2, width: 2, filters: [3], outputs: 3 }),
};
const cases = [
  ...Object.entries(FLOWS).map(([name, flow]) => ({ name, flow, embedding: EMBEDDINGS.none, members: 1 })),
  ...Object.entries(EMBEDDINGS).map(([name, embedding]) => ({ name: `maf after ${name}`, flow: FLOWS.maf, embedding, members: 2 })),
  { name: "an ensemble of splines", flow: FLOWS.nsf, embedding: EMBEDDINGS.mlp, members: 2 },
];

/** A file is a function of what it holds: saved, loaded and saved again it has the same bytes. */
async function savedTwice<Estimator extends DensityEstimator | LikelihoodEstimator | PosteriorEstimator>(
  name: string,
  estimator: Estimator,
  load: (path: string) => Promise<Estimator>,
) {
  const path = join(folder, `${name}.galton`);
  await save(estimator, path);
  const loaded = await load(path);
  await save(loaded, `${path}.again`);
  expect(await readFile(`${path}.again`)).toEqual(await readFile(path));
  const { settings, ...model } = loaded.model as PosteriorEstimator["model"];
  const { settings: own, ...expected } = estimator.model as PosteriorEstimator["model"];
  expect(model).toEqual(expected);
  expect(settings.flow).toMatchObject({ name: own.flow.name, settings: own.flow.settings });
  expect(settings.embedding?.settings).toEqual(own.embedding?.settings);
  return loaded;
}

describe("a saved posterior", () => {
  it.each(cases)("gives the same bits: $name", async ({ name, flow, embedding, members }) => {
    const fitted = await npe({ flow, members, ...(embedding && { embedding }) }).fit(simulations, { ...quick, prior });
    const loaded = await savedTwice<PosteriorEstimator>(`posterior ${name}`, fitted, loadPosterior);
    const [was, is] = [fitted.at(X), loaded.at(X)];
    expect(is.logProb(THETAS)).toEqual(was.logProb(THETAS));
    expect(is.logProb(THETAS)[2]).toBe(-Infinity);
    expect(is.sample(key(3), 50)).toEqual(was.sample(key(3), 50));
    expect(loaded.members(THETAS, X)).toEqual(fitted.members(THETAS, X));
    expect(loaded.parameters).toEqual({ a: [-2, 2], b: [-Infinity, Infinity], c: [0, Infinity] });
    expect(loaded.training).toEqual(fitted.training);
    expect([loaded.name, loaded.heldOut, loaded.checkpoint]).toEqual(["npe", undefined, undefined]);
  });
});

describe("a saved likelihood", () => {
  it.each(cases.filter(({ name }) => !/set|cnn/.test(name)))("gives the same bits: $name", async ({ name, flow, embedding, members }) => {
    const fitted = await nle({ flow, members, ...(embedding && { embedding }) }).fit(simulations, quick);
    const loaded = await savedTwice(`likelihood ${name}`, fitted, loadLikelihood);
    const theta = { a: 0.5, b: -0.3, c: 0.7 };
    expect(loaded.logProb([X], theta)).toEqual(fitted.logProb([X], theta));
    expect(loaded.score([X], theta)).toEqual(fitted.score([X], theta));
    expect(loaded.at(theta).sample(key(3), 50)).toEqual(fitted.at(theta).sample(key(3), 50));
  });

  it("of scandal too", async () => {
    const noisy = simulator({ name: "noisy", parameters: { mu: [-2, 2] }, observables: ["x"] }, ({ mu }, sample) => [
      sample("x", normal(mu, 1)),
    ]);
    const mined = await mine(noisy, { numerator: uniform({ mu: [-2, 2] }), denominator: { mu: 0 }, n: 200, seed: 1 });
    const fitted = await scandal({ flow: FLOWS.maf }).fit(mined, quick);
    const loaded = await savedTwice("scandal", fitted, loadLikelihood);
    expect(loaded.name).toBe("scandal");
    expect(loaded.logProb([0.3], { mu: 0.5 })).toEqual(fitted.logProb([0.3], { mu: 0.5 }));
  });
});

describe("a saved density of plain data", () => {
  it.each(cases)("gives the same bits: $name", async ({ name, flow, embedding, members }) => {
    const ranges = { c: [0, Infinity] } as const;
    const names = ["a", "b", "c"];
    const { x: context, theta } = simulations;
    const fitted = await density({ flow, members, ...(embedding && { embedding }) }).fit(theta, { ...quick, context, ranges, names });
    const loaded = await savedTwice(`density ${name}`, fitted, loadDensity);
    expect(loaded.logProb(THETAS, X)).toEqual(fitted.logProb(THETAS, X));
    expect(loaded.at(X).sample(key(3), 50)).toEqual(fitted.at(X).sample(key(3), 50));
  });

  it.each(Object.entries(FLOWS))("without a context too: %s", async (name, flow) => {
    const fitted = await density({ flow }).fit(simulations.theta, quick);
    const loaded = await savedTwice(`alone ${name}`, fitted, loadDensity);
    expect(loaded.logProb(THETAS)).toEqual(fitted.logProb(THETAS));
    expect(loaded.at().sample(key(3), 50)).toEqual(fitted.at().sample(key(3), 50));
  });
});

/** A body whose parts may be changed. */
interface Loose {
  readonly model: {
    readonly settings: Record<"embedding" | "flow", { name: string; readonly settings: Record<string, unknown> }>;
    readonly support: Record<string, unknown>;
    readonly scales: { readonly y: { readonly mean: number[] } };
    readonly data: { readonly observables: string[] };
  };
}

describe("refusals", () => {
  const path = join(folder, "whole.galton");
  const other = join(folder, "changed.galton");
  beforeAll(async () => {
    await save(await npe({ flow: FLOWS.maf, embedding: EMBEDDINGS["deep set"] }).fit(simulations, { ...quick, prior }), path);
  });
  const bytes = async (change: (copy: Buffer) => Buffer) => {
    await writeFile(other, change(await readFile(path)));
    return loadPosterior(other);
  };
  /** The file with another body or other arrays, its digests right. */
  const record = async (change: (body: Loose, arrays: Record<string, ModelArray>) => void) => {
    const { kind, body, arrays } = await readModel("test", path);
    const [ownBody, ownArrays] = [structuredClone(body) as Loose, { ...arrays }];
    change(ownBody, ownArrays);
    await writeModel(other, { kind, body: ownBody, arrays: ownArrays });
    return loadPosterior(other);
  };

  it("of a file that is truncated, damaged, newer, or of another kind", async () => {
    await expect(bytes((copy) => copy.subarray(0, 300))).rejects.toThrow(/^loadPosterior: .*changed.galton .*300 of \d+ bytes/);
    await expect(bytes((copy) => copy.fill(copy[400]! ^ 1, 400, 401))).rejects.toThrow(/changed.galton is damaged/);
    await expect(bytes((copy) => copy.fill(copy.at(-1)! ^ 1, copy.length - 1))).rejects.toThrow(/changed.galton is damaged/);
    await expect(bytes((copy) => copy.fill(99, 6, 7))).rejects.toThrow(/update galton/);
    await expect(loadLikelihood(path)).rejects.toThrow(
      `loadLikelihood: ${path} holds a posterior estimator; expected a likelihood estimator; use the function for what it holds`,
    );
    await expect(loadDensity(path)).rejects.toThrow("holds a posterior estimator; expected a density estimator");
    await expect(loadRatio(path)).rejects.toThrow("holds a posterior estimator; expected a ratio estimator");
    const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 200, seed: 1 });
    await save(await carl({ hidden: [5] }).fit(mined, quick), other);
    await expect(loadPosterior(other)).rejects.toThrow("holds a ratio estimator; expected a posterior estimator");
  });

  it("of a flow or an embedding that this version does not know, or cannot make", async () => {
    const unknown = record(({ model }) => {
      model.settings.flow.name = "glow";
    });
    await expect(unknown).rejects.toThrow(
      /^loadPosterior: .*changed.galton holds what this version cannot make again \(flow: name is "glow"; expected one of maf, nsf, nsf-coupling, mdn; update galton\)$/,
    );
    const nameless = record(({ model }) => {
      model.settings.embedding.name = "toString";
    });
    await expect(nameless).rejects.toThrow('embedding: name is "toString"; expected one of mlp, deep-set, cnn');
    const impossible = record(({ model }) => {
      model.settings.flow.settings.transforms = -1;
    });
    await expect(impossible).rejects.toThrow("cannot make again (maf: transforms is -1; expected a whole number from 1)");
    const odd = record(({ model }) => {
      model.settings.embedding.settings.elements = 3;
    });
    await expect(odd).rejects.toThrow("cannot make again (deepSet: x has shape [N, 4]; expected [N, 3 * K]");
    const empty = record(({ model }) => {
      model.support.a = [2, -2];
    });
    await expect(empty).rejects.toThrow("cannot make again (toUnbounded: ranges.a is [2,-2]");
  });

  it("of arrays that do not fit the model", async () => {
    const first = (arrays: object) => Object.keys(arrays)[0]!;
    const wrong = record((_, arrays) => {
      arrays[first(arrays)] = { shape: [2], values: Float32Array.of(1, 2) };
    });
    await expect(wrong).rejects.toThrow(/has the array "member 0, variable 0, .*" of shape \[2\]; expected \[/);
    const missing = record((_, arrays) => {
      delete arrays[first(arrays)];
    });
    await expect(missing).rejects.toThrow(/holds \d+ arrays where its network has \d+ variables/);
    const wider = record(({ model }) => {
      model.settings.flow.settings.hidden = [9];
    });
    await expect(wider).rejects.toThrow(/of shape \[.*8.*\]; expected \[.*9.*\]/);
    const scales = record(({ model }) => {
      model.scales.y.mean.pop();
    });
    await expect(scales).rejects.toThrow("has scales of 2, 3, 4, 4 columns; expected 3, 3, 4, 4");
    const observables = record(({ model }) => {
      model.data.observables.push("x5");
    });
    await expect(observables).rejects.toThrow("has scales of 3, 3, 4, 4 columns; expected 3, 3, 5, 5");
  });

  it("of a flow or an embedding of the user's own", async () => {
    const own = await npe({ flow: { ...FLOWS.maf, name: "mine" } }).fit(simulations, { ...quick, prior });
    await expect(save(own, other)).rejects.toThrow(
      'save: flow is "mine"; expected one of maf, nsf, nsf-coupling, mdn; a file keeps name and settings alone',
    );
    const embedded = await nle({ flow: FLOWS.maf, embedding: { ...mlpEmbedding({ outputs: 2 }), name: "mine" } }).fit(simulations, quick);
    await expect(save(embedded, other)).rejects.toThrow('save: embedding is "mine"; expected one of mlp, deep-set, cnn');
    await expect(save(undefined as never, other)).rejects.toThrow("save: estimator is undefined; expected an estimator that a fit gave");
  });

  it("of what is no name of a file", async () => {
    const fitted = await density({ flow: FLOWS.mdn }).fit(simulations.theta, quick);
    await expect(save(fitted, undefined as never)).rejects.toThrow("save: path is undefined; expected the name of a file");
    await expect(save(fitted, "")).rejects.toThrow('save: path is ""; expected the name of a file');
    await expect(loadPosterior(5 as never)).rejects.toThrow("loadPosterior: path is 5; expected the name of a file");
    await expect(loadDensity(join(folder, "nothing.galton"))).rejects.toThrow("nothing.galton");
    await expect(loadDensity(other, { backend: "wasm" as never })).rejects.toThrow('loadDensity: backend is "wasm"; expected a backend');
    await writeFile(other, "a text, and no model");
    await expect(loadLikelihood(other)).rejects.toThrow(/^loadLikelihood: .*changed.galton is no model file: it begins with "a text"/);
  });
});

// Files of version 0.1.0, which every later version has to read; GALTON_WRITE_FIXTURES=1 writes those of this one.
describe.each(["posterior", "likelihood", "density"] as const)("a %s of version 0.1.0", (kind) => {
  const fixture = fileURLToPath(new URL(`./fixtures/${kind}-0.1.0.galton`, import.meta.url));
  const theta = { a: 0.5, b: -0.3, c: 0.7 };

  beforeAll(async () => {
    if (!process.env.GALTON_WRITE_FIXTURES) return;
    const options = { ...quick, backend: await backend("reference") };
    if (kind === "posterior") {
      const embedding = deepSet({ elements: 4, hidden: [4], outputs: 2 });
      await save(await npe({ flow: FLOWS.nsf, embedding, members: 2 }).fit(simulations, { ...options, prior }), fixture);
    } else if (kind === "likelihood") {
      await save(await nle({ flow: FLOWS.maf }).fit(simulations, options), fixture);
    } else {
      const ranges = { a: [-2, 2], b: [-Infinity, Infinity], c: [0, Infinity] } as const;
      const flow = couplingNsf({ transforms: 2, hidden: [4], bins: 4 });
      const embedding = mlpEmbedding({ hidden: [4], outputs: 2 });
      await save(await density({ flow, embedding }).fit(simulations.theta, { ...options, context: simulations.x, ranges }), fixture);
    }
    await writeFile(`${fixture}.json`, JSON.stringify(await estimates()));
  });

  it("is still read, and gives the values that it gave", async () => {
    const expected = JSON.parse(await readFile(`${fixture}.json`, "utf8")) as readonly number[];
    const found = await estimates();
    expect(found).toHaveLength(expected.length);
    // Other processors round exp and log otherwise.
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 8);
  });

  async function estimates(): Promise<number[]> {
    const options = { backend: await backend("reference") };
    const inside = THETAS.slice(0, 2);
    if (kind === "likelihood") {
      const likelihood = await loadLikelihood(fixture, options);
      return [...likelihood.logProb([X], theta), ...likelihood.at(theta).sample(key(3), 3).values];
    }
    const at = kind === "posterior" ? (await loadPosterior(fixture, options)).at(X) : (await loadDensity(fixture, options)).at(X);
    return [...at.logProb(inside), ...at.sample(key(3), 3).values];
  }
});
