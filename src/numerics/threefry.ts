/** Parity of the key schedule, the constant of Skein's Threefish cut to 32 bits. */
const PARITY = 0x1bd11bda;

/**
 * One block of Threefry-2x32-20: a bijection of the counter for each key. Unrolled, for it is the inner loop of every draw.
 *
 * @param out - Receives the two words, signed 32 bits `[2]`.
 * @param key - Key words.
 * @param counter0 - First word of the counter, signed or unsigned.
 * @param counter1 - Second word of the counter.
 * @source Salmon, Moraes, Dror, Shaw 2011, SC11, section 3.3; rotations of table 2 there
 */
// biome-ignore format: one round a line
export function threefry(out: Int32Array, key: { readonly high: number; readonly low: number }, counter0: number, counter1: number): void {
  const k0 = key.high | 0;
  const k1 = key.low | 0;
  const k2 = PARITY ^ k0 ^ k1;
  let a = (counter0 + k0) | 0;
  let b = (counter1 + k1) | 0;
  a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0; b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0; b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0; b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k1) | 0; b = (b + k2 + 1) | 0;
  a = (a + b) | 0; b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0; b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0; b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0; b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + k2) | 0; b = (b + k0 + 2) | 0;
  a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0; b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0; b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0; b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k0) | 0; b = (b + k1 + 3) | 0;
  a = (a + b) | 0; b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0; b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0; b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0; b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + k1) | 0; b = (b + k2 + 4) | 0;
  a = (a + b) | 0; b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0; b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0; b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0; b = ((b << 6) | (b >>> 26)) ^ a;
  out[0] = a + k2;
  out[1] = b + k0 + 5;
}
