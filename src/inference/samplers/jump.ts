import { rowOf, zeros } from "../../numerics/matrix.js";
import { moveChain } from "./kernel.js";
import type { Mixture } from "./mixture.js";
import type { Chains, Space } from "./whitening.js";

/**
 * Moves of all chains to independent points of a fixed proposal q: the way between modes that no local move finds.
 *
 * accept x' ~ q with probability min(1, p(x') q(x) / (p(x) q(x')))
 *
 * @source Tierney 1994, Annals of Statistics 22, 1701, section 2.3.3; as the global move of Karamanis, Beutler 2021 (arXiv 2002.06212)
 * @returns Part of the chains that jumped.
 */
export async function jump(space: Space, chains: Chains, q: Mixture): Promise<number> {
  const proposed = zeros(chains.position.rows, chains.position.columns);
  chains.streams.forEach((source, i) => {
    rowOf(proposed, i).set(q.draw(source));
  });
  const logDensity = await space.logDensity(proposed);
  const [there, here] = [q.logProb(proposed), q.logProb(chains.position)];
  let accepted = 0;
  chains.streams.forEach((source, i) => {
    const logRatio = logDensity[i]! - chains.logDensity[i]! + here[i]! - there[i]!;
    if (!(Math.log(source.uniform()) < logRatio)) return;
    moveChain(chains, i, rowOf(proposed, i), logDensity[i]!);
    accepted++;
  });
  return accepted / chains.streams.length;
}
