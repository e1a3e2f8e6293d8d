import type { Failures } from "../data/failures.js";
import { DomainError } from "../errors.js";
import type { Matrix } from "../numerics/matrix.js";

const ADVICE = "resume with the options of the interrupted run";
/** Rows of hypotheses compared at a time: those of a marginal are K times as many. */
const ROWS = 16_384;

/** What an interrupted run left. */
export interface PartialRun {
  readonly x: Matrix;
  readonly failures: Failures;
}

/** What a partial sample must have in common with the run that goes on. */
export interface ResumeCheck {
  /** The run's settings by name. */
  readonly own: Readonly<Record<string, unknown>>;
  /** Those of the partial sample. */
  readonly theirs: Readonly<Record<string, unknown>>;
  /** Parameters in the partial sample, one matrix for each hypothesis `[rows, D]`. */
  readonly found: readonly Matrix[];
  /** Those that this run has from event `start` on `[count, D]`. */
  readonly planned: (start: number, count: number) => readonly Matrix[];
}

/**
 * Number of the first event that is not in a partial sample.
 *
 * @throws {DomainError} When it is of another run, or has more than `n` events.
 */
export function resumedAt(where: string, partial: PartialRun, n: number, { own, theirs, found, planned }: ResumeCheck): number {
  for (const what of Object.keys(own)) {
    if (own[what] === theirs[what]) continue;
    throw new DomainError(where, `resume.${what}`, theirs[what], `${own[what]}, as in this run`, ADVICE);
  }
  const done = partial.x.rows + partial.failures.count;
  if (done > n) throw new DomainError(where, "resume", `${done} events`, `at most n = ${n}`);
  const row = firstForeignRow(found, planned, done);
  if (row < partial.x.rows) {
    const values = found.map(({ values, columns }) => Array.from(values.subarray(row * columns, (row + 1) * columns)));
    throw new DomainError(where, `the theta of resume, row ${row},`, values, "that of this run", ADVICE);
  }
  return done;
}

/** The first row that is not among those planned, in their order; events that failed have left no row. */
function firstForeignRow(found: readonly Matrix[], planned: ResumeCheck["planned"], done: number): number {
  let row = 0;
  for (let start = 0; start < done; start += ROWS) {
    const count = Math.min(ROWS, done - start);
    const rows = planned(start, count);
    for (let i = 0; i < count; i++) if (rows.every((matrix, k) => sameRow(matrix, i, { matrix: found[k]!, row }))) row++;
  }
  return row;
}

function sameRow(
  one: Matrix,
  i: number,
  { matrix: { values, columns, rows }, row }: { readonly matrix: Matrix; readonly row: number },
): boolean {
  if (row >= rows || columns !== one.columns) return false;
  for (let j = 0; j < columns; j++) if (one.values[i * columns + j] !== values[row * columns + j]) return false;
  return true;
}
