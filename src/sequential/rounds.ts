import type { RoundMethod } from "./method.js";
import { checkedPlan } from "./plan.js";
import type { Round, RoundsOptions } from "./round.js";
import { RoundLoop } from "./round-loop.js";
import type { RoundSimulator } from "./round-simulator.js";

/**
 * Sequential inference at one observation: each round draws parameters from what the round before knows, simulates there, and learns from all rounds.
 *
 * theta ~ proposal_r,   x ~ simulator(theta),   learn from rounds 1 ... r,   proposal_(r + 1) from the posterior at x
 *
 * What was drawn from which proposal stays with the simulations: a method that would take it for the prior refuses it. Each round starts from fresh weights:
 * shifts and scales of theta and x change with what is simulated, so that old weights mean something else, and a network that has settled on the prior's
 * width is slow to leave it. A training that diverges is done once more with other weights before the rounds give up. The draws keep to the prior's
 * support. `plotSimulations(thetaByRound(round.simulations), { names })` shows where was simulated. The result holds at x alone: for many observations use `npe`.
 *
 * @param method - `snl()`, `apt()`, `tsnpe()`, `activeLearning()`, or an object of your own.
 * @param simulator - A simulator, or a function of theta `[n, D]` that returns events, such as `(theta, { seed, signal }) => simulate(...)` with workers.
 * @param options - Prior, observation, simulations of each round, seed, budgets.
 * @returns The rounds, one by one: `for await (const round of rounds(...))`; leave the loop when the posterior is good enough.
 * @throws {DomainError} When an option is out of range, x is not finite, or prior and simulator disagree on the names.
 * @throws {ShapeError} When x has another number of observables than the simulator.
 * @throws {InterruptedError} While iterating, when interrupted; `partial` holds what there is, and goes into `resume`.
 * @throws {NotConvergedError} While iterating, when a training diverges twice, or time is used up before the first round is done.
 * @throws {GaltonError} While iterating, when a simulation fails.
 * @example
 * const noisy = simulator({ name: "noisy", parameters: { mu: [-2, 2] }, observables: ["x"] }, ({ mu }, sample) => [sample("x", normal(mu, 0.1))]);
 * const prior = uniform({ mu: [-2, 2] });
 * for await (const round of rounds(tsnpe({ flow: maf({ transforms: 1 }) }), noisy, { prior, x: [0.5], n: 200, rounds: 2, seed: 1, fit: { epochs: 20 } })) {
 *   (await round.posterior.sample(key(2), 100)).rows; // 100
 * }
 */
export function rounds<Estimator>(
  method: RoundMethod<Estimator>,
  simulator: RoundSimulator,
  options: RoundsOptions<Estimator>,
): AsyncGenerator<Round<Estimator>, void, undefined> {
  return new RoundLoop(checkedPlan(method, simulator, options)).run();
}
