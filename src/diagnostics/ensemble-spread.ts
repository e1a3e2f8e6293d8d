import { momentsOf, quantileOf } from "../numerics/quantiles.js";
import { type Check, type Grade, shown } from "./check.js";

const [WARN, FAIL] = [0.2, 0.5];

/**
 * How far the members of an ensemble disagree: the median over events of the standard deviation of log r over members, against the spread of log r
 * over events. It sees errors of training that differ from member to member, and none that all share.
 *
 * @param members - log r_hat `[N]` of each.
 */
export function ensembleSpread(members: readonly Float64Array[]): Check {
  const [first] = members;
  const mean = first!.map((_, i) => members.reduce((total, values) => total + values[i]!, 0) / members.length);
  const spreads = mean.map((centre, i) =>
    Math.sqrt(members.reduce((total, values) => total + (values[i]! - centre) ** 2, 0) / (members.length - 1)),
  );
  const typical = quantileOf(spreads, 0.5);
  const value = typical / momentsOf(mean).std;
  const grade: Grade = value < WARN ? "pass" : value < FAIL ? "warn" : "fail";
  return {
    name: "ensemble",
    grade: Number.isFinite(value) ? grade : "fail",
    value,
    threshold: `less than ${WARN} of the spread of log r`,
    message: `the members differ by ${shown(typical, 2)} in log r, 95 % by less than ${shown(quantileOf(spreads, 0.95), 2)}`,
    advice: grade === "pass" ? "" : "train longer, on more events, or with more gold",
  };
}
