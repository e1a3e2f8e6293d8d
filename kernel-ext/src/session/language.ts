/**
 * Requests about code that do not run it: completion, inspection, completeness.
 *
 * @module
 */
import type { Completion, Engine } from "../engine/engine.js";
import type { CompleteReply, InspectReply, IsCompleteReply, JsonObject } from "../wire/messages.js";
import { toOffset, toPosition } from "./cursor.js";
import { field } from "./request-content.js";

export async function completeReply(engine: Engine, content: JsonObject): Promise<CompleteReply> {
  const { code, offset } = place(content);
  const { matches, start, end } = await engine.complete(code, offset);
  const cursor_start = toPosition(code, start);
  const cursor_end = toPosition(code, end);
  return {
    status: "ok",
    matches: matches.map(({ text }) => text),
    cursor_start,
    cursor_end,
    metadata: { _jupyter_types_experimental: typed(matches, cursor_start, cursor_end) },
  };
}

export async function inspectReply(engine: Engine, content: JsonObject): Promise<InspectReply> {
  const { code, offset } = place(content);
  const detail = field(content, "detail_level", "number", 0) > 0 ? 1 : 0;
  const { found, signature, documentation } = await engine.inspect(code, offset, detail);
  if (!found) return { status: "ok", found, data: {}, metadata: {} };
  const plain = [signature, documentation].filter(Boolean).join("\n\n");
  const markdown = [`\`\`\`typescript\n${signature}\n\`\`\``, documentation].filter(Boolean).join("\n\n");
  return { status: "ok", found, data: { "text/plain": plain, "text/markdown": markdown }, metadata: {} };
}

export function isCompleteReply(engine: Engine, content: JsonObject): IsCompleteReply {
  return engine.isComplete(field(content, "code", "string"));
}

function place(content: JsonObject): { readonly code: string; readonly offset: number } {
  const code = field(content, "code", "string");
  return { code, offset: toOffset(code, field(content, "cursor_pos", "number", Infinity)) };
}

function typed(matches: Completion["matches"], start: number, end: number): readonly JsonObject[] {
  return matches.map(({ text, kind }) => ({ text, type: kind, start, end, signature: "" }));
}
