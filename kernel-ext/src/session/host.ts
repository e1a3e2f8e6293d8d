import { randomUUID } from "node:crypto";
import type { JsonObject, MimeData } from "../wire/messages.js";
import { toBundle } from "./bundle.js";
import type { CommHost } from "./comms.js";
import type { Cell } from "./context.js";
import type { Publisher } from "./publisher.js";

/** Well-known key under which the host stands on globalThis. */
export const NOTEBOOK = Symbol.for("jupyter.notebook");

export interface HostDisplayOptions {
  readonly metadata?: JsonObject;
  readonly displayId?: string;
  readonly update?: boolean;
}

/** What libraries find under `Symbol.for("jupyter.notebook")`. */
export interface NotebookHost {
  /** Shows a MIME bundle; with `update`, replaces every output that has this `displayId`. */
  display(bundle: MimeData, options?: HostDisplayOptions): void;
  clearOutput(wait?: boolean): void;
  /** Aborted when the running cell is interrupted; a fresh one for each cell. */
  readonly interrupt: AbortSignal;
  readonly comms: CommHost;
  prompt(text?: string, options?: PromptOptions): string | null;
}

export interface PromptOptions {
  /** Returned when the line is left empty. */
  readonly default?: string;
  /** Do not show what is typed. */
  readonly password?: boolean;
}

export interface DisplayOptions {
  /** The value is a MIME bundle already. */
  readonly raw?: boolean;
  readonly metadata?: JsonObject;
  /** Name by which later displays update this one; made up when absent. */
  readonly id?: string;
  /** Replace the displays that have this id instead of adding one. */
  readonly update?: boolean;
}

/** A display that can be replaced. */
export interface DisplayHandle {
  readonly id: string;
  update(value: unknown, options?: Omit<DisplayOptions, "id" | "update">): DisplayHandle;
}

export interface HostParts {
  readonly publisher: Publisher;
  readonly comms: CommHost;
  currentCell(): Cell | undefined;
  prompt(text: string, options: PromptOptions): string | null;
  report(error: unknown, cell: Cell | undefined): void;
}

const NEVER = new AbortController().signal;

export function makeHost({ publisher, comms, currentCell, prompt }: HostParts): NotebookHost {
  return {
    display(bundle, { metadata = {}, displayId, update = false } = {}) {
      const transient = displayId === undefined ? {} : { display_id: displayId };
      publisher.output(currentCell(), update ? "update_display_data" : "display_data", { data: bundle, metadata, transient });
    },
    clearOutput: (wait = false) => publisher.output(currentCell(), "clear_output", { wait }),
    get interrupt() {
      return currentCell()?.abort.signal ?? NEVER;
    },
    comms,
    prompt: (text = "", options = {}) => prompt(text, options),
  };
}

/** The functions that cells call by name. */
export function makeGlobals(host: NotebookHost, parts: HostParts): Record<string, unknown> {
  const display = (value: unknown, options: DisplayOptions = {}): DisplayHandle => {
    const { raw = false, metadata = {}, id = randomUUID(), update = false } = options;
    if (raw) host.display(assertBundle(value), { metadata, displayId: id, update });
    else showLater(parts, value, (data) => host.display(data, { metadata, displayId: id, update }));
    return { id, update: (next, more = {}) => display(next, { ...more, id, update: true }) };
  };
  return {
    display,
    clearOutput: host.clearOutput,
    prompt: (text?: string, options?: string | PromptOptions) => host.prompt(text, promptOptions(options)),
  };
}

/** Asks the value for its bundle; the cell's reply waits until it is shown. */
function showLater({ currentCell, report }: HostParts, value: unknown, show: (data: MimeData) => void): void {
  const cell = currentCell();
  const shown = toBundle(value)
    .then(({ data }) => show(data))
    .catch((error: unknown) => report(error, cell))
    .finally(() => cell?.pending.delete(shown));
  cell?.pending.add(shown);
}

function assertBundle(value: unknown): MimeData {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as MimeData;
  throw new TypeError('display: value is no MIME bundle; expected an object such as { "text/html": "<b>1</b>" }; or leave out raw');
}

function promptOptions(options: string | PromptOptions | undefined): PromptOptions {
  return typeof options === "string" ? { default: options } : (options ?? {});
}
