import type { JsonObject } from "../wire/messages.js";

/** The content of a request lacks a field or has it of a wrong kind. */
export class InvalidRequest extends Error {
  override readonly name = "InvalidRequest";
}

const KINDS = { string: "a string", number: "a number", boolean: "true or false" } as const;

interface KindTypes {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

/** Reads fields of untrusted content: absent or null takes the default, a wrong kind is refused. */
export function field<Kind extends keyof KindTypes>(
  content: JsonObject,
  name: string,
  kind: Kind,
  fallback?: KindTypes[Kind],
): KindTypes[Kind] {
  const value = content[name] ?? fallback;
  if (typeof value === kind) return value as KindTypes[Kind];
  throw new InvalidRequest(`request: ${name} is ${JSON.stringify(content[name]) ?? "absent"}; expected ${KINDS[kind]}`);
}

/** Reads a field that holds an object; absent, null or another kind gives an empty one. */
export function record(content: JsonObject, name: string): JsonObject {
  const value = content[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
