import type { Events } from "./sample-checks.js";

/** Events of one estimated log r, by label. */
export interface Tie {
  readonly logRatio: number;
  zeros: number;
  ones: number;
}

/** The different log ratios, rising, with the number of events of each label. */
export function tiesOf({ logRatio, label }: Events): Tie[] {
  const order = Uint32Array.from(logRatio.keys()).sort((a, b) => logRatio[a]! - logRatio[b]!);
  const ties: Tie[] = [];
  for (const i of order) {
    let last = ties.at(-1);
    if (last?.logRatio !== logRatio[i]) {
      last = { logRatio: logRatio[i]!, zeros: 0, ones: 0 };
      ties.push(last);
    }
    if (label[i] === 0) last!.zeros++;
    else last!.ones++;
  }
  return ties;
}
