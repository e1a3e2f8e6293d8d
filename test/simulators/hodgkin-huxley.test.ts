import { describe, expect, it } from "vitest";
import { fold, key } from "../../src/numerics/random.js";
import { spikeTimes, voltageFeatures } from "../../src/simulators/hodgkin-huxley/features.js";
import { hodgkinHuxley, voltageTrace } from "../../src/simulators/hodgkin-huxley/hodgkin-huxley.js";
import { hodgkinHuxleyPrior } from "../../src/simulators/hodgkin-huxley/parameters.js";
import { stepCurrent } from "../../src/simulators/hodgkin-huxley/stimulus.js";
import { mine } from "../../src/simulators/mine.js";
import { simulate } from "../../src/simulators/simulate.js";

/** Half a unit of the last decimal given, and one for how the other program rounded. */
const digits = (decimals: number) => 1.01 * 10 ** -decimals;

describe("the neuron without noise has the digits of an independent program", () => {
  const { times, voltage, stimulus } = voltageTrace({}, { noise: 0 });

  it("spikes when that does", () => {
    expect(times).toHaveLength(12_001);
    expect([...spikeTimes(voltage, stimulus)].map((time) => time.toFixed(2))).toEqual(["19.54", "34.26", "51.31", "70.82", "92.68"]);
  });

  it.each([
    { feature: 1, name: "resting mean", value: -70.277192, decimals: 6 },
    { feature: 2, name: "resting sd", value: 0.008278, decimals: 6 },
    { feature: 3, name: "mean", value: -56.453449, decimals: 6 },
    { feature: 4, name: "variance", value: 375.185373, decimals: 6 },
    { feature: 5, name: "skewness", value: 3.703806, decimals: 6 },
    { feature: 6, name: "kurtosis", value: 18.324726, decimals: 6 },
  ])("$name", ({ feature, value, decimals }) => {
    expect(Math.abs(voltageFeatures(voltage, stimulus)[feature]! - value)).toBeLessThan(digits(decimals));
  });

  it.each([
    { time: 10, value: -70.47508 },
    { time: 50, value: -50.47764 },
    { time: 120, value: -71.38457 },
  ])("V($time ms)", ({ time, value }) => {
    expect(Math.abs(voltage[100 * time]! - value)).toBeLessThan(digits(5));
  });

  it("largest V", () => {
    expect(Math.abs(Math.max(...voltage) - 49.9453)).toBeLessThan(digits(4));
  });

  it.each([
    { theta: {}, step: 0.005, spikes: 5, mean: -56.453946, variance: 375.156269 },
    { theta: { gNa: 4, gK: 1.5 }, step: 0.01, spikes: 7, mean: -44.797558, variance: 154.151832 },
    { theta: { gNa: 50, gK: 1 }, step: 0.01, spikes: 2, mean: -22.260497, variance: 177.557359 },
  ])("$theta with a step of $step ms", ({ theta, step, spikes, mean, variance }) => {
    const trace = voltageTrace(theta, { noise: 0, step });
    const features = voltageFeatures(trace.voltage, trace.stimulus);
    expect(features[0]).toBe(spikes);
    expect(Math.abs(features[3]! - mean)).toBeLessThan(digits(6));
    expect(Math.abs(features[4]! - variance)).toBeLessThan(digits(6));
  });
});

