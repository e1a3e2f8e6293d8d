import type { Simulations } from "../data/simulations.js";
import { GaltonError, InterruptedError, NotConvergedError } from "../errors.js";
import type { Matrix } from "../numerics/matrix.js";
import { fold, type Key, key as makeKey } from "../numerics/random.js";
import { progress } from "../platform/progress.js";
import { warn } from "../platform/warn.js";
import { Budget, Ended } from "./budget.js";
import type { RoundPosterior, RoundProposal } from "./method.js";
import type { RoundsPlan } from "./plan.js";
import { priorProposal } from "./prior-proposal.js";
import type { Round, RoundsSoFar } from "./round.js";
import { type Marked, splitAt, withEvents } from "./round-events.js";
import { simulateEvents } from "./round-simulator.js";
import { seedOf } from "./seed.js";

/** Children of a round's key. */
const [PROPOSAL, EVENTS, TRAINING, METHOD, AGAIN] = [0, 1, 2, 3, 4];
/** A leakage above this is told. */
const MUCH = 0.01;

/** Seconds of each part of a round. */
interface Times {
  proposal: number;
  simulation: number;
  training: number;
}

/** Rounds under way. */
export class RoundLoop<Estimator> {
  private round: number;
  private simulations: Simulations | undefined;
  private estimator: Estimator | undefined;
  private posterior: RoundPosterior | undefined;
  private proposal: RoundProposal;
  private readonly key: Key;
  private readonly budget: Budget;

  constructor(private readonly plan: RoundsPlan<Estimator>) {
    const { prior, seed, resume } = plan;
    this.round = resume?.round ?? 0;
    this.simulations = resume?.simulations;
    this.estimator = resume?.estimator;
    this.posterior = resume?.posterior;
    this.proposal = resume?.proposal ?? priorProposal(prior);
    this.key = makeKey(seed);
    this.budget = new Budget(plan);
  }

  async *run(): AsyncGenerator<Round<Estimator>, void, undefined> {
    while (this.round < this.plan.rounds) {
      const round = await this.next();
      if (!round) return;
      yield round;
    }
  }

  /** The next round; undefined when there is no time for it. */
  private async next(): Promise<Round<Estimator> | undefined> {
    try {
      await this.budget.check();
      return await this.whole(this.round + 1);
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      return this.ended(error);
    }
  }

  private async whole(round: number): Promise<Round<Estimator>> {
    const key = fold(this.key, round);
    const seconds: Times = { proposal: 0, simulation: 0, training: 0 };
    const notes = await this.simulate(round, key, seconds);
    const simulations = this.simulations as Marked;
    const trained = await timed(seconds, "training", () => this.train(simulations, key));
    if (this.budget.signal.aborted) throw new Ended("interrupt", this.budget.signal.reason);
    const { method, prior, x } = this.plan;
    const given = { prior, x, round, key: fold(key, METHOD) };
    const posterior = method.posterior(trained.estimator, given);
    [this.round, this.estimator, this.posterior] = [round, trained.estimator, posterior];
    this.proposal = method.propose(trained.estimator, given);
    const diagnosis = [...notes, ...trained.notes, ...leakageNotes(posterior), ...this.timeNotes()];
    return { round, simulations, estimator: trained.estimator, posterior, proposal: this.proposal, seconds, diagnosis };
  }

