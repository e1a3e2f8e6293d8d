/** What an engine cannot do, by reason. Each of these laws must fail with it, so that a cure is noticed. */
const REASONS: Readonly<Record<"typescript" | "tslab", Readonly<Record<string, readonly string[]>>>> = {
  typescript: {},
  tslab: {
    "top-level for await is emitted outside an async function": ["cells: for await at top level"],
    "its compiler is a fork of 5.0.4": ["cells: using at top level", "cells: using ends with its cell"],
    "it does not show null": ["cells: null, false and zero are values"],
    "it appends an export list, which collides with the user's own and leaves closures stale": [
      "cells: the export keyword is tolerated",
      "redeclared: closures see a later assignment",
    ],
    "it keeps declarations only, and of them no augmentations": [
      "cells: global augmentation lasts",
      "unwritable: an anonymous class with private members",
    ],
    "its compiler options are fixed and not strict": ["refusals: no implicit any", "refusals: strict null checks"],
    "it does not map positions": [
      "errors: after an await",
      "errors: an AggregateError",
      "errors: an error with a cause",
      "errors: behind an inserted export",
      "errors: in a function of an earlier cell",
      "errors: in a method, with types that are erased",
      "errors: the stack that user code reads",
      "errors: thrown at top level",
      "refusals: an open bracket",
      "refusals: behind a decorated and exported declaration",
    ],
    "a cell that throws declares nothing": [
      "errors: a failed redeclaration leaves the old value and type",
      "errors: functions and types of a failed cell are kept",
      "errors: what ran before the error is kept",
    ],
    "it resolves modules as old Node did, without exports maps, and loads them by require": [
      "inspection: documentation and tags of a package",
      "inspection: the declaration's source",
      "completion: all names inside an import",
      "completion: names inside an import",
      "packages: a package that is an ES module",
      "packages: a subpath of an exports map",
      "packages: a type-only import is not loaded",
      "packages: an import below its use",
      "packages: dynamic import",
      "packages: import = require",
      "packages: import.meta and __dirname",
      "packages: the package that encloses the notebook",
      "local: a TypeScript module, by every name",
      "local: a folder with an index",
      "local: modules that import modules, packages and JSON",
    ],
    "modules are run once more when anything is edited, or not at all": [
      "local: a module that is a circle",
      "local: a module whose package is installed later",
      "local: an unedited module keeps its state",
      "packages: JSON, read anew each time",
    ],
    "it completes no strings": [
      "completion: Node's modules",
      "completion: installed packages",
      "completion: members in the middle of a word",
      "completion: strings of a union",
      "completion: the notebook's modules",
    ],
    "it tells what is incomplete by the last message only, and never says invalid": [
      ...["'a\nb'", "'abc", "`a ${b", "`abc", "a b c", "const = 3", "else", "f(1))", "function f()", "}"].map(
        (code) => `completeness: ${JSON.stringify(code)}`,
      ),
    ],
  },
};

const limitsOf = (name: keyof typeof REASONS): ReadonlySet<string> => new Set(Object.values(REASONS[name]).flat());

export const LIMITS = { typescript: limitsOf("typescript"), tslab: limitsOf("tslab") } as const;
