/**
 * Every error the library throws on purpose. A message reads
 * `<function>: <argument> <what it is>; expected <what>; <what to do>`.
 *
 * @module
 */

/** The common parent: `catch (error) { if (error instanceof GaltonError) ... }` separates our refusals from bugs. */
export class GaltonError extends Error {
  override readonly name: string = "GaltonError";
}

/** An argument lies outside what the function is defined for (a range, a kind of number, a known name). */
export class DomainError extends GaltonError {
  override readonly name = "DomainError";

  /**
   * @param where - Function that refuses, as the user called it.
   * @param argument - Name of the argument, as the user wrote it.
   * @param value - What it is.
   * @param expected - What it should have been.
   * @param advice - What to do about it.
   */
  constructor(
    readonly where: string,
    readonly argument: string,
    readonly value: unknown,
    readonly expected: string,
    readonly advice?: string,
  ) {
    super(sentence(where, argument, `is ${show(value)}`, expected, advice));
  }
}

/** Arrays do not fit: wrong rank, wrong length, rows of different lengths. */
export class ShapeError extends GaltonError {
  override readonly name = "ShapeError";

  /**
   * @param where - Function that refuses.
   * @param argument - Name of the argument.
   * @param shape - Its shape, e.g. "[100, 2]".
   * @param expected - The shape expected, e.g. "[N, 1]".
   * @param advice - What to do about it.
   */
  constructor(
    readonly where: string,
    readonly argument: string,
    readonly shape: string,
    readonly expected: string,
    readonly advice?: string,
  ) {
    super(sentence(where, argument, `has shape ${shape}`, expected, advice));
  }
}

/** An iteration stopped before it converged; `best` carries what it had. */
export class NotConvergedError<Result = unknown> extends GaltonError {
  override readonly name = "NotConvergedError";

  /**
   * @param where - Function that gave up.
   * @param reason - Why, with the numbers.
   * @param best - Best result so far.
   * @param advice - What to do about it.
   */
  constructor(
    readonly where: string,
    reason: string,
    readonly best: Result,
    advice?: string,
  ) {
    super(`${where}: ${reason}${advice ? `; ${advice}` : ""}`);
  }
}

/** A long run was interrupted; `partial` carries what was done, and `resume: partial` goes on from there. */
export class InterruptedError<Result = unknown> extends GaltonError {
  override readonly name = "InterruptedError";

  /**
   * @param where - Function that was interrupted.
   * @param progress - How far it had come, in words.
   * @param partial - What was done.
   * @param cause - The signal's reason.
   * @param advice - How to go on.
   */
  constructor(
    readonly where: string,
    progress: string,
    readonly partial: Result,
    cause: unknown,
    advice = "go on with resume: error.partial",
  ) {
    super(`${where}: interrupted (${cause instanceof Error ? cause.message : String(cause)}) after ${progress}; ${advice}`, { cause });
  }
}

/** The joint likelihood ratio or the joint score does not exist for this simulator, or was not mined. */
export class MissingGoldError extends GaltonError {
  override readonly name = "MissingGoldError";

  /**
   * @param where - Function that refuses.
   * @param reason - Why there is no gold.
   * @param address - Draw of the trace that is at fault, e.g. `"left#3"`, where there is one.
   * @param advice - What to do about it.
   */
  constructor(
    readonly where: string,
    reason: string,
    readonly address?: string,
    advice?: string,
  ) {
    super(`${where}: ${reason}${advice ? `; ${advice}` : ""}`);
  }
}

/** A file is damaged, newer than this version, or not what its name says; the message names the place. */
export class FormatError extends GaltonError {
  override readonly name = "FormatError";

  /**
   * @param where - Function that refuses.
   * @param file - The file.
   * @param reason - What is wrong and at which place.
   * @param advice - What to do about it.
   */
  constructor(
    readonly where: string,
    readonly file: string,
    reason: string,
    advice?: string,
  ) {
    super(`${where}: ${file} ${reason}${advice ? `; ${advice}` : ""}`);
  }
}

function sentence(where: string, argument: string, what: string, expected: string, advice: string | undefined): string {
  return `${where}: ${argument} ${what}; expected ${expected}${advice ? `; ${advice}` : ""}`;
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (value === null || typeof value !== "object") return String(value);
  const text = asJson(value) ?? "a record that goes round in a circle";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Undefined for a record that holds itself. */
function asJson(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
