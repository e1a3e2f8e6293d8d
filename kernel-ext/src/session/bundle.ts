import { inspect } from "node:util";
import type { JsonObject, MimeData } from "../wire/messages.js";

/** Method by which an object tells the notebook how to show it: returns a MIME bundle, or a promise of one. */
export const DISPLAY = Symbol.for("Jupyter.display");

export interface Bundle {
  readonly data: MimeData;
  readonly metadata: JsonObject;
}

/** Representations of a value: what its own display method says, else its inspection as text. */
export async function toBundle(value: unknown): Promise<Bundle> {
  const own = displayMethod(value);
  if (!own) return { data: { "text/plain": inspect(value) }, metadata: {} };
  const data: unknown = await own();
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return { data: data as MimeData, metadata: {} };
  throw new TypeError(
    `display: the value's Symbol.for("Jupyter.display") method returned ${inspect(data)}; expected an object from MIME types to data`,
  );
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method = (value as { [DISPLAY]?: unknown })[DISPLAY];
  return typeof method === "function" ? () => method.call(value) : undefined;
}
