#!/usr/bin/env node
import { PlaceError } from "galton-kernel";
import { GaltonError } from "../errors.js";
import { bench } from "./bench.js";
import { type Command, EnvironmentError, UsageError } from "./command.js";
import { doctor } from "./doctor.js";
import { install, uninstall } from "./install.js";
import { lab } from "./lab.js";
import { packageVersion } from "./package.js";
import { run } from "./run.js";

const COMMANDS: readonly Command[] = [lab, run, install, uninstall, bench, doctor];

const HELP = `galton: likelihood-free inference in TypeScript notebooks

Usage: galton <command> [options]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join("\n")}

  galton <command> --help   what a command takes
  galton --version          the version

Exit codes: 0 done, 1 failed, 2 the command line is wrong.`;

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version" || name === "-v") {
    console.log(packageVersion());
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    console.log(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command)
    throw new UsageError(`galton: unknown command ${JSON.stringify(name)}; expected one of ${COMMANDS.map((c) => c.name).join(", ")}`);
  if (rest.includes("--help") || rest.includes("-h")) {
    console.log(command.help);
    return 0;
  }
  return command.run(rest);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof UsageError || isParseArgsError(error)) {
      const command = COMMANDS.find(({ name }) => name === process.argv[2]);
      console.error(`${error.message}\nSee galton ${command ? `${command.name} ` : ""}--help.`);
      process.exit(2);
    }
    if (error instanceof EnvironmentError || error instanceof PlaceError || error instanceof GaltonError) {
      console.error(error.message);
      process.exit(1);
    }
    console.error(error);
    process.exit(1);
  },
);

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}
