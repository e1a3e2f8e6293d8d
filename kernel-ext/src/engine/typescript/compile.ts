import type ts from "typescript";
import type { Diagnostic } from "../engine.js";
import { type CellText, writeCell } from "./cell-text.js";
import type { Language } from "./language.js";
import { afterTransform, beforeTransform } from "./lower.js";
import type { Scope } from "./scope.js";

export interface CompiledCell {
  readonly text: CellText;
  readonly javascript: string;
  readonly sourceMap: string;
  /** The cell's types for later cells; costs time, so it is asked for when the cell has run. */
  declarations(): { readonly text: string; readonly extension: ".d.ts" | ".ts" };
}

/** Checks one cell and lowers it to CommonJS. */
export function compileCell(language: Language, code: string, scope: Scope): CompiledCell | readonly Diagnostic[] {
  const text = writeCell(language.ts, code, scope);
  if (text.syntaxErrors.length > 0) return text.syntaxErrors;
  language.update(text.text);
  if (language.problems.length > 0) return language.problems;
  const { program, file } = language.program();
  const problems = checkCell(language, { program, file, text, scope });
  if (problems.length > 0) return problems;
  const emitted = emitJavaScript(language, program, file);
  return { text, ...emitted, declarations: () => emitDeclarations(program, file) };
}

interface Checked {
  readonly program: ts.Program;
  readonly file: ts.SourceFile;
  readonly text: CellText;
  readonly scope: Scope;
}

/**
 * What a cell may do although the compiler, which sees a CommonJS module, says no: top-level await (1378), `for await`
 * (1432) and `await using` (2854), `import.meta` (1343), import attributes (2823); a package without types is `any` (7016).
 */
const ALLOWED = new Set([1378, 1432, 2854, 1343, 2823, 7016]);
const ASSIGNMENT_TO_IMPORT = 2632;

function checkCell({ ts }: Language, { program, file, text, scope }: Checked): Diagnostic[] {
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return found
    .filter(({ category, code }) => category === ts.DiagnosticCategory.Error && !ALLOWED.has(code))
    .map((diagnostic) => {
      const { start = 0, length = 0, code } = diagnostic;
      const place = text.place(start);
      if (code !== ASSIGNMENT_TO_IMPORT) return { ...place, code, message: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n") };
      const name = file.text.slice(start, start + length);
      return { ...place, code: 2588, message: `Cannot assign to '${name}' because it is a ${scope.names.get(name)?.kind ?? "constant"}.` };
    });
}

function emitJavaScript({ ts }: Language, program: ts.Program, file: ts.SourceFile): { javascript: string; sourceMap: string } {
  let javascript = "";
  let sourceMap = "";
  const write = (name: string, content: string) => {
    if (name.endsWith(".map")) sourceMap = content;
    else javascript = content;
  };
  program.emit(file, write, undefined, false, { before: [beforeTransform(ts)], after: [afterTransform(ts)] });
  return { javascript, sourceMap };
}

type EmitWithForce = (
  file: ts.SourceFile,
  write: ts.WriteFileCallback,
  token: undefined,
  declarationsOnly: true,
  transformers: undefined,
  force: true,
) => ts.EmitResult;

/** A declaration file, or the cell's own text where its types cannot be written down (4xxx, 2527, 2742, 7056, 90xx). */
function emitDeclarations(program: ts.Program, file: ts.SourceFile): { text: string; extension: ".d.ts" | ".ts" } {
  let text: string | undefined;
  const emit = program.emit as EmitWithForce;
  const write = (_name: string, content: string) => {
    text = content;
  };
  const { diagnostics } = emit(file, write, undefined, true, undefined, true);
  return text === undefined || diagnostics.length > 0 ? { text: file.text, extension: ".ts" } : { text, extension: ".d.ts" };
}
