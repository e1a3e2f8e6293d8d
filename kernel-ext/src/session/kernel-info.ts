import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { EngineName } from "../engine/index.js";
import { type KernelInfo, PROTOCOL_VERSION } from "../wire/messages.js";

/** Package whose version is the language's version, per engine. */
const LANGUAGE_PACKAGES: Readonly<Record<EngineName, string>> = {
  typescript: "typescript",
  tslab: "@tslab/typescript-for-tslab",
};

/** What kernel_info says; versions come from package files, so that nothing has to be loaded for it. */
export function kernelInfo(engine: EngineName): KernelInfo {
  const own = readPackage(new URL("../../package.json", import.meta.url));
  const language = languageVersion(engine);
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: own.name,
    implementation_version: own.version,
    language_info: {
      name: "typescript",
      version: language,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `${own.name} ${own.version}: TypeScript ${language} on Node.js ${process.versions.node}`,
    debugger: false,
    supported_features: [],
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest/api/" },
    ],
  };
}

/** Version of this package. */
export function ownVersion(): string {
  return readPackage(new URL("../../package.json", import.meta.url)).version;
}

function languageVersion(engine: EngineName): string {
  const require = createRequire(import.meta.url);
  const from = engine === "tslab" ? createRequire(require.resolve("tslab/package.json")) : require;
  return readPackage(from.resolve(`${LANGUAGE_PACKAGES[engine]}/package.json`)).version;
}

function readPackage(file: string | URL): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(file, "utf8"));
}
