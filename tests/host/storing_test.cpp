/// The stages that pack and write, with a cache that is only pretended.

#include "features/pipeline/storing.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::features {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

featurecache::CacheInfo info() {
  featurecache::CacheInfo info;
  info.feature_shape = {.channels = 2};
  info.has = {.pooled = true, .map = false};
  return info;
}

Encoded piece(const std::string& name, double value = 1) {
  Encoded made;
  made.keys = {{.name = name, .hash = "-"}};
  made.features.pooled = at::full({1, 2}, value, at::kHalf);
  made.batch.of_several = {name};
  return made;
}

/// What was written, in order.
struct Pretended {
  Storing::Calls calls() {
    return {.append = [this](featurecache::PackedRows rows) { rows_written += rows.size(); },
            .remark = [this](ImageBatch& batch) { names.push_back(batch.of_several.front()); }};
  }
  std::size_t rows_written = 0;
  std::vector<std::string> names;
};

TEST(Storing, WritesInTheOrderOfTheListWhicheverDeviceIsFaster) {
  Pretended cache;
  Storing storing({.info = info(), .givers = 2}, cache.calls());
  (void)storing.give(1, piece("b"), Last::yes);
  (void)storing.give(2, piece("c"), Last::yes);
  (void)storing.give(0, piece("a"), Last::yes);
  storing.finish([] {});
  EXPECT_THAT(cache.names, ElementsAre("a", "b", "c"));
  EXPECT_EQ(cache.rows_written, 3U);
  EXPECT_EQ(storing.done(), 3);
}

TEST(Storing, WhatWasGivenIsWrittenEvenIfNobodyFinishes) {
  Pretended cache;
  {
    Storing storing({.info = info()}, cache.calls());
    (void)storing.give(0, piece("a"), Last::yes);
  }
  EXPECT_EQ(cache.rows_written, 1U);
}

TEST(Storing, AFailureToWriteEndsTheGivingAndIsThrownInItsWords) {
  Storing storing({.info = info()},
                  {.append = [](const featurecache::PackedRows&) { throw DataError("the disk is full."); },
                   .remark = [](ImageBatch&) {}});
  std::size_t turn = 0;
  while (storing.give(turn, piece(std::to_string(turn)), Last::yes))
    ++turn;
  EXPECT_THAT([&] { storing.finish([] {}); }, ThrowsMessage<DataError>("the disk is full."));
  EXPECT_EQ(storing.done(), 0);
}

TEST(Storing, WhatWasGivenBeforeFeaturesThatCannotBeStoredIsWritten) {
  Pretended cache;
  Storing storing({.info = info()}, cache.calls());
  (void)storing.give(0, piece("a"), Last::yes);
  (void)storing.give(1, piece("broken", std::numeric_limits<double>::infinity()), Last::yes);
  std::size_t turn = 2;
  while (storing.give(turn, piece("later"), Last::yes))
    ++turn;
  EXPECT_THAT([&] { storing.finish([] {}); }, ThrowsMessage<NumericError>(HasSubstr("image broken")));
  EXPECT_THAT(cache.names, ElementsAre("a"));
}

TEST(Storing, ASlowDiskHoldsUpWhoeverGivesSoThatLittleWaits) {
  constexpr int kMany = 50;
  // Two before packing, one in it, two before writing, one in it.
  constexpr int kMost = 6;
  std::atomic<int> given = 0;
  std::atomic<int> written = 0;
  // A disk so slow that the giver is always as far ahead as it can be.
  const auto append = [&](const featurecache::PackedRows&) {
    const int wanted = std::min(written + kMost, kMany);
    for (int now = given; now < wanted; now = given)
      given.wait(now);
    ++written;
  };
  Storing storing({.info = info()}, {.append = append, .remark = [](ImageBatch&) {}});
  for (int turn = 0; turn < kMany; ++turn) {
    (void)storing.give(static_cast<std::size_t>(turn), piece(std::to_string(turn)), Last::yes);
    ++given;
    given.notify_all();
    ASSERT_LE(given - written, kMost);
  }
  storing.finish([] {});
  EXPECT_EQ(written, kMany);
}

TEST(Storing, WhoeverWaitsForTheEndHearsOfIt) {
  std::atomic<bool> go = false;
  int calls = 0;
  Storing storing({.info = info()}, {.append = [&](const featurecache::PackedRows&) { go.wait(false); },
                                     .remark = [](ImageBatch&) {}});
  (void)storing.give(0, piece("a"), Last::yes);
  storing.finish([&] {
    ++calls;
    go = true;
    go.notify_all();
  });
  EXPECT_GT(calls, 0);
}

}  // namespace
}  // namespace tagloom::features
