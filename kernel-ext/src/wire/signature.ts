import { createHmac, timingSafeEqual } from "node:crypto";

/** Signs and checks the four JSON frames of a message. */
export interface Signer {
  /** Hexadecimal digest; empty when there is no key. */
  sign(frames: readonly (Uint8Array | string)[]): string;
  /** Compares in constant time. */
  verify(frames: readonly Uint8Array[], signature: Uint8Array): boolean;
}

/**
 * HMAC over header, parent header, metadata and content, in this order; buffers are not signed.
 *
 * @param key - Key of the connection file; an empty one turns signing off.
 * @param hash - Hash as node:crypto calls it, e.g. "sha256".
 */
export function makeSigner(key: string, hash: string): Signer {
  if (key === "") return { sign: () => "", verify: () => true };
  const digest = (frames: readonly (Uint8Array | string)[]): string => {
    const hmac = createHmac(hash, key);
    for (const frame of frames) hmac.update(frame);
    return hmac.digest("hex");
  };
  return {
    sign: digest,
    verify(frames, signature) {
      const expected = Buffer.from(digest(frames), "latin1");
      return expected.length === signature.length && timingSafeEqual(expected, signature);
    },
  };
}
