import { type ParameterRanges, toTheta } from "../../numerics/parameters.js";

/** Points where the log-likelihood had no value that a likelihood may have: counted, and the first of each kind kept for the diagnosis. */
export class Faults {
  count = 0;
  private first: string | undefined;

  constructor(private readonly parameters: ParameterRanges) {}

  /** Notes that the log-likelihood at a row was NaN, +Infinity or refused with a message. */
  note(row: ArrayLike<number>, what: string): void {
    this.count++;
    this.first ??= `logL is ${what} at theta = ${shownTheta(row, this.parameters)}`;
  }

  /** What to say of it, after so many evaluations; nothing when all was well. */
  sentences(evaluations: number): string[] {
    if (!this.first) return [];
    return [`${this.first}, one of ${this.count} such points in ${evaluations} evaluations; they were taken as impossible`];
  }
}

/** A point by name, to five digits. */
export function shownTheta(row: ArrayLike<number>, parameters: ParameterRanges): string {
  const pairs = Object.entries(toTheta(row, parameters)).map(([name, value]) => `${name}: ${Number(value.toPrecision(5))}`);
  return `{ ${pairs.join(", ")} }`;
}
