import type { HistoryReply, HistoryTuple, JsonObject } from "../wire/messages.js";
import type { Entry, History } from "./history.js";
import { field, InvalidRequest } from "./request-content.js";

/** Answers history_request: the last n, a range of one session, or a search by pattern. */
export function historyReply(history: History, content: JsonObject): HistoryReply {
  const output = field(content, "output", "boolean", false);
  const entries = select(history, field(content, "hist_access_type", "string", "tail"), content);
  return { status: "ok", history: entries.map((entry) => toTuple(entry, output)) };
}

function select(history: History, access: string, content: JsonObject): readonly Entry[] {
  switch (access) {
    case "tail":
      return lastEntries(history, field(content, "n", "number", 10));
    case "range":
      return range(history, content);
    case "search":
      return search(history, content);
    default:
      throw new InvalidRequest(`request: hist_access_type is ${JSON.stringify(access)}; expected "tail", "range" or "search"`);
  }
}

/** Reads sessions from the newest back until there are enough. */
function lastEntries(history: History, n: number): readonly Entry[] {
  const found: Entry[] = [];
  for (const session of [...history.sessions()].reverse()) {
    if (found.length >= n) break;
    found.unshift(...history.read(session));
  }
  return last(found, n);
}

/** Session 0 is this one, negative ones count back from it; `stop` is exclusive and may be absent. */
function range(history: History, content: JsonObject): readonly Entry[] {
  const asked = field(content, "session", "number", 0);
  const start = field(content, "start", "number", 1);
  const stop = field(content, "stop", "number", Infinity);
  return history.read(asked > 0 ? asked : sessionBefore(history, -asked)).filter(({ line }) => line >= start && line < stop);
}

function sessionBefore(history: History, steps: number): number {
  if (steps === 0) return history.session();
  const earlier = history.sessions().filter((session) => session < history.session());
  return earlier.at(-steps) ?? 0;
}

function search(history: History, content: JsonObject): readonly Entry[] {
  const pattern = globToRegExp(field(content, "pattern", "string", "*"));
  const n = field(content, "n", "number", Infinity);
  const found = history.sessions().flatMap((session) => history.read(session).filter(({ input }) => pattern.test(input)));
  return last(field(content, "unique", "boolean", false) ? lastOfEach(found) : found, n);
}

function lastOfEach(entries: readonly Entry[]): readonly Entry[] {
  const latest = new Map<string, Entry>();
  for (const entry of entries) {
    latest.delete(entry.input);
    latest.set(entry.input, entry);
  }
  return [...latest.values()];
}

function last(entries: readonly Entry[], n: number): readonly Entry[] {
  return n > 0 ? entries.slice(-Math.min(n, entries.length)) : [];
}

/** `*` any text, `?` one character, `[abc]` and `[^abc]` sets; the pattern covers the whole input. */
function globToRegExp(glob: string): RegExp {
  const source = glob.replace(/\[\^?[^\]]+\]|[\s\S]/gu, (token) => {
    if (token === "*") return "[\\s\\S]*";
    if (token === "?") return "[\\s\\S]";
    if (token.length > 2 && token.startsWith("[")) return token.replaceAll("\\", "\\\\");
    return token.replace(/[\\^$.*+?()[\]{}|/]/u, "\\$&");
  });
  return new RegExp(`^${source}$`, "u");
}

function toTuple({ session, line, input, output }: Entry, withOutput: boolean): HistoryTuple {
  return withOutput ? [session, line, [input, output]] : [session, line, input];
}
