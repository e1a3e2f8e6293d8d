// Random numbers that depend on key, stream and position alone: Threefry-2x32-20, see src/numerics/threefry.ts.
#pragma once
#include "program.h"

namespace random_numbers {

static inline uint32_t rotate(uint32_t a, int by) { return (a << by) | (a >> (32 - by)); }

static void threefry(uint32_t k0, uint32_t k1, uint32_t& a, uint32_t& b) {
  const uint32_t keys[3] = {k0, k1, 0x1bd11bdau ^ k0 ^ k1};
  const int turns[8] = {13, 15, 26, 6, 17, 29, 16, 24};
  a += keys[0];
  b += keys[1];
  for (int round = 0; round < 20; round++) {
    a += b;
    b = rotate(b, turns[round % 8]) ^ a;
    if (round % 4 == 3) {
      const int next = round / 4 + 1;
      a += keys[next % 3];
      b += keys[(next + 1) % 3] + next;
    }
  }
}

// An odd multiple of 2^-24.
static inline float unit(uint32_t word) { return (float(word >> 9) + 0.5f) * 1.1920928955078125e-7f; }

// cos(2 pi u) for u in (0, 1) is -sin(2 pi s) with s = 1/4 - |u - 1/2|; the polynomial fits sin(2 pi s) / s to 2e-11.
static inline Vector cosineOfTurns(Vector u) {
  const Vector s = splat(0.25f) - absolute(u - splat(0.5f));
  const Vector z = s * s;
  Vector p = multiplyAdd(splat(-14.3811933f), z, splat(42.007766f));
  p = multiplyAdd(p, z, splat(-76.7041685f));
  p = multiplyAdd(p, z, splat(81.6052237f));
  p = multiplyAdd(p, z, splat(-41.3417021f));
  p = multiplyAdd(p, z, splat(6.28318531f));
  return -(s * p);
}

// Words: key [4], result, stream, 1 for normal or 0 for uniform. Units are elements.
static void run(const Work& work) {
  const int32_t* w = work.words;
  const float* key = work.buffers[w[0]];
  const uint32_t high = uint32_t(key[0]) << 16 | uint32_t(key[1]), low = uint32_t(key[2]) << 16 | uint32_t(key[3]);
  float* result = work.buffers[w[1]];
  constexpr int kBatch = 64;
  float first[kBatch + kLanes], second[kBatch + kLanes];
  for (int64_t at = work.begin; at < work.end; at += kBatch) {
    const int n = int(work.end - at < kBatch ? work.end - at : kBatch);
    for (int i = 0; i < kBatch; i++) {
      uint32_t a = uint32_t(w[2]), b = uint32_t(at + i);
      threefry(high, low, a, b);
      first[i] = unit(a);
      second[i] = unit(b);
    }
    if (w[3]) {
      for (int i = 0; i < kBatch; i += kLanes) {
        const Vector radius = squareRoot(splat(-2.0f) * logarithm(load(first + i)));
        store(first + i, radius * cosineOfTurns(load(second + i)));
      }
    }
    for (int i = 0; i < n; i++) result[at + i] = first[i];
  }
}

}  // namespace random_numbers
