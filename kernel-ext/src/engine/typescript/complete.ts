import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import type { Completion } from "../engine.js";
import { writeCell } from "./cell-text.js";
import type { Language } from "./language.js";
import type { Scope } from "./scope.js";

export interface CompletionContext {
  readonly scope: Scope;
  readonly fallbackDirectories: readonly string[];
}

type Match = Completion["matches"][number];

/** Candidates at `offset`, those that begin with what is typed first. */
export function completeCell(
  language: Language,
  { code, offset }: { code: string; offset: number },
  context: CompletionContext,
): Completion {
  const { ts, service, cellFile } = language;
  const text = writeCell(ts, code, context.scope);
  language.update(text.text);
  const position = text.fromUser(offset);
  const found = service.getCompletionsAtPosition(cellFile, position, PREFERENCES);
  const { file } = language.program();
  const span = wordSpan(ts, file, position) ?? found?.optionalReplacementSpan;
  const start = span ? text.toUser(span.start) : offset;
  const end = span ? Math.max(offset, text.toUser(span.start + span.length)) : offset;
  const typed = code.slice(start, offset);
  const literal = literalAround(ts, file, position);
  const extra = literal ? selfNames(ts, literal, context) : found?.isMemberCompletion === false ? earlierNames(context.scope) : [];
  const entries = (found?.entries ?? []).filter(({ name }) => !name.startsWith("__c")).map(toMatch);
  return { matches: ranked([...extra, ...entries], typed), start, end };
}

const PREFERENCES: ts.GetCompletionsAtPositionOptions = {
  includeCompletionsForModuleExports: false,
  includeCompletionsWithInsertText: true,
  includeCompletionsForImportStatements: false,
  includeAutomaticOptionalChainCompletions: true,
  importModuleSpecifierEnding: "minimal",
};

interface Ranked extends Match {
  readonly order?: string;
}

/** The span that a completion replaces: the identifier under the cursor, or the last segment of a string's path. */
function wordSpan(ts: Language["ts"], file: ts.SourceFile, position: number): ts.TextSpan | undefined {
  const literal = literalAround(ts, file, position);
  if (literal) {
    const start = literal.getStart(file) + 1;
    const slash = isSpecifier(ts, literal) ? file.text.slice(start, position).lastIndexOf("/") + 1 : 0;
    return { start: start + slash, length: Math.max(position, literal.end - (literal.isUnterminated ? 0 : 1)) - start - slash };
  }
  const before = /[\p{ID_Continue}$#]*$/u.exec(file.text.slice(0, position))?.[0].length ?? 0;
  const after = /^[\p{ID_Continue}$]*/u.exec(file.text.slice(position))?.[0].length ?? 0;
  return { start: position - before, length: before + after };
}

function literalAround(ts: Language["ts"], file: ts.SourceFile, position: number): ts.StringLiteral | undefined {
  let found: ts.StringLiteral | undefined;
  const visit = (node: ts.Node): void => {
    if (node.pos > position || node.end < position) return;
    const isInside = ts.isStringLiteral(node) && node.getStart(file) < position && (position < node.end || node.isUnterminated === true);
    if (isInside) found = node as ts.StringLiteral;
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isSpecifier(ts: Language["ts"], literal: ts.StringLiteral): boolean {
  const { parent } = literal;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isExternalModuleReference(parent)) return true;
  if (!ts.isCallExpression(parent)) return false;
  return (
    parent.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(parent.expression) && parent.expression.text === "require")
  );
}

function toMatch({ name, insertText, kind, sortText }: ts.CompletionEntry): Ranked {
  return { text: insertText?.startsWith("?.") ? insertText : name, kind, order: sortText };
}

function earlierNames(scope: Scope): Ranked[] {
  return [...scope.names].map(([text, { kind }]) => ({ text, kind, order: "11" }));
}

/** Packages of the fallback folders, which lie in no node_modules above the notebook. */
function selfNames(ts: Language["ts"], literal: ts.StringLiteral, { fallbackDirectories }: CompletionContext): Ranked[] {
  if (!isSpecifier(ts, literal)) return [];
  const manifests = fallbackDirectories.map((folder) => join(folder, "package.json")).filter((file) => existsSync(file));
  const names = manifests.map((file) => (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name);
  return names.filter((name): name is string => name !== undefined).map((text) => ({ text, kind: "external module name", order: "11" }));
}

/** Exact beginnings, then those that differ in case, then names that contain what is typed; TypeScript's order within. */
function ranked(candidates: readonly Ranked[], typed: string): Match[] {
  const lower = typed.toLowerCase();
  const rank = (text: string): number => {
    if (text.startsWith(typed)) return 0;
    const name = text.toLowerCase();
    return name.startsWith(lower) ? 1 : name.includes(lower) ? 2 : 3;
  };
  const unique = new Map(
    candidates.map((candidate) => [candidate.text, { candidate, rank: rank(candidate.text) }]).reverse() as [string, Candidate][],
  );
  return [...unique.values()]
    .filter((each) => each.rank < 3)
    .sort(
      (a, b) => a.rank - b.rank || compare(a.candidate.order ?? "", b.candidate.order ?? "") || compare(a.candidate.text, b.candidate.text),
    )
    .map(({ candidate: { text, kind } }) => ({ text, kind }));
}

interface Candidate {
  readonly candidate: Ranked;
  readonly rank: number;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