  /** Draws and simulates what the round still lacks. */
  private async simulate(round: number, key: Key, seconds: Times): Promise<readonly string[]> {
    const [before, begun] = splitAt(this.simulations, round);
    const from = begun?.draws.simulated ?? 0;
    if (from >= this.plan.n) return [];
    const drawn = await timed(seconds, "proposal", () => this.proposal.sample(fold(key, PROPOSAL), this.plan.n, this.budget.rest));
    await this.budget.check();
    if (drawn.rows === 0) {
      const why = drawn.notes[0] ?? "it says nothing of why";
      throw new NotConvergedError("rounds", `the ${this.proposal.name} gives no draws for round ${round}: ${why}`, this.soFar);
    }
    if (drawn.rows <= from) return drawn.notes;
    const { events, ended } = await timed(seconds, "simulation", () => this.simulateAt(drawn, { round, key, from }));
    if (events.simulated > 0) {
      const { proposal, plan } = this;
      this.simulations = withEvents([before, begun], { drawn, events, round, proposal, parameters: plan.parameters });
    }
    if (ended) throw ended;
    const { failures, simulated } = events;
    if (!begun && events.theta.rows === 0) throw new GaltonError(`rounds: all ${simulated} simulations of round ${round} failed`);
    if (failures.count === 0) return drawn.notes;
    return [...drawn.notes, `${failures.count} of ${simulated} simulations of round ${round} failed and are left out`];
  }

  private async simulateAt(theta: Matrix, { round, key, from }: { readonly round: number; readonly key: Key; readonly from: number }) {
    const { simulator, parameters, x, failures, rounds, method } = this.plan;
    const shown = progress(`${method.name}, round ${round} of ${rounds}`, theta.rows, "simulations");
    try {
      return await simulateEvents(simulator, {
        ...{ theta, from, parameters, observables: x.length, key: fold(key, EVENTS), round, failures },
        budget: this.budget,
        progress: (done) => shown.update(done),
      });
    } finally {
      shown.end();
    }
  }

  /** Trains; once more from other weights when it diverges. */
  private async train(simulations: Marked, key: Key): Promise<{ readonly estimator: Estimator; readonly notes: readonly string[] }> {
    try {
      return { estimator: await this.fit(simulations, fold(key, TRAINING)), notes: [] };
    } catch (error) {
      if (!(error instanceof NotConvergedError)) throw error;
      const estimator = await this.fit(simulations, fold(key, AGAIN));
      return { estimator, notes: [`the training diverged (${error.message}) and was done again from other weights`] };
    }
  }

  private async fit(simulations: Marked, key: Key): Promise<Estimator> {
    await this.budget.check();
    const { method, prior, fit } = this.plan;
    const { signal, seconds = Infinity } = this.budget.rest;
    const limit = Math.min(seconds, fit?.seconds ?? Infinity);
    return method.fit(simulations, {
      verdict: false,
      ...fit,
      prior,
      seed: seedOf(key),
      signal: signal!,
      ...(limit < Infinity && { seconds: limit }),
    });
  }

  private timeNotes(): string[] {
    if (this.budget.left > 0) return [];
    return [`the budget of ${this.plan.seconds} s is used up: the training of round ${this.round} was cut short`];
  }

  private get soFar(): RoundsSoFar<Estimator> {
    const { round, simulations, estimator, posterior, proposal } = this;
    return { round, simulations, estimator, posterior, proposal };
  }

  /** What becomes of rounds that a budget or a person ends. */
  private ended({ reason, cause }: Ended): undefined {
    const { rounds, seconds } = this.plan;
    const far = `${this.round} of ${rounds} rounds`;
    if (reason === "interrupt") throw new InterruptedError("rounds", far, this.soFar, cause);
    if (this.round === 0) {
      const advice = "give more seconds, or fewer simulations; error.best.simulations are kept";
      throw new NotConvergedError("rounds", `the budget of ${seconds} s is used up before the first round is done`, this.soFar, advice);
    }
    warn(`rounds: the budget of ${seconds} s is used up after ${far}`);
    return undefined;
  }
}

function leakageNotes({ leakage }: RoundPosterior): string[] {
  if (leakage <= MUCH) return [];
  return [`${(100 * leakage).toFixed(0)}% of the network's draws lie where the prior is zero and are drawn again`];
}

async function timed<Result>(seconds: Times, part: keyof Times, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await work();
  seconds[part] += (performance.now() - began) / 1000;
  return result;
}
