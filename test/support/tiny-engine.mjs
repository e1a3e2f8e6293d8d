// The smallest engine that keeps the Engine interface: runs plain JavaScript, one expression or statements with a last `return`.
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

/** @returns {import("../../kernel-ext/src/engine/engine.js").Engine} */
export function tinyEngine() {
  return {
    name: "tiny 1.0.0",
    languageVersion: "5.9.3",
    async execute({ code, onRun }) {
      if (code.startsWith("bad syntax"))
        return { status: "diagnostics", diagnostics: [{ line: 1, column: 5, message: "';' expected.", code: 1005 }] };
      const run = compile(code);
      onRun?.();
      try {
        const value = await run();
        return { status: "ok", value, hasValue: value !== undefined };
      } catch (error) {
        const { name = "Error", message = String(error) } = error ?? {};
        return { status: "error", error, name, message, traceback: [`${name}: ${message}`] };
      }
    },
    async complete(code, offset) {
      const start = code.slice(0, offset).search(/\w*$/);
      return { matches: [{ text: "hello", kind: "function" }], start, end: offset };
    },
    async inspect(code) {
      return code.includes("known")
        ? { found: true, signature: "const known: number", documentation: "A **number**." }
        : { found: false, signature: "", documentation: "" };
    },
    isComplete: (code) => (code.endsWith("{") ? { status: "incomplete", indent: "  " } : { status: "complete" }),
    interrupt() {},
    reset() {},
    async warm() {},
    async close() {},
  };
}

function compile(code) {
  try {
    return new AsyncFunction(`return (${code}\n)`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new AsyncFunction(code);
  }
}
