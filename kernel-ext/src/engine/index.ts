import type { Engine, EngineOptions } from "./engine.js";

export type EngineName = "typescript" | "tslab";

/** Makes the engine of that name; only that engine's files are loaded. */
export async function makeEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  switch (name) {
    case "typescript":
      return (await import("./typescript/typescript-engine.js")).makeTypeScriptEngine(options);
    case "tslab":
      return (await import("./tslab/tslab-engine.js")).makeTslabEngine(options);
  }
}
