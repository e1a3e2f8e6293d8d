import { buildAddon } from "../../src/compute/backends/native/build.js";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { type Backend, backend, type Tensor, type Variable } from "../../src/compute/index.js";
import type { FlowMethod, FlowNetwork } from "../../src/flows/flow.js";
import { maf } from "../../src/flows/maf.js";
import { mdn } from "../../src/flows/mdn.js";
import { couplingNsf, nsf } from "../../src/flows/nsf.js";
import type { FlowSizes } from "../../src/flows/transform.js";
import { fold, key, standardNormals } from "../../src/numerics/random.js";

const built = buildAddon();

/** Backends that these laws run on. */
export const ENGINES: readonly { name: string; skip: boolean; make: () => Promise<Backend> | Backend }[] = [
  { name: "reference", skip: false, make: () => referenceBackend() },
  { name: "native", skip: "reason" in built, make: () => backend("native") },
  { name: "wasm", skip: false, make: () => backend("wasm") },
];

const hidden = [12, 12];
/** Flows that are bent transforms of noise. */
export const BENT: readonly FlowMethod[] = [
  maf({ transforms: 3, hidden }),
  nsf({ transforms: 2, hidden, bins: 5, bound: 4 }),
  couplingNsf({ transforms: 3, hidden, bins: 5, bound: 4 }),
];
export const FLOWS: readonly FlowMethod[] = [...BENT, mdn({ components: 3, hidden })];

/** Every size that a flow has: a coupling of one dimension needs a context. */
export function casesOf(flows: readonly FlowMethod[], sizes: readonly FlowSizes[]) {
  return flows.flatMap((method) =>
    sizes
      .filter(({ dimensions, context }) => !(method.name === "nsf-coupling" && dimensions === 1 && context === 0))
      .map((size) => ({ name: `${method.name} of ${size.dimensions} given ${size.context}`, method, ...size })),
  );
}

export const SIZES: readonly FlowSizes[] = [1, 2, 5].flatMap((dimensions) => [0, 1, 3].map((context) => ({ dimensions, context })));

/** A flow far from the identity: noise on what gives its parameters. */
export function bentNetwork(method: FlowMethod, sizes: FlowSizes, engine: Backend, seed = 1): FlowNetwork {
  const network = method.make(sizes, key(seed));
  disturb(engine, network.variables, seed);
  return network;
}

/** Deviation of the noise: with more, float32 cannot tell what a spline's flat ends were, and its bends are narrower than the quadratures' cells. */
const DISTURBANCE = 0.1;

/** Adds normal noise to the last layers, of blocks as well. */
export function disturb(engine: Backend, variables: readonly Variable[], seed: number): void {
  for (const [i, variable] of variables.entries()) {
    if (!/\.((last|out)\.(weight|bias)|start)$/.test(variable.name)) continue;
    const noise = standardNormals(fold(key(100 + seed), i), variable.initial.length);
    engine.write(
      variable,
      Array.from(variable.initial, (value, k) => value + DISTURBANCE * noise[k]!),
    );
  }
}

/** A draw in one computation. */
export function drawn({ draw }: FlowNetwork, noise: Tensor, context: Tensor | undefined): Tensor {
  return draw.reduce((rows, step) => step(rows, context), noise);
}
