/// Waits end: by their limit in all, or by a signal.

#include "distributed/waiting.hpp"

#include "support/stop_note.hpp"

#include <tagloom/base/interrupt.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::distributed {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using testing::StopNote;
using ::testing::ThrowsMessage;

bool never_done(milliseconds slice) {
  std::this_thread::sleep_for(slice);
  return false;
}

TEST(WaitInSlices, EndsWhenItIsDone) {
  int slices = 0;
  EXPECT_EQ(wait_in_slices(std::chrono::minutes(1), [&](milliseconds) { return ++slices == 3; }),
            Ending::done);
  EXPECT_EQ(slices, 3);
}

TEST(WaitInSlices, TakesItsLimitInAll) {
  const auto begin = Clock::now();
  EXPECT_EQ(wait_in_slices(milliseconds(300), never_done), Ending::out_of_time);
  EXPECT_GE(Clock::now() - begin, milliseconds(300));
}

TEST(WaitInSlices, LetsWhatIsUnderWayBeDoneWhenASignalAsksToStop) {
  const StopNote stopped;
  int slices = 0;
  EXPECT_EQ(wait_in_slices(std::chrono::minutes(1), [&](milliseconds) { return ++slices == 2; }),
            Ending::done);
}

TEST(WaitInSlices, DoesNotWaitMuchLongerWhenASignalAsksToStop) {
  const StopNote stopped;
  const auto begin = Clock::now();
  EXPECT_EQ(wait_in_slices(std::chrono::minutes(1), never_done), Ending::stopped);
  EXPECT_LT(Clock::now() - begin, std::chrono::minutes(1));
}

TEST(DoneInTime, GivesWhatTheWorkGivesOrThrows) {
  EXPECT_EQ(done_in_time<int>([](Wait&) { return 3; }), 3);
  EXPECT_THAT([] { done_in_time<int>([](Wait&) -> int { throw DataError("the work failed."); }); },
              ThrowsMessage<DataError>(HasSubstr("the work failed.")));
}

/// Work that is done when the test ends, not before.
struct Endless {
  std::shared_ptr<std::promise<void>> done = std::make_shared<std::promise<void>>();
  ~Endless() { done->set_value(); }

  [[nodiscard]] std::function<int(Wait&)> work(Clock::time_point end) const {
    return [end, until = done->get_future().share()](Wait& wait) {
      wait.begin(end, "nobody came.");
      until.wait();
      return 0;
    };
  }
};

TEST(DoneInTime, LeavesWorkThatTakesTooLongAndSaysWhatWasMissing) {
  const Endless endless;
  EXPECT_THAT([&] { done_in_time(endless.work(Clock::now() + milliseconds(100))); },
              ThrowsMessage<NoMeeting>(HasSubstr("nobody came.")));
}

TEST(DoneInTime, LeavesWorkWhenASignalAsksToStop) {
  const StopNote stopped;
  const Endless endless;
  EXPECT_THROW(done_in_time(endless.work(Clock::time_point::max())), Interrupted);
}

}  // namespace
}  // namespace tagloom::distributed
