import type ts from "typescript";
import type { Diagnostic } from "../engine.js";
import type { TypeScript } from "./load.js";
import { type Declared, declaredBy, isAugmentation, mentioned, variableKind } from "./names.js";
import type { Scope } from "./scope.js";

interface TextPlace {
  readonly line: number;
  readonly column: number;
}

interface Edit {
  /** Offset in the user's text before which `text` goes in. */
  readonly at: number;
  readonly text: string;
  /** How much of the user's text it covers; the same length is put in, so positions stay. */
  readonly covers?: number;
}

/**
 * A cell as TypeScript sees it: the user's text with `export ` before its declarations, and after it the imports of
 * earlier cells' names. Everything added sits behind or inside the user's lines, so line numbers are the user's own.
 */
export interface CellText {
  readonly text: string;
  readonly declared: readonly Declared[];
  /** The file must be loaded with every later cell: it augments global or foreign types. */
  readonly augments: boolean;
  readonly syntaxErrors: readonly Diagnostic[];
  toUser(position: number): number;
  fromUser(offset: number): number;
  /** 1-based line and column in the user's text. */
  place(position: number): TextPlace;
  /** The same for a frame of a stack. */
  framePlace(position: number): TextPlace;
}

/** Writes the text that the compiler gets for `code`, given what earlier cells declared. */
export function writeCell(ts: TypeScript, code: string, scope: Scope): CellText {
  const file = ts.createSourceFile(
    "cell.ts",
    code,
    { languageVersion: ts.ScriptTarget.ESNext, setExternalModuleIndicator: markModule },
    true,
  );
  const declared = file.statements.flatMap((statement, index) => declaredBy(ts, statement, index));
  const edits = file.statements.flatMap((statement) => editsFor(ts, file, statement));
  const { names, nestedVars } = mentioned(ts, file);
  for (const { name } of declared) names.delete(name);
  for (const name of nestedVars) names.delete(name);
  const footer = file.statements.flatMap((statement) => reexports(ts, statement)).join("");
  const positions = mapPositions(code, edits);
  const place = (offset: number) => {
    const { line, character } = file.getLineAndCharacterOfPosition(offset);
    return { line: line + 1, column: character + 1 };
  };
  return {
    text: `${applyEdits(code, edits)}\nexport {};${footer}${scope.header(names)}`,
    declared,
    augments: file.statements.some((statement) => isAugmentation(ts, statement)),
    syntaxErrors: syntaxErrors(ts, file).map((error) => ({ ...place(error.start), message: text(ts, error), code: error.code })),
    ...positions,
    place: (position) => place(positions.toUser(position)),
    framePlace: (position) => place(calledName(code, positions.toUser(position))),
  };
}

/** V8 puts a call of an earlier cell's function at its parenthesis, which says less than the name before it. */
function calledName(code: string, offset: number): number {
  const name = code[offset] === "(" ? /[\p{ID_Continue}$]+$/u.exec(code.slice(0, offset))?.[0] : undefined;
  return offset - (name?.length ?? 0);
}

/** A cell is a module from its first statement on, or top-level `await` would be parsed as a name. */
function markModule(file: ts.SourceFile): void {
  (file as { externalModuleIndicator?: ts.Node | true }).externalModuleIndicator = true;
}

function syntaxErrors(ts: TypeScript, file: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  const errors = (file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics;
  return errors.filter((error) => error.category === ts.DiagnosticCategory.Error);
}

function text(ts: TypeScript, error: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(error.messageText, "\n");
}

function editsFor(ts: TypeScript, file: ts.SourceFile, statement: ts.Statement): Edit[] {
  if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier) return [blank(file, statement)];
  return isExportable(ts, statement) ? [{ at: exportPosition(ts, file, statement), text: "export " }] : [];
}

/** `export { a }` says what holds anyway for every name of a cell; spaces take its place. */
function blank(file: ts.SourceFile, statement: ts.Statement): Edit {
  const start = statement.getStart(file);
  return { at: start, text: file.text.slice(start, statement.end).replace(/[^\r\n]/g, " "), covers: statement.end - start };
}

function isExportable(ts: TypeScript, statement: ts.Statement): boolean {
  if (ts.canHaveModifiers(statement) && statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword)) return false;
  if (ts.isVariableStatement(statement)) return variableKind(ts, statement.declarationList) !== undefined;
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return statement.name !== undefined;
  if (ts.isModuleDeclaration(statement)) return !isAugmentation(ts, statement);
  return ts.isEnumDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
}

/** Behind decorators, which `export` may follow under either kind of decorators but not always precede. */
function exportPosition(ts: TypeScript, file: ts.SourceFile, statement: ts.Statement): number {
  const decorators = ts.canHaveDecorators(statement) ? ts.getDecorators(statement) : undefined;
  const last = decorators?.at(-1);
  if (!last) return statement.getStart(file);
  const next = statement
    .getChildren(file)
    .flatMap((child) => [child, ...child.getChildren(file)])
    .find((child) => child.pos >= last.end && child.kind !== ts.SyntaxKind.SyntaxList);
  return next ? next.getStart(file) : last.end;
}

/** What makes imported names, and those of `export default`, the cell's own. */
function reexports(ts: TypeScript, statement: ts.Statement): string[] {
  if (ts.isImportEqualsDeclaration(statement)) return [`export { ${statement.name.text} };`];
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    const isDefault = statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword);
    return isDefault && statement.name ? [`export { ${statement.name.text} };`] : [];
  }
  const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
  if (!clause) return [];
  const type = clause.isTypeOnly ? "type " : "";
  const bindings = clause.namedBindings;
  const names = clause.name ? [clause.name.text] : [];
  if (bindings && ts.isNamespaceImport(bindings)) names.push(bindings.name.text);
  else for (const element of bindings?.elements ?? []) names.push(`${element.isTypeOnly ? "type " : ""}${element.name.text}`);
  return names.length > 0 ? [`export ${type}{ ${names.join(", ")} };`] : [];
}

function applyEdits(code: string, edits: readonly Edit[]): string {
  let from = 0;
  let out = "";
  for (const { at, text, covers = 0 } of edits) {
    out += code.slice(from, at) + text;
    from = at + covers;
  }
  return out + code.slice(from);
}

function mapPositions(code: string, edits: readonly Edit[]): Pick<CellText, "toUser" | "fromUser"> {
  const insertions = edits.filter(({ covers = 0 }) => covers === 0);
  const fromUser = (offset: number): number => {
    let shift = 0;
    for (const { at, text } of insertions) if (at <= offset) shift += text.length;
    return offset + shift;
  };
  const toUser = (position: number): number => {
    let shift = 0;
    for (const { at, text } of insertions) {
      if (at + shift + text.length > position) return Math.min(position - shift, at);
      shift += text.length;
    }
    return Math.min(position - shift, code.length);
  };
  return { fromUser, toUser };
}
