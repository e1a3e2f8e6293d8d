import { type Matrix, zeros } from "../../numerics/matrix.js";

/** The move of one chain: yields the point `[D]` whose answer it needs next, which is copied at once; returns where the chain is afterwards. */
export type Move<Answer, Result> = Generator<Float64Array, Result, Answer>;

/**
 * Runs the moves of many chains together: every round evaluates one point of each chain that is not done yet.
 *
 * @param moves - One for each chain.
 * @param evaluate - Answers to the rows of a matrix.
 * @returns What each move returned.
 */
export async function lockstep<Answer, Result>(
  moves: readonly Move<Answer, Result>[],
  evaluate: (points: Matrix) => Promise<ArrayLike<Answer>>,
): Promise<Result[]> {
  const results: Result[] = new Array(moves.length);
  const asked: { chain: number; point: Float64Array }[] = [];
  const take = (chain: number, step: IteratorResult<Float64Array, Result>) => {
    if (step.done) results[chain] = step.value;
    else asked.push({ chain, point: step.value });
  };
  moves.forEach((move, chain) => {
    take(chain, move.next());
  });
  while (asked.length > 0) {
    const round = asked.splice(0);
    const answers = await evaluate(stacked(round));
    round.forEach(({ chain }, i) => {
      take(chain, moves[chain]!.next(answers[i]!));
    });
  }
  return results;
}

function stacked(asked: readonly { readonly point: Float64Array }[]): Matrix {
  const points = zeros(asked.length, asked[0]!.point.length);
  asked.forEach(({ point }, i) => {
    points.values.set(point, i * points.columns);
  });
  return points;
}
