import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { EnvironmentError, UsageError } from "./command.js";
import { packageDirectory } from "./package.js";
import { capture, findOnPath } from "./programs.js";

/** The release of TensorFlow.js, and that of TensorFlow whose C interface it was written for. */
const TFJS = "4.22.0";
const TENSORFLOW = "2.15.1";

/** Takes from the wheel only what the binding is compiled and run with. */
const UNPACK = `
import sys, zipfile
wheel, deps = sys.argv[1:]
kept = {"tensorflow/include/tensorflow/": "include/tensorflow/", "tensorflow/include/tsl/": "include/tsl/",
        "tensorflow/libtensorflow_cc.so.2": "lib/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2": "lib/libtensorflow_framework.so.2"}
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        for start, place in kept.items():
            if entry.filename.startswith(start) and not entry.is_dir():
                entry.filename = place + entry.filename[len(start):]
                archive.extract(entry, deps)
                break
`;

const CHECK = `
const tf = require("@tensorflow/tfjs-node");
if (tf.getBackend() !== "tensorflow") throw new Error("the backend is " + tf.getBackend());
if (tf.add(1, 2).dataSync()[0] !== 3) throw new Error("1 + 2 is not 3");
`;

/** Programs that the steps need. */
interface Tools {
  readonly npm: string;
  readonly python: string;
  readonly compiler: string;
  /** Folder of Node's C headers. */
  readonly headers: string;
}

/** `galton install tfjs [--folder DIR]`. */
export function installTfjs(args: readonly string[]): number {
  const { values, positionals } = parseArgs({ args: [...args], options: { folder: { type: "string" } }, allowPositionals: true });
  if (positionals.length > 0)
    throw new UsageError(`galton install tfjs: ${positionals.join(" ")} was given; expected at most --folder DIR`);
  const folder = resolve(values.folder ?? defaultFolder());
  const place = putTensorFlowInPlace(folder, console.log);
  const link = linkInto(packageDirectory, place);
  console.log(`Done: backend("tfjs") runs on TensorFlow ${TENSORFLOW}, by ${link}.`);
  return 0;
}

/**
 * Installs `@tensorflow/tfjs-node` into a folder with the TensorFlow of the Python package index, whose host answers
 * where that of its own download often does not. What an earlier, broken attempt finished is kept.
 *
 * @param folder - Where; about 950 MB.
 * @param say - Told of each step as it begins.
 * @returns The folder of the package.
 * @throws {EnvironmentError} When the platform, a program or the network is missing; says which.
 */
export function putTensorFlowInPlace(folder: string, say: (step: string) => void): string {
  const tools = findTools();
  const place = join(folder, "node_modules", "@tensorflow", "tfjs-node");
  const binding = join(place, "lib", "napi-v8", "tfjs_binding.node");
  const step = (text: string, done: boolean, work: () => void) => {
    if (done) return;
    say(`${text} ...`);
    work();
  };
  step(`Installing @tensorflow/tfjs-node ${TFJS} into ${folder}`, existsSync(join(place, "package.json")), () =>
    installPackage(folder, tools),
  );
  const unpacked = join(place, "deps", "complete");
  step(`Downloading TensorFlow ${TENSORFLOW} (about 210 MB)`, existsSync(unpacked), () =>
    fetchTensorFlow(folder, { deps: join(place, "deps"), tools }),
  );
  step("Compiling its binding (some seconds)", existsSync(binding), () => compileBinding(place, tools));
  const { ok, stderr } = capture(process.execPath, ["-e", CHECK], { cwd: folder, seconds: 120 });
  if (ok) return place;
  rmSync(binding, { force: true });
  throw failed("the finished package does not load", stderr, `delete ${folder} and start again`);
}

