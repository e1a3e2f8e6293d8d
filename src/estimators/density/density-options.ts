import { DomainError } from "../../errors.js";
import type { Embedding } from "../../flows/embedding.js";
import type { FlowMethod } from "../../flows/flow.js";

/** What a density is learned with. */
export interface DensityOptions {
  /** Family of densities: `nsf()`, `couplingNsf()`, `maf()`, `mdn()`; default `nsf()` for posteriors, `maf()` for likelihoods. */
  readonly flow?: FlowMethod;
  /** What the condition goes through first: `mlpEmbedding`, `deepSet`, `cnnEmbedding`; default none. */
  readonly embedding?: Embedding;
  /**
   * Networks that differ in first weights and in the order of the data; default 3 for `npe`, 1 for the others. The estimate is the mean of their
   * densities: less sure of itself than each, and nearer to the truth (Hermans et al. 2022, arXiv:2110.06581, section 5). Training takes so many times longer.
   */
  readonly members?: number;
}

/** What a method learns with where its user says nothing. */
export interface DensityDefaults {
  readonly flow: FlowMethod;
  readonly members: number;
}

/** Options with the defaults in place. */
export interface DensitySettings {
  readonly flow: FlowMethod;
  readonly embedding: Embedding | undefined;
  readonly members: number;
}

/** Checks options and fills them up. */
export function densitySettings(where: string, { flow, embedding, members }: DensityOptions, usual: DensityDefaults): DensitySettings {
  if (flow !== undefined && typeof flow?.make !== "function") {
    throw new DomainError(where, "flow", flow, "a family of densities", "give nsf(), couplingNsf(), maf() or mdn()");
  }
  if (embedding !== undefined && typeof embedding?.make !== "function") {
    throw new DomainError(where, "embedding", embedding, "an embedding", "give mlpEmbedding(), deepSet(...) or cnnEmbedding(...)");
  }
  if (members !== undefined && !(Number.isSafeInteger(members) && members >= 1))
    throw new DomainError(where, "members", members, "a whole number from 1");
  return { flow: flow ?? usual.flow, embedding, members: members ?? usual.members };
}
