// What a fresh clone needs before anything of ours can run: Node, the npm packages, the build. Plain JavaScript on Node alone.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const NODE_MINIMUM = [20, 12];

/** Stops with one sentence for people; no stack. */
export function stop(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

/** Node, npm packages and build, each only when it is not there or no longer fits. */
export async function setUp(command) {
  assertNode(command);
  installPackages(command);
  build(command);
  await buildAddon();
}

function assertNode(command) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1])) return;
  stop(
    `${command}: Node is ${process.versions.node}; expected ${NODE_MINIMUM.join(".")} or later; install a current Node and run it again.`,
  );
}

function installPackages(command) {
  const stamp = join(root, "node_modules/.galton-stamp");
  const wanted = hash([readFileSync(join(root, "package-lock.json")), process.platform, process.arch]);
  if (readIfThere(stamp) === wanted) return;
  console.log("Installing the npm packages (about half a minute) ...");
  // Install scripts stay off: nothing here needs one, and none may fetch what a registry does not hold.
  // Not `npm ci`: it refuses a lock file without the packages of other platforms, which a registry may not offer.
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const { status, stderr } = run("npm", ["install", "--no-save", "--ignore-scripts", ...quiet, ...(isOnline() ? [] : ["--offline"])], {
    stderr: "pipe",
  });
  if (status !== 0) stop(`${command}: npm install failed: ${explainNpm(stderr)}`);
  writeFileSync(stamp, wanted);
}

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENETUNREACH|ECONNRESET|ENOTCACHED/;

/** Whether the registry answers. An install without it would try for minutes; npm's cache may still hold what is needed. */
function isOnline() {
  const { status, stderr } = run("npm", ["ping", "--fetch-retries=0", "--fetch-timeout=20000"], { stdout: "ignore", stderr: "pipe" });
  return status === 0 || !UNREACHABLE.test(stderr);
}

function explainNpm(stderr) {
  if (UNREACHABLE.test(stderr)) {
    return "the npm registry cannot be reached; connect to the network (the first start needs it, later ones do not), or set npm's registry or proxy.";
  }
  if (/ENOSPC/.test(stderr)) return "the disk is full; the packages need about 500 MB.";
  if (/EACCES|EPERM/.test(stderr)) return `this folder cannot be written (${root}); clone into a folder of your own.`;
  return `\n${stderr.trim()}`;
}

function build(command) {
  const stamp = join(root, "dist/.galton-stamp");
  const wanted = hash([
    ...sources().map((file) => `${file} ${statSync(join(root, file)).mtimeMs}`),
    readFileSync(join(root, "package-lock.json")),
  ]);
  if (readIfThere(stamp) === wanted && existsSync(join(root, "kernel-ext/dist"))) return;
  console.log("Building (about a quarter of a minute) ...");
  const { status } = run("npm", ["run", "--silent", "build"]);
  if (status !== 0) stop(`${command}: the build failed; the messages above name the place. On an unchanged clone, please report it.`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** The compute engine's addon, where there is a compiler; without it the engine runs as WebAssembly, so nothing fails here. */
async function buildAddon() {
  const { addonFile } = await import(pathToFileURL(join(root, "dist/compute/backends/native/addon.js")).href);
  if (existsSync(addonFile())) return;
  console.log("Compiling the compute engine's addon (some seconds) ...");
  const { buildAddon } = await import(pathToFileURL(join(root, "dist/compute/backends/native/build.js")).href);
  const { reason } = buildAddon();
  if (reason) console.log(`  not built, WebAssembly is used instead: ${reason}`);
}

function sources() {
  const found = [];
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else found.push(path);
    }
  };
  for (const folder of ["src", "kernel-ext/src"]) walk(folder);
  return [
    ...found.sort(),
    "tsconfig.base.json",
    "tsconfig.build.json",
    "kernel-ext/tsconfig.json",
    "package.json",
    "kernel-ext/package.json",
  ];
}

/** Runs a command in the repository with its output shown; `stderr: "pipe"` keeps that stream. */
export function run(command, args, { stdout = "inherit", stderr = "inherit", env = {} } = {}) {
  // On Windows npm is a script, which only a shell starts.
  const shell = process.platform === "win32" && command === "npm";
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", stdout, stderr],
    shell,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  if (result.error) return { status: 1, stderr: result.error.message };
  return { status: result.status ?? 1, stderr: result.stderr ?? "" };
}

function hash(parts) {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part).update("\0");
  return digest.digest("hex");
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
