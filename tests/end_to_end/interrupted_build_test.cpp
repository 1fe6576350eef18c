/// `tagloom cache build` killed again and again.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"
#include "worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace tagloom {
namespace {

using ::testing::HasSubstr;
using testing::journey;
using testing::run_tagloom;
using testing::TemporaryFolder;
using testing::Worker;
namespace fs = std::filesystem;

/// When the only shard was stored last; the beginning of time if it never was.
fs::file_time_type stored(const fs::path& cache) {
  std::error_code none;
  const auto time = fs::last_write_time(fs::path(cache) += ".parts/00000.h5", none);
  return none ? fs::file_time_type::min() : time;
}

TEST(InterruptedBuild, EveryProcessThatStoredSomethingBeforeItWasKilledBroughtTheCacheOn) {
  const TemporaryFolder folder;
  const std::string cache = folder / "c.h5";
  const std::vector<std::string> command = {"cache",  "build",
                                            "--data", journey().data,
                                            "--out",  cache,
                                            "--set",  "encoder.image_size=224",
                                            "--set",  "encoder.random=true"};
  // Seconds of work on any machine, of which something is stored every quarter of a second.
  const std::map<std::string, std::string> one_thread = {{"OMP_NUM_THREADS", "1"}};
  for (int kill = 0; kill < 3; ++kill) {
    const auto before = stored(cache);
    Worker builder(command, one_thread);
    const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (stored(cache) == before && !fs::exists(cache) && std::chrono::steady_clock::now() < patience)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    builder.kill();
    ASSERT_EQ(builder.status(), 128 + SIGKILL) << builder.output();
  }
  const auto last = run_tagloom(command);
  EXPECT_EQ(last.status, 0) << last.err;
  EXPECT_THAT(last.out, HasSubstr("are done already"));
  EXPECT_EQ(run_tagloom({"cache", "verify", cache}).status, 0);
  EXPECT_FALSE(fs::exists(cache + ".parts"));
}

}  // namespace
}  // namespace tagloom