describe("the neuron with noise", () => {
  it("has the features of 150 runs of an independent program", async () => {
    const N = 150;
    const { x } = await simulate(hodgkinHuxley(), { theta: { gNa: 50, gK: 5 }, n: N, seed: 1 });
    const column = (l: number) => Array.from({ length: N }, (_, i) => x.values[7 * i + l]!);
    expect(new Set(column(0))).toEqual(new Set([5]));
    for (const [l, mean, sd, decimals] of [
      [1, -70.268, 0.123, 3],
      [2, 0.0398, 0.0163, 4],
      [3, -56.4555, 0.0355, 4],
      [4, 375.215, 0.399, 3],
      [5, 3.7037, 0.0039, 4],
      [6, 18.324, 0.022, 3],
    ] as const) {
      const average = column(l).reduce((sum, value) => sum + value, 0) / N;
      const spread = Math.sqrt(column(l).reduce((sum, value) => sum + (value - average) ** 2, 0) / (N - 1));
      // Both are of 150 runs: the standard error of the difference of means is sd sqrt(2 / N), of the logarithm of an sd's ratio sqrt(1 / N).
      expect(Math.abs(average - mean), `mean of feature ${l}`).toBeLessThan(5 * sd * Math.sqrt(2 / N) + digits(decimals));
      expect(Math.abs(Math.log(spread / sd)), `sd of feature ${l}`).toBeLessThan(5 / Math.sqrt(N));
    }
  });

  it("fluctuates about rest as a resistor with a capacity does", () => {
    // With sodium and potassium nearly gone, dV = g (E - V) dt + noise dW: variance noise^2 / (2 g) and correlation exp(-g t).
    const [g, noise] = [0.5, 0.15];
    const passive = { gNa: 1e-9, gK: 1e-9, gM: 1e-9, gLeak: g, noise };
    const { voltage } = voltageTrace(passive, { amplitude: 0, duration: 20_000, end: 19_000, step: 0.1, seed: 3 });
    const after = voltage.subarray(500);
    const mean = after.reduce((sum, value) => sum + value, 0) / after.length;
    const variance = after.reduce((sum, value) => sum + (value + 70) ** 2, 0) / after.length;
    // Correlated over 1 / g = 2 ms: about 20 000 g / 2 independent values of V, and twice as many of its square. The held noise of a step of 0.1 ms
    // changes the variance by the factor tanh(g step / 2) / (g step / 2).
    const exact = ((noise * noise) / (2 * g)) * (Math.tanh((g * 0.1) / 2) / ((g * 0.1) / 2));
    expect(Math.abs(mean + 70)).toBeLessThan(5 * Math.sqrt(exact / (10_000 * g)));
    expect(Math.abs(variance / exact - 1)).toBeLessThan(5 * Math.sqrt(2 / (20_000 * g)));
  });

  it("is the same for a key, in a worker's copy too, and another for another", async () => {
    const neuron = hodgkinHuxley({ parameters: "full" });
    const { module, name, args } = neuron.source!;
    const copy = ((await import(module)) as Record<string, (...given: unknown[]) => typeof neuron>)[name]!(...args!);
    const theta = Object.fromEntries(
      hodgkinHuxleyPrior("full").names.map((parameter, j) => [parameter, [50, 5, 0.1, 0.07, 600, 60, 0.1, 70][j]!]),
    );
    const at = theta as Parameters<typeof neuron.draw>[0];
    expect(neuron.draw(at, key(1)).x).toEqual(copy.draw(at, key(1)).x);
    expect(neuron.draw(at, key(1)).x).toEqual(hodgkinHuxley().draw({ gNa: 50, gK: 5 }, key(1)).x);
    expect(neuron.draw(at, key(2)).x).not.toEqual(copy.draw(at, key(1)).x);
    expect(neuron.draw(at, key(2)).trace.length).toBe(12_000);
  });

  it("has finite features over the whole prior", () => {
    const prior = hodgkinHuxleyPrior("full");
    const neuron = hodgkinHuxley({ parameters: "full", stimulus: { step: 0.02 } });
    const points = prior.sample(key(5), 40);
    for (let i = 0; i < 40; i++) {
      const theta = Object.fromEntries(prior.names.map((name, j) => [name, points.values[8 * i + j]!])) as Parameters<
        typeof neuron.draw
      >[0];
      expect([...neuron.draw(theta, fold(key(6), i)).x].every(Number.isFinite)).toBe(true);
    }
  });

  it("has no joint ratio, and says so", async () => {
    const mined = mine(hodgkinHuxley(), { numerator: { gNa: 50, gK: 5 }, denominator: { gNa: 40, gK: 5 }, n: 2, seed: 1 });
    await expect(mined).rejects.toThrow("joint ratio and score need the same draws");
  });
});

describe("spikes", () => {
  const stimulus = stepCurrent({ onset: 1, end: 4, duration: 5, step: 0.1 });
  const at = (values: Record<number, number>) => new Float64Array(51).fill(-70).map((rest, i) => values[i] ?? rest);

  it.each([
    { name: "a peak", values: { 19: 0, 20: 30 }, times: [1.9] },
    { name: "a peak below -10 mV", values: { 19: -20, 20: -12 }, times: [] },
    { name: "a peak before and one after the stimulus", values: { 5: 0, 6: 20, 45: 0, 46: 20 }, times: [] },
    { name: "a wiggle on a peak", values: { 19: 0, 20: 30, 21: 29, 22: 30 }, times: [1.9] },
    { name: "two peaks half a millisecond and more apart", values: { 19: 0, 20: 30, 25: 0, 26: 30 }, times: [1.9, 2.5] },
    { name: "two peaks half a millisecond apart", values: { 19: 0, 20: 30, 24: 0, 25: 30 }, times: [1.9] },
  ])("$name", ({ values, times }) => {
    const found = [...spikeTimes(at(values), stimulus)];
    expect(found.map((time) => Number(time.toFixed(6)))).toEqual(times);
  });
});

it.each([
  { refused: () => stepCurrent({ step: 0 }), message: "stepCurrent: step is 0; expected a number of ms in (0, 0.1]" },
  { refused: () => stepCurrent({ amplitude: Number.NaN }), message: "stepCurrent: amplitude is NaN; expected a finite number" },
  {
    refused: () => stepCurrent({ onset: 20, end: 10 }),
    message: "stepCurrent: [onset, end, duration] is [20,10,120]; expected times in ms that ascend",
  },
  { refused: () => spikeTimes([1, 2], stepCurrent()), message: "spikeTimes: voltage has shape [2]; expected [12001]" },
  {
    refused: () => voltageFeatures(new Float64Array(12_001), stepCurrent()),
    message: "voltageFeatures: the variance of voltage is 0; expected",
  },
  { refused: () => voltageTrace({ gNa: -1 }), message: "voltageTrace: theta.gNa is -1; expected a positive finite number" },
  { refused: () => voltageTrace({}, { noise: -1 }), message: "voltageTrace: theta.noise is -1; expected a finite number" },
  { refused: () => voltageTrace({ sodium: 1 } as object), message: "voltageTrace: theta.sodium is 1; expected one of gNa, gK" },
  {
    refused: () => hodgkinHuxley({ parameters: "half" as "full" }),
    message: 'hodgkinHuxley: parameters is "half"; expected "reduced" or "full"',
  },
])("refuses: $message", ({ refused, message }) => {
  expect(refused).toThrow(message);
});
