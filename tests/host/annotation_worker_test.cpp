#include "annotation/worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace tagloom::annotation {
namespace {

using ::testing::ElementsAre;

const auto kNever = [] { return false; };

TEST(Worker, DoesItsItemsInOrderOnAnotherThread) {
  std::vector<int> done;
  std::thread::id thread;
  Worker<int> worker(
      1,
      [&](int item) {
        done.push_back(item);
        thread = std::this_thread::get_id();
      },
      kNever);
  for (int i = 0; i < 4; ++i)
    worker.give(i);
  worker.finish();
  EXPECT_THAT(done, ElementsAre(0, 1, 2, 3));
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(Worker, ThrowsWhatTheWorkThrewAtWhoGivesOrFinishes) {
  Worker<int> worker(
      1, [](int) { throw std::runtime_error("no"); }, kNever);
  worker.give(1);
  EXPECT_THROW(worker.finish(), std::runtime_error);
  EXPECT_THROW(worker.give(2), std::runtime_error);
}

TEST(Worker, WaitsNoLongerThanUntilAStop) {
  std::atomic<bool> stop = false;
  std::atomic<bool> go_on = false;
  std::atomic<int> done = 0;
  {
    Worker<int> worker(
        1,
        [&](int) {
          stop = true;
          go_on.wait(false);
          ++done;
        },
        [&] { return stop.load(); });
    worker.give(1);
    worker.give(2);
    worker.give(3);
    worker.finish();
    go_on = true;
    go_on.notify_all();
  }
  EXPECT_EQ(done, 1) << "what waited is not done";
}

}  // namespace
}  // namespace tagloom::annotation
