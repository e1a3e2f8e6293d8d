import type ts from "typescript";
import type { TypeScript } from "./load.js";

export type DeclarationKind = "const" | "let" | "var" | "function" | "class" | "enum" | "interface" | "type" | "namespace" | "import";

/** A name that a cell's top level declares. */
export interface Declared {
  readonly name: string;
  readonly kind: DeclarationKind;
  /** Index of the statement that gives it its value. */
  readonly statement: number;
}

/** Kinds that have no value, or have it before the first statement runs. */
export const HOISTED: ReadonlySet<DeclarationKind> = new Set(["function", "interface", "type"]);

/** Names that one top-level statement declares. */
export function declaredBy(ts: TypeScript, node: ts.Statement, statement: number): Declared[] {
  const one = (name: ts.Node | undefined, kind: DeclarationKind): Declared[] =>
    name && ts.isIdentifier(name) ? [{ name: name.text, kind, statement }] : [];
  if (ts.isVariableStatement(node)) {
    const kind = variableKind(ts, node.declarationList);
    return kind
      ? node.declarationList.declarations.flatMap((d) => bindingNames(ts, d.name).map((name) => ({ name, kind, statement })))
      : [];
  }
  if (ts.isFunctionDeclaration(node)) return one(node.name, "function");
  if (ts.isClassDeclaration(node)) return one(node.name, "class");
  if (ts.isEnumDeclaration(node)) return one(node.name, "enum");
  if (ts.isInterfaceDeclaration(node)) return one(node.name, "interface");
  if (ts.isTypeAliasDeclaration(node)) return one(node.name, "type");
  if (ts.isModuleDeclaration(node)) return isAugmentation(ts, node) ? [] : one(node.name, "namespace");
  if (ts.isImportEqualsDeclaration(node)) return one(node.name, "import");
  if (ts.isImportDeclaration(node)) return importedNames(ts, node).map((name) => ({ name, kind: "import", statement }));
  return [];
}

/** `const`, `let` or `var`; undefined for `using`, which ends with its cell. */
export function variableKind(ts: TypeScript, list: ts.VariableDeclarationList): "const" | "let" | "var" | undefined {
  const flags = list.flags & ts.NodeFlags.BlockScoped;
  if (flags === ts.NodeFlags.Const) return "const";
  if (flags === ts.NodeFlags.Let) return "let";
  return flags === 0 ? "var" : undefined;
}

/** `declare global { }` and `declare module "x" { }` change types everywhere and declare no name. */
export function isAugmentation(ts: TypeScript, node: ts.Statement): boolean {
  return ts.isModuleDeclaration(node) && (ts.isStringLiteral(node.name) || (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0);
}

export function bindingNames(ts: TypeScript, name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : bindingNames(ts, element.name)));
}

function importedNames(ts: TypeScript, node: ts.ImportDeclaration): string[] {
  const clause = node.importClause;
  const bindings = clause?.namedBindings;
  const named = !bindings ? [] : ts.isNamespaceImport(bindings) ? [bindings.name] : bindings.elements.map((element) => element.name);
  return [...(clause?.name ? [clause.name] : []), ...named].map((name) => name.text);
}

/** Names that a cell mentions outside property positions, and the `var`s hidden in its blocks. */
export function mentioned(ts: TypeScript, file: ts.SourceFile): { readonly names: Set<string>; readonly nestedVars: Set<string> } {
  const names = new Set<string>();
  const nestedVars = new Set<string>();
  const visit = (node: ts.Node, inFunction: boolean): void => {
    if (ts.isIdentifier(node)) {
      if (!isPropertyName(ts, node)) names.add(node.text);
    } else if (ts.isVariableDeclarationList(node) && !inFunction && variableKind(ts, node) === "var") {
      for (const declaration of node.declarations) for (const name of bindingNames(ts, declaration.name)) nestedVars.add(name);
    }
    const inner = inFunction || ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node);
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(file, false);
  return { names, nestedVars };
}

function isPropertyName(ts: TypeScript, node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  return (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent)) && parent.name === node;
}
