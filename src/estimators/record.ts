import type { Backend, Numbers } from "../compute/index.js";
import { FormatError } from "../errors.js";
import type { Layer } from "../nn/index.js";
import type { Standardiser } from "../numerics/standardiser.js";
import type { LayerWeights } from "./ratio/members.js";

/** An estimator as plain data: what a file holds. */
export interface EstimatorRecord {
  readonly kind: string;
  readonly body: unknown;
  readonly arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Numbers | Int32Array | Uint32Array }>>;
}

/** What a record is read with. */
export interface RecordSource {
  /** The public function that reads. */
  readonly where: string;
  /** Where it comes from, for messages. */
  readonly file: string;
  readonly backend: Backend;
}

/** Weights of all members as arrays of a record. */
export function weightArrays(members: readonly LayerWeights[]): EstimatorRecord["arrays"] {
  const entries = members.flatMap((weights, m) =>
    weights.map(({ name, shape, values }, i) => [`member ${m}, variable ${i}, ${name}`, { shape, values }] as const),
  );
  return Object.fromEntries(entries);
}

/** Sets the weights of layers that were made as the record's were. */
export function readWeights(
  { where, file, backend }: RecordSource,
  layers: readonly Pick<Layer, "state" | "variables">[],
  arrays: EstimatorRecord["arrays"],
): void {
  const wanted = layers.flatMap(({ variables, state }, m) =>
    [...variables, ...state].map((variable, i) => ({ name: `member ${m}, variable ${i}, ${variable.name}`, variable })),
  );
  const advice = "load it with the network that it was trained with";
  if (wanted.length !== Object.keys(arrays).length) {
    throw new FormatError(
      where,
      file,
      `holds ${Object.keys(arrays).length} arrays where its network has ${wanted.length} variables`,
      advice,
    );
  }
  for (const { name, variable } of wanted) {
    const found = arrays[name];
    if (found?.shape.join() !== variable.shape.join()) {
      const shape = found ? `of shape [${found.shape.join(", ")}]` : "missing";
      throw new FormatError(where, file, `has the array "${name}" ${shape}; expected [${variable.shape.join(", ")}]`, advice);
    }
    backend.write(variable, found.values);
  }
}

/** A standardiser as lists. */
export function listsOf({ mean, scale }: Standardiser) {
  return { mean: [...mean], scale: [...scale] };
}

/** A standardiser from lists. */
export function fromLists({ mean, scale }: { readonly mean: readonly number[]; readonly scale: readonly number[] }): Standardiser {
  return { mean: Float64Array.from(mean), scale: Float64Array.from(scale) };
}
