/// The loops of the building blocks run on several threads only where the compiler was told of OpenMP.

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>

namespace tagloom {
namespace {

TEST(ParallelFor, RunsOnAsManyThreadsAsAreSet) {
#ifndef _OPENMP
  GTEST_SKIP() << "this compiler has no OpenMP, as CMake said";
#endif
  const int before = at::get_num_threads();
  at::set_num_threads(2);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  at::parallel_for(0, 2, 1, [&](std::int64_t, std::int64_t) {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  at::set_num_threads(before);
  EXPECT_EQ(threads.size(), 2U);
}

}  // namespace
}  // namespace tagloom
