/**
 * Plain values to JSON and back, with the numbers that JSON has not: -0, NaN, Infinity and -Infinity are written `{"$number": "NaN"}`.
 * A key that begins with "$" gets a second one, so that nothing a record holds can be taken for such a number.
 *
 * @module
 */
import { DomainError } from "../errors.js";

const NUMBERS: Readonly<Record<string, number>> = { "-0": -0, NaN: Number.NaN, Infinity: Infinity, "-Infinity": -Infinity };

const ADVICE = "put numbers into arrays of the record, and turn all else into plain objects, lists, texts, numbers, true, false and null";

/**
 * What `JSON.stringify` may be given without loss.
 *
 * @param where - Function that refuses.
 * @param place - Name of the value, for messages.
 * @param value - Plain objects, lists, texts, numbers, booleans and null; properties that are undefined are left out.
 * @throws {DomainError} When it holds anything else, or itself.
 */
export function toJson(where: string, place: string, value: unknown): unknown {
  return written(value, { where, place, above: [] });
}

/**
 * The value that `toJson` was given.
 *
 * @param value - What `toJson` gave.
 * @param refuse - Makes the error for a key that begins with "$" and means nothing here.
 */
export function fromJson(value: unknown, refuse: (reason: string) => Error): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => fromJson(one, refuse));
  const properties = Object.entries(value);
  const [[key, text] = ["", undefined]] = properties;
  if (key === "$number" && typeof text === "string" && Object.hasOwn(NUMBERS, text)) return NUMBERS[text];
  return Object.fromEntries(properties.map(([key, one]) => [unescaped(key, refuse), fromJson(one, refuse)]));
}

function unescaped(key: string, refuse: (reason: string) => Error): string {
  if (!key.startsWith("$")) return key;
  if (key.startsWith("$$")) return key.slice(1);
  throw refuse(`has a body with the key ${JSON.stringify(key)}, which means nothing to this version`);
}

interface At {
  readonly where: string;
  readonly place: string;
  /** The objects that this value stands in. */
  readonly above: readonly object[];
}

function written(value: unknown, at: At): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return numberOf(value);
  if (typeof value !== "object") throw refuse(value, at);
  if (at.above.includes(value)) throw new DomainError(at.where, at.place, "an object that holds itself", "a tree", ADVICE);
  const inside = (key: string): At => ({ ...at, place: `${at.place}${key}`, above: [...at.above, value] });
  if (Array.isArray(value)) return Array.from(value, (one, i) => written(one, inside(`[${i}]`)));
  if (!isPlain(value)) throw refuse(value, at);
  const kept = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(kept.map(([key, one]) => [key.startsWith("$") ? `$${key}` : key, written(one, inside(`.${key}`))]));
}

function numberOf(value: number): unknown {
  if (Object.is(value, -0)) return { $number: "-0" };
  return Number.isFinite(value) ? value : { $number: String(value) };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refuse(value: unknown, { where, place }: At): DomainError {
  const made = typeof value === "object" ? value?.constructor.name : typeof value;
  return new DomainError(where, place, `a ${made}`, "what JSON can hold", ADVICE);
}
