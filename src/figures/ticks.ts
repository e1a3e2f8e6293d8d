/**
 * Where the ticks of an axis stand and what they say, in Vega-Lite's words.
 *
 * @module
 */

/** About so many round numbers; very large and very small ones with an exponent. */
export function linearTicks(domain: readonly [number, number], ticks: number): object {
  const largest = Math.max(Math.abs(domain[0]), Math.abs(domain[1]));
  const format = largest >= 1e6 || largest < 1e-3 ? { format: "~e" } : {};
  return { tickCount: Math.max(2, Math.round(ticks)), ...format };
}

/** Powers of ten, with 2 and 5 times each where there are few. */
export function logTicks([low, high]: readonly [number, number]): object {
  const first = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
  const few = high / low < 100;
  const steps = few ? [1, 2, 5] : [1];
  const values = powers
    .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
    .filter((value) => value >= low && value <= high);
  const plain = low >= 1e-3 && high <= 1e5;
  return { values, ...(plain ? {} : few ? { format: "~e" } : { labelExpr: powerLabels(powers, first) }) };
}

/** A name at each of 0, 1, 2, ... */
export function namedTicks(names: readonly string[]): object {
  return { values: names.map((_, i) => i), labelExpr: `${JSON.stringify(names)}[datum.value]` };
}

/** A Vega expression that picks the label of a power of ten. */
function powerLabels(powers: readonly number[], first: number): string {
  const labels = powers.map((power) => `'10${superscript(power)}'`);
  return `[${labels.join(",")}][round(log(datum.value) / LN10) - (${first})]`;
}

/** A whole number in raised digits. */
export function superscript(power: number): string {
  return Array.from(String(power), (character) => (character === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(character)]!)).join("");
}
