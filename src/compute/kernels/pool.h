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

// first: image, second: values. For each window and channel the value where the image is largest, the first of equals; NaN is largest.
static void maxPick(const Work& work) {
  const Shape s = shapeOf(work.words);
  float* top = work.scratch.memory;
  for (int64_t n = work.begin; n < work.end; n++) {
    const float *image = work.buffers[work.words[0]] + n * s.h * s.w * s.c, *values = work.buffers[work.words[1]] + n * s.h * s.w * s.c;
    float* result = work.buffers[work.words[2]] + n * s.pixels() * s.c;
    int64_t current = -1;
    windows(s, [&](int64_t at, int64_t pixel) {
      float* r = result + pixel * s.c;
      if (pixel != current) {
        current = pixel;
        __builtin_memcpy(top, image + at, s.c * sizeof(float));
        __builtin_memcpy(r, values + at, s.c * sizeof(float));
        return;
      }
      for (int64_t c = 0; c < s.c; c++) {
        const float v = image[at + c];
        const bool better = v > top[c] || (v != v && top[c] == top[c]);
        r[c] = better ? values[at + c] : r[c];
        top[c] = better ? v : top[c];
      }
    });
  }
}

// first: image, second: values [N, H', W', C]. Adds each value to where its window of the image is largest.
static void maxSpread(const Work& work) {
  const Shape s = shapeOf(work.words);
  const int64_t size = s.h * s.w * s.c;
  int32_t* place = reinterpret_cast<int32_t*>(work.scratch.memory + s.c);
  float* top = work.scratch.memory;
  for (int64_t n = work.begin; n < work.end; n++) {
    const float *image = work.buffers[work.words[0]] + n * size, *values = work.buffers[work.words[1]] + n * s.pixels() * s.c;
    float* result = work.buffers[work.words[2]] + n * size;
    __builtin_memset(result, 0, size * sizeof(float));
    int64_t current = -1;
    const auto finish = [&]() {
      for (int64_t c = 0; c < s.c; c++) result[place[c] + c] += values[current * s.c + c];
    };
    windows(s, [&](int64_t at, int64_t pixel) {
      if (pixel != current) {
        if (current >= 0) finish();
        current = pixel;
        for (int64_t c = 0; c < s.c; c++) place[c] = int32_t(at);
        __builtin_memcpy(top, image + at, s.c * sizeof(float));
        return;
      }
      for (int64_t c = 0; c < s.c; c++) {
        const float v = image[at + c];
        const bool better = v > top[c] || (v != v && top[c] == top[c]);
        place[c] = better ? int32_t(at) : place[c];
        top[c] = better ? v : top[c];
      }
    });
    if (current >= 0) finish();
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
