import { DomainError, ShapeError } from "../errors.js";
import { columnOf, type MatrixLike, toMatrix } from "../numerics/matrix.js";
import { regionLayers } from "./corner-layers.js";
import { rising } from "./corner-options.js";
import { readPosteriors, type SamplesLike } from "./corner-samples.js";
import { toList } from "./curve.js";
import type { Layer, Series } from "./drawing.js";
import { Figure } from "./figure.js";
import { assertNames, assertRecord } from "./given-record.js";
import { type FigureOptions, makeAxis, makeDrawing } from "./options.js";
import { levelName } from "./region.js";
import { cloudLayer } from "./scatter.js";

/** Where one round simulated. */
export interface RoundLike {
  /** Parameters of the simulations `[N, D]`. */
  readonly theta: MatrixLike;
  /** Name in the legend; default "round 1", "round 2", ... */
  readonly label?: string;
}

/** Options of figures of simulations. */
export interface SimulationsOptions extends FigureOptions {
  /** Names of the columns `[D]`. */
  readonly names: readonly string[];
  /** The two parameters shown; default the first two. */
  readonly show?: readonly [x: string, y: string];
  /** Label with unit for each axis by parameter name; default the name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Samples of the posterior `[N, D]`, N at least 10, whose regions are drawn over the points; default none. */
  readonly posterior?: MatrixLike | SamplesLike;
  /** Posterior mass that each line encloses, 0 to 1; default 0.6827 and 0.9545. */
  readonly levels?: readonly number[];
}

/**
 * Where simulations were made: the points of each round in a colour, with the regions of the posterior over them.
 *
 * @param rounds - Parameters of each round, in their order.
 * @param options - Names of the columns, which two are shown, posterior; size, title, metadata.
 * @returns The figure.
 * @throws {ShapeError} When there is no round, or lengths do not fit.
 * @throws {DomainError} When a number is not finite, a level is no probability, or a name unknown.
 * @example
 * plotSimulations([{ theta: first }, { theta: second }], { names: ["x0", "v0"], posterior: samples });
 */
export function plotSimulations(rounds: RoundLike | readonly RoundLike[], options: SimulationsOptions): Figure {
  assertRecord("plotSimulations", "options", options, { fields: ["names"], advice: "name the columns of theta" });
  assertNames("plotSimulations", "names", options.names);
  const list = toList(rounds);
  const { names, show = names } = options;
  if (list.length === 0) throw new ShapeError("plotSimulations", "rounds", "[0]", "at least one round");
  if (names.length < 2) throw new ShapeError("plotSimulations", "names", `[${names.length}]`, "[D] with D at least 2", "use plotHistogram");
  for (const [k, round] of list.entries()) {
    const argument = list.length === 1 ? "rounds" : `rounds[${k}]`;
    assertRecord("plotSimulations", argument, round, { fields: ["theta"], advice: "write { theta: rows } for each round" });
  }
  const [i, j] = [0, 1].map((axis) => indexOf(show[axis], axis, names)) as [number, number];
  const clouds = list.map(({ theta, label = "" }, k) => {
    const matrix = toMatrix("plotSimulations", list.length === 1 ? "rounds.theta" : `rounds[${k}].theta`, theta, names.length);
    const points = { x: columnOf(matrix, i), y: columnOf(matrix, j), label: label || `round ${k + 1}` };
    return cloudLayer("plotSimulations", `rounds[${k}].theta`, points);
  });
  const layers = [...clouds, ...posteriorLayers([i, j], options)];
  const [x, y] = (["x", "y"] as const).map((axis, side) => {
    const name = names[[i, j][side]!]!;
    return makeAxis("plotSimulations", axis, options.labels?.[name] ?? name, layers, { part: 0.03 });
  });
  const count = list.map(({ theta }) => ("rows" in theta ? theta.rows : theta.length)).join(", ");
  const description = `where simulations were made, ${y!.label} against ${x!.label}: ${count} points`;
  return new Figure(makeDrawing("plotSimulations", { x: x!, y: y!, layers }, description, options));
}

function indexOf(name: string | undefined, axis: number, names: readonly string[]): number {
  const index = names.indexOf(name ?? "");
  if (index < 0) throw new DomainError("plotSimulations", `show[${axis}]`, name, `one of the names ${names.join(", ")}`, "check the name");
  return index;
}

const DASHES = [[], [6, 2.5], [1.5, 2], [7, 2, 1.5, 2]] as const;
const INTERVALS = 112;

/** In ink, as colours are the rounds'. */
function posteriorLayers(pair: readonly [number, number], { posterior, names, levels = [0.6827, 0.9545] }: SimulationsOptions): Layer[] {
  if (posterior === undefined) return [];
  const { posteriors } = readPosteriors({ where: "plotSimulations", argument: "posterior" }, posterior, { names });
  const masses = rising("plotSimulations", "levels", levels);
  const lines = masses.map((mass, m): Series => {
    const label = levelName(mass, "enclosed posterior mass", undefined);
    return { label, swatch: "line", ink: { dash: DASHES[m % DASHES.length]!, shape: "circle" } };
  });
  return regionLayers(posteriors, pair, { masses: [lines], filled: false, weight: 1 }, { intervals: INTERVALS, masses });
}
