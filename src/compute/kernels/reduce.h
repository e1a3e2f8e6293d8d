// Sums and maxima over one axis, and running sums along the last.
#pragma once
#include "program.h"

namespace reduce {

// Numbers that are added up in float32 before they go into a sum in float64.
constexpr int64_t kRun = 256;

static inline Vector combine(bool largest, Vector a, Vector b) { return largest ? larger(a, b) : a + b; }
static inline float combine(bool largest, float a, float b) { return largest ? ((a > b) | (a != a) ? a : b) : a + b; }

// `length` numbers next to each other.
static float row(const float* a, int64_t length, bool largest) {
  const float none = largest ? -__builtin_inff() : 0.0f;
  double sum = 0;
  float top = none;
  for (int64_t at = 0; at < length; at += kRun) {
    const int64_t end = length - at < kRun ? length : at + kRun;
    int64_t i = at;
    float part = none;
    if (end - at >= 2 * kLanes) {
      Vector lanes = splat(none);
      for (; i + kLanes <= end; i += kLanes) lanes = combine(largest, load(a + i), lanes);
      for (int lane = 0; lane < kLanes; lane++) part = combine(largest, lanes[lane], part);
    }
    for (; i < end; i++) part = combine(largest, a[i], part);
    if (largest) top = combine(true, part, top);
    else sum += part;
  }
  return largest ? top : float(sum);
}

// Columns [begin, end) of `length` rows of `inner` numbers.
static void columns(const float* a, float* result, int64_t length, int64_t inner, int64_t begin, int64_t end, bool largest) {
  const float none = largest ? -__builtin_inff() : 0.0f;
  int64_t j = begin;
  for (; j + kLanes <= end; j += kLanes) {
    Vector all = splat(none);
    for (int64_t at = 0; at < length; at += kRun) {
      const int64_t stop = length - at < kRun ? length : at + kRun;
      Vector even = splat(none), odd = splat(none);
      int64_t i = at;
      for (; i + 2 <= stop; i += 2) {
        even = combine(largest, load(a + i * inner + j), even);
        odd = combine(largest, load(a + (i + 1) * inner + j), odd);
      }
      if (i < stop) even = combine(largest, load(a + i * inner + j), even);
      all = combine(largest, combine(largest, even, odd), all);
    }
    store(result + j, all);
  }
  for (; j < end; j++) {
    float all = none;
    for (int64_t at = 0; at < length; at += kRun) {
      const int64_t stop = length - at < kRun ? length : at + kRun;
      float part = none;
      for (int64_t i = at; i < stop; i++) part = combine(largest, a[i * inner + j], part);
      all = combine(largest, part, all);
    }
    result[j] = all;
  }
}

// Words: input [outer, length, inner], result [outer, inner], outer, length, inner, 1 for the largest or 0 for the sum.
// Units are rows of outer; with one of them, columns of inner.
static void run(const Work& work) {
  const int32_t* w = work.words;
  const int64_t outer = w[2], length = w[3], inner = w[4];
  const bool largest = w[5] != 0;
  const float* a = work.buffers[w[0]];
  float* result = work.buffers[w[1]];
  if (outer == 1 && inner > 1) return columns(a, result, length, inner, work.begin, work.end, largest);
  for (int64_t o = work.begin; o < work.end; o++) {
    if (inner == 1) result[o] = row(a + o * length, length, largest);
    else columns(a + o * length * inner, result + o * inner, length, inner, 0, inner, largest);
  }
}

// Words: input [rows, inner], result [blocks, inner], inner. Adds the sum of the rows to the block's result. Units are rows.
static void accumulate(const Work& work) {
  const int32_t* w = work.words;
  const int64_t inner = w[2], rows = work.end - work.begin;
  const float* a = work.buffers[w[0]] + work.begin * inner;
  float* result = work.buffers[w[1]] + work.block * inner;
  if (inner == 1) {
    *result = (work.first ? 0.0f : *result) + row(a, rows, false);
    return;
  }
  float* part = work.first ? result : work.scratch.memory;
  columns(a, part, rows, inner, 0, inner, false);
  if (work.first) return;
  for (int64_t j = 0; j < inner; j++) result[j] += part[j];
}

// Words: input, result, length of the last axis, 1 to run from the end. Units are rows.
static void cumulativeSum(const Work& work) {
  const int32_t* w = work.words;
  const int64_t length = w[2];
  for (int64_t row = work.begin; row < work.end; row++) {
    const float* a = work.buffers[w[0]] + row * length;
    float* result = work.buffers[w[1]] + row * length;
    double sum = 0;
    if (w[3]) {
      for (int64_t i = length; i-- > 0;) result[i] = float(sum += a[i]);
    } else {
      for (int64_t i = 0; i < length; i++) result[i] = float(sum += a[i]);
    }
  }
}

}  // namespace reduce
