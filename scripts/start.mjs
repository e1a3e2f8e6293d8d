// `npm start`: everything a fresh clone needs, then JupyterLab on the notebooks.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root, setUp } from "./setup.mjs";

await setUp("npm start");
const args = [join(root, "dist/cli/main.js"), "lab", "notebooks/01-galton-board.ipynb", ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
// The child ends JupyterLab in order; this process only waits for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 1));
