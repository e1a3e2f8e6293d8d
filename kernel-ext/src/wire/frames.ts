/**
 * Messages to ZeroMQ frames and back:
 * identities..., "<IDS|MSG>", signature, header, parent header, metadata, content, buffers...
 *
 * @module
 */
import type { Channel, Header, JsonObject, Message } from "./messages.js";
import type { Signer } from "./signature.js";

const DELIMITER = Buffer.from("<IDS|MSG>", "latin1");
const JSON_FRAMES = 4;

/** Why a message was dropped. */
export type Damage = "no-delimiter" | "truncated" | "forged" | "malformed";

export type Decoded = { readonly ok: true; readonly message: Message } | { readonly ok: false; readonly damage: Damage };

/** A message whose JSON parts are text already, as it crosses from the thread of user code to the thread of sockets. */
export interface Packed {
  readonly channel: Channel;
  readonly header: string;
  readonly parent: string;
  readonly metadata: string;
  readonly content: string;
  readonly buffers: readonly Uint8Array[];
  readonly identities: readonly Uint8Array[];
}

/** Turns the JSON parts of a message into text, at once: later changes of its content no longer matter. */
export function pack(message: Message): Packed {
  const { channel, buffers, identities } = message;
  return {
    channel,
    header: JSON.stringify(message.header),
    parent: JSON.stringify(message.parent_header),
    metadata: JSON.stringify(message.metadata),
    content: JSON.stringify(message.content, replaceBigInt),
    buffers,
    identities,
  };
}

export function toFrames(packed: Packed, signer: Signer): (Uint8Array | string)[] {
  const { header, parent, metadata, content } = packed;
  const signature = signer.sign([header, parent, metadata, content]);
  return [...packed.identities, DELIMITER, signature, header, parent, metadata, content, ...packed.buffers];
}

/** Checks and parses what a socket received; damaged messages come back as values, never as exceptions. */
export function fromFrames(frames: readonly Uint8Array[], channel: Channel, signer: Signer): Decoded {
  const split = frames.findIndex((frame) => DELIMITER.equals(frame));
  if (split < 0) return { ok: false, damage: "no-delimiter" };
  const signature = frames[split + 1];
  const json = frames.slice(split + 2, split + 2 + JSON_FRAMES);
  if (!signature || json.length < JSON_FRAMES) return { ok: false, damage: "truncated" };
  if (!signer.verify(json, signature)) return { ok: false, damage: "forged" };
  const [header, parent, metadata, content] = json.map(parseObject);
  if (!isHeader(header) || !parent || !metadata || !content) return { ok: false, damage: "malformed" };
  const buffers = frames.slice(split + 2 + JSON_FRAMES);
  const identities = frames.slice(0, split);
  return { ok: true, message: { channel, header, parent_header: parent as unknown as Header, metadata, content, buffers, identities } };
}

function parseObject(frame: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHeader(value: unknown): value is Header {
  const header = value as Partial<Header> | undefined;
  return typeof header?.msg_id === "string" && typeof header.msg_type === "string";
}

function replaceBigInt(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
