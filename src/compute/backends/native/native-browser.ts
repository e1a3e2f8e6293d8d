import type { Backend } from "../backend.js";

/** A browser's form of `native.ts`: there is no addon there. */
export function nativeBackend(_options: object): Backend | { readonly missing: string } {
  return { missing: "a browser loads no addon; use the wasm backend" };
}
