/** Size of a board: rows of nails, and nails in a row. */
export interface BoardSize {
  readonly rows: number;
  readonly nails: number;
}

/** How the nails lean: probabilities, and how they change with the slope. */
export interface NailLean {
  /** P(left) of a ball at `nail` of `row`. */
  pLeft(row: number, nail: number, slope: number): number;
  /** Derivative of P(left) in the slope. */
  derivative(row: number, nail: number, slope: number): number;
}

/** The lean of all nails of a board; the formula is with `galtonBoard`. */
export function nailLean({ rows, nails }: BoardSize): NailLean {
  const weights = Float64Array.from({ length: rows }, (_, row) => Math.sin((Math.PI * row) / (rows - 1)));
  const steepness = (nail: number) => 10 * ((2 * nail) / (nails - 1) - 1);
  return {
    pLeft(row, nail, slope) {
      if (row % 2 === 1 && (nail === 0 || nail === nails)) return nail === 0 ? 0 : 1;
      const f = weights[row]!;
      return (1 - f) / 2 + f * sigmoid(slope * steepness(nail));
    },
    derivative(row, nail, slope) {
      if (row % 2 === 1 && (nail === 0 || nail === nails)) return 0;
      const s = sigmoid(slope * steepness(nail));
      return weights[row]! * steepness(nail) * s * (1 - s);
    },
  };
}

/** Where a ball goes: in even rows left keeps the nail and right adds one, in odd rows left takes one away and right keeps it. */
export function nailBelow(row: number, nail: number, left: number): number {
  return row % 2 === 0 ? nail + 1 - left : nail - left;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