function findTools(): Tools {
  if (process.platform !== "linux" || process.arch !== "x64") {
    const advice = `npm install @tensorflow/tfjs-node@${TFJS} brings its own where its download works`;
    throw failed(`this is ${process.platform} on ${process.arch}`, "TensorFlow's wheel is taken for linux on x64", advice);
  }
  const npm = findOnPath("npm") ?? missing("npm", "install Node with npm");
  const python =
    findOnPath("python3", "python") ?? missing("python3", "pip downloads TensorFlow (Debian, Ubuntu: apt install python3-pip)");
  if (!capture(python, ["-m", "pip", "--version"]).ok) missing(`pip of ${python}`, "Debian, Ubuntu: apt install python3-pip");
  const compiler = findOnPath("g++", "clang++", "c++") ?? missing("a C++ compiler", "install g++ or clang++");
  const { include_dir: headers } = createRequire(import.meta.url)("node-api-headers") as { include_dir: string };
  return { npm, python, compiler, headers };
}

function installPackage(folder: string, { npm }: Tools): void {
  mkdirSync(folder, { recursive: true });
  // A package of its own, so that npm takes nothing else here for its business.
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", `@tensorflow/tfjs-node@${TFJS}`];
  const { ok, stderr } = capture(npm, args, { cwd: folder, seconds: 300 });
  if (!ok) throw failed("npm could not install @tensorflow/tfjs-node", stderr, "connect to the network, or set npm's registry or proxy");
}

function fetchTensorFlow(folder: string, { deps, tools: { python } }: { readonly deps: string; readonly tools: Tools }): void {
  const download = join(folder, "download");
  const platforms = ["manylinux_2_17_x86_64", "manylinux2014_x86_64"].flatMap((name) => ["--platform", name]);
  // The wheel of one Python, whichever runs pip: only its library and headers are used.
  const wheel = [
    "--no-deps",
    "--only-binary",
    ":all:",
    ...platforms,
    "--python-version",
    "311",
    "--implementation",
    "cp",
    "--abi",
    "cp311",
  ];
  const args = [
    "-m",
    "pip",
    "download",
    "--quiet",
    "--disable-pip-version-check",
    ...wheel,
    "-d",
    download,
    `tensorflow-cpu==${TENSORFLOW}`,
  ];
  const { ok, stderr } = capture(python, args, { seconds: 1200 });
  const file = ok ? readdirSync(download).find((name) => name.endsWith(".whl")) : undefined;
  if (!file)
    throw failed(`pip could not download tensorflow-cpu ${TENSORFLOW}`, stderr, "connect to the network, or set pip's index or proxy");
  const unpacked = capture(python, ["-c", UNPACK, join(download, file), deps], { seconds: 300 });
  if (!unpacked.ok) throw failed("the wheel could not be unpacked", unpacked.stderr, "make room for 1 GB and start again");
  rmSync(download, { recursive: true, force: true });
  mkdirSync(deps, { recursive: true });
  writeFileSync(join(deps, "complete"), "");
}

function compileBinding(place: string, { compiler, headers }: Tools): void {
  const target = join(place, "lib", "napi-v8");
  mkdirSync(target, { recursive: true });
  const sources = ["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(place, "binding", name));
  const flags = ["-O2", "-std=c++17", "-fPIC", "-shared", "-DNAPI_VERSION=8", `-I${headers}`, `-I${join(place, "deps", "include")}`];
  const libraries = [`-L${join(place, "deps", "lib")}`, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"];
  const found = "-Wl,-rpath,$ORIGIN/../../deps/lib";
  const { ok, stderr } = capture(compiler, [...flags, ...sources, ...libraries, found, "-o", join(target, "tfjs_binding.node")], {
    seconds: 600,
  });
  if (!ok) throw failed(`${compiler} could not compile the binding`, stderr, "use g++ 9 or clang++ 10, or later");
}

/** Makes the package findable for the library that stands in `folder`. */
export function linkInto(folder: string, place: string): string {
  const link = join(folder, "node_modules", "@tensorflow", "tfjs-node");
  mkdirSync(join(link, ".."), { recursive: true });
  rmSync(link, { recursive: true, force: true });
  symlinkSync(place, link, "dir");
  return link;
}

function defaultFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "galton", `tfjs-node-${TFJS}`);
}

function missing(what: string, advice: string): never {
  throw failed(`${what} was not found`, "", advice);
}

function failed(what: string, said: string, advice: string): EnvironmentError {
  const tail = said.trim().split("\n").slice(-8).join("\n");
  return new EnvironmentError(`galton install tfjs: ${what}${tail && `: ${tail}`}; ${advice}.`);
}
