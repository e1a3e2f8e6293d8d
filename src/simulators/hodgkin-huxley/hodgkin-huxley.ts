import { DomainError } from "../../errors.js";
import { key, stream } from "../../numerics/random.js";
import { normal } from "../../probability/normal.js";
import type { Simulator } from "../contract.js";
import { simulator } from "../simulator.js";
import { FEATURES, voltageFeatures } from "./features.js";
import { Membrane, type MembraneParameters } from "./membrane.js";
import { type HodgkinHuxleyRanges, hodgkinHuxleyPrior, type NeuronParameters, TYPICAL } from "./parameters.js";
import { type StepCurrentOptions, type Stimulus, stepCurrent } from "./stimulus.js";

/** Which neuron, and what is done to it. */
export interface HodgkinHuxleyOptions<Kind extends NeuronParameters = NeuronParameters> {
  /** `"reduced"`, the default: the conductances gNa and gK; `"full"`: all eight constants of the membrane. */
  readonly parameters?: Kind;
  /** Current through the membrane, and the step of the integration. */
  readonly stimulus?: StepCurrentOptions;
}

/** A recording. */
export interface VoltageTrace {
  /** `[T]`, in ms. */
  readonly times: Float64Array;
  /** `[T]`, in mV. */
  readonly voltage: Float64Array;
  /** What was done to the neuron. */
  readonly stimulus: Stimulus;
}

const UNIT = normal(0, 1);

/**
 * A neuron of Hodgkin and Huxley with noise, seen through seven features of its voltage under a current step.
 *
 * What is drawn is the noise: one standard normal number for each step, 12 000 of them. Theta moves the voltage after the draws, so there is no joint
 * ratio and no joint score; and taken at fixed voltages they would spread over so many powers of ten that nothing could be learned from them.
 *
 * @param options - Which parameters, and the stimulus.
 * @returns The simulator `hodgkin_huxley` with seven observables; its prior is `hodgkinHuxleyPrior`.
 * @throws {DomainError} When `parameters` is neither, or the stimulus is none.
 * @source Goncalves et al. 2020, eLife 9, e56261, "Hodgkin-Huxley model"
 * @example
 * hodgkinHuxley().draw({ gNa: 50, gK: 5 }, key(1)).x[0]; // 5
 */
export function hodgkinHuxley<Kind extends NeuronParameters = "reduced">({
  parameters: kind = "reduced" as Kind,
  stimulus = {},
}: HodgkinHuxleyOptions<Kind> = {}): Simulator<HodgkinHuxleyRanges<Kind>> {
  if (kind !== "reduced" && kind !== "full") throw new DomainError("hodgkinHuxley", "parameters", kind, '"reduced" or "full"');
  const { parameters } = hodgkinHuxleyPrior<Kind>(kind);
  const source = { module: import.meta.url, name: "hodgkinHuxley", args: [{ parameters: kind, stimulus }] };
  const steps = stepCurrent(stimulus);
  return simulator<HodgkinHuxleyRanges<Kind>>({ name: "hodgkin_huxley", parameters, observables: FEATURES, source }, (theta, sample) =>
    voltageFeatures(
      record({ ...TYPICAL, ...theta }, steps, () => sample("noise", UNIT)),
      steps,
    ),
  );
}

/** What a recording is made with. */
export interface VoltageTraceOptions extends StepCurrentOptions {
  /** Which noise, an integer in [0, 2^53); default 0. */
  readonly seed?: number;
  /** Strength of the noise in place of theta's; 0 for a neuron without noise. */
  readonly noise?: number;
}

/**
 * A recording of the neuron's voltage, for figures.
 *
 * @param theta - Constants of the membrane; those not given are gNa 50, gK 5, gLeak 0.1, gM 0.07, tauMax 600, minusVT 60, noise 0.1, minusELeak 70.
 * @param options - Noise and stimulus.
 * @returns Times, voltage and stimulus.
 * @throws {DomainError} When a constant is not a finite number or not one of the membrane's, conductances or times are not positive, or the stimulus is none.
 * @example
 * voltageTrace({ gNa: 50, gK: 5 }, { noise: 0 }).voltage[12_000]; // -71.38457
 */
export function voltageTrace(theta: Partial<MembraneParameters>, { seed = 0, noise, ...stimulus }: VoltageTraceOptions = {}): VoltageTrace {
  const constants = { ...TYPICAL, ...theta, ...(noise !== undefined && { noise }) };
  assertMembrane(constants);
  const steps = stepCurrent(stimulus);
  const source = stream(key(seed));
  const voltage = record(constants, steps, () => source.normal());
  return { times: Float64Array.from(voltage, (_, i) => i * steps.step), voltage, stimulus: steps };
}

/** Voltage `[T]`: the current of a sample, and white noise in the same step, move the voltage to that of the next. */
function record(constants: MembraneParameters, { step, current }: Stimulus, unit: () => number): Float64Array {
  const membrane = new Membrane(constants, step);
  const scale = constants.noise / Math.sqrt(step);
  const voltage = new Float64Array(current.length);
  voltage[0] = membrane.voltage;
  for (let i = 1; i < voltage.length; i++) voltage[i] = membrane.advance(current[i - 1]! + scale * unit());
  return voltage;
}

function assertMembrane(constants: MembraneParameters): void {
  for (const [name, value] of Object.entries(constants)) {
    if (!(name in TYPICAL)) throw new DomainError("voltageTrace", `theta.${name}`, value, `one of ${Object.keys(TYPICAL).join(", ")}`);
    const positive = name.startsWith("g") || name === "tauMax";
    if (Number.isFinite(value) && (positive ? value > 0 : name !== "noise" || value >= 0)) continue;
    throw new DomainError("voltageTrace", `theta.${name}`, value, positive ? "a positive finite number" : "a finite number");
  }
}
