// Pools over windows of images [N, H, W, C]. Units are images.
// Words: first, second, result, N, H, W, C, h, w, unused, vertical and horizontal stride, top, left, H', W'.
#pragma once

#include "convolution.h"

namespace pool {

using convolution::Shape;
using convolution::shapeOf;

// Calls f(offset of the window's pixel in its image, pixel of the result) for every pixel under every window of an image.
template <typename F>
static inline void windows(const Shape& s, F f) {
  for (int64_t y = 0; y < s.rh; y++)
    for (int64_t x = 0; x < s.rw; x++)
      for (int64_t i = 0; i < s.fh; i++)
        for (int64_t j = 0; j < s.fw; j++) {
          const int64_t row = y * s.sv - s.top + i, column = x * s.sh - s.left + j;
          if (row >= 0 && row < s.h && column >= 0 && column < s.w) f((row * s.w + column) * s.c, y * s.rw + x);
        }
}

static inline void storeLanes(float* at, Vector a, int64_t left) {
  if (left >= kLanes) store(at, a);
  else product::storeSome(at, a, int(left));
}

// Calls f(offset in the image, number of the tap) for each pixel under the window of result pixel (y, x).
template <typename F>
static inline void taps(const Shape& s, int64_t y, int64_t x, F f) {
  for (int64_t i = 0; i < s.fh; i++)
    for (int64_t j = 0; j < s.fw; j++) {
      const int64_t row = y * s.sv - s.top + i, column = x * s.sh - s.left + j;
      if (row >= 0 && row < s.h && column >= 0 && column < s.w) f((row * s.w + column) * s.c, int32_t(i * s.fw + j));
    }
}

// True where v takes the place of the largest so far: the first of equals stays, and the first NaN.
static inline Integers isLarger(Vector v, Vector top) { return (v > top) | ((v != v) & (top == top)); }

// first: image, second: values. For each window and channel the value where the image is largest.
static void maxPick(const Work& work) {
  const Shape s = shapeOf(work.words);
  for (int64_t n = work.begin; n < work.end; n++) {
    const float *image = work.buffers[work.words[0]] + n * s.h * s.w * s.c, *values = work.buffers[work.words[1]] + n * s.h * s.w * s.c;
    float* result = work.buffers[work.words[2]] + n * s.pixels() * s.c;
    for (int64_t pixel = 0; pixel < s.pixels(); pixel++)
      for (int64_t c = 0; c < s.c; c += kLanes) {
        Vector top = splat(-__builtin_inff()), value{};
        bool empty = true;
        taps(s, pixel / s.rw, pixel % s.rw, [&](int64_t at, int32_t) {
          const Vector v = load(image + at + c);
          const Integers better = empty ? Integers{} == Integers{} : isLarger(v, top);
          value = select(better, load(values + at + c), value);
          top = select(better, v, top);
          empty = false;
        });
        storeLanes(result + pixel * s.c + c, value, s.c - c);
      }
  }
}

// first: image, second: values [N, H', W', C]. Adds each value to where its window of the image is largest.
static void maxSpread(const Work& work) {
  const Shape s = shapeOf(work.words);
  const int64_t size = s.h * s.w * s.c;
  // Windows that meet no pixel twice and leave none out write each pixel once, so nothing need be zero before.
  const bool once = s.sv == s.fh && s.sh == s.fw && s.top == 0 && s.left == 0 && s.rh * s.fh == s.h && s.rw * s.fw == s.w;
  for (int64_t n = work.begin; n < work.end; n++) {
    const float *image = work.buffers[work.words[0]] + n * size, *values = work.buffers[work.words[1]] + n * s.pixels() * s.c;
    float* result = work.buffers[work.words[2]] + n * size;
    if (!once) __builtin_memset(result, 0, size * sizeof(float));
    for (int64_t pixel = 0; pixel < s.pixels(); pixel++)
      for (int64_t c = 0; c < s.c; c += kLanes) {
        Vector top{};
        Integers place{};
        bool empty = true;
        taps(s, pixel / s.rw, pixel % s.rw, [&](int64_t at, int32_t tap) {
          const Vector v = load(image + at + c);
          const Integers better = empty ? Integers{} == Integers{} : isLarger(v, top);
          place = (better & splatBits(tap)) | (place & ~better);
          top = select(better, v, top);
          empty = false;
        });
        const Vector value = load(values + pixel * s.c + c);
        taps(s, pixel / s.rw, pixel % s.rw, [&](int64_t at, int32_t tap) {
          const Vector part = select(place == splatBits(tap), value, Vector{});
          storeLanes(result + at + c, once ? part : load(result + at + c) + part, s.c - c);
        });
      }
  }
}

// first: image.
static void average(const Work& work) {
  const Shape s = shapeOf(work.words);
  const float share = 1.0f / float(s.fh * s.fw);
  for (int64_t n = work.begin; n < work.end; n++) {
    const float* image = work.buffers[work.words[0]] + n * s.h * s.w * s.c;
    float* result = work.buffers[work.words[2]] + n * s.pixels() * s.c;
    __builtin_memset(result, 0, s.pixels() * s.c * sizeof(float));
    windows(s, [&](int64_t at, int64_t pixel) {
      for (int64_t c = 0; c < s.c; c++) result[pixel * s.c + c] += share * image[at + c];
    });
  }
}

// first: values [N, H', W', C].
static void averageSpread(const Work& work) {
  const Shape s = shapeOf(work.words);
  const float share = 1.0f / float(s.fh * s.fw);
  for (int64_t n = work.begin; n < work.end; n++) {
    const float* values = work.buffers[work.words[0]] + n * s.pixels() * s.c;
    float* result = work.buffers[work.words[2]] + n * s.h * s.w * s.c;
    __builtin_memset(result, 0, s.h * s.w * s.c * sizeof(float));
    windows(s, [&](int64_t at, int64_t pixel) {
      for (int64_t c = 0; c < s.c; c++) result[at + c] += share * values[pixel * s.c + c];
    });
  }
}

}  // namespace pool
