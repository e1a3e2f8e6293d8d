// The addon: what JavaScript calls. Arrays are JavaScript's own; a program keeps references to them.
#include <node_api.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "machine.h"
#include "threads.h"

#if defined(__x86_64__)
namespace avx512 { extern const KernelTable table; }
namespace avx2 { extern const KernelTable table; }
#endif
namespace baseline { extern const KernelTable table; }

namespace {

// The newest instruction set that this processor has, or the one asked for by name.
const KernelTable* chooseKernels(const std::string& wanted) {
  std::vector<const KernelTable*> usable;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) usable.push_back(&avx512::table);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) usable.push_back(&avx2::table);
#endif
  usable.push_back(&baseline::table);
  for (const KernelTable* table : usable)
    if (wanted.empty() || wanted == table->name) return table;
  return nullptr;
}

struct Machine {
  const KernelTable* kernels;
  std::unique_ptr<ThreadPool> pool;
  float* scratch;
  ~Machine() { std::free(scratch); }
};

struct Program {
  Machine* machine;
  std::vector<int32_t> words;
  std::vector<float*> buffers;
};

napi_value fail(napi_env env, const char* message) {
  napi_throw_error(env, nullptr, message);
  return nullptr;
}

template <typename T>
void destroy(napi_env, void* data, void*) { delete static_cast<T*>(data); }

// make(threads, instructionSet): a machine.
napi_value make(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2], result;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  int32_t threads = 1;
  napi_get_value_int32(env, arguments[0], &threads);
  char name[32] = "";
  size_t length = 0;
  napi_get_value_string_utf8(env, arguments[1], name, sizeof name, &length);
  const KernelTable* kernels = chooseKernels(name);
  if (!kernels) return fail(env, "this processor has no such instruction set");
  if (threads < 1 || threads > 256) return fail(env, "threads must be between 1 and 256");
  void* scratch = nullptr;
  if (posix_memalign(&scratch, 64, size_t(threads) * kThreadFloats * sizeof(float)) != 0) return fail(env, "no memory for scratch space");
  Machine* machine = new Machine{kernels, std::make_unique<ThreadPool>(threads), static_cast<float*>(scratch)};
  napi_create_external(env, machine, destroy<Machine>, nullptr, &result);
  return result;
}

// describe(machine): { instructionSet, lanes }.
napi_value describe(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result, value;
  void* machine;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (napi_get_value_external(env, argument, &machine) != napi_ok) return fail(env, "expected a machine");
  const KernelTable* kernels = static_cast<Machine*>(machine)->kernels;
  napi_create_object(env, &result);
  napi_create_string_utf8(env, kernels->name, NAPI_AUTO_LENGTH, &value);
  napi_set_named_property(env, result, "instructionSet", value);
  napi_create_int32(env, kernels->lanes, &value);
  napi_set_named_property(env, result, "lanes", value);
  return result;
}

// skip(array): elements to skip so that the rest begins at a cache line.
napi_value skip(napi_env env, napi_callback_info info) {
  size_t count = 1, length;
  napi_value argument, result;
  napi_typedarray_type type;
  void* data;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (napi_get_typedarray_info(env, argument, &type, &length, &data, nullptr, nullptr) != napi_ok || type != napi_float32_array)
    return fail(env, "expected a Float32Array");
  napi_create_int32(env, int32_t((64 - reinterpret_cast<uintptr_t>(data) % 64) % 64 / sizeof(float)), &result);
  return result;
}

// load(machine, words, arrays): a program. The caller keeps the machine and the arrays alive for as long as the program.
napi_value load(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3], result;
  void *machine, *data;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  if (napi_get_value_external(env, arguments[0], &machine) != napi_ok) return fail(env, "expected a machine");
  napi_typedarray_type type;
  size_t length;
  if (napi_get_typedarray_info(env, arguments[1], &type, &length, &data, nullptr, nullptr) != napi_ok || type != napi_int32_array)
    return fail(env, "expected an Int32Array of words");
  auto program = std::make_unique<Program>();
  program->machine = static_cast<Machine*>(machine);
  program->words.assign(static_cast<int32_t*>(data), static_cast<int32_t*>(data) + length);
  uint32_t arrays = 0;
  if (napi_get_array_length(env, arguments[2], &arrays) != napi_ok) return fail(env, "expected arrays");
  for (uint32_t i = 0; i < arrays; i++) {
    napi_value array;
    napi_get_element(env, arguments[2], i, &array);
    if (napi_get_typedarray_info(env, array, &type, &length, &data, nullptr, nullptr) != napi_ok || type != napi_float32_array)
      return fail(env, "expected Float32Arrays");
    program->buffers.push_back(static_cast<float*>(data));
  }
  napi_create_external(env, program.release(), destroy<Program>, nullptr, &result);
  return result;
}

// run(program).
napi_value run(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  void* data;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (napi_get_value_external(env, argument, &data) != napi_ok) return fail(env, "expected a program");
  Program* program = static_cast<Program*>(data);
  Machine* machine = program->machine;
  runProgram(*machine->kernels, program->words.data(), program->words.size(), program->buffers.data(), program->buffers.size(), machine->scratch, *machine->pool);
  return nullptr;
}

struct Clock : Profile {
  const int32_t* first;
  double* nanoseconds;
  std::chrono::steady_clock::time_point since;
  void begin() override { since = std::chrono::steady_clock::now(); }
  void end(const int32_t* words) override {
    nanoseconds[words - first] += std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - since).count();
  }
};

// profile(program, Float64Array): runs on one thread and adds each instruction's nanoseconds at the place of its first word.
napi_value profile(napi_env env, napi_callback_info info) {
  size_t count = 2, length;
  napi_value arguments[2];
  void *data, *times;
  napi_typedarray_type type;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  if (napi_get_value_external(env, arguments[0], &data) != napi_ok) return fail(env, "expected a program");
  Program* program = static_cast<Program*>(data);
  if (napi_get_typedarray_info(env, arguments[1], &type, &length, &times, nullptr, nullptr) != napi_ok || type != napi_float64_array ||
      length < program->words.size())
    return fail(env, "expected a Float64Array with a place for each word");
  Clock clock;
  clock.first = program->words.data();
  clock.nanoseconds = static_cast<double*>(times);
  SingleThread single;
  runProgram(*program->machine->kernels, program->words.data(), program->words.size(), program->buffers.data(), program->buffers.size(),
             program->machine->scratch, single,
             &clock);
  return nullptr;
}

napi_value initialise(napi_env env, napi_value exports) {
  const napi_property_descriptor properties[] = {
      {"make", nullptr, make, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"describe", nullptr, describe, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"skip", nullptr, skip, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"load", nullptr, load, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"profile", nullptr, profile, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"run", nullptr, run, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof properties / sizeof *properties, properties);
  return exports;
}

}  // namespace

NAPI_MODULE(galton, initialise)
