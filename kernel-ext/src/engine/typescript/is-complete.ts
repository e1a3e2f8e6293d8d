import type ts from "typescript";
import type { IsComplete } from "../engine.js";
import type { TypeScript } from "./load.js";

/** Comments, templates and regular expressions that begin and do not end, wherever they began. */
const UNTERMINATED = new Set([1010, 1160]);
/** A string cannot go on in the next line, so more text does not mend it. */
const UNTERMINATED_STRING = 1002;

/** Whether the parser takes `code` as a whole cell, wants more of it, or can make nothing of it. */
export function isCompleteCode(ts: TypeScript, code: string): IsComplete {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ESNext, true);
  const errors = (file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics;
  if (errors.length === 0) return lacksBody(ts, file) ? incomplete(ts, code) : { status: "complete" };
  // Only what is missing at the end can be added by typing on.
  const end = file.endOfFileToken.getFullStart();
  const isMendable = ({ code, start }: ts.Diagnostic) => UNTERMINATED.has(code) || (code !== UNTERMINATED_STRING && (start ?? 0) >= end);
  return errors.every(isMendable) ? incomplete(ts, code) : { status: "invalid" };
}

/** `function f()` alone is an overload for the parser; its body is still to come. */
function lacksBody(ts: TypeScript, file: ts.SourceFile): boolean {
  const last = file.statements.at(-1);
  if (!last || !ts.isFunctionDeclaration(last) || last.body) return false;
  return !last.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword) && !file.text.trimEnd().endsWith(";");
}

const OPENING = new Set(["(", "[", "{", "${"]);

/** Two spaces for each bracket that is still open. */
function incomplete(ts: TypeScript, code: string): IsComplete {
  const lastLine = code.slice(code.lastIndexOf("\n") + 1);
  const current = /^[ \t]*/.exec(lastLine)?.[0] ?? "";
  const depth = openBrackets(ts, lastLine);
  return { status: "incomplete", indent: depth > 0 ? `${current}  ` : current };
}

function openBrackets(ts: TypeScript, line: string): number {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, line);
  let depth = 0;
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const word = scanner.getTokenText();
    if (OPENING.has(word)) depth++;
    else if (word === ")" || word === "]" || word === "}") depth = Math.max(0, depth - 1);
  }
  return depth;
}
