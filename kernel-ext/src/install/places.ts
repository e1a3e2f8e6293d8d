import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** There is no such place, or it was not said which. */
export class PlaceError extends Error {
  override readonly name = "PlaceError";
}

/** Where to install, as the command line says it. */
export interface PlaceFlags {
  readonly user?: boolean | undefined;
  readonly "sys-prefix"?: boolean | undefined;
  readonly prefix?: string | undefined;
}

/**
 * The Jupyter data folder that the flags mean; the user's own when they say nothing.
 *
 * @param flags - Of the command line.
 * @param command - What the command is called, for the messages.
 * @throws {PlaceError} When several places are given, or there is no active Python environment.
 */
export function dataDirectory({ user, "sys-prefix": sysPrefix, prefix }: PlaceFlags, command = "galton-kernel install"): string {
  if ([user, sysPrefix, prefix].filter((flag) => flag !== undefined).length > 1) {
    throw new PlaceError(`${command}: several places are given; expected one of --user, --sys-prefix and --prefix DIR`);
  }
  if (prefix !== undefined) return join(resolve(prefix), "share", "jupyter");
  return sysPrefix ? join(activePrefix(command), "share", "jupyter") : userDataDirectory();
}

function userDataDirectory(): string {
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(APPDATA ?? join(homedir(), "AppData", "Roaming"), "jupyter");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}

function activePrefix(command: string): string {
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const prefix = VIRTUAL_ENV || CONDA_PREFIX || prefixOfPython();
  if (prefix) return prefix;
  throw new PlaceError(
    `${command}: there is no active Python environment and no Python on PATH; use --user or --prefix DIR instead of --sys-prefix`,
  );
}

function prefixOfPython(): string | undefined {
  const { status, stdout } = spawnSync("python3", ["-c", "import sys; print(sys.prefix)"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
