// The WebAssembly module: one instruction set, one thread, no library beneath it. All memory is handed out by
// JavaScript (backends/wasm); this code only reads and writes where it is told.
#include "machine.h"

#define INSTRUCTION_SET wasm
#include "kernels.cc"

extern "C" {

void __cxa_pure_virtual() { __builtin_trap(); }

void* memcpy(void* to, const void* from, size_t bytes) {
  char* t = static_cast<char*>(to);
  const char* f = static_cast<const char*>(from);
  for (size_t i = 0; i < bytes; i++) t[i] = f[i];
  return to;
}

void* memset(void* to, int value, size_t bytes) {
  char* t = static_cast<char*>(to);
  for (size_t i = 0; i < bytes; i++) t[i] = char(value);
  return to;
}

// Bytes of scratch memory that `run` needs.
__attribute__((export_name("scratchBytes"))) uint32_t scratchBytes() { return kThreadFloats * sizeof(float); }

// Runs the program of `count` words on the `arrays` arrays whose addresses are in `buffers`.
__attribute__((export_name("run"))) void run(const int32_t* words, uint32_t count, float* const* buffers, uint32_t arrays, float* scratch) {
  SingleThread single;
  runProgram(wasm::table, words, count, buffers, arrays, scratch, single);
}

}
