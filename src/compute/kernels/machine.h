// Runs programs: one instruction after the other, the units of each shared among threads.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "program.h"

// What each thread needs for itself, in floats: scratch memory for kernels, arrays of a segment that live for a piece of its
// rows only, and a table of arrays in which these have their places.
constexpr size_t kScratch = size_t(1) << 20;
constexpr size_t kLocal = size_t(1) << 19;
constexpr size_t kMostArrays = 8192;
constexpr size_t kThreadFloats = kScratch + kLocal + kMostArrays * sizeof(float*) / sizeof(float);

// Shares units [0, units) of an instruction among threads; `run(begin, end, thread)` is called for pieces of `grain`.
// Which thread computes a piece never changes the piece, so results do not depend on the number of threads.
struct Pool {
  virtual int threads() const = 0;
  virtual void share(int64_t units, int64_t grain, void (*run)(void* context, int64_t begin, int64_t end, int thread), void* context) = 0;
};

// Where a run's time goes: nanoseconds by the place of the instruction among the program's words.
struct Profile {
  virtual void begin() = 0;
  virtual void end(const int32_t* words) = 0;
};

struct Step {
  const KernelTable* kernels;
  const int32_t* words;  // of the instruction, head included
  float* const* buffers;
  size_t arrays;
  float* scratch;  // of all threads
  Profile* profile;
};

inline void runPart(const Step& step, const int32_t* words, const Work& work) {
  if (step.profile) step.profile->begin();
  step.kernels->kernels[words[0]](work);
  if (step.profile) step.profile->end(words);
}

// A segment's instructions work on the same rows. Its units are blocks of rows; a block goes piece by piece, each piece
// through all instructions while it is in the cache. Sums over rows are kept for each block, and added up afterwards, so
// they do not depend on who computes which block.
//
// Arrays that only the segment's instructions use have room for a piece of rows, not for all. An instruction finds row r
// of an array at base + r width, so the base of such an array is moved back by the rows before the piece.
//
// Words: rows, rows of a block, rows of a piece, number of instructions, number of arrays that live for a piece, each
// { array, width of a row, place in the thread's memory }, and the instructions.
inline void runBlocks(void* context, int64_t begin, int64_t end, int thread) {
  const Step& step = *static_cast<const Step*>(context);
  const int32_t* head = step.words + kHead;
  const int64_t rows = head[0], rowsOfBlock = head[1], rowsOfPiece = head[2];
  const int32_t locals = head[4];
  float* scratch = step.scratch + thread * kThreadFloats;
  float** own = reinterpret_cast<float**>(scratch + kScratch + kLocal);
  if (locals > 0) __builtin_memcpy(own, step.buffers, step.arrays * sizeof(float*));
  float* const* buffers = locals > 0 ? own : step.buffers;
  for (int64_t block = begin; block < end; block++) {
    const int64_t start = block * rowsOfBlock, stop = start + rowsOfBlock < rows ? start + rowsOfBlock : rows;
    for (int64_t at = start; at < stop; at += rowsOfPiece) {
      const int64_t until = at + rowsOfPiece < stop ? at + rowsOfPiece : stop;
      const int32_t* words = head + 5;
      for (int32_t i = 0; i < locals; i++, words += 3) own[words[0]] = scratch + kScratch + words[2] - at * words[1];
      for (int32_t left = head[3]; left > 0; left--, words += words[1]) {
        const Work work = {words + kHead, buffers, at, until, block, at == start, {scratch, kScratch}};
        runPart(step, words, work);
      }
    }
  }
}

inline void runPiece(void* context, int64_t begin, int64_t end, int thread) {
  const Step& step = *static_cast<const Step*>(context);
  const Work work = {step.words + kHead, step.buffers, begin, end, 0, true, {step.scratch + thread * kThreadFloats, kScratch}};
  runPart(step, step.words, work);
}

// Units of a piece: some four pieces a thread even out their differences, and more would only prepare for work more often.
inline int64_t pieceOf(int64_t units, int64_t grain, int threads) {
  const int64_t pieces = 4 * int64_t(threads);
  const int64_t grains = units / (grain * pieces);
  return grains > 1 ? grains * grain : grain;
}

inline void runProgram(const KernelTable& kernels, const int32_t* words, size_t count, float* const* buffers, size_t arrays, float* scratch, Pool& pool,
                       Profile* profile = nullptr) {
  for (const int32_t* end = words + count; words < end; words += words[1]) {
    Step step = {&kernels, words, buffers, arrays, scratch, profile};
    const int64_t units = words[2], grain = words[3];
    if (units == 0) continue;
    if (words[0] == kSegment) pool.share(units, grain, runBlocks, &step);
    else if (pool.threads() > 1 && units > grain) pool.share(units, pieceOf(units, grain, pool.threads()), runPiece, &step);
    else runPiece(&step, 0, units, 0);
  }
}

struct SingleThread : Pool {
  int threads() const override { return 1; }
  void share(int64_t units, int64_t grain, void (*run)(void*, int64_t, int64_t, int), void* context) override {
    for (int64_t at = 0; at < units; at += grain) run(context, at, at + grain < units ? at + grain : units, 0);
  }
};
