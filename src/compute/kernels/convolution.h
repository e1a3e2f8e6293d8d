// Convolution of images [N, H, W, C] as products: the patches under the filter are laid out as rows of a matrix, some
// hundred at a time.
//
// Words of all: first, second, result, N, H, W, C, h, w, O, vertical and horizontal stride, top, left, H', W'; of `forward`
// also bias or -1, and what is done to the sums (product::Finish).
#pragma once

#include "product.h"
#include "program.h"

namespace convolution {

struct Shape {
  int64_t n, h, w, c, fh, fw, o, sv, sh, top, left, rh, rw;
  int64_t patch() const { return fh * fw * c; }
  int64_t pixels() const { return rh * rw; }
};

static Shape shapeOf(const int32_t* w) { return {w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11], w[12], w[13], w[14], w[15]}; }

// Result pixels one after the other, without a division for each.
struct Pixel {
  int64_t n, row, column;
  Pixel(const Shape& s, int64_t at) : n(at / s.pixels()), row(at % s.pixels() / s.rw), column(at % s.rw) {}
  void next(const Shape& s) {
    if (++column < s.rw) return;
    column = 0;
    if (++row < s.rh) return;
    row = 0;
    n++;
  }
};

// Copies and zeros by whole vectors: the runs are short, and a call for each would take longer. Up to a vector too much is
// written; what follows is written later, and behind the last row there is room.
static inline void copyRun(float* to, const float* from, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes) store(to + i, load(from + i));
}
static inline void zeroRun(float* to, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes) store(to + i, Vector{});
}

// The part [first, last) of the columns under filter row `y` that lies in the image, for the window at `x`.
static inline void inside(int64_t x, int64_t size, int64_t width, int64_t& first, int64_t& last) {
  first = x < 0 ? -x : 0;
  last = width - x < size ? width - x : size;
  if (first > size) first = size;
  if (last < first) last = first;
}

// Patches of result pixels [begin, end) of all images, one a row.
static void patches(const Shape& s, const float* image, int64_t begin, int64_t end, float* to) {
  Pixel p(s, begin);
  for (int64_t pixel = begin; pixel < end; pixel++, p.next(s), to += s.patch()) {
    const int64_t n = p.n, y = p.row * s.sv - s.top, x = p.column * s.sh - s.left;
    int64_t first, last;
    inside(x, s.fw, s.w, first, last);
    for (int64_t i = 0; i < s.fh; i++) {
      float* row = to + i * s.fw * s.c;
      if (y + i < 0 || y + i >= s.h) {
        zeroRun(row, s.fw * s.c);
        continue;
      }
      const float* from = image + ((n * s.h + y + i) * s.w + x) * s.c;
      zeroRun(row, first * s.c);
      copyRun(row + first * s.c, from + first * s.c, (last - first) * s.c);
      zeroRun(row + last * s.c, (s.fw - last) * s.c);
    }
  }
}

// Rows that fit into the scratch memory beside a panel of the product.
static int64_t rowsThatFit(const Work& work, int64_t width) {
  const int64_t panel = product::kDepth * product::kWide * kLanes;
  const int64_t rows = (int64_t(work.scratch.floats) - panel - kLanes) / (width > 0 ? width : 1);
  return rows > product::kHeight ? product::kHeight : rows;
}

// first: image, second: filter. Units are result pixels of all images.
static void forward(const Work& work) {
  const Shape s = shapeOf(work.words);
  const int64_t k = s.patch();
  float* panel = work.scratch.memory;
  float* rows = panel + product::kDepth * product::kWide * kLanes;
  const int64_t step = rowsThatFit(work, k);
  const float* bias = work.words[16] < 0 ? nullptr : work.buffers[work.words[16]];
  const product::Finish finish = product::Finish(work.words[17]);
  for (int64_t at = work.begin; at < work.end; at += step) {
    const int64_t end = at + step < work.end ? at + step : work.end;
    patches(s, work.buffers[work.words[0]], at, end, rows);
    product::Operands o = {rows, k, 1, work.buffers[work.words[1]], s.o, work.buffers[work.words[2]] + at * s.o, s.o, bias, finish};
    product::multiply(o, end - at, s.o, k, false, panel);
  }
}

