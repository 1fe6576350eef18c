#pragma once

/// Memory that threads take from one store, each waiting for its turn: what keeps eight large pictures that
/// are decoded side by side from taking eight times what one takes. All functions may be called from several
/// threads.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace tagloom::datasets {

class MemoryBudget {
 public:
  /// What all threads together may take while they decode and prepare: five photographs of 24 million pixels,
  /// or the largest picture that is allowed by default.
  static constexpr std::uint64_t kDecodingBytes = std::uint64_t{2} << 30;

  /// What was taken; given back when it is destroyed, before its budget is.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Lease& operator=(Lease&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Lease() {
      if (budget_ != nullptr) budget_->give_back(bytes_);
    }

   private:
    friend class MemoryBudget;
    Lease(MemoryBudget* budget, std::uint64_t bytes) : budget_(budget), bytes_(bytes) {}

    MemoryBudget* budget_ = nullptr;
    std::uint64_t bytes_ = 0;
  };

  explicit MemoryBudget(std::uint64_t bytes) : bytes_(bytes), free_(bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// Waits, first come, first served, until so much is free; who asks for more than there is gets all of it.
  /// A thread must not take twice without giving back. Throws Interrupted if a stop is asked for meanwhile.
  [[nodiscard]] Lease take(std::uint64_t bytes);

 private:
  void give_back(std::uint64_t bytes);

  const std::uint64_t bytes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t free_;
  std::uint64_t next_turn_ = 0;
  std::uint64_t turn_ = 0;
};

}  // namespace tagloom::datasets
