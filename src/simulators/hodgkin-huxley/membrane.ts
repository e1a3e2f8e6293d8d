/** The constants of a patch of membrane; conductances in mS / cm^2, voltages in mV, times in ms. */
export interface MembraneParameters {
  /** Conductance of sodium, all channels open. */
  readonly gNa: number;
  /** Conductance of potassium, all channels open. */
  readonly gK: number;
  /** Conductance that does not depend on the voltage. */
  readonly gLeak: number;
  /** Conductance of the slow potassium current that lets the neuron tire, all channels open. */
  readonly gM: number;
  /** Time scale of the slow current, in ms. */
  readonly tauMax: number;
  /** Threshold voltage V_T, about which the rates are given, with its sign changed. */
  readonly minusVT: number;
  /** Strength of the noise of the current, in uA / cm^2 ms^(1/2). */
  readonly noise: number;
  /** Reversal potential of the leak, with its sign changed. */
  readonly minusELeak: number;
}

const [E_NA, E_K] = [53, -107];
/** Voltage at which a recording begins. */
const V0 = -70;

/**
 * A patch of membrane with sodium, potassium, slow potassium and leak channels, of capacity 1 uF / cm^2.
 *
 * dV/dt = gNa m^3 h (53 - V) + gK n^4 (-107 - V) + gM p (-107 - V) + gLeak (E_leak - V) + I
 * dx/dt = (x_inf(V) - x) / tau_x(V) for the gates x = m, h, n, p
 *
 * Each step is exact for the others' values held: first of V with the gates held, then of the gates with the new V held.
 *
 * @source Goncalves et al. 2020, eLife 9, e56261, "Hodgkin-Huxley model"; rates of Pospischil et al. 2008, Biol. Cybern. 99, 427
 */
export class Membrane {
  /** Voltage, in mV. */
  voltage = V0;
  private m = 0;
  private h = 0;
  private n = 0;
  private p = 0;

  /**
   * @param constants - Of the membrane.
   * @param step - In ms.
   */
  constructor(
    private readonly constants: MembraneParameters,
    private readonly step: number,
  ) {
    // After an infinite time the gates are at rest.
    this.moveGates(Infinity);
  }

  /** One step with a current, in uA / cm^2; the new voltage. */
  advance(current: number): number {
    const { m, h, n, p, step, voltage } = this;
    const { gNa, gK, gM, gLeak, minusELeak } = this.constants;
    const sodium = gNa * m * m * m * h;
    const potassium = gK * n * n * n * n + gM * p;
    const total = sodium + potassium + gLeak;
    const rest = (sodium * E_NA + potassium * E_K - gLeak * minusELeak + current) / total;
    this.voltage = rest + (voltage - rest) * Math.exp(-step * total);
    this.moveGates(step);
    return this.voltage;
  }

  /** The gates' step at the voltage; exponentials that several rates have in common are taken once. */
  private moveGates(step: number): void {
    const { tauMax, minusVT } = this.constants;
    const u = this.voltage + minusVT;
    const closing = Math.exp(0.2 * (u - 40));
    const slow = Math.exp(-0.05 * (this.voltage + 35));
    const openM = 1.28 * decayRatio(-0.25 * (u - 13), Math.exp(-0.25 * (u - 13)));
    const shutM = 1.4 * decayRatio(0.2 * (u - 40), closing);
    const openH = 0.128 * Math.exp(-(u - 17) / 18);
    const shutH = 4 / (1 + 1 / closing);
    const openN = 0.16 * decayRatio(-0.2 * (u - 15), EXP_MINUS_5 / closing);
    const shutN = 0.5 * Math.exp(-(u - 10) / 40);
    this.m = relaxed(this.m, openM, shutM, step);
    this.h = relaxed(this.h, openH, shutH, step);
    this.n = relaxed(this.n, openN, shutN, step);
    const pInfinity = 1 / (1 + slow * slow);
    this.p = pInfinity + (this.p - pInfinity) * Math.exp((-step * (3.3 / slow + slow)) / tauMax);
  }
}

/** exp(-0.2 (u - 15)) = exp(-5) / exp(0.2 (u - 40)). */
const EXP_MINUS_5 = Math.exp(-5);

/** z / (e^z - 1), given z and e^z. */
function decayRatio(z: number, expZ: number): number {
  return Math.abs(z) < 1e-4 ? 1 - z / 2 : z / (expZ - 1);
}

/** A gate that opens and shuts with constant rates for a time. */
function relaxed(gate: number, open: number, shut: number, time: number): number {
  const rate = open + shut;
  const infinity = open / rate;
  return infinity + (gate - infinity) * Math.exp(-time * rate);
}
