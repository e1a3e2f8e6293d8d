import { inspect } from "node:util";

/** Errors of other realms included. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

/** Name and message of whatever was thrown. */
export function nameAndMessage(error: unknown): { readonly name: string; readonly message: string } {
  return isError(error) ? { name: String(error.name), message: String(error.message) } : { name: "Uncaught", message: inspect(error) };
}
