// Products of matrices. One micro-kernel: a tile of C stays in registers while the columns of A's rows are multiplied
// with the rows of B. A may have any strides (so it may be transposed); B is row-major.
#pragma once
#include <cstring>

#include "program.h"

namespace product {

// Rows and vectors of a tile: as many sums as the registers hold beside a row of B and one element of A.
#if defined(__AVX512F__)
constexpr int kRows = 6, kWide = 4;
#elif defined(__AVX2__)
constexpr int kRows = 6, kWide = 2;
#elif defined(__wasm__)
constexpr int kRows = 4, kWide = 2;
#else
constexpr int kRows = 6, kWide = 4;
#endif
// Columns of A that are taken at a time: that much of a panel of B fits into the first-level cache.
constexpr int kDepth = 128;
// Rows of A that are taken at a time: that much of A fits into the second-level cache.
constexpr int kHeight = 240;

struct Operands {
  const float* a;
  int64_t aRow, aColumn;
  const float* b;
  int64_t bRow;
  float* c;
  int64_t cRow;
};

// C[rows, wide] (+)= A[rows, depth] B[depth, wide], where the last vector has `tail` lanes that count.
template <int Rows, int Wide>
static inline void tile(const Operands& o, int depth, int tail, bool add) {
  Vector sum[Rows][Wide];
  if (add) {
    for (int i = 0; i < Rows; i++)
      for (int j = 0; j < Wide; j++) sum[i][j] = j + 1 < Wide || tail == kLanes ? load(o.c + i * o.cRow + j * kLanes) : Vector{};
    if (tail < kLanes)
      for (int i = 0; i < Rows; i++) std::memcpy(&sum[i][Wide - 1], o.c + i * o.cRow + (Wide - 1) * kLanes, tail * sizeof(float));
  } else {
    for (int i = 0; i < Rows; i++)
      for (int j = 0; j < Wide; j++) sum[i][j] = Vector{};
  }
  const float* a = o.a;
  const float* b = o.b;
  for (int k = 0; k < depth; k++, a += o.aColumn, b += o.bRow) {
    Vector row[Wide];
    for (int j = 0; j < Wide; j++) row[j] = load(b + j * kLanes);
    for (int i = 0; i < Rows; i++) {
      Vector element = splat(a[i * o.aRow]);
      for (int j = 0; j < Wide; j++) sum[i][j] = multiplyAdd(element, row[j], sum[i][j]);
    }
  }
  for (int i = 0; i < Rows; i++) {
    for (int j = 0; j + 1 < Wide; j++) store(o.c + i * o.cRow + j * kLanes, sum[i][j]);
    if (tail == kLanes) store(o.c + i * o.cRow + (Wide - 1) * kLanes, sum[i][Wide - 1]);
    else std::memcpy(o.c + i * o.cRow + (Wide - 1) * kLanes, &sum[i][Wide - 1], tail * sizeof(float));
  }
}

template <int Wide>
static void panel(Operands o, int rows, int depth, int tail, bool add) {
  for (; rows >= kRows; rows -= kRows, o.a += kRows * o.aRow, o.c += kRows * o.cRow) tile<kRows, Wide>(o, depth, tail, add);
  if (rows >= 4 && kRows > 4) {
    tile<4, Wide>(o, depth, tail, add);
    rows -= 4, o.a += 4 * o.aRow, o.c += 4 * o.cRow;
  }
  if (rows >= 2) {
    tile<2, Wide>(o, depth, tail, add);
    rows -= 2, o.a += 2 * o.aRow, o.c += 2 * o.cRow;
  }
  if (rows == 1) tile<1, Wide>(o, depth, tail, add);
}

static void panelOf(int wide, const Operands& o, int rows, int depth, int tail, bool add) {
  switch (wide) {
    case 1: return panel<1>(o, rows, depth, tail, add);
    case 2: return panel<2>(o, rows, depth, tail, add);
    case 3: return panel<kWide < 3 ? kWide : 3>(o, rows, depth, tail, add);
    default: return panel<kWide>(o, rows, depth, tail, add);
  }
}

// C[rows, columns] (+)= A[rows, depth] B[depth, columns]. `scratch` holds kDepth rows of a panel.
static void multiply(const Operands& all, int64_t rows, int64_t columns, int64_t depth, bool add, float* scratch) {
  if (depth == 0 && !add)
    for (int64_t i = 0; i < rows; i++) std::memset(all.c + i * all.cRow, 0, columns * sizeof(float));
  for (int64_t i = 0; i < rows; i += kHeight) {
    const int height = int(rows - i < kHeight ? rows - i : kHeight);
    for (int64_t k = 0; k < depth; k += kDepth) {
      const int deep = int(depth - k < kDepth ? depth - k : kDepth);
      for (int64_t j = 0; j < columns; j += kWide * kLanes) {
        const int64_t left = columns - j;
        const int wide = int(left >= kWide * kLanes ? kWide : (left + kLanes - 1) / kLanes);
        const int tail = int(left >= wide * kLanes ? kLanes : left - (wide - 1) * kLanes);
        Operands o = all;
        o.a += i * o.aRow + k * o.aColumn;
        o.b += k * o.bRow + j;
        o.c += i * o.cRow + j;
        // A panel of its own spares the cache the conflicts of long strides; for few rows it is not worth the copy.
        if (height >= 4 * kRows && o.bRow > wide * kLanes) {
          for (int d = 0; d < deep; d++)
            for (int v = 0; v < wide; v++) store(scratch + (d * wide + v) * kLanes, load(o.b + d * o.bRow + v * kLanes));
          o.b = scratch;
          o.bRow = wide * kLanes;
        }
        panelOf(wide, o, height, deep, tail, add || k > 0);
      }
    }
  }
}

// Words: a, b, c, M, N, K, A's row and column stride, batches, strides of a, b, c between them.
// Units are rows of all batches, one batch after the other.
static void run(const Work& work) {
  const int32_t* w = work.words;
  const int64_t m = w[3], n = w[4], k = w[5];
  for (int64_t unit = work.begin; unit < work.end;) {
    const int64_t batch = unit / m, row = unit % m;
    const int64_t rows = m - row < work.end - unit ? m - row : work.end - unit;
    Operands o;
    o.aRow = w[6], o.aColumn = w[7], o.bRow = n, o.cRow = n;
    o.a = work.buffers[w[0]] + batch * w[9] + row * o.aRow;
    o.b = work.buffers[w[1]] + batch * w[10];
    o.c = work.buffers[w[2]] + batch * w[11] + row * n;
    multiply(o, rows, n, k, false, work.scratch.memory);
    unit += rows;
  }
}

}  // namespace product
