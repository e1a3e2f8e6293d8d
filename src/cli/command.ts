/** One word of the `galton` command. A command is a file; `main.ts` is the table of them. */
export interface Command {
  readonly name: string;
  /** One line for `galton --help`. */
  readonly summary: string;
  /** The whole text of `galton <name> --help`. */
  readonly help: string;
  /** @returns The exit code: 0 done, 1 failed. Usage errors are thrown. */
  run(args: readonly string[]): Promise<number>;
}

/** The command line itself is wrong: exit code 2, and a pointer to `--help`. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something outside is missing or refused; the message says what to do. Exit code 1, no stack. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}
