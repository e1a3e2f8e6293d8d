import { DomainError, ShapeError } from "../errors.js";
import { concatenated } from "../numerics/concatenate.js";
import { type Matrix, rowOf } from "../numerics/matrix.js";
import { toTheta } from "../numerics/parameters.js";
import { fold, uniforms } from "../numerics/random.js";
import { rowsAt } from "../numerics/weighted.js";
import { Budget } from "./budget.js";
import type { EnsembleMethod, ProposalDraws, RoundGiven, RoundMethod } from "./method.js";
import { type Acquisition, posteriorVariance } from "./posterior-variance.js";
import { snl } from "./snl.js";
import { heaviest } from "./weighted-choice.js";

/** How the next parameters are chosen. */
export interface ActiveLearningOptions<Estimator = unknown> {
  /** How much a simulation at a candidate is wanted; default `posteriorVariance()`. */
  readonly acquisition?: Acquisition;
  /** Members of the ensemble that learns the likelihood, from 2; default 5. More tell better where they disagree, and cost as much more. */
  readonly members?: number;
  /** What learns instead of `snl` with that many members, e.g. `apt({ members: 5 })`. */
  readonly base?: EnsembleMethod<Estimator>;
  /** Draws of the prior among which each simulation of a round is chosen; default 20 for each. More reach narrower posteriors. */
  readonly candidates?: number;
}

const BLOCK = 4096;
const SCORES = "what acquisition(candidates) gives";

/**
 * Active learning: each round simulates where an ensemble does not know the posterior yet.
 *
 * Candidates come from the prior; n different ones are chosen by chance with weights that the acquisition gives, so that they spread over all of where it is
 * large and are not n times the one best point. For simulators so dear that n is small; where simulations are cheap, `snl` draws as well.
 *
 * @param options - Acquisition, members, number of candidates, another ensemble.
 * @returns A method for `rounds`.
 * @throws {DomainError} When an option is out of range, `members` and `base` are both given; from `rounds` when the acquisition gives NaN, or the ensemble has one member.
 * @throws {ShapeError} From `rounds` when the acquisition does not give one number for each candidate.
 * @example
 * const noisy = simulator({ name: "noisy", parameters: { mu: [-2, 2] }, observables: ["x"] }, ({ mu }, sample) => [sample("x", normal(mu, 0.1))]);
 * const prior = uniform({ mu: [-2, 2] });
 * const options = { prior, x: [0.5], n: 50, rounds: 2, seed: 1, fit: { epochs: 5 } };
 * for await (const { simulations } of rounds(activeLearning({ members: 2 }), noisy, options)) {
 *   thetaByRound(simulations).length; // 1, then 2
 * }
 */
export function activeLearning(options?: Omit<ActiveLearningOptions, "base">): RoundMethod<unknown>;
export function activeLearning<Estimator>(options: ActiveLearningOptions<Estimator>): RoundMethod<Estimator>;
export function activeLearning({
  acquisition = posteriorVariance(),
  members,
  base,
  candidates = 20,
}: ActiveLearningOptions = {}): RoundMethod<unknown> {
  const where = "activeLearning";
  if (typeof acquisition !== "function") throw new DomainError(where, "acquisition", acquisition, "a function of the candidates");
  assertBase(base);
  if (base && members !== undefined) throw new DomainError(where, "members", members, "no number beside base", "give it to the base");
  if (members !== undefined && !(Number.isSafeInteger(members) && members >= 2))
    throw new DomainError(where, "members", members, "a whole number from 2", "one member has no variance");
  if (!(Number.isSafeInteger(candidates) && candidates >= 2))
    throw new DomainError(where, "candidates", candidates, "a whole number from 2");
  const learner = (base ?? snl({ members: members ?? 5 })) as EnsembleMethod<unknown>;
  return {
    name: "active-learning",
    fit: learner.fit,
    posterior: learner.posterior,
    propose: (estimator, given) => ({
      name: `prior by ${acquisition.name || "an acquisition"} after round ${given.round}`,
      kind: "other",
      sample: async (key, n, limits) => {
        const theta = given.prior.sample(fold(key, 0), candidates * n);
        const logPosterior = await judged(learner, { estimator, given, theta, budget: new Budget(limits) });
        const scores = checked(acquisition({ names: given.prior.names, theta, logPosterior }), given, theta);
        return draws(theta, heaviest(scores, n, uniforms(fold(key, 1), theta.rows)), n);
      },
    }),
  };
}

function assertBase(base: EnsembleMethod | undefined): void {
  const missing = base && (["fit", "posterior", "members"] as const).find((name) => typeof base[name] !== "function");
  if (missing === undefined) return;
  const advice = "give snl({ members: 5 }) or apt({ members: 5 })";
  throw new DomainError("activeLearning", `base.${missing}`, base?.[missing], "a function, as ensembles have", advice);
}

async function judged(
  learner: EnsembleMethod<unknown>,
  parts: { readonly estimator: unknown; readonly given: RoundGiven; readonly theta: Matrix; readonly budget: Budget },
): Promise<Float64Array[]> {
  const { estimator, given, theta, budget } = parts;
  const blocks: Float64Array[][] = [];
  for (let start = 0; start < theta.rows; start += BLOCK) {
    await budget.check();
    const rows = Array.from({ length: Math.min(BLOCK, theta.rows - start) }, (_, i) => start + i);
    blocks.push(learner.members(estimator, given, rowsAt(theta, rows)));
  }
  const count = blocks[0]!.length;
  if (count < 2)
    throw new DomainError("activeLearning", "base", `an ensemble of ${count}`, "at least 2 members", "give the base members: 5");
  return Array.from({ length: count }, (_, m) => concatenated(blocks.map((block) => block[m]!)));
}

function checked(scores: Float64Array, { prior }: RoundGiven, theta: Matrix): Float64Array {
  if (scores?.length !== theta.rows) throw new ShapeError("activeLearning", SCORES, `[${scores?.length}]`, `[${theta.rows}]`);
  const bad = scores.findIndex((value) => !(value < Infinity));
  if (bad < 0) return scores;
  const place = `${SCORES} at ${JSON.stringify(toTheta(rowOf(theta, bad), prior.parameters))}`;
  throw new DomainError("activeLearning", place, scores[bad], "a number below Infinity");
}

function draws(theta: Matrix, rows: Uint32Array, n: number): ProposalDraws {
  const few = `${rows.length} of ${n} simulations: no other of ${theta.rows} candidates is wanted`;
  return { ...rowsAt(theta, rows), notes: rows.length < n ? [few] : [] };
}
