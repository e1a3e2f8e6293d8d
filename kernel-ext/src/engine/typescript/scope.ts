import type { DeclarationKind, Declared } from "./names.js";

interface Origin {
  readonly cell: number;
  readonly kind: DeclarationKind;
}

/** Which cell last declared each name, and the virtual file that holds that cell's types. */
export interface Scope {
  readonly names: ReadonlyMap<string, Origin>;
  /** Statements that bring the given names of earlier cells into a cell. */
  header(names: ReadonlySet<string>): string;
  /** The named declarations of a cell become visible to later cells. */
  add(cell: number, declared: readonly Declared[]): void;
  /** This cell's types are wanted by all later cells, whatever they name. */
  always(cell: number): void;
  clear(): void;
}

/** Specifier by which a cell's types are imported from another. */
export const cellSpecifier = (cell: number): string => `./__c${cell}`;

export function makeScope(): Scope {
  const names = new Map<string, Origin>();
  const augmenting = new Set<number>();
  return {
    names,
    header(wanted) {
      const imports = new Map<number, string[]>([...augmenting].map((cell) => [cell, []]));
      let variables = "";
      for (const name of wanted) {
        const origin = names.get(name);
        if (!origin) continue;
        // An imported name cannot be assigned to, and its assignments are not checked; a declared one can and is.
        if (isAssignable(origin))
          variables += `export declare ${origin.kind} ${name}: typeof import("${cellSpecifier(origin.cell)}").${name};`;
        else imports.set(origin.cell, [...(imports.get(origin.cell) ?? []), name]);
      }
      return [...imports].map(([cell, list]) => importStatement(cell, list)).join("") + variables;
    },
    add(cell, declared) {
      for (const { name, kind } of declared) names.set(name, { cell, kind });
    },
    always: (cell) => void augmenting.add(cell),
    clear() {
      names.clear();
      augmenting.clear();
    },
  };
}

const isAssignable = ({ kind }: Origin): boolean => kind === "let" || kind === "var";

const importStatement = (cell: number, names: readonly string[]): string =>
  names.length > 0 ? `import { ${names.join(", ")} } from "${cellSpecifier(cell)}";` : `import "${cellSpecifier(cell)}";`;
