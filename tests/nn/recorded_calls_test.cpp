#include "support/imitated_recorder.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/nn/recorded_calls.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace tagloom {
namespace {

using ::testing::ElementsAre;
using testing::Imitator;
using ::testing::IsEmpty;
using testing::Refusing;

/// Doubles its first argument; the second one may be undefined, and so may the second result.
class RecordedCallsTest : public ::testing::Test {
 protected:
  RecordedCalls calls(int warm_up = 1, std::size_t most_shapes = 2) {
    return {std::make_unique<Imitator>(recordings_),
            [this](const RecordedCalls::Tensors& arguments) {
              ++runs_;
              return RecordedCalls::Tensors{arguments[0] * 2, arguments[1]};
            },
            {.warm_up = warm_up, .most_shapes = most_shapes, .note = [this](const std::exception& error) {
               notes_.emplace_back(error.what());
             }}};
  }
  static void expect_doubled(RecordedCalls& calls, std::int64_t size, double value) {
    const at::Tensor all = at::full({size}, value);
    EXPECT_TRUE(calls({all, at::Tensor()})[0].equal(all * 2)) << size << " of " << value;
  }

  int recordings_ = 0;
  int runs_ = 0;
  std::vector<std::string> notes_;
};

TEST_F(RecordedCallsTest, GiveOfEachArgumentWhatTheFunctionGives) {
  RecordedCalls doubling = calls(/*warm_up=*/2);
  for (int i = 0; i < 5; ++i) {
    expect_doubled(doubling, 4, i);
    expect_doubled(doubling, 3, -i);
    EXPECT_EQ(recordings_, i < 2 ? 0 : 2) << "after two calls of each shape";
  }
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(RecordedCallsTest, LeaveTheCallersTensorsAlone) {
  RecordedCalls doubling = calls();
  const at::Tensor first = at::ones({2});
  for (int i = 0; i < 3; ++i)
    (void)doubling({first, at::Tensor()});
  expect_doubled(doubling, 2, 7);
  EXPECT_TRUE(first.equal(at::ones({2})));
}

TEST_F(RecordedCallsTest, TellAShapeFromAnotherByEveryArgument) {
  RecordedCalls doubling = calls();
  const at::Tensor one = at::ones({2});
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(doubling({one, at::Tensor()})[1].defined());
    EXPECT_TRUE(doubling({one, one * 3})[1].equal(one * 3));
  }
  EXPECT_EQ(recordings_, 2);
}

TEST_F(RecordedCallsTest, OfTooManyShapesRunAsTheyAre) {
  RecordedCalls doubling = calls();
  for (int i = 0; i < 3; ++i)
    for (const std::int64_t size : {1, 2, 3, 4})
      expect_doubled(doubling, size, i);
  EXPECT_EQ(recordings_, 2);
}

TEST_F(RecordedCallsTest, RunAsTheyAreWhereNothingRecords) {
  RecordedCalls plain(nullptr, [](const RecordedCalls::Tensors& all) { return all; }, {});
  const at::Tensor one = at::ones({2});
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(plain({one})[0].is_same(one));
}

TEST_F(RecordedCallsTest, RunAsTheyAreAfterARecordingThatFailsWhichIsSaidOnce) {
  RecordedCalls plain(std::make_unique<Refusing>(), [](const RecordedCalls::Tensors& all) { return all; },
                      {.note = [this](const std::exception& error) { notes_.emplace_back(error.what()); }});
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(plain({at::full({2}, i)})[0].equal(at::full({2}, i)));
  EXPECT_THAT(notes_, ElementsAre("operation not permitted"));
}

TEST_F(RecordedCallsTest, AreNotRecordedWhereTheLastCallBeforeWaitsForTheDevice) {
#ifndef NDEBUG
  GTEST_SKIP() << "debug builds do not hear it";
#endif
  int waiting = 0;
  RecordedCalls reading(std::make_unique<Imitator>(recordings_),
                        [&](const RecordedCalls::Tensors& all) {
                          // A device without numbers, which every LibTorch has.
                          if (waiting-- > 0) (void)all[0].to(at::kMeta);
                          return RecordedCalls::Tensors{all[0] * 2};
                        },
                        {.note = [this](const std::exception& error) { notes_.emplace_back(error.what()); }});
  waiting = 1;
  for (int i = 0; i < 3; ++i)
    expect_doubled(reading, 2, i);
  EXPECT_EQ(recordings_, 1) << "what the first call fetches is no matter";
  waiting = 100;
  for (int i = 0; i < 3; ++i)
    expect_doubled(reading, 3, i);
  EXPECT_EQ(recordings_, 1);
  EXPECT_THAT(notes_, ElementsAre("a call waits for the GPU in aten::copy_"));
}

TEST_F(RecordedCallsTest, PassOnAnErrorOfOurOwnWhichNoRecordingMade) {
  bool stop = false;
  RecordedCalls stopping(
      std::make_unique<Imitator>(recordings_),
      [&](const RecordedCalls::Tensors& all) {
        if (stop) throw DataError("The answer is no.");
        return all;
      },
      {.note = [this](const std::exception& error) { notes_.emplace_back(error.what()); }});
  (void)stopping({at::ones({2})});
  stop = true;
  EXPECT_THROW((void)stopping({at::ones({2})}), DataError);
  EXPECT_THAT(notes_, IsEmpty());
  stop = false;
  EXPECT_TRUE(stopping({at::ones({2})})[0].equal(at::ones({2})));
}

}  // namespace
}  // namespace tagloom
