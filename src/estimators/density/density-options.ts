import { DomainError } from "../../errors.js";
import type { Embedding } from "../../flows/embedding.js";
import type { FlowMethod } from "../../flows/flow.js";

/** What a density is learned with. */
export interface DensityOptions {
  /** Family of densities: `nsf()`, `couplingNsf()`, `maf()`, `mdn()`; default `nsf()` for posteriors, `maf()` for likelihoods. */
  readonly flow?: FlowMethod;
  /** What the condition goes through first: `mlpEmbedding`, `deepSet`, `cnnEmbedding`; default none. */
  readonly embedding?: Embedding;
  /** Networks that differ in first weights and in the order of the data; default 1. The estimate is the mean of their densities. */
  readonly members?: number;
}

/** Options with the defaults in place. */
export interface DensitySettings {
  readonly flow: FlowMethod;
  readonly embedding: Embedding | undefined;
  readonly members: number;
}

/** Checks options and fills them up. */
export function densitySettings(where: string, { flow, embedding, members = 1 }: DensityOptions, usual: FlowMethod): DensitySettings {
  if (flow !== undefined && typeof flow?.make !== "function") {
    throw new DomainError(where, "flow", flow, "a family of densities", "give nsf(), couplingNsf(), maf() or mdn()");
  }
  if (embedding !== undefined && typeof embedding?.make !== "function") {
    throw new DomainError(where, "embedding", embedding, "an embedding", "give mlpEmbedding(), deepSet(...) or cnnEmbedding(...)");
  }
  if (!(Number.isSafeInteger(members) && members >= 1)) throw new DomainError(where, "members", members, "a whole number from 1");
  return { flow: flow ?? usual, embedding, members };
}
