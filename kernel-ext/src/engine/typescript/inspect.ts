import type ts from "typescript";
import type { Inspection } from "../engine.js";
import { writeCell } from "./cell-text.js";
import type { Language } from "./language.js";
import type { Scope } from "./scope.js";

export interface InspectRequest {
  readonly code: string;
  readonly offset: number;
  readonly detail: 0 | 1;
}

const NOTHING: Inspection = { found: false, signature: "", documentation: "" };

/** Signature and documentation of the symbol under the cursor, or just before it. */
export function inspectCell(language: Language, { code, offset, detail }: InspectRequest, scope: Scope): Inspection {
  const { ts, service, cellFile } = language;
  const text = writeCell(ts, code, scope);
  language.update(text.text);
  let position = text.fromUser(offset);
  let info = service.getQuickInfoAtPosition(cellFile, position);
  if (!info && offset > 0) {
    position = text.fromUser(offset - 1);
    info = service.getQuickInfoAtPosition(cellFile, position);
  }
  if (!info) return NOTHING;
  const documentation = [ts.displayPartsToString(info.documentation), ...(info.tags ?? []).map((tag) => tagLine(ts, tag))];
  if (detail === 1) documentation.push(...sources(language, position));
  return { found: true, signature: signature(ts, info), documentation: documentation.filter((part) => part !== "").join("\n\n") };
}

/** Earlier cells are reached by imports, which are no business of the reader. */
function signature(ts: Language["ts"], info: ts.QuickInfo): string {
  return ts
    .displayPartsToString(info.displayParts)
    .replace(/^\(alias\) (?=[\w$]+[(<])/, "function ")
    .replace(/^\(alias\) /, "")
    .replace(/\nimport [^\n]*$/, "")
    .replace(/typeof import\("[^"]*\/__c\d+"\)\./g, "")
    .replace(/import\("[^"]*\/__c\d+"\)\./g, "");
}

function tagLine(ts: Language["ts"], { name, text }: ts.JSDocTagInfo): string {
  const words = ts.displayPartsToString(text);
  if (name === "example") return `*@example*\n\n${words.includes("```") ? words : `\`\`\`ts\n${words}\n\`\`\``}`;
  const named = /^(?:param|template|property|throws)$/.test(name) ? /^(\S+)\s*(?:-\s*)?([\s\S]*)$/.exec(words) : undefined;
  if (named) return `*@${name}* \`${named[1]}\`${named[2] ? ` - ${named[2]}` : ""}`;
  return words === "" ? `*@${name}*` : `*@${name}* ${words}`;
}

/** The declarations' own text. */
function sources({ service, cellFile, ts }: Language, position: number): string[] {
  const definitions = service.getDefinitionAtPosition(cellFile, position) ?? [];
  const program = service.getProgram();
  return definitions.flatMap(({ fileName, contextSpan, textSpan }) => {
    const span = contextSpan ?? textSpan;
    const text = program?.getSourceFile(fileName)?.text.slice(span.start, ts.textSpanEnd(span));
    return text ? [`\`\`\`ts\n${text}\n\`\`\``] : [];
  });
}
