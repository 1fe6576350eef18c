#include "features/pipeline/turn_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace tagloom::features {
namespace {

using ::testing::ElementsAre;

TEST(TurnQueue, GivesTurnsInOrderWhoeverIsFirst) {
  TurnQueue<int> queue({.turns = 3, .items = 2});
  EXPECT_TRUE(queue.give(1, 10, Last::no));
  EXPECT_TRUE(queue.give(2, 20, Last::yes));
  EXPECT_TRUE(queue.give(0, 0, Last::yes));
  EXPECT_TRUE(queue.give(1, 11, Last::yes));
  queue.close();
  std::vector<int> taken;
  while (const auto item = queue.take())
    taken.push_back(*item);
  EXPECT_THAT(taken, ElementsAre(0, 10, 11, 20));
}

TEST(TurnQueue, AClosedOneIsEmptiedUpToTheFirstGapAndTakesNothingMore) {
  TurnQueue<int> queue({.turns = 3, .items = 2});
  (void)queue.give(0, 0, Last::no);
  (void)queue.give(1, 10, Last::yes);
  queue.close();
  EXPECT_FALSE(queue.give(0, 1, Last::yes));
  EXPECT_EQ(queue.take(), 0);
  EXPECT_EQ(queue.take(), std::nullopt);
}

TEST(TurnQueue, WhoeverWaitsForRoomIsLetGoWhenItCloses) {
  TurnQueue<int> queue({.turns = 1, .items = 1});
  (void)queue.give(0, 0, Last::no);
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> givers;
    givers.emplace_back([&] { refused += queue.give(0, 1, Last::yes) ? 0 : 1; });  // no room in its turn
    givers.emplace_back([&] { refused += queue.give(1, 2, Last::yes) ? 0 : 1; });  // too far ahead
    queue.close();
  }
  EXPECT_EQ(refused, 2);
}

/// Counts how many of it there are.
struct Counted {
  explicit Counted(std::atomic<int>& all) : count(&all, [](std::atomic<int>* those) { --*those; }) { ++all; }
  std::shared_ptr<std::atomic<int>> count;
};

TEST(TurnQueue, HoldsNoMoreThanItsBoundsHoweverManyGive) {
  constexpr std::size_t kTurns = 300;
  constexpr int kPieces = 3;
  constexpr int kGivers = 3;
  TurnQueue<Counted> queue({.turns = 4, .items = 2});
  std::atomic<int> there = 0;
  std::atomic<std::size_t> next = 0;
  const auto give = [&] {
    for (std::size_t turn = next++; turn < kTurns; turn = next++)
      for (int piece = 1; piece <= kPieces; ++piece)
        (void)queue.give(turn, Counted(there), piece == kPieces ? Last::yes : Last::no);
  };
  std::vector<std::jthread> givers;
  for (int i = 0; i < kGivers; ++i)
    givers.emplace_back(give);
  // Those in the queue, one with each giver, and the one that was taken.
  constexpr int kMost = 4 * 2 + kGivers + 1;
  int most = 0;
  for (std::size_t taken = 0; taken < kTurns * kPieces; ++taken) {
    const auto item = queue.take();
    ASSERT_TRUE(item);
    most = std::max(most, there.load());
  }
  EXPECT_LE(most, kMost);
}

}  // namespace
}  // namespace tagloom::features
