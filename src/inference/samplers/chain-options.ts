import { DomainError } from "../../errors.js";
import type { ChainOptions } from "./chains.js";

const MOST_CHAINS = 100;
const FEWEST_CHAINS = 10;

/** Refuses what is no number of things. */
export function checkCount(where: string, name: string, value: number, least = 1): number {
  if (!(Number.isSafeInteger(value) && value >= least)) throw new DomainError(where, name, value, `an integer from ${least}`);
  return value;
}

/** Checks the options that samplers of chains share, and tells them for n draws; an even number of chains, for samplers that halve them. */
export function chainOptions(where: string, options: ChainOptions): (n: number) => Required<ChainOptions> {
  const { chains, warmup = 40, starts = 10_000, jumps = true } = options;
  if (chains !== undefined) checkCount(where, "chains", chains, 2);
  checkCount(where, "warmup", warmup);
  checkCount(where, "starts", starts);
  if (typeof jumps !== "boolean") throw new DomainError(where, "jumps", jumps, "true or false");
  const byDefault = (n: number) => 2 * Math.round(Math.min(MOST_CHAINS, Math.max(FEWEST_CHAINS, Math.sqrt(n))) / 2);
  return (n) => ({ chains: chains ?? byDefault(n), warmup, starts, jumps });
}
