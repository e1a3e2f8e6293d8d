import { FormatError } from "../errors.js";
import type { FitCheckpoint } from "../estimators/fit-options.js";
import { type ModelArray, readModel, writeModel } from "../io/model-file.js";

const KIND = "checkpoint of a fit";
/** What is a record of arrays in a checkpoint. */
const SNAPSHOTS = ["variables", "optimiser"] as const;

type Member = FitCheckpoint[number];

/**
 * Writes a checkpoint to a file, whole or not at all, so that a training survives the process.
 *
 * @param checkpoint - `checkpoint` of an estimator whose fit was interrupted, or what `onEpoch` offers, one for each member.
 * @param path - Where.
 * @example
 * const mined = await mine(galtonBoard(), { numerator: { slope: -0.8 }, denominator: { slope: -0.6 }, n: 500, seed: 1 });
 * const begun = await carl({ hidden: [10] }).fit(mined, { epochs: 2, seed: 2, verdict: false });
 * await saveCheckpoint(begun.checkpoint, `${folder}/carl.checkpoint`);
 * const resume = await loadCheckpoint(`${folder}/carl.checkpoint`);
 * const ratio = await carl({ hidden: [10] }).fit(mined, { epochs: 4, seed: 2, verdict: false, resume });
 */
export async function saveCheckpoint(checkpoint: FitCheckpoint, path: string): Promise<void> {
  const arrays: Record<string, ModelArray> = {};
  const members = checkpoint.map((member, m) => {
    const keep = (what: string, values: Readonly<Record<string, Member["variables"][string]>>) => {
      const names = Object.keys(values);
      names.forEach((name, i) => {
        arrays[`member ${m}, ${what} ${i}`] = { shape: [values[name]!.length], values: values[name]! };
      });
      return names;
    };
    const names = Object.fromEntries(SNAPSHOTS.map((what) => [what, keep(what, member[what])]));
    const best = member.best && { record: member.best.record, names: keep("best", member.best.variables) };
    const { variables, optimiser, best: _, ...rest } = member;
    return { ...rest, names, best };
  });
  await writeModel(path, { kind: KIND, body: members, arrays });
}

/**
 * Reads a checkpoint that `saveCheckpoint` wrote, for `resume` of a fit with the same data and options.
 *
 * @param path - The file.
 * @throws {FormatError} When the file is damaged or truncated, of a later version, or of another kind.
 */
export async function loadCheckpoint(path: string): Promise<FitCheckpoint> {
  const { kind, body, arrays } = await readModel("loadCheckpoint", path);
  if (kind !== KIND) throw new FormatError("loadCheckpoint", path, `holds a ${kind}; expected a ${KIND}`);
  type Stored = Omit<Member, "best" | "optimiser" | "variables"> & {
    readonly names: Readonly<Record<(typeof SNAPSHOTS)[number], readonly string[]>>;
    readonly best?: { readonly record: NonNullable<Member["best"]>["record"]; readonly names: readonly string[] };
  };
  return (body as readonly Stored[]).map(({ names, best, ...rest }, m): Member => {
    const of = (what: string, list: readonly string[]) =>
      Object.fromEntries(list.map((name, i) => [name, arrays[`member ${m}, ${what} ${i}`]!.values as Member["variables"][string]]));
    return {
      ...rest,
      history: rest.history.map((record) => ({ ...record, validationLoss: record.validationLoss })),
      variables: of("variables", names.variables),
      optimiser: of("optimiser", names.optimiser),
      best: best && { record: { ...best.record, validationLoss: best.record.validationLoss }, variables: of("best", best.names) },
    };
  });
}
