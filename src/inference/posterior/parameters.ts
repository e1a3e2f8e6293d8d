import { DomainError } from "../../errors.js";
import type { ParameterRanges } from "../../numerics/parameters.js";
import { key } from "../../numerics/random.js";
import type { Prior } from "../../probability/independent.js";

/** The likelihood's parameters, cut to the prior's support; refuses what does not go together. */
export function checkedParameters(where: string, logL: { readonly parameters: ParameterRanges }, prior: Prior): ParameterRanges {
  if (typeof prior?.logProb !== "function") {
    throw new DomainError(where, "prior.logProb", prior?.logProb, "the logarithm of a density", "use a prior that has one, or ABC");
  }
  if (typeof logL?.parameters !== "object" || logL.parameters === null) {
    const advice = "use logLikelihood(...), or Object.assign(({ mu }) => ..., { parameters: { mu: [-2, 2] } })";
    throw new DomainError(where, "logL", logL, "a function of theta with its parameters' ranges", advice);
  }
  const names = Object.keys(logL.parameters);
  if (names.length !== prior.names.length || !names.every((name) => prior.names.includes(name))) {
    throw new DomainError(
      where,
      "prior.names",
      [...prior.names],
      `the likelihood's parameters ${names.join(", ")}`,
      "use the same names in both",
    );
  }
  assertDensity(where, prior);
  const cut = names.map((name) => {
    const [low, high] = logL.parameters[name]!;
    const [from, to] = prior.parameters[name]!;
    const both = [Math.max(low, from), Math.min(high, to)] as const;
    if (both[0] < both[1]) return [name, both] as const;
    throw new DomainError(where, `prior.parameters.${name}`, [from, to], `a range that meets the likelihood's [${low}, ${high}]`);
  });
  return Object.fromEntries(cut);
}

function assertDensity(where: string, prior: Prior): void {
  const row = prior.sample(key(0), 1).values;
  const theta = Object.fromEntries(prior.names.map((name, d) => [name, row[d]!]));
  const value = prior.logProb(theta);
  if (Number.isNaN(value)) throw new DomainError(where, `prior.logProb(${JSON.stringify(theta)})`, value, "a number");
}
