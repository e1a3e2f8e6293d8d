import { type Check, type CheckCurve, gradeOf, shown } from "./check.js";
import type { EcdfBand } from "./ecdf-bands.js";
import type { Coverage } from "./expected-coverage.js";
import type { Misspecification } from "./misspecification-words.js";
import type { ParameterCalibration, SimulationBasedCalibration } from "./simulation-based-calibration.js";

/** A coverage further from its credibility than this spoils results. */
const MATTERS = 0.05;
/** The credibility that the message of a check that passes speaks of. */
const CREDIBILITY = 0.9;

/** Standard errors from which a mean or a spread is called off. */
const STANDS_OUT = 2;

const NARROW = "train longer or on more simulations, use an ensemble, or a more flexible density";
const WIDE = "train longer, or with a more flexible density";
const AWAY = "train longer or on more simulations; look at how it depends on x";
const LOOK =
  "see SBC and coverage for whether it is too narrow, too wide or biased; where they pass, it may ignore x: train longer or on more simulations";

type Words = readonly [what: string, advice: string];

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

/** Which of bias, too narrow and too wide stands out most, in standard errors, and what to do; where none does, a quantile that is off. */
function describe({ mean, spread, ecdf }: ParameterCalibration, n: number): Words {
  const bias = (mean - 0.5) / Math.sqrt(1 / 12 / n);
  // Of a uniform u, (u - 1/2)^2 has mean 1/12 and variance 1/180.
  const width = (spread - 1) / 12 / Math.sqrt(1 / 180 / n);
  if (Math.max(Math.abs(bias), Math.abs(width)) < STANDS_OUT) {
    const [place] = strays(ecdf) as [number];
    const [level, below] = [ecdf.z[place]!, ecdf.z[place]! + ecdf.difference[place]!];
    return [`of the wrong shape: ${shown(100 * below)} % of truths lie below the posterior's ${shown(100 * level)} % quantile`, WIDE];
  }
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
  return regionsCheck(coverage, {
    name: "coverage",
    regions: "regions of highest density",
    below: ["over-confident: the regions are too small", NARROW],
    above: ["under-confident: the regions are larger than they need to be", WIDE],
    both: ["of the wrong shape: the regions are too small at some levels and too large at others", WIDE],
  });
}

/**
 * Whether balls around what to expect at x hold the truth as often as they say. In which way a posterior is wrong they cannot tell: bias moves the
 * curve too, and too narrow moves it either way, depending on where the modes lie about the centre of the balls.
 */
export function tarpCheck(coverage: Coverage): Check {
  const than = "the mean theta of similar data sets than the posterior's points do";
  return regionsCheck(coverage, {
    name: "TARP",
    regions: "balls",
    below: [`not exact: truths lie further from ${than}`, LOOK],
    above: [`not exact: truths lie nearer to ${than}`, LOOK],
    both: [`not exact: truths lie both nearer to and further from ${than}`, LOOK],
  });
}

/** How a check of regions is worded, by where its curve leaves its band. */
interface RegionWords {
  readonly name: string;
  readonly regions: string;
  readonly below: Words;
  readonly above: Words;
  readonly both: Words;
}

function regionsCheck({ ecdf, pValue, ranks }: Coverage, { name, regions, below, above, both }: RegionWords): Check {
  const grade = gradeOf(pValue, furthest(ecdf) > MATTERS);
  const places = grade === "pass" ? [nearestTo(CREDIBILITY, ecdf)] : strays(ecdf);
  const held = (place: number) => ecdf.z[place]! + ecdf.difference[place]!;
  const found = places.map((place) => `${shown(100 * ecdf.z[place]!)} % ${regions} hold ${shown(100 * held(place))} %`).join(", ");
  const message = `${found} of ${ranks.length} truths (p = ${shown(pValue, 2)})`;
  const first = places[0]!;
  const [what, advice] = places.length > 1 ? both : ecdf.difference[first]! < 0 ? below : above;
  return {
    name,
    grade,
    value: held(first),
    threshold: `${shown(ecdf.z[first]!)}, and all other levels (p >= 0.01)`,
    message: grade === "pass" ? message : `${what}; ${message}`,
    advice: grade === "pass" ? "" : advice,
    curve: curveOf(ecdf, ranks.length),
  };
}

function nearestTo(level: number, { z }: EcdfBand): number {
  return z.reduce((best, point, i) => (Math.abs(point - level) < Math.abs(z[best]! - level) ? i : best), 0);
}

/** Where a curve is furthest off in units of its band, and where furthest off on the other side if it leaves the band there too. */
function strays({ difference, low, high }: EcdfBand): readonly number[] {
  const off = difference.map((value, i) => value / (value < 0 ? -low[i]! : high[i]!));
  const ends = [off.indexOf(Math.min(...off)), off.indexOf(Math.max(...off))].sort((a, b) => Math.abs(off[b]!) - Math.abs(off[a]!));
  const [first, second] = ends as [number, number];
  return off[first]! * off[second]! < 0 && Math.abs(off[second]!) > 1 ? [first, second] : [first];
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