// first: image, second: gradient of the result, result: gradient of the filter. Units are filter elements (h, w); each
// adds up over all pixels in the same order, so the result does not depend on who computes it.
static void filterGradient(const Work& work) {
  const Shape s = shapeOf(work.words);
  const int64_t pixels = s.n * s.pixels(), k = (work.end - work.begin) * s.c;
  float* panel = work.scratch.memory;
  float* rows = panel + product::kDepth * product::kWide * kLanes;
  const int64_t step = rowsThatFit(work, k);
  const float* image = work.buffers[work.words[0]];
  float* result = work.buffers[work.words[2]] + work.begin * s.c * s.o;
  if (pixels == 0) __builtin_memset(result, 0, k * s.o * sizeof(float));
  for (int64_t at = 0; at < pixels; at += step) {
    const int64_t end = at + step < pixels ? at + step : pixels;
    float* to = rows;
    Pixel p(s, at);
    for (int64_t pixel = at; pixel < end; pixel++, p.next(s)) {
      const int64_t n = p.n, y = p.row * s.sv - s.top, x = p.column * s.sh - s.left;
      int64_t row = work.begin / s.fw, first = work.begin % s.fw;
      for (int64_t tap = work.begin; tap < work.end; row++, first = 0) {
        // The taps of one filter row are neighbours in the image too.
        const int64_t run = s.fw - first < work.end - tap ? s.fw - first : work.end - tap;
        int64_t from, until;
        inside(x + first, run, s.w, from, until);
        if (y + row < 0 || y + row >= s.h) from = until = run;
        zeroRun(to, from * s.c);
        copyRun(to + from * s.c, image + ((n * s.h + y + row) * s.w + x + first + from) * s.c, (until - from) * s.c);
        zeroRun(to + until * s.c, (run - until) * s.c);
        to += run * s.c;
        tap += run;
      }
    }
    product::Operands o = {rows, 1, k, work.buffers[work.words[1]] + at * s.o, s.o, result, s.o, nullptr, product::kPlain};
    product::multiply(o, k, s.o, end - at, at > 0, panel);
  }
}

// first: gradient of the result, second: filter, turned to [O, h w C]; result: gradient of the image. Units are images.
static void imageGradient(const Work& work) {
  const Shape s = shapeOf(work.words);
  const int64_t k = s.patch(), image = s.h * s.w * s.c;
  float* panel = work.scratch.memory;
  float* rows = panel + product::kDepth * product::kWide * kLanes;
  const int64_t step = rowsThatFit(work, k);
  float* result = work.buffers[work.words[2]];
  __builtin_memset(result + work.begin * image, 0, (work.end - work.begin) * image * sizeof(float));
  for (int64_t at = work.begin * s.pixels(); at < work.end * s.pixels(); at += step) {
    const int64_t end = at + step < work.end * s.pixels() ? at + step : work.end * s.pixels();
    product::Operands o = {work.buffers[work.words[0]] + at * s.o, s.o, 1, work.buffers[work.words[1]], k, rows, k, nullptr, product::kPlain};
    product::multiply(o, end - at, k, s.o, false, panel);
    const float* from = rows;
    Pixel p(s, at);
    for (int64_t pixel = at; pixel < end; pixel++, p.next(s), from += k) {
      const int64_t n = p.n, y = p.row * s.sv - s.top, x = p.column * s.sh - s.left;
      int64_t first, last;
      inside(x, s.fw, s.w, first, last);
      for (int64_t i = 0; i < s.fh; i++) {
        if (y + i < 0 || y + i >= s.h) continue;
        float* to = result + ((n * s.h + y + i) * s.w + x) * s.c;
        const float* row = from + i * s.fw * s.c;
        for (int64_t j = first * s.c; j < last * s.c; j++) to[j] += row[j];
      }
    }
  }
}

}  // namespace convolution
