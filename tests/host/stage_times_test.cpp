#include "features/pipeline/stage_times.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace tagloom::features {
namespace {

/// Time goes on when a test says so.
struct Hand {
  std::chrono::steady_clock::time_point now;
  void on(int seconds) { now += std::chrono::seconds(seconds); }
  StageTimes::Clock clock() {
    return [this] { return now; };
  }
};

TEST(StageTimes, TheBottleneckIsTheStageThatWaitsLeast) {
  Hand hand;
  StageTimes times(hand.clock());
  EXPECT_EQ(bottleneck(times.total()), "");
  StageTimes::Watch loading(&times, Stage::loading);
  StageTimes::Watch encoding(&times, Stage::encoding);
  loading.does(Activity::work);
  hand.on(1);
  loading.does(Activity::waiting);
  encoding.does(Activity::work);
  EXPECT_EQ(bottleneck(times.total()), "image decoding");
  hand.on(3);  // what goes on counts before it has ended
  EXPECT_EQ(bottleneck(times.total()), "the encoder");
}

TEST(StageTimes, AStageOfManyThreadsIsJudgedByHowMuchOfTheirTimeTheyWait) {
  Hand hand;
  StageTimes times(hand.clock());
  StageTimes::Watch encoding(&times, Stage::encoding);
  StageTimes::Watch first(&times, Stage::loading);
  StageTimes::Watch second(&times, Stage::loading);
  StageTimes::Watch third(&times, Stage::loading);
  first.does(Activity::work);
  second.does(Activity::work);
  encoding.does(Activity::work);
  hand.on(9);
  encoding.does(Activity::waiting);
  hand.on(1);
  // More work in all than the encoder's, but a third of it is idle.
  EXPECT_EQ(bottleneck(times.total()), "the encoder");
}

TEST(StageTimes, LoadingIsNamedByItsLargerPart) {
  Hand hand;
  StageTimes times(hand.clock());
  StageTimes::Watch loading(&times, Stage::loading);
  loading.does(Activity::work);
  hand.on(1);
  loading.does(Activity::resizing);
  hand.on(2);
  EXPECT_EQ(bottleneck(times.total()), "image resizing");
}

TEST(StageTimes, WhatAThreadDidCountsAfterItsEnd) {
  Hand hand;
  StageTimes times(hand.clock());
  {
    StageTimes::Watch writing(&times, Stage::writing);
    hand.on(1);
    writing.does(Activity::work);
    hand.on(3);
  }
  hand.on(10);
  EXPECT_EQ(bottleneck(times.total()), "writing");
  EXPECT_EQ(shares_text(times.total()),
            "image decoding 0 %, image resizing 0 %, the encoder 0 %, compression 0 %, writing 75 %");
}

TEST(StageTimes, OfLateIsNotSinceTheBeginning) {
  Hand hand;
  StageTimes times(hand.clock());
  StageTimes::Watch encoding(&times, Stage::encoding);
  StageTimes::Watch packing(&times, Stage::packing);
  encoding.does(Activity::work);
  hand.on(100);
  EXPECT_EQ(times.recent_bottleneck(), "the encoder");
  encoding.does(Activity::waiting);
  packing.does(Activity::work);
  EXPECT_EQ(times.recent_bottleneck(), "the encoder") << "within the second";
  hand.on(2);
  EXPECT_EQ(times.recent_bottleneck(), "compression");
  EXPECT_EQ(bottleneck(times.total()), "the encoder");
}

TEST(StageTimes, AThreadThatHasNobodyToTellTellsNobody) {
  StageTimes::Watch watch(nullptr, Stage::loading);
  EXPECT_NO_THROW(watch.does(Activity::work));
}

}  // namespace
}  // namespace tagloom::features
