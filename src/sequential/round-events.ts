import { joinedFailures } from "../data/failures.js";
import { drawnFrom, joinSimulations, selectSimulations } from "../data/proposals.js";
import { stacked } from "../data/sample-rows.js";
import type { RoundDraws, Simulations } from "../data/simulations.js";
import type { ParameterRanges } from "../numerics/parameters.js";
import type { ProposalDraws, RoundProposal } from "./method.js";
import type { RoundEvents } from "./round-simulator.js";

/** Simulations that know what they were drawn from. */
export type Marked = Simulations & Required<Pick<Simulations, "proposals">>;

/** A round of which some was simulated. */
interface Begun {
  readonly simulations: Simulations;
  readonly draws: RoundDraws;
}

/** Simulations of the rounds before one, and those of that one as far as there are. */
export function splitAt(simulations: Simulations | undefined, round: number): [before: Simulations | undefined, begun: Begun | undefined] {
  const draws = simulations?.proposals?.find((each) => each.round === round);
  if (!simulations || !draws) return [simulations, undefined];
  const rows = Array.from({ length: simulations.theta.rows }, (_, i) => i);
  const proposals = simulations.proposals!.filter((each) => each.round < round);
  const before = proposals.length > 0 ? { ...selectSimulations(simulations, rows.slice(0, draws.first)), proposals } : undefined;
  return [before, { simulations: selectSimulations(simulations, rows.slice(draws.first)), draws }];
}

/** New events of a round, and how they came about. */
interface NewEvents {
  readonly round: number;
  readonly proposal: RoundProposal;
  /** All parameters of the round, in their order. */
  readonly drawn: ProposalDraws;
  /** Those that were simulated now. */
  readonly events: RoundEvents;
  readonly parameters: ParameterRanges;
}

/** What there was, and the new events behind it, with what they were drawn from. */
export function withEvents([before, begun]: ReturnType<typeof splitAt>, { round, proposal, drawn, events, parameters }: NewEvents): Marked {
  const { simulated, ...rest } = events;
  const old = begun?.simulations;
  const [theta, x] = old ? [stacked(old.theta, rest.theta), stacked(old.x, rest.x)] : [rest.theta, rest.x];
  // Failures of a round begun before count among those of the rounds before it, where there are any.
  const failures = old && !before ? joinedFailures(old.failures, rest.failures) : rest.failures;
  const isWhole = drawn.logProb && theta.rows === drawn.rows;
  const fresh = drawnFrom(
    { ...rest, theta, x, failures, parameters, seed: undefined },
    { name: proposal.name, kind: proposal.kind, round, ...(isWhole && { logProb: drawn.logProb }) },
  );
  const marked = { ...fresh, proposals: [{ ...fresh.proposals[0]!, simulated: (begun?.draws.simulated ?? 0) + simulated }] };
  return before ? joinSimulations([before, marked]) : marked;
}
