import { concatenated } from "../../numerics/concatenate.js";
import { type Matrix, rowOf, zeros } from "../../numerics/matrix.js";
import { fold, type Stream, split, stream } from "../../numerics/random.js";
import type { Target } from "../posterior/target.js";
import { FirstDraws } from "./first-draws.js";
import { fitMixture } from "./fit-mixture.js";
import { jump } from "./jump.js";
import type { Kernel } from "./kernel.js";
import type { Mixture } from "./mixture.js";
import type { Outcome, SamplerRun, SamplerSettings } from "./sampler.js";
import { Tempering } from "./tempering.js";
import { GOOD_R_HAT, Trace } from "./trace.js";
import { type Chains, type Space, spaceOf, unwhitened, type Whitening, whitened, whiteningOf } from "./whitening.js";

/** Options of the samplers that run chains. */
export interface ChainOptions {
  /** Number of chains; default about the square root of `n`, from 10 to 100. More run faster together where the likelihood has a batch form; each needs its warm-up. */
  readonly chains?: number;
  /** Sweeps of each chain before the first draw; default 40. */
  readonly warmup?: number;
  /** Draws from the prior among which the chains' first points are sought; default 10 000. More find narrower modes. */
  readonly starts?: number;
  /** Whether each sweep ends with a move to a point of a mixture of normals fitted in the warm-up, the way between modes; default true. */
  readonly jumps?: boolean;
}

/** Chains run until R-hat is well below 1.01, at most so many times as long as n needs. */
const MOST_THINNING = 32;
const WELL_BELOW = 1 + (GOOD_R_HAT - 1) * 0.7;
/** R-hat of C chains of S independent draws scatters about 1 by 1 / (S sqrt C): shorter chains could not tell 1.01 from chance. */
const FEWEST_SWEEPS = 100;
const FEWEST_PARTICLES = 200;
const FIT = { tries: 3, most: 1000 };
/** Parts of the warm-up after which the coordinates are whitened again. */
const ROUNDS = [0.25, 0.5, 0.85];

/** Many chains from tempered particles, through a warm-up, to draws. */
export class ChainRun implements SamplerRun {
  private readonly first: FirstDraws;
  private readonly tempering: Tempering;
  private readonly trace: Trace;
  private readonly source: Stream;
  private readonly count: number;
  private stage = "seeking first points";

  constructor(
    private readonly target: Target,
    private readonly settings: SamplerSettings,
    private readonly options: Required<ChainOptions>,
    private readonly kernel: Kernel,
  ) {
    const { n, key } = settings;
    this.count = options.chains;
    this.first = new FirstDraws(target);
    this.source = stream(fold(key, 0));
    const particles = Math.max(FEWEST_PARTICLES, 2 * this.count);
    this.tempering = new Tempering(target, { particles, sweeps: 1, least: particles / 2, key: fold(key, 1) });
    const capacity = Math.max(Math.ceil(n / this.count), FEWEST_SWEEPS);
    this.trace = new Trace(this.count, capacity + (capacity % 2), target.dimension);
  }

  async run(): Promise<void> {
    const first = await this.first.draw(this.options.starts, fold(this.settings.key, 2));
    this.stage = "tempering";
    const { u } = await this.tempering.run(first);
    this.stage = "warming up";
    const { whitening, chains, q } = await this.warmUp(u);
    this.stage = "sampling";
    await this.sample(spaceOf(this.target, whitening), whitening, { chains, q });
  }

  private async warmUp(u: Matrix): Promise<{ whitening: Whitening; chains: Chains; q: Mixture | undefined }> {
    let whitening = whiteningOf(u);
    let q = this.mixtureOf(whitened(whitening, u));
    let space = spaceOf(this.target, whitening);
    let chains = await this.startChains(space, whitened(whitening, firstRows(u, this.count)));
    const { warmup } = this.options;
    let visited: Matrix[] = [];
    for (let sweep = 1; sweep <= warmup; sweep++) {
      await this.step(space, chains, q);
      this.kernel.adapt();
      visited.push(unwhitened(whitening, chains.position));
      if (!ROUNDS.some((part) => Math.ceil(part * warmup) === sweep)) continue;
      // The chains' first half of a round may still be on its way.
      const points = stacked(visited.slice(visited.length >> 1));
      const position = unwhitened(whitening, chains.position);
      whitening = whiteningOf(points);
      q = this.mixtureOf(whitened(whitening, points));
      space = spaceOf(this.target, whitening);
      chains = { ...chains, position: whitened(whitening, position) };
      visited = [];
    }
    this.kernel.freeze();
    return { whitening, chains, q };
  }

  private mixtureOf(v: Matrix): Mixture | undefined {
    return this.options.jumps ? fitMixture(v, this.source, FIT) : undefined;
  }

  private async startChains(space: Space, position: Matrix): Promise<Chains> {
    const streams = split(fold(this.settings.key, 3), this.count).map(stream);
    return { position, logDensity: await space.logDensity(position), streams };
  }

  private async step(space: Space, chains: Chains, q: Mixture | undefined): Promise<void> {
    await this.kernel.sweep(space, chains, q);
    if (q) await jump(space, chains, q);
  }

  private async sample(space: Space, whitening: Whitening, { chains, q }: { chains: Chains; q: Mixture | undefined }): Promise<void> {
    const { trace, settings } = this;
    for (;;) {
      while (!trace.full) {
        await this.step(space, chains, q);
        trace.add(unwhitened(whitening, chains.position), chains.logDensity);
        settings.progress(trace.kept / trace.capacity);
      }
      if (Math.max(...trace.rHat()!) < WELL_BELOW || trace.thin >= MOST_THINNING) return;
      trace.thinOut();
    }
  }

  outcome(): Outcome {
    const outcome = this.trace.outcome(this.target, this.settings.n);
    const early = outcome.theta.rows < this.settings.n && this.first.possible > 0;
    const reached = this.stage === "tempering" ? ` at likelihood to the power ${this.tempering.beta.toPrecision(2)}` : "";
    const unfinished = early ? [`stopped while ${this.stage}${reached}, with ${outcome.theta.rows} of ${this.settings.n} draws`] : [];
    return { ...outcome, notes: [...this.first.notes(), ...unfinished, ...this.kernel.notes(), ...outcome.notes] };
  }
}

function firstRows(points: Matrix, n: number): Matrix {
  const rows = zeros(n, points.columns);
  for (let i = 0; i < n; i++) rowOf(rows, i).set(rowOf(points, i % points.rows));
  return rows;
}

function stacked(parts: readonly Matrix[]): Matrix {
  const values = concatenated(parts.map((part) => part.values));
  return { rows: parts.reduce((total, { rows }) => total + rows, 0), columns: parts[0]!.columns, values };
}
