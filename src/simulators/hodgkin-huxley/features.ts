import { DomainError, ShapeError } from "../../errors.js";
import type { Stimulus } from "./stimulus.js";

/** The names of the features, in order. */
export const FEATURES = ["spikes", "resting mean", "resting sd", "mean", "variance", "skewness", "kurtosis"] as const;

/** Below this a wiggle is no spike, in mV. */
const THRESHOLD = -10;
/** A peak that follows another within this time is the same spike, in ms. */
const REFRACTORY = 0.5;
/** How long before the stimulus the resting voltage's spread is taken, in ms. */
const RESTING = 1;

/**
 * When the neuron fired during the stimulus.
 *
 * A spike is a sample above -10 mV that the next is not below, and the one after that is; a spike within 0.5 ms of a peak before it is the same spike.
 *
 * @param voltage - `[T]`, in mV, at the stimulus' samples.
 * @param stimulus - Which samples belong to the stimulus.
 * @returns Times in ms, of the sample before each peak.
 * @throws {ShapeError} When voltage and stimulus have different lengths.
 * @example
 * spikeTimes(new Float64Array(12001).fill(-70), stepCurrent()).length; // 0
 */
export function spikeTimes(voltage: ArrayLike<number>, { step, onset, end, current }: Stimulus): Float64Array {
  assertLength("spikeTimes", voltage, current.length);
  const times: number[] = [];
  let last = -Infinity;
  for (let i = onset + 1; i < end && i + 2 < voltage.length; i++) {
    if (!(voltage[i]! > THRESHOLD && voltage[i + 1]! >= voltage[i]! && voltage[i + 2]! < voltage[i + 1]!)) continue;
    if ((i - last) * step > REFRACTORY) times.push(i * step);
    last = i;
  }
  return Float64Array.from(times);
}

/**
 * The seven numbers that a recording is reduced to.
 *
 * Number of spikes; mean before the stimulus and standard deviation in the last ms before it; mean, variance, skewness m3 / sd^3 and kurtosis
 * m4 / sd^4 during the stimulus. Moments are those of the samples: divided by their number, and the kurtosis of a normal distribution is 3.
 *
 * @param voltage - `[T]`, in mV, at the stimulus' samples.
 * @param stimulus - Which samples belong to the stimulus.
 * @returns `[7]`, as `FEATURES` names them.
 * @throws {ShapeError} When voltage and stimulus have different lengths.
 * @throws {DomainError} When the voltage during the stimulus does not vary: it has no skewness.
 * @source Goncalves et al. 2020, eLife 9, e56261, "Hodgkin-Huxley model"
 * @example
 * const { voltage, stimulus } = voltageTrace({ gNa: 50, gK: 5 }, { noise: 0 });
 * voltageFeatures(voltage, stimulus)[0]; // 5
 */
export function voltageFeatures(voltage: Float64Array, stimulus: Stimulus): Float64Array {
  const { step, onset, end } = stimulus;
  const spikes = spikeTimes(voltage, stimulus).length;
  const before = moments(voltage.subarray(0, onset));
  const justBefore = moments(voltage.subarray(onset - Math.round(RESTING / step), onset));
  const { mean, variance, third, fourth } = moments(voltage.subarray(onset + 1, end));
  if (!(variance > 0)) throw new DomainError("voltageFeatures", "the variance of voltage", variance, "a positive number");
  return Float64Array.of(
    spikes,
    before.mean,
    Math.sqrt(justBefore.variance),
    mean,
    variance,
    third / variance ** 1.5,
    fourth / variance ** 2,
  );
}

/** Mean and central moments. */
function moments(values: Float64Array) {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]!;
  mean /= values.length;
  let [second, third, fourth] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const deviation = values[i]! - mean;
    const square = deviation * deviation;
    second += square;
    third += square * deviation;
    fourth += square * square;
  }
  return { mean, variance: second / values.length, third: third / values.length, fourth: fourth / values.length };
}

function assertLength(where: string, voltage: ArrayLike<number>, length: number): void {
  if (voltage.length === length) return;
  throw new ShapeError(where, "voltage", `[${voltage.length}]`, `[${length}]`, "one for each sample of the stimulus");
}
