import type ts from "typescript";
import type { TypeScript } from "./load.js";
import { cellSpecifier } from "./scope.js";

/** Name under which emitted code reaches the engine; see `CellRuntime`. */
export const RUNTIME = "__cell";

/** Before TypeScript's own transforms: imports first, the last expression kept, progress marked, dynamic imports rerouted. */
export function beforeTransform(ts: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const member = (name: string) => factory.createPropertyAccessExpression(factory.createIdentifier(RUNTIME), name);
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        return factory.createCallExpression(
          member("import"),
          undefined,
          node.arguments.map((a) => ts.visitNode(a, visit) as ts.Expression),
        );
      }
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return member("meta");
      return ts.visitEachChild(node, visit, context);
    };
    const statements = file.statements.map((statement) => ts.visitNode(statement, visit) as ts.Statement);
    const last = lastOfUser(ts, file);
    const body = statements.flatMap((statement, index) => {
      if (index === last) return [keepValue(ts, factory, statement as ts.ExpressionStatement, member("value"))];
      const mark = factory.createExpressionStatement(
        factory.createCallExpression(member("passed"), undefined, [factory.createNumericLiteral(index)]),
      );
      return isMarked(ts, statement) ? [initialised(ts, factory, statement), mark] : [statement];
    });
    const isImport = (statement: ts.Statement) => ts.isImportDeclaration(statement);
    return factory.updateSourceFile(file, [...body.filter(isImport), ...body.filter((statement) => !isImport(statement))]);
  };
}

/** Index of the cell's last statement if it is an expression; the `export {};` of the footer ends the user's text. */
function lastOfUser(ts: TypeScript, file: ts.SourceFile): number {
  const end = file.statements.findLastIndex(
    (s) => ts.isExportDeclaration(s) && s.exportClause && ts.isNamedExports(s.exportClause) && s.exportClause.elements.length === 0,
  );
  let last = end - 1;
  while (last > 0 && file.statements[last]?.kind === ts.SyntaxKind.EmptyStatement) last--;
  const statement = file.statements[last];
  return statement && ts.isExpressionStatement(statement) ? last : -1;
}

function keepValue(ts: TypeScript, factory: ts.NodeFactory, statement: ts.ExpressionStatement, target: ts.Expression): ts.Statement {
  const kept = factory.createExpressionStatement(factory.createAssignment(target, statement.expression));
  ts.setOriginalNode(kept, statement);
  return ts.setTextRange(kept, statement);
}

function isMarked(ts: TypeScript, statement: ts.Statement): boolean {
  return !(
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}

/** `let x;` resets a variable that an earlier cell or run has set. */
function initialised(ts: TypeScript, factory: ts.NodeFactory, statement: ts.Statement): ts.Statement {
  if (!ts.isVariableStatement(statement) || statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword)) return statement;
  const list = statement.declarationList;
  if (list.declarations.every((declaration) => declaration.initializer)) return statement;
  const declarations = list.declarations.map((d) =>
    d.initializer ? d : factory.updateVariableDeclaration(d, d.name, d.exclamationToken, d.type, factory.createIdentifier("undefined")),
  );
  return factory.updateVariableStatement(statement, statement.modifiers, factory.updateVariableDeclarationList(list, declarations));
}

/** After the CommonJS transform: requires become awaited imports, exports of earlier cells stay what they are until assigned. */
export function afterTransform(ts: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const statements = file.statements.flatMap((statement) => lowerStatement(ts, context.factory, statement));
    return context.factory.updateSourceFile(file, statements);
  };
}

function lowerStatement(ts: TypeScript, factory: ts.NodeFactory, statement: ts.Statement): ts.Statement[] {
  if (ts.isVariableStatement(statement)) return [lowerRequires(ts, factory, statement)];
  if (!ts.isExpressionStatement(statement)) return [statement];
  const { expression } = statement;
  if (isGeneratedRequire(ts, expression))
    return cellOf(expression) ? [] : [factory.createExpressionStatement(awaitImport(factory, expression))];
  if (isPreset(ts, expression)) return [];
  const property = definedProperty(ts, expression);
  if (property === undefined) return [statement];
  if (property.name.text === "__esModule") return [];
  const link = factory.createPropertyAccessExpression(factory.createIdentifier(RUNTIME), "link");
  return [factory.createExpressionStatement(factory.createCallExpression(link, undefined, [property.name, property.descriptor]))];
}

function lowerRequires(ts: TypeScript, factory: ts.NodeFactory, statement: ts.VariableStatement): ts.Statement {
  const list = statement.declarationList;
  const isImportEquals = ts.isImportEqualsDeclaration(ts.getOriginalNode(statement));
  if (isImportEquals || !list.declarations.some((d) => d.initializer && isGeneratedRequire(ts, d.initializer))) return statement;
  const declarations = list.declarations.map((declaration) => {
    const call = declaration.initializer;
    if (!call || !isGeneratedRequire(ts, call)) return declaration;
    const value = cellOf(call) ? factory.createIdentifier("exports") : awaitImport(factory, call, namedImports(ts, statement));
    return factory.updateVariableDeclaration(declaration, declaration.name, declaration.exclamationToken, declaration.type, value);
  });
  return factory.updateVariableStatement(statement, statement.modifiers, factory.updateVariableDeclarationList(list, declarations));
}

type RequireCall = ts.CallExpression & { readonly arguments: readonly [ts.StringLiteral] };

/** A `require` that TypeScript wrote for an import; those that the user wrote have a position. */
function isGeneratedRequire(ts: TypeScript, node: ts.Expression): node is RequireCall {
  return (
    ts.isCallExpression(node) &&
    node.pos < 0 &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === "require" &&
    node.arguments.length === 1
  );
}

function cellOf(call: RequireCall): boolean {
  return call.arguments[0].text.startsWith(cellSpecifier(0).slice(0, -1));
}

function awaitImport(factory: ts.NodeFactory, call: RequireCall, names: readonly string[] = []): ts.Expression {
  const member = factory.createPropertyAccessExpression(factory.createIdentifier(RUNTIME), "import");
  const list = factory.createArrayLiteralExpression(names.map((name) => factory.createStringLiteral(name)));
  return factory.createAwaitExpression(factory.createCallExpression(member, undefined, [call.arguments[0], list]));
}

function namedImports(ts: TypeScript, statement: ts.Statement): string[] {
  const original = ts.getOriginalNode(statement);
  const bindings = ts.isImportDeclaration(original) ? original.importClause?.namedBindings : undefined;
  if (!bindings || !ts.isNamedImports(bindings)) return [];
  return bindings.elements.filter((element) => !element.isTypeOnly).map((element) => (element.propertyName ?? element.name).text);
}

/** `exports.a = exports.b = void 0`, which TypeScript puts first. */
function isPreset(ts: TypeScript, node: ts.Expression): boolean {
  if (!ts.isBinaryExpression(node) || node.pos >= 0 || !ts.isPropertyAccessExpression(node.left)) return false;
  return ts.isVoidExpression(node.right) || isPreset(ts, node.right);
}

/** `Object.defineProperty(exports, "name", descriptor)`, which TypeScript writes for imported names that are exported. */
function definedProperty(ts: TypeScript, node: ts.Expression): { name: ts.StringLiteral; descriptor: ts.Expression } | undefined {
  if (!ts.isCallExpression(node) || node.pos >= 0 || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [target, name, descriptor] = node.arguments;
  const isDefine = node.expression.name.text === "defineProperty" && target && ts.isIdentifier(target) && target.text === "exports";
  return isDefine && name && ts.isStringLiteral(name) && descriptor ? { name, descriptor } : undefined;
}
