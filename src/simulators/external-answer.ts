/** What a program said of a request: its answer, or why there is none. */
export type Reply =
  | { readonly answer: Readonly<Record<string, unknown>> }
  | {
      readonly failure: string;
      /** Why its process cannot be asked again; absent when it can. */
      readonly lost?: "broken" | "late";
    };

/** Reads a line as the answer to a request. A line that is none puts questions and answers out of step: the process is lost. */
export function readAnswer(line: string, id: number): Reply {
  const answer = parsed(line);
  const said = JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}...` : line);
  if (answer === undefined) return { failure: `the program said ${said}, which is no JSON`, lost: "broken" };
  if (typeof answer !== "object" || answer === null) return { failure: `the program said ${said}, which is no record`, lost: "broken" };
  const record = answer as Readonly<Record<string, unknown>>;
  if (record.id !== id)
    return { failure: `the program answered request ${JSON.stringify(record.id)} where ${id} was asked`, lost: "broken" };
  if (record.error !== undefined) return { failure: String(record.error) };
  return { answer: record };
}

/** JSON, and what Python writes for it: NaN and infinities become null, which is no number either. */
function parsed(line: string): unknown {
  for (const text of [line, line.replace(/-?\b(?:NaN|Infinity)\b/g, "null")]) {
    try {
      return JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}
