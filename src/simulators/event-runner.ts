import { DomainError, MissingGoldError, ShapeError } from "../errors.js";
import type { ParameterRanges, Theta } from "../numerics/parameters.js";
import type { Key } from "../numerics/random.js";
import type { Sample, Simulator } from "./contract.js";
import { simulatorThrew } from "./failure.js";
import { ReplayMismatch, Tape } from "./trace.js";

/** Relative difference of x below which a replay is said to repeat it: (z / theta) theta may differ from z by rounding. */
const ROUNDING = 1e-10;

/** Runs one simulator, event after event, forward and from the tape. */
export class EventRunner {
  readonly tape = new Tape();
  private readonly names: readonly string[];
  private readonly theta: Theta;
  private row: ArrayLike<number> = [];
  private event: number | undefined;

  /**
   * @param where - The public function that asks, for messages.
   * @param simulator - What to run.
   */
  constructor(
    private readonly where: string,
    private readonly simulator: Simulator<ParameterRanges>,
  ) {
    this.names = Object.keys(simulator.parameters);
    this.theta = this.viewOfRow();
    this.tape.x = new Float64Array(simulator.observables.length);
  }

  /** Simulates without keeping the draws; the observation `[L]`. */
  simulate(row: ArrayLike<number>, key: Key, event?: number): ArrayLike<number> {
    this.event = event;
    this.tape.rewind(key);
    return this.observe(this.forward(row, this.tape.draw));
  }

  /** Simulates onto the tape. */
  record(row: ArrayLike<number>, key: Key, event?: number): void {
    this.event = event;
    this.tape.rewind(key);
    this.tape.x.set(this.observe(this.forward(row, this.tape.record)));
  }

  /**
   * Log p(x, z given theta) of the event on the tape less its log p as recorded.
   *
   * @throws {MissingGoldError} When the simulator does not do with the tape's draws what it did before.
   */
  replay(row: ArrayLike<number>): number {
    try {
      return this.readTape(row);
    } catch (error) {
      if (!(error instanceof ReplayMismatch)) throw error;
      throw this.missing(`${error.reason} at ${this.show(row)}, though all draws before are the same`, error.address, {
        advice:
          "joint ratio and score need the same draws, with the same supports, giving the same x at every theta: let theta enter through the distributions alone",
      });
    }
  }

  /**
   * Replays at the parameters of the recording, where nothing may change.
   *
   * @throws {MissingGoldError} When something does: a random number or a clock that did not come from `sample`.
   */
  verify(row: ArrayLike<number>): void {
    const advice = "draw every random number through sample, and keep no state between events";
    try {
      if (this.readTape(row, 0) === 0) return;
    } catch (error) {
      if (!(error instanceof ReplayMismatch)) throw error;
      throw this.missing(`${error.reason} when the same draws are replayed at the same theta`, error.address, { advice });
    }
    const address = this.firstChange(row);
    throw this.missing(
      `the distribution of the draw ${address ?? "of some address"} changes when the same draws are replayed at the same theta`,
      address,
      { advice },
    );
  }

  /** A refusal for the event at hand. */
  missing(reason: string, address: string | undefined, { advice }: { readonly advice: string }): MissingGoldError {
    return new MissingGoldError(this.where, `${this.simulator.name}${this.eventText()}: ${reason}`, address, advice);
  }

  /** The parameters of a row, as a message shows them. */
  show(row: ArrayLike<number>): string {
    return `{ ${this.names.map((name, j) => `${name}: ${row[j]}`).join(", ")} }`;
  }

  /** The record that the simulator sees for a row. */
  thetaOf(row: ArrayLike<number>): Theta {
    this.row = row;
    return this.theta;
  }

  /** The first draw whose log-probability at a row is not the recorded one and fulfils a condition. */
  firstChange(row: ArrayLike<number>, condition: (logRatio: number) => boolean = (logRatio) => logRatio !== 0): string | undefined {
    let address: string | undefined;
    let last = 0;
    this.tape.beginReplay();
    this.run(row, (name, distribution) => {
      const value = this.tape.replay(name, distribution);
      const now = this.tape.runningDifference;
      if (address === undefined && condition(now - last)) address = this.tape.lastAddress();
      last = now;
      return value;
    });
    return address;
  }

  private readTape(row: ArrayLike<number>, rounding = ROUNDING): number {
    this.tape.beginReplay();
    const x = this.run(row, this.tape.replay);
    const difference = this.tape.endReplay();
    this.compare(this.observe(x), rounding);
    return difference;
  }

  private compare(x: ArrayLike<number>, rounding: number): void {
    const recorded = this.tape.x;
    for (let l = 0; l < recorded.length; l++) {
      const difference = Math.abs(x[l]! - recorded[l]!);
      if (difference > rounding * Math.abs(recorded[l]!)) {
        throw new ReplayMismatch(`the observable ${this.simulator.observables[l]} is ${x[l]} where it was ${recorded[l]}`, undefined);
      }
    }
  }

  /** One record for all events: its getters read the row at hand, which costs less than a new record, and the simulator cannot write to it. */
  private viewOfRow(): Theta {
    const getters = this.names.map((name, j) => [name, { enumerable: true, get: () => this.row[j]! }] as const);
    return Object.defineProperties({}, Object.fromEntries(getters)) as Theta;
  }

  /** Runs, and says of what the simulator throws at which event and theta it was. */
  private forward(row: ArrayLike<number>, sample: Sample): ArrayLike<number> {
    try {
      return this.run(row, sample);
    } catch (error) {
      throw simulatorThrew(this.where, `${this.simulator.name}${this.eventText()} at ${this.show(row)}`, error);
    }
  }

  private run(row: ArrayLike<number>, sample: Sample): ArrayLike<number> {
    return this.simulator.run(this.thetaOf(row), sample);
  }

  private observe(x: ArrayLike<number>): ArrayLike<number> {
    const { observables } = this.simulator;
    if (x?.length !== observables.length) throw this.wrongLength(x);
    for (let l = 0; l < observables.length; l++) {
      if (!Number.isFinite(x[l])) {
        const place = `x.${observables[l]} of ${this.simulator.name}${this.eventText()} at ${this.show(this.row)}`;
        throw new DomainError(this.where, place, x[l], "a finite number", "let the simulator say why it failed, or return numbers only");
      }
    }
    return x;
  }

  private wrongLength(x: ArrayLike<number> | undefined): ShapeError {
    const place = `x of ${this.simulator.name}${this.eventText()} at ${this.show(this.row)}`;
    const { observables } = this.simulator;
    return new ShapeError(
      this.where,
      place,
      `[${x?.length ?? typeof x}]`,
      `[${observables.length}]`,
      `return one number for each of ${observables.join(", ")}`,
    );
  }

  private eventText(): string {
    return this.event === undefined ? "" : `, event ${this.event}`;
  }
}
