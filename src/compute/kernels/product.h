// Products of matrices. One micro-kernel: a tile of C stays in registers while the columns of A's rows are multiplied
// with the rows of B. A may have any strides (so it may be transposed); B is row-major.
#pragma once

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

// Done to each sum before it is stored.
enum Finish : int32_t { kPlain = 0, kRelu = 1, kTanh = 2, kSigmoid = 3 };

struct Operands {
  const float* a;
  int64_t aRow, aColumn;
  const float* b;
  int64_t bRow;
  float* c;
  int64_t cRow;
  const float* bias;  // one for each column, or null
  Finish finish;
};

static inline Vector finished(Vector sum, Finish finish) {
  switch (finish) {
    case kRelu: return select(sum < splat(0.0f), splat(0.0f), sum);
    case kTanh: return tanhOf(sum);
    case kSigmoid: return sigmoidOf(sum);
    default: return sum;
  }
}

// The first lanes of a vector, in pieces of constant size: a copy of variable size is a function call.
static inline void storeSome(float* at, Vector a, int lanes) {
  alignas(64) float all[kLanes];
  __builtin_memcpy(all, &a, sizeof a);
  int i = 0;
  if (kLanes > 8 && (lanes & 8)) __builtin_memcpy(at, all, 32), i = 8;
  if (kLanes > 4 && (lanes & 4)) __builtin_memcpy(at + i, all + i, 16), i += 4;
  if (lanes & 2) __builtin_memcpy(at + i, all + i, 8), i += 2;
  if (lanes & 1) at[i] = all[i];
}

// Finishes a tile that was just stored. Not within the tile's code: there it would cost the sums their registers.
__attribute__((noinline)) static void finish(const Operands& o, int rows, int wide, int tail) {
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < wide; j++) {
      float* at = o.c + i * o.cRow + j * kLanes;
      const Vector done = finished(load(at), o.finish);
      if (j + 1 < wide || tail == kLanes) store(at, done);
      else storeSome(at, done, tail);
    }
}

// C[rows, wide] = A[rows, depth] B[depth, wide] plus C when `add`, else plus the bias; the last vector has `tail` lanes
// that count. Lanes beyond them may be read, never written.
template <int Rows, int Wide>
static inline void tile(const Operands& o, int depth, int tail, bool add) {
  Vector sum[Rows][Wide];
  for (int i = 0; i < Rows; i++)
    for (int j = 0; j < Wide; j++) sum[i][j] = add ? load(o.c + i * o.cRow + j * kLanes) : o.bias ? load(o.bias + j * kLanes) : Vector{};
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
    float* last = o.c + i * o.cRow + (Wide - 1) * kLanes;
    if (tail == kLanes) store(last, sum[i][Wide - 1]);
    else storeSome(last, sum[i][Wide - 1], tail);
  }
  if (o.finish != kPlain) finish(o, Rows, Wide, tail);
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
    for (int64_t i = 0; i < rows; i++)
      for (int64_t j = 0; j < columns; j++) all.c[i * all.cRow + j] = finished(splat(all.bias ? all.bias[j] : 0.0f), all.finish)[0];
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
        if (o.bias) o.bias += j;
        if (k + deep < depth) o.finish = kPlain;
        // A panel of its own spares the cache the conflicts of strides that are powers of two, and a large B the way from
        // further memory for each tile; for few rows it is not worth the copy.
        if (height >= 4 * kRows && o.bRow > wide * kLanes && (o.bRow % 32 == 0 || o.aColumn != 1)) {
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

// One column: the rows of A lie in memory, so the vectors run along them.
static void column(const Operands& o, int64_t rows, int64_t depth) {
  const Vector start = splat(o.bias ? *o.bias : 0.0f);
  for (int64_t i = 0; i < rows; i++) {
    const float* a = o.a + i * o.aRow;
    Vector even{}, odd{};
    int64_t k = 0;
    for (; k + 2 * kLanes <= depth; k += 2 * kLanes) {
      even = multiplyAdd(load(a + k), load(o.b + k), even);
      odd = multiplyAdd(load(a + k + kLanes), load(o.b + k + kLanes), odd);
    }
    for (; k + kLanes <= depth; k += kLanes) even = multiplyAdd(load(a + k), load(o.b + k), even);
    float sum = total(even + odd);
    for (; k < depth; k++) sum += a[k] * o.b[k];
    o.c[i * o.cRow] = finished(start + splat(sum), o.finish)[0];
  }
}

// Words: a, b, c, M, N, K, A's row and column stride, batches, strides of a, b, c between them, bias or -1, finish.
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
    o.bias = w[12] < 0 ? nullptr : work.buffers[w[12]];
    o.finish = Finish(w[13]);
    unit += rows;
    if (n == 1 && o.aColumn == 1) {
      column(o, rows, k);
    } else if (n == 1 && !o.bias && o.finish == kPlain) {
      // The transpose: one row, b's, times a matrix whose rows are A's columns.
      const Operands turned = {o.b, 0, 1, o.a, o.aColumn, o.c, rows, nullptr, kPlain};
      multiply(turned, 1, rows, k, false, work.scratch.memory);
    } else {
      multiply(o, rows, n, k, false, work.scratch.memory);
    }
  }
}

// Words: a [rows, M], b [rows, N], result [blocks, M, N], M, N. Adds the product of a's rows, transposed, with b's to the
// block's result. Units are rows.
static void accumulate(const Work& work) {
  const int32_t* w = work.words;
  const int64_t m = w[3], n = w[4], rows = work.end - work.begin;
  const float *a = work.buffers[w[0]] + work.begin * m, *b = work.buffers[w[1]] + work.begin * n;
  float* c = work.buffers[w[2]] + work.block * m * n;
  if (n == 1) {
    const Operands turned = {b, 0, 1, a, m, c, m, nullptr, kPlain};
    multiply(turned, 1, m, rows, !work.first, work.scratch.memory);
  } else {
    const Operands o = {a, 1, m, b, n, c, n, nullptr, kPlain};
    multiply(o, m, n, rows, !work.first, work.scratch.memory);
  }
}

}  // namespace product
