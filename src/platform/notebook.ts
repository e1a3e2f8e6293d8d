/**
 * The seam to the notebook. A kernel puts an object of this shape under `Symbol.for("jupyter.notebook")` on globalThis;
 * outside a kernel there is none and the library prints text. Structural on purpose: the kernel does not import us.
 *
 * @module
 */

/** Representations of one thing by MIME type: text as strings, JSON as objects, binary as base64 strings. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** What the kernel offers to libraries. */
export interface NotebookHost {
  /** Shows a bundle in the running cell's output. With `update`, replaces every output that has this `displayId`. */
  display(
    bundle: MimeBundle,
    options?: { readonly metadata?: Readonly<Record<string, unknown>>; readonly displayId?: string; readonly update?: boolean },
  ): void;
  /** Aborted when the running cell is interrupted; a fresh one for each cell. */
  readonly interrupt: AbortSignal;
}

/** Well-known key under which the host stands on globalThis. */
export const NOTEBOOK = Symbol.for("jupyter.notebook");

/** Method by which an object tells the notebook how to show it. */
export const DISPLAY = Symbol.for("Jupyter.display");

/** The host, or undefined outside a notebook. */
export function notebook(): NotebookHost | undefined {
  return (globalThis as { [NOTEBOOK]?: NotebookHost })[NOTEBOOK];
}
