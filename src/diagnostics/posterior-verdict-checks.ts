import { type Check, type CheckCurve, gradeOf, shown } from "./check.js";
import type { EcdfBand } from "./ecdf-bands.js";
import type { Coverage } from "./expected-coverage.js";
import type { Misspecification } from "./misspecification-words.js";
import type { ParameterCalibration, SimulationBasedCalibration } from "./simulation-based-calibration.js";

/** A coverage further from its credibility than this spoils results. */
const MATTERS = 0.05;
/** The credibility that messages speak of. */
const CREDIBILITY = 0.9;

const NARROW = "train longer or on more simulations, use an ensemble, or a more flexible density";
const WIDE = "train longer, or with a more flexible density";
const AWAY = "train longer or on more simulations; look at how it depends on x";

/** One check for each parameter: whether the ranks of the truth are uniform. */
export function calibrationChecks({ parameters, ranks }: SimulationBasedCalibration): Check[] {
  return parameters.map((parameter) => {
    const pValue = Math.min(1, parameters.length * parameter.pValue);
    const grade = gradeOf(pValue, furthest(parameter.ecdf) > MATTERS);
    const [what, advice] = grade === "pass" ? ["uniform ranks", ""] : describe(parameter, ranks.rows);
    return {
      name: `SBC ${parameter.name}`,
      grade,
      value: furthest(parameter.ecdf),
      threshold: `uniform ranks of ${ranks.rows} truths (p >= 0.01 over all parameters)`,
      message: `${what} (p = ${shown(pValue, 2)})`,
      advice,
      curve: curveOf(parameter.ecdf, ranks.rows),
    };
  });
}

/** Which of bias, too narrow and too wide stands out most, in standard errors, and what to do. */
function describe({ mean, spread }: ParameterCalibration, n: number): readonly [what: string, advice: string] {
  const bias = (mean - 0.5) / Math.sqrt(1 / 12 / n);
  // Of a uniform u, (u - 1/2)^2 has mean 1/12 and variance 1/180.
  const width = (spread - 1) / 12 / Math.sqrt(1 / 180 / n);
  if (Math.abs(bias) >= Math.abs(width)) {
    const side = bias < 0 ? "high: truths lie in its lower part" : "low: truths lie in its upper part";
    return [`biased: the posterior lies too ${side} (mean rank ${shown(mean, 2)} in place of 0.5)`, AWAY];
  }
  return width > 0
    ? ["over-confident: the posterior is too narrow, truths lie in its tails too often", NARROW]
    : ["under-confident: the posterior is too wide, truths lie in its middle too often", WIDE];
}

/** Whether regions of highest density hold the truth as often as they say. */
export function coverageCheck(coverage: Coverage): Check {
  const verdict =
    coverage.excess < 0 ? "over-confident: the regions are too small" : "under-confident: the regions are larger than they need to be";
  return regionsCheck(coverage, {
    name: "coverage",
    regions: "regions of highest density",
    verdict,
    advice: coverage.excess < 0 ? NARROW : WIDE,
  });
}

/** Whether balls around what to expect at x hold the truth as often as they say. */
export function tarpCheck(coverage: Coverage): Check {
  const verdict =
    coverage.excess < 0
      ? "over-confident or biased: truths lie further from what x suggests than the posterior's points do"
      : "under-confident: truths lie nearer to what x suggests than the posterior's points do, as when it ignores x";
  return regionsCheck(coverage, { name: "TARP", regions: "balls", verdict, advice: coverage.excess < 0 ? NARROW : AWAY });
}

function regionsCheck(
  { ecdf, pValue, ranks }: Coverage,
  {
    name,
    regions,
    verdict,
    advice,
  }: { readonly name: string; readonly regions: string; readonly verdict: string; readonly advice: string },
): Check {
  const grade = gradeOf(pValue, furthest(ecdf) > MATTERS);
  const place = ecdf.z.reduce((best, z, i) => (Math.abs(z - CREDIBILITY) < Math.abs(ecdf.z[best]! - CREDIBILITY) ? i : best), 0);
  const [level, held] = [ecdf.z[place]!, ecdf.z[place]! + ecdf.difference[place]!];
  const found = `${shown(100 * level)} % ${regions} hold ${shown(100 * held)} % of ${ranks.length} truths (p = ${shown(pValue, 2)})`;
  return {
    name,
    grade,
    value: held,
    threshold: `${shown(level)}, and all other levels (p >= 0.01)`,
    message: grade === "pass" ? found : `${verdict}; ${found}`,
    advice: grade === "pass" ? "" : advice,
    curve: curveOf(ecdf, ranks.length),
  };
}

/** Whether the observation is like the simulations. */
export function misspecificationCheck({ pValue, unlike, off, message, distance, neighbours }: Misspecification): Check {
  // A p-value from N simulations stops at 1 / N: far beyond the furthest of them says more.
  const far = unlike && Math.max(distance.ratio, neighbours.ratio) > 2;
  const grade = far ? "fail" : gradeOf(pValue, true);
  const names = off.length > 0 ? `look at ${off.join(", ")}` : "look at the observables together";
  return {
    name: "observation",
    grade,
    value: pValue,
    threshold: "like the simulations (p >= 0.01)",
    message,
    advice: grade === "pass" ? "" : `${names}: the posterior knows nothing of such an observation; widen the prior or mend the simulator`,
  };
}

/** The check that fails when the posterior gave no points or densities to go on with. */
export function brokenCheck({ count, reason }: { readonly count: number; readonly reason: string }, n: number): Check {
  return {
    name: "samples",
    grade: "fail",
    value: count,
    threshold: "0 data sets without finite points and densities",
    message: `${count} of ${n} data sets cannot be ranked; the first: ${reason}`,
    advice: "look at the posterior there; train with a lower learning rate",
  };
}

function furthest({ difference }: EcdfBand): number {
  return difference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function curveOf({ z, difference }: EcdfBand, n: number): CheckCurve {
  return { x: z, y: difference.map((value, i) => z[i]! + value), error: z.map((level) => Math.sqrt((level * (1 - level)) / n)) };
}
