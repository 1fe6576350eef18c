/// What happens to work that a signal finds in a step which takes too long.

#include "runtime/ends_in_time.hpp"

#include "runtime/interrupt.hpp"
#include "support/fault.hpp"
#include "support/files.hpp"
#include "support/own_process.hpp"
#include "support/stop_note.hpp"

#include <tagloom/base/new_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

using std::chrono::milliseconds;
using testing::StopNote;

/// In a process of its own: is stopped in a step that never ends.
[[noreturn]] void hang(const std::function<std::string()>& keep) {
  watch_interrupts("tagloom test");
  const EndsInTime ends(milliseconds(1), keep);
  request_stop(SIGTERM);
  while (true)
    pause();
}

using EndsInTimeDeathTest = testing::OwnProcess;

TEST_F(EndsInTimeDeathTest, EndsTheProcessWithWhatIsKept) {
  EXPECT_EXIT(hang([] { return "stopped; all is kept."; }), ::testing::ExitedWithCode(128 + SIGTERM),
              "tagloom test: stopped; all is kept\\.");
}

TEST_F(EndsInTimeDeathTest, SaysWhatIsLostWhereItCannotBeKept) {
  const testing::TemporaryFolder folder;
  const auto keep = [&]() -> std::string {
    const testing::Fault full(testing::Call::write, ENOSPC, "rows.json");
    replace_file(folder / "rows.json", "rows");
    return "stopped; all is kept.";
  };
  EXPECT_EXIT(hang(keep), ::testing::ExitedWithCode(128 + SIGTERM),
              "stopped; what was not on the disk yet is lost: .*No space left on device[^?]*\\.");
}

TEST_F(EndsInTimeDeathTest, SaysSoOfAFailureOfItsOwnToo) {
  EXPECT_EXIT(hang([]() -> std::string { throw std::runtime_error("the disk melted"); }),
              ::testing::ExitedWithCode(128 + SIGTERM), "is lost: .*the disk melted\\.");
}

TEST(EndsInTime, LetsWorkThatEndsByItselfEnd) {
  bool kept = false;
  {
    const EndsInTime ends(std::chrono::minutes(1), [&] {
      kept = true;
      return std::string();
    });
    const StopNote stop;
  }
  EXPECT_FALSE(kept);
}

}  // namespace
}  // namespace tagloom::runtime
