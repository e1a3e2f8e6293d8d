import { DomainError } from "../../errors.js";

/** A current that is switched on and off. */
export interface StepCurrentOptions {
  /** Density of the current while it is on, in uA / cm^2; default 5e-4 uA into a sphere-like membrane of radius 70 um, 3.248. */
  readonly amplitude?: number;
  /** When it begins, in ms, at least 2 steps and at least 1 ms; default 10. */
  readonly onset?: number;
  /** When it ends, in ms; default 110. */
  readonly end?: number;
  /** Length of the recording, in ms; default 120. */
  readonly duration?: number;
  /** Time between samples and step of the integration, in ms; default 0.01. Larger is faster and less exact. */
  readonly step?: number;
}

/** A current over time, as the membrane sees it. */
export interface Stimulus {
  /** Time between samples, in ms. */
  readonly step: number;
  /** Number of the first sample with current. */
  readonly onset: number;
  /** Number of the first sample after the current. */
  readonly end: number;
  /** Density of the current at each sample `[T]`, in uA / cm^2. */
  readonly current: Float64Array;
}

/**
 * The stimulus of the experiment: nothing, a constant current, nothing.
 *
 * @param options - Amplitude and times.
 * @returns Current at 0, step, 2 step, ..., duration.
 * @throws {DomainError} When a time is not positive, the times are not in order, or the amplitude is not finite.
 * @example
 * stepCurrent().current[1000]; // 3.24806...
 */
export function stepCurrent(options: StepCurrentOptions = {}): Stimulus {
  const { amplitude = 5e-4 / (Math.PI * 70e-4 ** 2), onset = 10, end = 110, duration = 120, step = 0.01 } = options;
  if (!Number.isFinite(amplitude)) throw new DomainError("stepCurrent", "amplitude", amplitude, "a finite number");
  if (!(step > 0 && step <= 0.1)) throw new DomainError("stepCurrent", "step", step, "a number of ms in (0, 0.1]");
  if (!(onset >= 1 && onset < end && end <= duration && duration < 1e5)) {
    throw new DomainError("stepCurrent", "[onset, end, duration]", [onset, end, duration], "times in ms that ascend, the first at least 1");
  }
  const [first, last, samples] = [onset, end, duration].map((time) => Math.round(time / step)) as [number, number, number];
  const current = new Float64Array(samples + 1).fill(amplitude, first, last);
  return { step, onset: first, end: last, current };
}
