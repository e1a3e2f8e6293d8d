// Elementwise programs: a chain of operations on blocks of elements that stay in the first-level cache between them.
//
// Words: elements in a unit, rank, sizes[rank],
//        number of inputs, each { kind, buffer or constant, strides[rank] },
//        number of outputs, each { buffer },
//        number of registers, number of steps, each { operation, result, a, b, c }.
// Operands are numbered: registers, then inputs, then outputs.
#pragma once

#include "program.h"

namespace map {

constexpr int kBlock = 256;
constexpr int kMaxOperands = 96;
constexpr int kLongestTile = 4096;

enum InputKind : int32_t { kFull = 0, kConstant = 1, kStrided = 2 };

enum Operation : int32_t {
  kAbs, kErf, kExp, kFloor, kLog, kNeg, kReciprocal, kRelu, kSigmoid, kSign, kSoftplus, kSqrt, kSquare, kTanh,
  kAdd, kDiv, kEqual, kLess, kLessEqual, kMax, kMin, kMul, kSub,
  kSelect, kCopyOf,
};

struct Input {
  InputKind kind;
  const float* data;
  float constant;
  const int32_t* strides;
  // Where every `period` elements the same values return, they are laid out once, a block longer than a period.
  const float* tile;
  int64_t period;
};

struct Program {
  int64_t unit;
  int rank;
  const int32_t* sizes;
  int inputs, outputs, registers, steps;
  Input input[kMaxOperands];
  float* output[kMaxOperands];
  const int32_t* step;
};

static inline float asFloat(int32_t word) {
  float value;
  __builtin_memcpy(&value, &word, 4);
  return value;
}

static void decode(const Work& work, Program& p) {
  const int32_t* w = work.words;
  p.unit = *w++;
  p.rank = *w++;
  p.sizes = w;
  w += p.rank;
  p.inputs = *w++;
  for (int i = 0; i < p.inputs; i++) {
    Input& input = p.input[i];
    input.kind = InputKind(w[0]);
    input.tile = nullptr;
    input.data = input.kind == kConstant ? nullptr : work.buffers[w[1]];
    input.constant = input.kind == kConstant ? asFloat(w[1]) : 0;
    input.strides = w + 2;
    w += 2 + p.rank;
  }
  p.outputs = *w++;
  for (int i = 0; i < p.outputs; i++) p.output[i] = work.buffers[*w++];
  p.registers = *w++;
  p.steps = *w++;
  p.step = w;
}

// Copies `count` elements of a broadcast or permuted input, from element `start` of the result on.
static void expand(const Program& p, const Input& input, int64_t start, int count, float* to) {
  int64_t index[kMaxRank];
  int64_t offset = 0, rest = start;
  for (int axis = p.rank - 1; axis >= 0; axis--) {
    index[axis] = rest % p.sizes[axis];
    rest /= p.sizes[axis];
    offset += index[axis] * input.strides[axis];
  }
  const int last = p.rank - 1;
  const int64_t stride = input.strides[last];
  while (count > 0) {
    int run = int(p.sizes[last] - index[last]);
    if (run > count) run = count;
    const float* from = input.data + offset;
    if (stride == 0) {
      for (int i = 0; i < run; i++) to[i] = *from;
    } else if (stride == 1) {
      for (int i = 0; i < run; i++) to[i] = from[i];
    } else {
      for (int i = 0; i < run; i++) to[i] = from[i * stride];
    }
    to += run;
    count -= run;
    index[last] += run;
    offset += run * stride;
    for (int axis = last; axis > 0 && index[axis] == p.sizes[axis]; axis--) {
      index[axis] = 0;
      offset += input.strides[axis - 1] - int64_t(p.sizes[axis]) * input.strides[axis];
      index[axis - 1]++;
    }
  }
}

// Elements after which a strided input returns to its beginning; 0 when it never does.
static int64_t periodOf(const Program& p, const Input& input) {
  int outer = 0;
  while (outer < p.rank && input.strides[outer] == 0) outer++;
  if (outer == 0) return 0;
  int64_t period = 1;
  for (int axis = outer; axis < p.rank; axis++) period *= p.sizes[axis];
  return period;
}

static void fill(float* to, float value, int n) {
  for (int i = 0; i < n; i += kLanes) store(to + i, splat(value));
}

// Lays a repeating input out: one period and the n elements that follow.
static void layTile(const Program& p, const Input& input, int64_t n, float* to) {
  expand(p, input, 0, int(input.period), to);
  for (int64_t have = input.period; have < input.period + n; have *= 2) {
    const int64_t more = have < input.period + n - have ? have : input.period + n - have;
    __builtin_memcpy(to + have, to, more * sizeof(float));
  }
}

template <typename F>
static inline void each1(float* r, const float* a, int n, F f) {
  for (int i = 0; i < n; i += kLanes) store(r + i, f(load(a + i)));
}
template <typename F>
static inline void each2(float* r, const float* a, const float* b, int n, F f) {
  for (int i = 0; i < n; i += kLanes) store(r + i, f(load(a + i), load(b + i)));
}

static inline Vector truth(Integers mask) { return floats(mask & bits(splat(1.0f))); }

// One step on n elements, n a multiple of the lanes.
static void step(int operation, float* r, const float* a, const float* b, const float* c, int n) {
  switch (operation) {
    case kAbs: return each1(r, a, n, [](Vector x) { return absolute(x); });
    case kErf: return each1(r, a, n, [](Vector x) { return erfOf(x); });
    case kExp: return each1(r, a, n, [](Vector x) { return exponential(x); });
    case kFloor: return each1(r, a, n, [](Vector x) { return floorOf(x); });
    case kLog: return each1(r, a, n, [](Vector x) { return logarithm(x); });
    case kNeg: return each1(r, a, n, [](Vector x) { return -x; });
    case kReciprocal: return each1(r, a, n, [](Vector x) { return splat(1.0f) / x; });
    case kRelu: return each1(r, a, n, [](Vector x) { return select(x < splat(0.0f), splat(0.0f), x); });
    case kSigmoid: return each1(r, a, n, [](Vector x) { return sigmoidOf(x); });
    case kSign:
      return each1(r, a, n, [](Vector x) { return select(x == x, truth(x > splat(0.0f)) - truth(x < splat(0.0f)), x); });
    case kSoftplus: return each1(r, a, n, [](Vector x) { return softplusOf(x); });
    case kSqrt: return each1(r, a, n, [](Vector x) { return squareRoot(x); });
    case kSquare: return each1(r, a, n, [](Vector x) { return x * x; });
    case kTanh: return each1(r, a, n, [](Vector x) { return tanhOf(x); });
    case kAdd: return each2(r, a, b, n, [](Vector x, Vector y) { return x + y; });
    case kDiv: return each2(r, a, b, n, [](Vector x, Vector y) { return x / y; });
    case kEqual: return each2(r, a, b, n, [](Vector x, Vector y) { return truth(x == y); });
    case kLess: return each2(r, a, b, n, [](Vector x, Vector y) { return truth(x < y); });
    case kLessEqual: return each2(r, a, b, n, [](Vector x, Vector y) { return truth(x <= y); });
    case kMax: return each2(r, a, b, n, [](Vector x, Vector y) { return larger(x, y); });
    case kMin: return each2(r, a, b, n, [](Vector x, Vector y) { return smaller(x, y); });
    case kMul: return each2(r, a, b, n, [](Vector x, Vector y) { return x * y; });
    case kSub: return each2(r, a, b, n, [](Vector x, Vector y) { return x - y; });
    case kSelect:
      for (int i = 0; i < n; i += kLanes) store(r + i, select(load(a + i) != splat(0.0f), load(b + i), load(c + i)));
      return;
    case kCopyOf:
      if (r != a) __builtin_memcpy(r, a, n * sizeof(float));
      return;
  }
}

// Runs the program on elements [begin, end). Arrays have room for a whole vector behind their last element, but the
// elements there may belong to a neighbour's next block, so the last, partial vector is computed aside.
static void runRange(Program& p, int64_t begin, int64_t end, float* scratch) {
  float* operand[kMaxOperands];
  float* registers = scratch;
  float* expanded = registers + p.registers * kBlock;
  float* aside = expanded + p.inputs * kBlock;
  float* tiles = aside + p.outputs * kBlock;
  const int block = int(end - begin < kBlock ? (end - begin + kLanes - 1) / kLanes * kLanes : kBlock);
  for (int i = 0; i < p.registers; i++) operand[i] = registers + i * kBlock;
  for (int i = 0; i < p.inputs; i++) {
    Input& input = p.input[i];
    float* own = expanded + i * kBlock;
    operand[p.registers + i] = own;
    if (input.kind == kConstant) {
      fill(own, input.constant, block);
    } else if (input.kind == kStrided) {
      input.period = periodOf(p, input);
      if (input.period == 1) {
        fill(own, *input.data, block);
        input.kind = kConstant;
      } else if (input.period > 0 && input.period <= kLongestTile && end - begin > 2 * input.period) {
        layTile(p, input, block, tiles);
        input.tile = tiles;
        tiles += input.period + kBlock;
      }
    }
  }
  for (int64_t at = begin; at < end; at += kBlock) {
    const int n = int(end - at < kBlock ? end - at : kBlock);
    const int whole = (n + kLanes - 1) / kLanes * kLanes;
    for (int i = 0; i < p.inputs; i++) {
      const Input& input = p.input[i];
      float*& place = operand[p.registers + i];
      if (input.kind == kFull) {
        place = const_cast<float*>(input.data) + at;
      } else if (input.tile) {
        place = const_cast<float*>(input.tile) + at % input.period;
      } else if (input.kind == kStrided) {
        place = expanded + i * kBlock;
        expand(p, input, at, n, place);
      }
    }
    const bool partial = whole != n;
    for (int i = 0; i < p.outputs; i++) operand[p.registers + p.inputs + i] = partial ? aside + i * kBlock : p.output[i] + at;
    const int32_t* s = p.step;
    for (int i = 0; i < p.steps; i++, s += 5) step(s[0], operand[s[1]], operand[s[2]], operand[s[3]], operand[s[4]], whole);
    if (partial) {
      for (int i = 0; i < p.outputs; i++) __builtin_memcpy(p.output[i] + at, aside + i * kBlock, n * sizeof(float));
    }
  }
}

static void run(const Work& work) {
  Program p;
  decode(work, p);
  runRange(p, work.begin * p.unit, work.end * p.unit, work.scratch.memory);
}

}  // namespace map
