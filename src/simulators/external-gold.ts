import { type Matrix, rowOf, zeros } from "../numerics/matrix.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { Answer } from "./external-events.js";

/** What an external program knows of its events: nothing but x, the joint log ratio, or the joint score as well. */
export type ExternalGold = "none" | "ratio" | "score";

/** Columns of the gold that a program has. */
export interface Gold {
  readonly jointLogRatio?: Float64Array;
  readonly jointScore?: Matrix;
}

/** The columns of a program's gold, for n events. */
export function emptyGold(
  { parameters, gold = "none" }: { readonly parameters: ParameterRanges; readonly gold?: ExternalGold },
  n: number,
): Gold {
  return {
    ...(gold !== "none" && { jointLogRatio: new Float64Array(n) }),
    ...(gold === "score" && { jointScore: zeros(n, Object.keys(parameters).length) }),
  };
}

/** Takes the gold of an answer, or says what is wrong with it. */
export function keepGold(
  { jointLogRatio, jointScore }: Gold,
  answer: Answer,
  { event, names }: { readonly event: number; readonly names: readonly string[] },
): string | undefined {
  const fault = (what: string, value: unknown) => `${what} is ${JSON.stringify(value)}; expected a finite number`;
  if (jointLogRatio) {
    if (!Number.isFinite(answer.jointLogRatio)) return fault("jointLogRatio", answer.jointLogRatio);
    jointLogRatio[event] = answer.jointLogRatio as number;
  }
  for (const [j, name] of jointScore ? names.entries() : []) {
    const value = (answer.jointScore as Answer | null | undefined)?.[name];
    if (!Number.isFinite(value)) return fault(`jointScore.${name}`, value);
    rowOf(jointScore!, event)[j] = value as number;
  }
  return undefined;
}
