import { notebook } from "./notebook.js";

/** Shows how far a long computation is: in place in a notebook's cell, on one line of a terminal, else not at all. */
export interface Progress {
  /** Tells how many of the total are done. */
  update(done: number): void;
  /** Tells that no more comes. */
  end(): void;
}

/** Quiet until this many milliseconds have passed, and between two showings. */
const PATIENCE = 500;
const INTERVAL = 200;

/** The parts of Node's process that a terminal needs; absent in a browser. */
interface Terminal {
  readonly stderr?: { readonly isTTY?: boolean; write(text: string): unknown };
}

/**
 * Starts a progress display; nothing is shown for what takes less than half a second.
 *
 * @param label - What is going on, e.g. "mine galton-board".
 * @param total - How many there are to do.
 * @param unit - What they are, in the plural.
 * @returns Where to tell.
 */
export function progress(label: string, total: number, unit: string): Progress {
  const show = display();
  if (!show) return { update: () => undefined, end: () => undefined };
  const start = performance.now();
  let shown = start + PATIENCE - INTERVAL;
  let last = 0;
  const line = (now: number) => text({ label, done: last, total, unit, seconds: (now - start) / 1000 });
  return {
    update: (done) => {
      last = done;
      const now = performance.now();
      if (now - shown < INTERVAL) return;
      shown = now;
      show(line(now), false);
    },
    end: () => {
      if (shown > start + PATIENCE - INTERVAL) show(line(performance.now()), true);
    },
  };
}

interface State {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly seconds: number;
}

function text({ label, done, total, unit, seconds }: State): string {
  const rate = done / Math.max(seconds, 1e-3);
  const filled = Math.round((20 * done) / total);
  const bar = "█".repeat(filled) + "░".repeat(20 - filled);
  const rest = done < total && done > 0 ? `, ${((total - done) / rate).toFixed(0)} s left` : "";
  return `${label} ${bar} ${done}/${total} ${unit}, ${seconds.toFixed(1)} s${rest}`;
}

function display(): ((line: string, last: boolean) => void) | undefined {
  const host = notebook();
  if (host) {
    const displayId = `galton-progress-${Math.trunc(performance.timeOrigin + performance.now() * 1000)}`;
    let update = false;
    return (line) => {
      host.display({ "text/plain": line }, { displayId, update });
      update = true;
    };
  }
  const { stderr } = (globalThis as { process?: Terminal }).process ?? {};
  if (!stderr?.isTTY) return undefined;
  return (line, last) => stderr.write(`\r\u001b[2K${line}${last ? "\n" : ""}`);
}
