// Runs programs: one instruction after the other, the units of each shared among threads.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "program.h"

// Floats of scratch memory that each thread needs.
constexpr size_t kScratch = size_t(1) << 20;

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
  float* scratch;  // of all threads
  Profile* profile;
};

inline void runPart(const Step& step, const int32_t* words, int64_t begin, int64_t end, int thread, int64_t block = 0, bool first = true) {
  const Work work = {words + kHead, step.buffers, begin, end, block, first, {step.scratch + thread * kScratch, kScratch}};
  if (step.profile) step.profile->begin();
  step.kernels->kernels[words[0]](work);
  if (step.profile) step.profile->end(words);
}

// A segment's instructions work on the same rows. Its units are blocks of rows; a block goes piece by piece, each piece
// through all instructions while it is in the cache. Sums over rows are kept for each block, and added up afterwards, so
// they do not depend on who computes which block.
// Words: rows, rows of a block, rows of a piece, number of instructions, and the instructions.
inline void runBlocks(void* context, int64_t begin, int64_t end, int thread) {
  const Step& step = *static_cast<const Step*>(context);
  const int32_t* head = step.words + kHead;
  const int64_t rows = head[0], rowsOfBlock = head[1], rowsOfPiece = head[2];
  for (int64_t block = begin; block < end; block++) {
    const int64_t start = block * rowsOfBlock, stop = start + rowsOfBlock < rows ? start + rowsOfBlock : rows;
    for (int64_t at = start; at < stop; at += rowsOfPiece) {
      const int64_t until = at + rowsOfPiece < stop ? at + rowsOfPiece : stop;
      const int32_t* words = head + 4;
      for (int32_t left = head[3]; left > 0; left--, words += words[1]) runPart(step, words, at, until, thread, block, at == start);
    }
  }
}

inline void runPiece(void* context, int64_t begin, int64_t end, int thread) {
  const Step& step = *static_cast<const Step*>(context);
  runPart(step, step.words, begin, end, thread);
}

inline void runProgram(const KernelTable& kernels, const int32_t* words, size_t count, float* const* buffers, float* scratch, Pool& pool,
                       Profile* profile = nullptr) {
  for (const int32_t* end = words + count; words < end; words += words[1]) {
    Step step = {&kernels, words, buffers, scratch, profile};
    const int64_t units = words[2], grain = words[3];
    if (units == 0) continue;
    if (words[0] == kSegment) pool.share(units, grain, runBlocks, &step);
    else if (pool.threads() > 1 && units > grain) pool.share(units, grain, runPiece, &step);
    else runPiece(&step, 0, units, 0);
  }
}

struct SingleThread : Pool {
  int threads() const override { return 1; }
  void share(int64_t units, int64_t grain, void (*run)(void*, int64_t, int64_t, int), void* context) override {
    for (int64_t at = 0; at < units; at += grain) run(context, at, at + grain < units ? at + grain : units, 0);
  }
};
