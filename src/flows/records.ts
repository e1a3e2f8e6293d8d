/**
 * Flows and embeddings by name and settings: what a file keeps of them.
 *
 * @module
 */
import { DomainError } from "../errors.js";
import { cnnEmbedding, deepSet, type Embedding, mlpEmbedding } from "./embedding.js";
import type { FlowMethod, FlowSettings } from "./flow.js";
import { maf } from "./maf.js";
import { mdn } from "./mdn.js";
import { couplingNsf, nsf } from "./nsf.js";

/** A flow or an embedding as plain data. */
export interface FamilyRecord {
  readonly name: string;
  readonly settings: FlowSettings;
}

type Families<Family> = Readonly<Record<string, (settings: never) => Family>>;

// A setting that a family gains later must default to what files without it were trained with.
const FLOWS: Families<FlowMethod> = { maf, nsf, "nsf-coupling": couplingNsf, mdn };
const EMBEDDINGS: Families<Embedding> = { mlp: mlpEmbedding, "deep-set": deepSet, cnn: cnnEmbedding };

/**
 * A flow as plain data.
 *
 * @throws {DomainError} When it is none of Galton's own.
 */
export function flowToRecord(where: string, flow: FlowMethod): FamilyRecord {
  return toRecord(where, { argument: "flow", families: FLOWS }, flow);
}

/**
 * The flow of a record.
 *
 * @throws {DomainError} When there is none of that name, or its settings are none for it.
 */
export function flowFromRecord(where: string, record: FamilyRecord): FlowMethod {
  return fromRecord(where, { argument: "flow", families: FLOWS }, record);
}

/** As `flowToRecord`, of an embedding. */
export function embeddingToRecord(where: string, embedding: Embedding): FamilyRecord {
  return toRecord(where, { argument: "embedding", families: EMBEDDINGS }, embedding);
}

/** As `flowFromRecord`, of an embedding. */
export function embeddingFromRecord(where: string, record: FamilyRecord): Embedding {
  return fromRecord(where, { argument: "embedding", families: EMBEDDINGS }, record);
}

interface Table<Family> {
  readonly argument: string;
  readonly families: Families<Family>;
}

function toRecord<Family extends FamilyRecord>(where: string, table: Table<Family>, { name, settings }: Family): FamilyRecord {
  assertKnown(where, table, name, "a file keeps name and settings alone, and yours could not be made again from them");
  return { name, settings };
}

function fromRecord<Family>(where: string, table: Table<Family>, { name, settings }: FamilyRecord): Family {
  assertKnown(where, { ...table, argument: "name" }, name, "update galton");
  return table.families[name]!(settings as never);
}

function assertKnown(where: string, { argument, families }: Table<unknown>, name: string, advice: string): void {
  if (!Object.hasOwn(families, name)) throw new DomainError(where, argument, name, `one of ${Object.keys(families).join(", ")}`, advice);
}
