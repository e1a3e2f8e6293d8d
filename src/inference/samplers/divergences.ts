/** More divergent transitions than this part are worth a word. */
const TOLERATED = 1e-3;

/** Says that paths diverge, when more than one in a thousand does. */
export function divergenceNotes(divergent: number, transitions: number): string[] {
  if (divergent <= TOLERATED * transitions) return [];
  const part = ((100 * divergent) / transitions).toPrecision(2);
  return [
    `${divergent} of ${transitions} transitions (${part}%) diverged: the density bends more sharply than steps can follow; slice() may do better`,
  ];
}
