// A pool of threads that share the pieces of one job at a time.
//
// A piece is claimed by moving the ticket, which names the job and its next piece, so a thread that wakes up late claims
// nothing of a job that is over; and the caller waits for claimed pieces alone, never for a thread that is still asleep.
// Threads spin for half a millisecond before they sleep, as long as the parts of a step that one thread does alone.
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
      stopping_.store(true);
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  int threads() const override { return int(workers_.size()) + 1; }

  void share(int64_t units, int64_t grain, void (*run)(void*, int64_t, int64_t, int), void* context) override {
    const int64_t pieces = (units + grain - 1) / grain;
    if (workers_.empty() || pieces < 2 || pieces >= int64_t(kPieceMask)) {
      for (int64_t at = 0; at < units; at += grain) run(context, at, at + grain < units ? at + grain : units, 0);
      return;
    }
    run_ = run, context_ = context, units_ = units, grain_ = grain, pieces_ = uint64_t(pieces);
    done_.store(0, std::memory_order_relaxed);
    job_++;
    ticket_.store(job_ << kPieceBits, std::memory_order_release);
    if (sleeping_.load() > 0) {
      std::lock_guard<std::mutex> lock(mutex_);
      wake_.notify_all();
    }
    while (takePiece(0)) {
    }
    for (int spin = 0; done_.load(std::memory_order_acquire) < pieces_; spin++) {
      if (spin < kSpins) pause();
      else std::this_thread::yield();
    }
    // Closed before the next job's fields are written: a ticket with pieces left never goes with fields of another job.
    ticket_.store(0, std::memory_order_release);
  }

 private:
  static constexpr int kSpins = 10000;
  static constexpr int kPieceBits = 32;
  static constexpr uint64_t kPieceMask = (uint64_t(1) << kPieceBits) - 1;

  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
  }

  // The job's fields are read between the two looks at the ticket. They are of that job, for the caller changes them
  // only when all pieces are done, the one claimed here among them.
  bool takePiece(int thread) {
    uint64_t ticket = ticket_.load(std::memory_order_acquire);
    for (;;) {
      const uint64_t piece = ticket & kPieceMask;
      if (ticket == 0 || piece >= pieces_) return false;
      void (*const run)(void*, int64_t, int64_t, int) = run_;
      void* const context = context_;
      const int64_t units = units_, grain = grain_, begin = int64_t(piece) * grain;
      const int64_t end = begin + grain < units ? begin + grain : units;
      if (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel)) continue;
      run(context, begin, end, thread);
      done_.fetch_add(1, std::memory_order_release);
      return true;
    }
  }

  void work(int thread) {
    while (!stopping_.load()) {
      int idle = 0;
      while (idle < kSpins && !stopping_.load(std::memory_order_relaxed)) {
        if (takePiece(thread)) idle = 0;
        else idle++, pause();
      }
      const uint64_t seen = ticket_.load();
      std::unique_lock<std::mutex> lock(mutex_);
      sleeping_.fetch_add(1);
      wake_.wait(lock, [&] { return stopping_.load() || ticket_.load() != seen; });
      sleeping_.fetch_sub(1);
    }
  }

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  // The job's number, and of its pieces the next.
  std::atomic<uint64_t> ticket_{0};
  std::atomic<uint64_t> done_{0};
  std::atomic<int> sleeping_{0};
  std::atomic<bool> stopping_{false};
  uint64_t job_ = 0;
  // Of the job; read by threads that may find afterwards that it is over.
  std::atomic<void (*)(void*, int64_t, int64_t, int)> run_{nullptr};
  std::atomic<void*> context_{nullptr};
  std::atomic<int64_t> units_{0}, grain_{1};
  std::atomic<uint64_t> pieces_{0};
};
