import {
  apt,
  type BenchmarkTask,
  couplingNsf,
  key,
  type LikelihoodEstimator,
  logLikelihood,
  type Matrix,
  maf,
  mdn,
  nle,
  npe,
  nreC,
  nsf,
  type Prior,
  posterior,
  type Ratio,
  type RoundMethod,
  rounds,
  type Simulations,
  snl,
  tsnpe,
} from "../../index.js";
import { EnvironmentError } from "../command.js";

/** Draws `[n, D]` from the posterior of an observation. */
export type Draws = (x: ArrayLike<number>, request: { readonly n: number; readonly seed: number }) => Promise<Matrix>;

/** A method of the benchmark that learns all observations' posteriors from simulations of the prior. */
export interface Method {
  /** The class of sbi that does the same; undefined where it has none. */
  readonly peer: { readonly family: "NLE" | "NPE" | "NRE"; readonly network: string } | undefined;
  /** Trains with the method's defaults. */
  train(simulations: Simulations, options: { readonly prior: Prior; readonly seed: number }): Promise<Draws>;
}

/** A method that simulates for itself, round by round, for one observation. */
export interface SequentialMethod {
  readonly peer: undefined;
  /** Runs all rounds; the seconds are those of training and of drawing proposals, without the simulations. */
  rounds(
    task: BenchmarkTask,
    request: { readonly x: readonly number[]; readonly sims: number; readonly rounds: number; readonly seed: number },
  ): Promise<{ readonly draw: Draws; readonly seconds: number }>;
}

/** Budget of a sampler, in seconds: a benchmark that has no end measures nothing. */
const SAMPLING_BUDGET = 600;

type Flow = ReturnType<typeof nsf> | ReturnType<typeof mdn>;

function posteriorMethod(flow: Flow, network: string | undefined): Method {
  return {
    peer: network === undefined ? undefined : { family: "NPE", network },
    async train(simulations, { prior, seed }) {
      const estimator = await npe({ flow }).fit(simulations, { prior, seed, verdict: false });
      return async (x, request) => estimator.at(x).sample(key(request.seed), request.n);
    },
  };
}

function likelihoodMethod(flow: Flow, network: string): Method {
  return {
    peer: { family: "NLE", network },
    async train(simulations, { prior, seed }) {
      return sampled(await nle({ flow }).fit(simulations, { seed, verdict: false }), prior);
    },
  };
}

const ratioMethod: Method = {
  peer: { family: "NRE", network: "resnet" },
  async train(simulations, { prior, seed }) {
    return sampled(await nreC().fit(simulations, { seed, verdict: false }), prior);
  },
};

function sampled(estimator: LikelihoodEstimator | Ratio, prior: Prior): Draws {
  return async (x, { n, seed }) => {
    const logL = logLikelihood(estimator, [Array.from(x)]);
    const { theta, stopped } = await posterior(logL, prior).sample({ n, seed, seconds: SAMPLING_BUDGET });
    if (theta.rows === n) return theta;
    throw new EnvironmentError(
      `galton bench sbi: the sampler gave ${theta.rows} of ${n} draws, stopped: ${stopped}; ask for fewer --draws`,
    );
  };
}

/** Made when it is asked for. */
function sequentialMethod(make: () => RoundMethod): SequentialMethod {
  return {
    peer: undefined,
    async rounds(task, { x, sims, rounds: count, seed }) {
      let seconds = 0;
      let last: Draws | undefined;
      for await (const round of rounds(make(), task, { prior: task.prior, x, n: Math.floor(sims / count), rounds: count, seed })) {
        seconds += round.seconds.training + round.seconds.proposal;
        last = async (_, request) => round.posterior.sample(key(request.seed), request.n, { seconds: SAMPLING_BUDGET });
      }
      return { draw: last!, seconds };
    },
  };
}

/** Every method by its name on the command line. */
export const METHODS: Readonly<Record<string, Method | SequentialMethod>> = {
  "npe-nsf": posteriorMethod(nsf(), "nsf"),
  "npe-coupling": posteriorMethod(couplingNsf(), undefined),
  "npe-maf": posteriorMethod(maf(), "maf"),
  "npe-mdn": posteriorMethod(mdn(), "mdn"),
  "nle-maf": likelihoodMethod(maf(), "maf"),
  "nle-nsf": likelihoodMethod(nsf(), "nsf"),
  nre: ratioMethod,
  snl: sequentialMethod(() => snl({ flow: maf() })),
  apt: sequentialMethod(() => apt({ flow: nsf() })),
  tsnpe: sequentialMethod(() => tsnpe({ flow: nsf() })),
};
