#!/usr/bin/env node
/**
 * `galton-kernel`: what Jupyter starts for each notebook, and the command that tells Jupyter about it.
 *
 * @module
 */
import { ConnectionError } from "./connection/connection.js";
import { HELP, runCommand, UsageError } from "./install/command.js";
import { KernelspecError } from "./install/kernelspec.js";
import { PlaceError } from "./install/places.js";
import { startKernel } from "./kernel/start.js";
import { ownVersion } from "./session/kernel-info.js";

const EXPECTED = [ConnectionError, KernelspecError, PlaceError, UsageError];

try {
  const request = runCommand(process.argv.slice(2));
  if (request.kind === "help") console.log(HELP);
  else if (request.kind === "version") console.log(ownVersion());
  else if (request.kind === "done") console.log(request.message);
  else
    await startKernel({ ...request, makeEngine: async (name, options) => (await import("./engine/index.js")).makeEngine(name, options) });
} catch (error) {
  if (!(error instanceof Error && EXPECTED.some((type) => error instanceof type))) throw error;
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
