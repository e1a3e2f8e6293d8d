/**
 * Normal numbers as the benchmark's authors drew them: its stimulus is the first hundred of seed 42.
 *
 * @module
 * @source Matsumoto, Nishimura 1998, "Mersenne Twister", table II; Marsaglia, Bray 1964, "A convenient method for generating normal variables"
 */

const [WORDS, MIDDLE] = [624, 397];

/**
 * Standard normal numbers by the polar method from MT19937, in the order of NumPy's `RandomState(seed).randn(n)`.
 *
 * @param seed - An integer in [0, 2^32).
 */
export function twisterNormals(seed: number, n: number): number[] {
  const uniform = twisterUniforms(seed);
  const normals: number[] = [];
  while (normals.length < n) {
    const [a, b] = [2 * uniform() - 1, 2 * uniform() - 1];
    const square = a * a + b * b;
    if (square >= 1 || square === 0) continue;
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    normals.push(factor * b, factor * a);
  }
  return normals.slice(0, n);
}

/** Numbers in [0, 1) with 53 bits. */
function twisterUniforms(seed: number): () => number {
  const next = twisterWords(seed);
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

function twisterWords(seed: number): () => number {
  const state = new Uint32Array(WORDS);
  state[0] = seed;
  for (let i = 1; i < WORDS; i++) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
  let at = WORDS;
  return () => {
    if (at === WORDS) {
      twist(state);
      at = 0;
    }
    let word = state[at++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < WORDS; i++) {
    const word = (state[i]! & 0x80000000) | (state[(i + 1) % WORDS]! & 0x7fffffff);
    state[i] = state[(i + MIDDLE) % WORDS]! ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
  }
}
