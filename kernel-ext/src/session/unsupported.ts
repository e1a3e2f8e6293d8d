import type { JsonObject, Message, ReplyContents } from "../wire/messages.js";
import type { Answer } from "./dispatcher.js";

/** A debugger's reply to everything: there is none here. */
export function debugReply({ content }: Message): ReplyContents["debug_request"] {
  const message = "this kernel has no debugger";
  return { type: "response", request_seq: content.seq ?? 0, command: content.command ?? "", success: false, message, body: {} };
}

/** A request of a type that this kernel does not know gets an error reply, so that nobody waits; other messages get nothing. */
export function unknownAnswer({ header }: Message): Answer | undefined {
  if (!header.msg_type.endsWith("_request")) return undefined;
  const evalue = `${header.msg_type} is not supported by this kernel`;
  const reply: JsonObject = { status: "error", ename: "UnsupportedRequest", evalue, traceback: [evalue] };
  return { type: header.msg_type.replace(/_request$/, "_reply"), queued: false, handle: () => reply };
}
