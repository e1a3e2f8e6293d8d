// A pool of threads. They spin for a moment before they sleep: on a loaded machine spinning longer makes everything wait.
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "machine.h"

class ThreadPool : public Pool {
 public:
  explicit ThreadPool(int threads) {
    for (int i = 1; i < threads; i++) workers_.emplace_back([this, i] { work(i); });
  }

  ~ThreadPool() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
      generation_.fetch_add(1);
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  int threads() const override { return int(workers_.size()) + 1; }

  void share(int64_t units, int64_t grain, void (*run)(void*, int64_t, int64_t, int), void* context) override {
    if (workers_.empty() || units <= grain) {
      for (int64_t at = 0; at < units; at += grain) run(context, at, at + grain < units ? at + grain : units, 0);
      return;
    }
    run_ = run, context_ = context, units_ = units, grain_ = grain;
    next_.store(0);
    busy_.store(int(workers_.size()));
    {
      std::lock_guard<std::mutex> lock(mutex_);
      generation_.fetch_add(1);
    }
    if (sleeping_.load() > 0) wake_.notify_all();
    takePieces(0);
    while (busy_.load(std::memory_order_acquire) > 0) pause();
  }

 private:
  static constexpr int kSpins = 4000;

  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
  }

  void takePieces(int thread) {
    for (;;) {
      const int64_t at = next_.fetch_add(grain_);
      if (at >= units_) return;
      run_(context_, at, at + grain_ < units_ ? at + grain_ : units_, thread);
    }
  }

  void work(int thread) {
    int64_t seen = 0;
    for (;;) {
      for (int spin = 0; spin < kSpins && generation_.load(std::memory_order_acquire) == seen; spin++) pause();
      if (generation_.load() == seen) {
        std::unique_lock<std::mutex> lock(mutex_);
        sleeping_.fetch_add(1);
        wake_.wait(lock, [&] { return generation_.load() != seen; });
        sleeping_.fetch_sub(1);
      }
      seen = generation_.load();
      if (stopping_) return;
      takePieces(thread);
      busy_.fetch_sub(1, std::memory_order_release);
    }
  }

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<int64_t> generation_{0}, next_{0};
  std::atomic<int> busy_{0}, sleeping_{0};
  bool stopping_ = false;
  void (*run_)(void*, int64_t, int64_t, int) = nullptr;
  void* context_ = nullptr;
  int64_t units_ = 0, grain_ = 1;
};
