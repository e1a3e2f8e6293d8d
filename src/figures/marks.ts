import type { Layer, MarkKind, Row } from "./drawing.js";
import type { Tone } from "./house.js";

/** How a layer is drawn, in Vega-Lite's words. */
export interface MarkSpec {
  readonly mark: object;
  readonly encoding: object;
}

const TO_X2 = { x2: { field: "x2" } };
const TO_Y2 = { y2: { field: "y2" } };
const BY_PART = { detail: { field: "part", type: "nominal" } };

/** Shapes that Vega lacks, within [-1, 1], y down. */
const VEGA_SHAPES: Readonly<Record<string, string>> = {
  star: "M0,-1.3L0.3,-0.4L1.24,-0.4L0.48,0.15L0.76,1.05L0,0.5L-0.76,1.05L-0.48,0.15L-1.24,-0.4L-0.3,-0.4Z",
};

/** Each kind of mark. Points, lines and fills take their style as constants; only the legend has scales for it. */
export const MARKS: Readonly<Record<MarkKind, (layer: Layer, tone: Tone) => MarkSpec>> = {
  line: ({ size = 1.6, rows }, tone) => ({
    mark: { type: "line", ...stroke(tone, size), strokeJoin: "round" },
    encoding: rows[0]?.part === undefined ? {} : BY_PART,
  }),
  band: ({ opacity = 0.2 }, { color }) => ({ mark: { type: "area", color, fillOpacity: opacity, line: false }, encoding: TO_Y2 }),
  boxes: ({ opacity = 0.25 }, { color }) => ({
    mark: { type: "rect", color, fillOpacity: opacity, strokeWidth: 0 },
    encoding: { ...TO_X2, ...TO_Y2 },
  }),
  points: ({ size = 22, opacity = 1 }, { color, shape }) => ({
    mark: {
      type: "point",
      filled: true,
      color,
      shape: VEGA_SHAPES[shape] ?? shape,
      size,
      opacity: 1,
      fillOpacity: opacity,
      strokeWidth: 0,
    },
    encoding: {},
  }),
  segments: ({ size = 1.2 }, tone) => ({ mark: { type: "rule", ...stroke(tone, size) }, encoding: { ...TO_X2, ...TO_Y2 } }),
  bins: ({ opacity = 0.22 }, { color }) => ({
    mark: { type: "line", strokeWidth: 0, fill: color, fillOpacity: opacity },
    encoding: {},
  }),
  steps: ({ size = 1.2 }, tone) => ({ mark: { type: "line", ...stroke(tone, size), strokeJoin: "miter" }, encoding: {} }),
  shapes: ({ opacity = 0.15 }, { color }) => ({
    mark: { type: "line", strokeWidth: 0, fill: color, fillOpacity: opacity },
    encoding: BY_PART,
  }),
};

function stroke({ color, dash }: Tone, width: number): object {
  return { color, strokeWidth: width, ...(dash.length > 0 ? { strokeDash: dash } : {}) };
}

/** Rows as the mark wants them: bins become one staircase, for boxes side by side show seams. */
export function rowsOf({ mark, rows }: Layer): readonly Row[] {
  if (mark !== "bins" && mark !== "steps") return rows;
  const heights = rows.flatMap((row, i) => (row.y2 === 0 ? [] : [i]));
  const shown = heights.length === 0 ? rows : rows.slice(heights[0], heights.at(-1)! + 1);
  const steps = shown.flatMap(({ x, x2 = x, y2 = 0 }) => [x, x2].map((edge) => ({ x: edge, y: y2 })));
  return [{ x: shown[0]!.x, y: 0 }, ...steps, { x: shown.at(-1)!.x2!, y: 0 }];
}

const PATHS: readonly MarkKind[] = ["line", "shapes", "bins", "steps"];

/** True for a path that Vega-Lite, which joins points from left to right, would not draw in the order of its rows. */
export function isWinding(mark: MarkKind, rows: readonly Row[]): boolean {
  return PATHS.includes(mark) && rows.some((row, i) => i > 0 && !(row.x > rows[i - 1]!.x));
}
