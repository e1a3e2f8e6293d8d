/**
 * The parts of WebAssembly that are used here, typed: TypeScript knows them only with the types of a browser.
 *
 * @module
 */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WasmApi {
  validate(bytes: Uint8Array): boolean;
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: unknown } }>;
}

export const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: WasmApi };
