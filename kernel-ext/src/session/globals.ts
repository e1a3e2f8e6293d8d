/**
 * Types of the functions that cells call by name, as text for the engine's type checker.
 * They describe what `makeGlobals` and `makeHost` put in place.
 */
export const GLOBALS = `
interface JupyterDisplayOptions {
  /** The value is a MIME bundle already: an object from MIME types to data. */
  readonly raw?: boolean;
  /** Metadata of the output, by MIME type. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Name by which later displays update this one; made up when absent. */
  readonly id?: string;
  /** Replace the displays that have this id instead of adding one. */
  readonly update?: boolean;
}

/** A display that can be replaced in place. */
interface JupyterDisplayHandle {
  readonly id: string;
  /** Shows another value in the same place, wherever it is shown. */
  update(value: unknown, options?: { readonly raw?: boolean; readonly metadata?: Readonly<Record<string, unknown>> }): JupyterDisplayHandle;
}

/**
 * Shows a value in the cell's output. A value with a \`Symbol.for("Jupyter.display")\` method shows what that method
 * returns; \`{ raw: true }\` takes the value itself as a MIME bundle; anything else is shown as text.
 *
 * @example
 * display({ "text/html": "<b>bold</b>", "text/plain": "bold" }, { raw: true });
 */
declare function display(value: Readonly<Record<string, unknown>>, options: JupyterDisplayOptions & { readonly raw: true }): JupyterDisplayHandle;
declare function display(value: unknown, options?: JupyterDisplayOptions): JupyterDisplayHandle;

/** Clears the cell's output; with \`wait\`, only when the next output arrives. */
declare function clearOutput(wait?: boolean): void;

/**
 * Asks for a line of text and waits for it, even in synchronous code.
 *
 * @param text - Shown before the input field.
 * @param options - What an empty line returns, and whether to hide what is typed.
 * @returns The line, or null when the front end gave none.
 */
declare function prompt(text?: string, options?: string | { readonly default?: string; readonly password?: boolean }): string | null;
`;
