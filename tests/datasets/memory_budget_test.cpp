#include <tagloom/datasets/images/memory_budget.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace tagloom::datasets {
namespace {

TEST(MemoryBudget, IsNeverExceededHoweverManyAsk) {
  MemoryBudget budget(100);
  std::atomic<int> taken = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread)
      threads.emplace_back([&, bytes = 20 + thread * 10] {
        for (int round = 0; round < 50; ++round) {
          const auto lease = budget.take(static_cast<std::uint64_t>(bytes));
          const int now = taken += bytes;
          for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
          }
          std::this_thread::yield();
          taken -= bytes;
        }
      });
  }
  EXPECT_LE(most, 100);
  EXPECT_GE(most, 90);
}

TEST(MemoryBudget, WhoAsksForMoreThanThereIsGetsAllOfItAndIsAlone) {
  MemoryBudget budget(10);
  std::atomic<bool> second = false;
  std::optional first = budget.take(1000);
  std::jthread other([&] {
    const auto lease = budget.take(1);
    second = true;
  });
  EXPECT_FALSE(second);
  first.reset();
  other.join();
  EXPECT_TRUE(second);
}

}  // namespace
}  // namespace tagloom::datasets
