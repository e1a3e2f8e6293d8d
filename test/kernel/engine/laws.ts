import { expect } from "vitest";
import type { Engine, ExecuteResult } from "../../../kernel-ext/src/engine/engine.js";
import type { Folder } from "./folder.js";

/** One law: cells run one after the other, each with what must come of it, and files that appear in between. */
export interface Law {
  readonly name: string;
  readonly steps: readonly Step[];
}

export type Step = string | readonly [code: string, expected: Expected] | { readonly files: Readonly<Record<string, string>> };

type Expected = (result: ExecuteResult) => void;

/** The cell's value is this. */
export const is =
  (value: unknown): Expected =>
  (result) =>
    expect(result).toEqual({ status: "ok", value, hasValue: true });

/** The cell ends well, without a value. */
export const nothing: Expected = (result) => expect(result).toEqual({ status: "ok", value: undefined, hasValue: false });

/** The cell does not run, for this reason at this place. */
export const refused =
  (line: number, column: number, message: RegExp): Expected =>
  (result) => {
    expect(result.status).toBe("diagnostics");
    const [first] = result.status === "diagnostics" ? result.diagnostics : [];
    expect({ line: first?.line, column: first?.column }).toEqual({ line, column });
    expect(first?.message).toMatch(message);
  };

/** The cell throws; its traceback is made of exactly these lines. */
export const throws =
  (name: string, message: string | RegExp, traceback?: readonly string[]): Expected =>
  (result) => {
    expect(result).toMatchObject({
      status: "error",
      name,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
    if (traceback && result.status === "error") expect(result.traceback).toEqual(traceback);
  };

/** Runs the steps; a cell without an expectation must end well. */
export async function obey({ steps }: Law, engine: Engine, folder: Folder): Promise<void> {
  let cell = 0;
  for (const step of steps) {
    if (typeof step === "object" && "files" in step) {
      folder.write(step.files);
      continue;
    }
    const [code, expected] = typeof step === "string" ? [step, undefined] : step;
    const result = await engine.execute({ code, cell: ++cell });
    if (expected) expected(result);
    else expect(result).toMatchObject({ status: "ok" });
  }
}
