// Moving values: strided copies, constants, picking and adding up by index.
#pragma once

#include "program.h"

namespace layout {

// to[i, c] = from[c, i], squares of as many elements a side as a vector has lanes.
static void transpose(const float* from, int64_t fromColumn, float* to, int64_t toRow, int64_t rows, int64_t columns) {
  const int64_t wholeRows = rows - rows % kLanes, wholeColumns = columns - columns % kLanes;
  Vector square[kLanes];
  for (int64_t i = 0; i < wholeRows; i += kLanes)
    for (int64_t j = 0; j < wholeColumns; j += kLanes) {
      for (int lane = 0; lane < kLanes; lane++) square[lane] = load(from + (j + lane) * fromColumn + i);
      transposeLanes(square);
      for (int lane = 0; lane < kLanes; lane++) store(to + (i + lane) * toRow + j, square[lane]);
    }
  for (int64_t i = 0; i < rows; i++)
    for (int64_t c = i < wholeRows ? wholeColumns : 0; c < columns; c++) to[i * toRow + c] = from[c * fromColumn + i];
}

static void block(const float* from, float* to, int rank, const int32_t* sizes, const int32_t* in, const int32_t* out) {
  const int64_t n = rank > 0 ? sizes[0] : 1;
  if (rank == 0) {
    *to = *from;
  } else if (rank == 1) {
    if (in[0] == 1 && out[0] == 1) __builtin_memcpy(to, from, n * sizeof(float));
    else
      for (int64_t i = 0; i < n; i++) to[i * out[0]] = from[i * in[0]];
  } else if (rank == 2 && in[0] == 1 && out[1] == 1) {
    transpose(from, in[1], to, out[0], n, sizes[1]);
  } else {
    for (int64_t i = 0; i < n; i++) block(from + i * in[0], to + i * out[0], rank - 1, sizes + 1, in + 1, out + 1);
  }
}

// Words: input, result, rank, sizes[rank], input's strides[rank], result's strides[rank], offset in the input, in the result.
// Units are the outermost axis.
static void copy(const Work& work) {
  const int32_t* w = work.words;
  const int rank = w[2];
  const int32_t *sizes = w + 3, *in = sizes + rank, *out = in + rank;
  const float* from = work.buffers[w[0]] + out[rank];
  float* to = work.buffers[w[1]] + out[rank + 1];
  int32_t own[kMaxRank];
  for (int axis = 0; axis < rank; axis++) own[axis] = sizes[axis];
  if (rank == 0) return block(from, to, 0, own, in, out);
  own[0] = int32_t(work.end - work.begin);
  block(from + work.begin * in[0], to + work.begin * out[0], rank, own, in, out);
}

// Words: result, number as bits. Units are elements.
static void fill(const Work& work) {
  float value;
  __builtin_memcpy(&value, &work.words[1], 4);
  float* result = work.buffers[work.words[0]];
  for (int64_t i = work.begin; i < work.end; i++) result[i] = value;
}

static inline int64_t clamp(float index, int64_t length) {
  if (!(index > 0)) return 0;
  return index >= float(length) ? length - 1 : int64_t(index);
}

// Words: values [rows, n], index [rows, m], result [rows, m], n, m. Units are rows.
static void gather(const Work& work) {
  const int32_t* w = work.words;
  const int64_t n = w[3], m = w[4];
  for (int64_t row = work.begin; row < work.end; row++) {
    const float *values = work.buffers[w[0]] + row * n, *index = work.buffers[w[1]] + row * m;
    float* result = work.buffers[w[2]] + row * m;
    for (int64_t j = 0; j < m; j++) result[j] = n > 0 ? values[clamp(index[j], n)] : 0;
  }
}

// Words: values [rows, m], index [rows, m], result [rows, n], n, m. Units are rows.
static void scatter(const Work& work) {
  const int32_t* w = work.words;
  const int64_t n = w[3], m = w[4];
  for (int64_t row = work.begin; row < work.end; row++) {
    const float *values = work.buffers[w[0]] + row * m, *index = work.buffers[w[1]] + row * m;
    float* result = work.buffers[w[2]] + row * n;
    for (int64_t i = 0; i < n; i++) result[i] = 0;
    for (int64_t j = 0; j < m && n > 0; j++) result[clamp(index[j], n)] += values[j];
  }
}

}  // namespace layout
