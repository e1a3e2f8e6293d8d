import { DomainError } from "../../errors.js";
import type { Theta } from "../../numerics/parameters.js";
import type { Stream } from "../../numerics/random.js";
import { normal } from "../../probability/normal.js";
import { uniform } from "../../probability/uniform.js";
import type { Sample } from "../contract.js";
import { simulator } from "../simulator.js";
import { type ExactPosterior, posteriorOf, type SolvedTask, solvedTask } from "./task.js";
import { partOfMoon } from "./two-moons-part.js";

/** The parameters `theta1` and `theta2`. */
export type TwoMoonsRanges = { readonly [Name in "theta1" | "theta2"]: readonly [low: number, high: number] };

const ANGLE = uniform(-Math.PI / 2, Math.PI / 2);
const RADIUS = normal(0.1, 0.01);
/** Where the centre of the moon's circle is, at theta = 0. */
const CENTRE = 0.25;
/** A rejection that keeps less would take too long. */
const SMALLEST_PART = 1e-4;

/**
 * A crescent moon, moved by |theta1 + theta2|, so that two crescents of theta explain an observation.
 *
 * theta ~ U(-1, 1)^2,   a ~ U(-pi/2, pi/2),   r ~ N(0.1, 0.01^2)
 * x = (r cos a + 0.25, r sin a) + (-|theta1 + theta2|, -theta1 + theta2) / sqrt(2)
 *
 * What is drawn is a and r, and theta moves x after the draws: there is no joint ratio and no joint score.
 *
 * @returns The simulator `two_moons` with its prior, likelihood and posterior.
 * @source Lueckmann et al. 2021, arXiv:2101.04653, T.8
 * @example
 * twoMoons().logLikelihood([0.35, 0])({ theta1: 0, theta2: 0 }); // log N(0.1; 0.1, 0.01) / (0.1 pi)
 */
export function twoMoons(): SolvedTask<TwoMoonsRanges> {
  const prior = uniform({ theta1: [-1, 1], theta2: [-1, 1] });
  const source = { module: import.meta.url, name: "twoMoons", args: [] };
  const moons = simulator<TwoMoonsRanges>({ name: "two_moons", parameters: prior.parameters, observables: ["x1", "x2"], source }, run);
  return solvedTask(moons, { prior, logProb, exactPosterior });
}

function run({ theta1, theta2 }: Theta<TwoMoonsRanges>, sample: Sample): [number, number] {
  const angle = sample("angle", ANGLE);
  const radius = sample("radius", RADIUS);
  return [
    CENTRE + radius * Math.cos(angle) - Math.abs(theta1 + theta2) * Math.SQRT1_2,
    radius * Math.sin(angle) + (theta2 - theta1) * Math.SQRT1_2,
  ];
}

/** Density of the point relative to the circle's centre: dx = |r| dr da, and points left of the centre have a negative radius. */
function logProb([x1, x2]: Float64Array): (theta: Float64Array) => number {
  return ([theta1, theta2]) => {
    const right = x1! - CENTRE + Math.abs(theta1! + theta2!) * Math.SQRT1_2;
    const up = x2! - (theta2! - theta1!) * Math.SQRT1_2;
    const radius = Math.hypot(right, up);
    return RADIUS.logProb(right < 0 ? -radius : radius) - Math.log(Math.PI * radius);
  };
}

/**
 * theta -> (theta1 + theta2, theta2 - theta1) / sqrt(2) is a rotation and the absolute value folds it once: each point of the moon to the right of
 * x comes from two thetas, of equal density. So a draw of the moon's point and of a sign is a draw of theta, where theta is in the box.
 */
function exactPosterior(x: Float64Array): ExactPosterior {
  const [x1, x2] = x as unknown as [number, number];
  const part = partOfMoon({ right: x1 - CENTRE, up: x2 }, { angle: ANGLE, radius: RADIUS });
  if (!(part > SMALLEST_PART)) {
    const expected = "an observation that some theta of the prior gives";
    throw new DomainError("exactPosterior", "x", [x1, x2], expected, "the prior cannot have given it: check the observation");
  }
  const logEvidence = Math.log(2 * part);
  const likelihood = logProb(x);
  const inBox = (theta: Float64Array) => theta.every((value) => Math.abs(value) <= 1);
  const draw = (source: Stream, row: Float64Array) => {
    do drawUnbounded(source, row, [x1, x2]);
    while (!inBox(row));
  };
  return posteriorOf(["theta1", "theta2"], { logProb: (theta) => (inBox(theta) ? likelihood(theta) - logEvidence : -Infinity), draw });
}

/** One theta that gives x, wherever it may be. */
function drawUnbounded(source: Stream, row: Float64Array, [x1, x2]: readonly [number, number]): void {
  let sum: number;
  let difference: number;
  do {
    const angle = ANGLE.draw(source);
    const radius = RADIUS.draw(source);
    sum = CENTRE + radius * Math.cos(angle) - x1;
    difference = x2 - radius * Math.sin(angle);
  } while (sum < 0);
  if (source.uniform() < 0.5) sum = -sum;
  row[0] = (sum - difference) * Math.SQRT1_2;
  row[1] = (sum + difference) * Math.SQRT1_2;
}
