// `npm test`: sets itself up, then the checks, then all tests. The last line is `N passed, N failed`.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run, setUp } from "./setup.mjs";

const CHECKS = ["check:format", "check:layers", "check:types", "check:dead", "check:docs"];
const REPORT = join(root, ".cache/vitest.json");

await setUp("npm test");
const tools = { GALTON_TEST_PYTHON: await python(), GALTON_TEST_CHROMIUM: chromium() };
const checks = runChecks();
const tests = runTests();
const passed = checks.passed + tests.passed;
const failed = checks.failed + tests.failed;
const skipped = tests.skipped ? `, ${tests.skipped} skipped` : "";
console.log(`\n${passed} passed, ${failed} failed${skipped}`);
process.exit(failed === 0 ? 0 : 1);

/** The Python with JupyterLab and the kernel protocol's test suite. */
async function python() {
  const { makeEnvironment } = await import(pathToFileURL(join(root, "dist/cli/python.js")).href);
  try {
    // As `npm start` makes it, so that `galton lab` finds nothing left to install; then what the tests need besides.
    makeEnvironment(join(root, ".venv"), "requirements.txt");
    return makeEnvironment(join(root, ".venv"), "requirements-test.txt").python;
  } catch (error) {
    return missing("real-Jupyter tests", error.message);
  }
}

/** Chromium on PATH, else the distribution's, installed when this user may. */
function chromium() {
  const found = onPath();
  if (found) return found;
  if (process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Installing the distribution's Chromium (about half a minute) ...");
    const quiet = { env: { DEBIAN_FRONTEND: "noninteractive" } };
    run("apt-get", ["update", "-qq"], quiet);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"], quiet);
  }
  return onPath() ?? missing("browser tests", "Chromium was not found on PATH; install it (Debian: apt install chromium)");
}

function onPath() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = [...process.env.PATH.split(":"), "/usr/bin"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

/** In CI what the tests need is an error; elsewhere those tests are skipped and say why. */
function missing(what, reason) {
  console.error(`\nThe ${what} cannot run: ${reason}`);
  if (process.env.CI) {
    console.log("\n0 passed, 1 failed");
    process.exit(1);
  }
  return "";
}

function runChecks() {
  const failed = CHECKS.filter((check) => {
    console.log(`\n> ${check}`);
    return run("npm", ["run", "--silent", check]).status !== 0;
  });
  if (failed.length > 0) console.error(`\nFailed: ${failed.join(", ")}`);
  return { passed: CHECKS.length - failed.length, failed: failed.length };
}

function runTests() {
  mkdirSync(join(root, ".cache"), { recursive: true });
  rmSync(REPORT, { force: true });
  console.log("\n> tests");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { status } = run(process.execPath, [vitest, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`], {
    env: tools,
  });
  if (!existsSync(REPORT)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(REPORT, "utf8"));
  // A file that fails to load counts no failed test, but vitest's exit status tells.
  const failures = report.numFailedTests || (status === 0 ? 0 : 1);
  return { passed: report.numPassedTests, failed: failures, skipped: report.numPendingTests + report.numTodoTests };
}
