/**
 * Lines of equal test statistic on a grid, in the coordinates of the parameters.
 *
 * @module
 */
import { contours as trace } from "d3-contour";

/** A function known on a grid: `values[i * ny + j]` at (`xs[i]`, `ys[j]`), as nested loops over the parameters in their order give it. */
export interface Grid {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly values: ArrayLike<number>;
}

export type Point = readonly [x: number, y: number];

/** Where the function is at most the level. */
export interface Isolines {
  /** The line around it, in pieces: it stops where the grid ends. */
  readonly lines: readonly (readonly Point[])[];
  /** The area itself as closed rings, its holes reached by a cut of no width. */
  readonly areas: readonly (readonly Point[])[];
}

/**
 * Traces the edge of the region where a function is at most `level`, with linear interpolation between the nodes of the grid.
 *
 * @param grid - Values `[nx, ny]`, at least two along each axis.
 * @param level - Height of the line.
 * @returns Lines and areas in the grid's coordinates.
 */
export function isolines({ xs, ys, values }: Grid, level: number): Isolines {
  const [nx, ny] = [xs.length, ys.length];
  // d3 traces where its values are above the threshold, x running fastest: hence the sign and the transposition.
  const columnwise = Array.from({ length: nx * ny }, (_, k) => -values[(k % nx) * ny + Math.floor(k / nx)]!);
  const polygons = trace().size([nx, ny]).contour(columnwise, -level).coordinates as unknown as Point[][][];
  const toData = ([gx, gy]: Point): Point => [interpolate(xs, gx - 0.5), interpolate(ys, gy - 0.5)];
  const onBorder = ([gx, gy]: Point) => gx <= 0 || gy <= 0 || gx >= nx || gy >= ny;
  return {
    lines: polygons.flat().flatMap((ring) => openPieces(ring, onBorder).map((piece) => piece.map(toData))),
    areas: polygons.map((rings) => joinRings(rings).map(toData)),
  };
}

/** The ring without its points on the border; a closed ring stays closed. */
function openPieces(ring: readonly Point[], onBorder: (point: Point) => boolean): Point[][] {
  const start = ring.findIndex(onBorder);
  if (start < 0) return [[...ring]];
  const corners = ring.slice(0, -1);
  const pieces: Point[][] = [[]];
  for (let k = 0; k < corners.length; k++) {
    const point = corners[(start + k) % corners.length]!;
    if (onBorder(point)) pieces.push([]);
    else pieces.at(-1)!.push(point);
  }
  return pieces.filter((piece) => piece.length > 1);
}

/** d3 winds holes against their ring, so one path through all of them fills the ring without its holes. */
function joinRings([outer = [], ...holes]: readonly Point[][]): Point[] {
  return [...outer, ...holes.flatMap((hole) => [...hole, outer[0]!])];
}

function interpolate(axis: readonly number[], position: number): number {
  const clamped = Math.min(Math.max(position, 0), axis.length - 1);
  const below = Math.min(Math.floor(clamped), axis.length - 2);
  return axis[below]! + (clamped - below) * (axis[below + 1]! - axis[below]!);
}
