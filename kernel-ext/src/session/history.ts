/**
 * What was run, kept on disk: one file per session, one JSON line per event, appended. A session's number is claimed by
 * creating its file exclusively, so kernels that run side by side never write to the same file.
 *
 * @module
 */
import { accessSync, appendFileSync, constants, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** One executed cell. */
export interface Entry {
  readonly session: number;
  readonly line: number;
  readonly input: string;
  /** Text of the result, where there was one. */
  readonly output: string | null;
}

export interface History {
  /** Number of this session. */
  session(): number;
  input(line: number, input: string): void;
  output(line: number, output: string): void;
  /** Entries of one session, oldest first. */
  read(session: number): readonly Entry[];
  /** All session numbers, ascending, this one included. */
  sessions(): readonly number[];
  /** Lines that could not be read so far. */
  readonly damaged: number;
}

type Event = { readonly line: number; readonly input: string } | { readonly line: number; readonly output: string };

/** The folder of the person's own history, unless GALTON_KERNEL_HISTORY names another or ":memory:". */
export function historyFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment.GALTON_KERNEL_HISTORY;
  if (chosen) return chosen;
  return join(dataFolder(environment), "galton-kernel", "history");
}

/**
 * History under `folder`; ":memory:" keeps it in this process alone, as does a folder that cannot be written.
 *
 * @param warn - Told when the folder cannot be written.
 */
export function openHistory(folder: string, warn: (reason: string) => void = () => {}): History {
  if (folder === ":memory:") return new MemoryHistory();
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return new DiskHistory(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    warn(`history: ${folder} cannot be written (${(error as Error).message}); the history of this session is kept in memory`);
    return new MemoryHistory();
  }
}

class MemoryHistory implements History {
  readonly damaged = 0;
  readonly #events: Event[] = [];

  session(): number {
    return 1;
  }
  input(line: number, input: string): void {
    this.#events.push({ line, input });
  }
  output(line: number, output: string): void {
    this.#events.push({ line, output });
  }
  read(session: number): readonly Entry[] {
    return session === 1 ? toEntries(1, this.#events) : [];
  }
  sessions(): readonly number[] {
    return [1];
  }
}

class DiskHistory implements History {
  readonly #folder: string;
  readonly #damaged = new Map<number, number>();
  #claimed: { readonly number: number; readonly descriptor: number } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get damaged(): number {
    return [...this.#damaged.values()].reduce((sum, count) => sum + count, 0);
  }

  session(): number {
    return this.#claim().number;
  }

  input(line: number, input: string): void {
    this.#append({ line, input });
  }

  output(line: number, output: string): void {
    this.#append({ line, output });
  }

  read(session: number): readonly Entry[] {
    const events: Event[] = [];
    let damaged = 0;
    for (const line of readLines(join(this.#folder, fileName(session)))) {
      const event = parseEvent(line);
      if (event) events.push(event);
      else damaged++;
    }
    this.#damaged.set(session, damaged);
    return toEntries(session, events);
  }

  sessions(): readonly number[] {
    this.#claim();
    return sessionNumbers(this.#folder);
  }

  #append(event: Event): void {
    appendFileSync(this.#claim().descriptor, `${JSON.stringify(event)}\n`);
  }

  #claim(): { readonly number: number; readonly descriptor: number } {
    this.#claimed ??= claimSession(this.#folder);
    return this.#claimed;
  }
}

function claimSession(folder: string): { readonly number: number; readonly descriptor: number } {
  for (let number = (sessionNumbers(folder).at(-1) ?? 0) + 1; ; number++) {
    try {
      return { number, descriptor: openSync(join(folder, fileName(number)), "ax", 0o600) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function fileName(session: number): string {
  return `${session}.jsonl`;
}

function sessionNumbers(folder: string): number[] {
  const names = readdirSync(folder).filter((name) => /^[1-9]\d*\.jsonl$/.test(name));
  return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function parseEvent(text: string): Event | undefined {
  try {
    const event = JSON.parse(text) as Partial<Record<"line" | "input" | "output", unknown>> | null;
    const named = typeof event?.input === "string" || typeof event?.output === "string";
    return named && Number.isInteger(event?.line) ? (event as Event) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function toEntries(session: number, events: readonly Event[]): readonly Entry[] {
  const entries = new Map<number, Entry>();
  for (const event of events) {
    const { line } = event;
    const known = entries.get(line);
    if ("input" in event) entries.set(line, { session, line, input: event.input, output: null });
    else if (known) entries.set(line, { ...known, output: event.output });
  }
  return [...entries.values()];
}

function dataFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === "win32") return environment.APPDATA ?? join(homedir(), "AppData", "Roaming");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support");
  return environment.XDG_DATA_HOME || join(homedir(), ".local", "share");
}
