import { type Channel, type Header, type JsonObject, type Message, PROTOCOL_VERSION } from "./messages.js";

export interface EnvelopeParts {
  readonly parent?: Message | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly buffers?: readonly Uint8Array[] | undefined;
}

/** Puts content into a message: fresh header, parent header, topic or return address. */
export type Envelope = (channel: Channel, type: string, content: object, parts?: EnvelopeParts) => Message;

/**
 * @param session - Session id of every header.
 * @param origin - Distinguishes message ids of several writers within one session, e.g. the two threads.
 */
export function makeEnvelope(session: string, origin: string): Envelope {
  const username = process.env.USER ?? process.env.USERNAME ?? "kernel";
  let count = 0;
  return (channel, type, content, { parent, metadata = {}, buffers = [] } = {}) => {
    const msg_id = `${session}_${origin}_${count++}`;
    const header: Header = { msg_id, msg_type: type, session, username, date: new Date().toISOString(), version: PROTOCOL_VERSION };
    const identities = channel === "iopub" ? [Buffer.from(type, "latin1")] : (parent?.identities ?? []);
    return { channel, header, parent_header: parent?.header ?? {}, metadata, content: content as JsonObject, buffers, identities };
  };
}
