// The instructions that programs are made of. The planner (../plan/encode.ts) writes them; both sides change together.
//
// A program is a list of 32-bit words. Each instruction begins with a head of four:
//   kind, number of words of the instruction, units of work, smallest number of units worth a thread.
// What follows depends on the kind. `Buffer` words index the program's table of arrays.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum Kind : int32_t {
  kMap = 1,
  kReduce = 2,
  kMatmul = 3,
  kCopy = 4,
  kFill = 5,
  kCumulativeSum = 6,
  kGather = 7,
  kScatter = 8,
  kConvolution = 9,
  kConvolutionImage = 10,
  kConvolutionFilter = 11,
  kMaxPoolPick = 12,
  kMaxPoolSpread = 13,
  kAveragePool = 14,
  kAveragePoolSpread = 15,
  kRandom = 16,
  kSegment = 17,
  kSpline = 18,
  kSplineGradient = 19,
  kAccumulateProduct = 20,
  kAccumulateSum = 21,
  kSplineInverse = 22,
};

constexpr int kHead = 4;
constexpr int kMaxRank = 6;

// What one thread of a running program has for itself.
struct Scratch {
  float* memory;
  size_t floats;
};

struct Work {
  const int32_t* words;   // after the head
  float* const* buffers;  // the program's arrays
  int64_t begin, end;     // units of work
  int64_t block;          // of a segment: which of its blocks of rows this is
  bool first;             // and whether these are the block's first rows
  Scratch scratch;
};

typedef void (*Kernel)(const Work&);

// One instruction set's kernels.
struct KernelTable {
  const char* name;
  int lanes;
  Kernel kernels[32];
};
