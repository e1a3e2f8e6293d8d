import type { Prior } from "../probability/independent.js";
import { densityOf } from "./density-of.js";
import type { RoundProposal } from "./method.js";

/** The prior, from which the first round draws. */
export function priorProposal(prior: Prior): RoundProposal {
  const density = densityOf(prior);
  return {
    name: "prior",
    kind: "prior",
    sample: async (key, n) => {
      const theta = prior.sample(key, n);
      return { ...theta, ...(density && { logProb: density(theta) }), notes: [] };
    },
  };
}
