// The kernel's shell on the tiny engine: for laws of the shell that no compiler should slow down.
import { startKernel } from "../../kernel-ext/dist/kernel/start.js";
import { tinyEngine } from "./tiny-engine.mjs";

await startKernel({ connectionFile: process.argv[2], engine: "typescript", fallbackDirectories: [], makeEngine: async () => tinyEngine() });
