import { type Key, key as makeKey, type Stream, stream } from "../numerics/random.js";
import type { Distribution } from "../probability/distribution.js";
import { type Support, sameSupport } from "../probability/support.js";

/** What a simulator drew for one event, in order. */
export interface Trace {
  /** Number of draws, T. */
  readonly length: number;
  /** Name of each draw `[T]`. */
  readonly names: readonly string[];
  /** Value of each draw `[T]`. */
  readonly values: Float64Array;
  /** Log-probability of each draw at the parameters that it was drawn with `[T]`. */
  readonly logProbs: Float64Array;
  /** Support of each draw `[T]`. */
  readonly supports: readonly Support[];
  /** What the simulator observed `[L]`. */
  readonly x: Float64Array;
}

/** Why a replay left the trace, in words, and the draw at which it did. */
export class ReplayMismatch extends Error {
  constructor(
    readonly reason: string,
    readonly address: string | undefined,
  ) {
    super(reason);
  }
}

/** The address of draw i: its name and which occurrence of the name it is, from 1. */
export function addressOf(names: readonly string[], i: number): string {
  let occurrence = 0;
  for (let k = 0; k <= i; k++) if (names[k] === names[i]) occurrence++;
  return `${names[i]}#${occurrence}`;
}

/**
 * Tape of one event after the other. `record` draws and writes, `replay` reads the same values and sums how log p differs.
 * One tape serves all events of a thread, so that nothing is allocated for a draw but its distribution.
 */
export class Tape implements Trace {
  readonly names: string[] = [];
  readonly supports: Support[] = [];
  values: Float64Array = new Float64Array(64);
  logProbs: Float64Array = new Float64Array(64);
  x: Float64Array = new Float64Array(0);
  length = 0;

  private readonly source: Stream = stream(makeKey(0));
  private cursor = 0;
  private difference = 0;

  /** Starts a new event. */
  rewind(key: Key): void {
    this.source.restart(key);
    this.length = 0;
  }

  /** Starts reading the event again. */
  beginReplay(): void {
    this.cursor = 0;
    this.difference = 0;
  }

  /** Ends reading: log p at the replay's parameters less log p as recorded. */
  endReplay(): number {
    if (this.cursor < this.length) {
      throw new ReplayMismatch(`the draw ${addressOf(this.names, this.cursor)} does not come`, addressOf(this.names, this.cursor));
    }
    return this.difference;
  }

  /** How log p differs so far in this reading. */
  get runningDifference(): number {
    return this.difference;
  }

  /** Address of the draw read last. */
  lastAddress(): string {
    return addressOf(this.names, this.cursor - 1);
  }

  /** A sample function that only draws. */
  readonly draw = (_name: string, distribution: Distribution): number => distribution.draw(this.source);

  /** A sample function that draws and writes. */
  readonly record = (name: string, distribution: Distribution): number => {
    const i = this.length++;
    if (i === this.values.length) this.grow();
    const value = distribution.draw(this.source);
    this.names[i] = name;
    this.supports[i] = distribution.support;
    this.values[i] = value;
    this.logProbs[i] = distribution.logProb(value);
    return value;
  };

  /** A sample function that reads. */
  readonly replay = (name: string, distribution: Distribution): number => {
    const i = this.cursor++;
    if (i >= this.length || this.names[i] !== name) throw this.wrongAddress(name, i);
    if (!sameSupport(this.supports[i]!, distribution.support)) throw this.wrongSupport(distribution.support, i);
    const value = this.values[i]!;
    // Draw by draw, so that long traces lose nothing to the cancellation of two large sums.
    this.difference += distribution.logProb(value) - this.logProbs[i]!;
    return value;
  };

  /** A copy that later events leave alone. */
  snapshot(): Trace {
    const { length } = this;
    return {
      length,
      names: this.names.slice(0, length),
      values: this.values.slice(0, length),
      logProbs: this.logProbs.slice(0, length),
      supports: this.supports.slice(0, length),
      x: this.x.slice(),
    };
  }

  /** Takes a trace from elsewhere as the event to replay. */
  load(trace: Trace): void {
    for (let i = 0; i < trace.length; i++) {
      this.names[i] = trace.names[i]!;
      this.supports[i] = trace.supports[i]!;
    }
    this.values = trace.values;
    this.logProbs = trace.logProbs;
    this.x = trace.x;
    this.length = trace.length;
  }

  private grow(): void {
    const { values, logProbs } = this;
    this.values = new Float64Array(2 * values.length);
    this.logProbs = new Float64Array(2 * values.length);
    this.values.set(values);
    this.logProbs.set(logProbs);
  }

  private wrongAddress(name: string, i: number): ReplayMismatch {
    const address = addressOf([...this.names.slice(0, i), name], i);
    const recorded = i < this.length ? `${addressOf(this.names, i)} was drawn` : "the trace had ended";
    return new ReplayMismatch(`the draw ${address} comes where ${recorded}`, address);
  }

  private wrongSupport(now: Support, i: number): ReplayMismatch {
    const address = addressOf(this.names, i);
    const before = this.supports[i]!;
    return new ReplayMismatch(`the support of the draw ${address} is ${show(now)} where it was ${show(before)}`, address);
  }
}

function show({ discrete, low, high }: Support): string {
  return discrete ? `{${low}, ..., ${high}}` : `[${low}, ${high}]`;
}
