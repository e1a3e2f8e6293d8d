/**
 * What the library asks of the machine below it. One interface, two forms: Node's and the browser's.
 *
 * @module
 */

import type { RunInWorkers } from "./pool.js";

/** Width in pixels that a line of text takes when set in the library's font at `fontSize` pixels. */
export type TextWidth = (text: string, fontSize: number, bold: boolean) => number;

/** Files that grow and are read in parts. */
export interface GrowingFiles {
  /** Length in bytes; undefined when there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** Bytes from a place on; fewer where the file ends. */
  readPart(path: string, from: number, length: number): Promise<Uint8Array>;
  /** Writes behind the end, and returns when the disk has it. A new file's folders are made. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Cuts a file off. */
  truncate(path: string, bytes: number): Promise<void>;
}

/** A program that answers lines with lines. */
export interface LineProgram {
  /** Sends a line. */
  send(line: string): void;
  /** The next line that it says; undefined when it has ended. */
  next(): Promise<string | undefined>;
  /** How it ended and the last of what it said on its error stream; empty while it runs. */
  ending(): string;
  /** Ends it at once, with all that it started. */
  kill(): void;
}

/** The machine: files, fonts and the conversion of drawings. */
export interface Platform {
  /** Which form this is. */
  readonly name: "node" | "browser";
  /** Version of the library, empty where it cannot be known (a browser bundle). */
  readonly version: string;
  /**
   * Writes a whole file or nothing: a reader never sees half of it. A browser offers it as a download.
   *
   * @param path - Where; the folders above it are made.
   * @param content - Text (written as UTF-8) or bytes.
   */
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
  /**
   * Reads a whole file.
   *
   * @param path - Where; in a browser an address relative to the page.
   * @returns Its bytes.
   */
  readFile(path: string): Promise<Uint8Array>;
  /** Files that grow and are read in parts, or undefined where there are none (a browser). */
  readonly growingFiles: GrowingFiles | undefined;
  /** Measures text in the library's font, or undefined where the host measures by itself (a browser). */
  textWidth(): Promise<TextWidth | undefined>;
  /**
   * Draws an SVG as a PNG.
   *
   * @param svg - The drawing; its `title` and `desc` go into the file.
   * @param dpi - Dots per inch; an SVG pixel is 1/96 inch.
   * @returns The file's bytes, the same each time on the same platform.
   */
  svgToPng(svg: string, dpi: number): Promise<Uint8Array>;
  /**
   * Draws an SVG as one PDF page: vector, fonts embedded.
   *
   * @param svg - The drawing; its `title` and `desc` go into the file.
   * @returns The file's bytes, the same each time.
   */
  svgToPdf(svg: string): Promise<Uint8Array>;
  /** Starts a program that answers lines with lines, or undefined where there are none (a browser). */
  readonly startProgram: ((command: readonly string[]) => LineProgram) | undefined;
  /** Runs tasks in worker threads, or undefined where there are none (a browser): then the calling thread does the work. */
  readonly runInWorkers: RunInWorkers | undefined;
  /** Turns on what WebAssembly can do here and does not by itself; to be called before a module is compiled. */
  readyWasm(): void;
}
